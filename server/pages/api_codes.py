"""Codes of errors (`extensions.code`) that come instead of an answer, and what to do about each."""

from typing import Final, NamedTuple


class Code(NamedTuple):
    """A code, its HTTP status where it has one of its own, and what to do."""

    code: str
    status: str
    japanese: str
    english: str


CODES: Final = (
    Code("UNAUTHENTICATED", "401", "サインインするか、有効なトークンを付けて送り直してください。", "Sign in, or send a token that holds."),
    Code("SESSION_ENDED", "401", "入力を残したままサインインし直し、同じものを送り直してください。", "Keep what was typed, sign in again, send the same again."),
    Code("SIGN_IN_FAILED", "403", "このログイン名の職員は登録がないか、停止されています。管理者に確認してください。", "Whom the proxy names cannot sign in: ask an admin."),
    Code("SLOWED_DOWN", "429", "失敗が続いています。`Retry-After` の秒数を待ってください。", "Too many failures: wait for `Retry-After`."),
    Code("INTROSPECTION_OFF", "400", "スキーマはサインインしてから問い合わせてください。", "Sign in to ask for the schema."),
    Code("NO_DOOR", "", "サインインはHTTPのPOSTで行ってください。", "Sign in by HTTP POST."),
    Code("FOREIGN_ORIGIN", "403", "このサーバーの画面から送るか、`MEGURU_ALLOWED_ORIGINS` に加えてもらってください。", "Send it from this server’s pages, or have the site allowed."),
    Code("MUNICIPALITY_UNKNOWN", "404", "登録されている団体のホスト名で開いてください。", "Use the host name of a municipality that is registered."),
    Code("GRAPHQL_PARSE_FAILED", "400", "問い合わせの文法を直してください。", "Mend the document’s syntax."),
    Code("GRAPHQL_VALIDATION_FAILED", "400", "スキーマにない項目や型の違いを直してください。", "Mend what does not fit the schema."),
    Code("BAD_USER_INPUT", "400", "変数や引数の値を、型に合うように直してください。", "Mend variables and arguments to fit their types."),
    Code("OPERATION_NOT_FOUND", "400", "`operationName` を文書にある操作の名前にしてください。", "Name an operation of the document."),
    Code("BAD_REQUEST", "400", '本文を `{"query": …, "variables": …}` のJSONにしてください。', 'Send JSON: `{"query": …, "variables": …}`.'),
    Code("METHOD_NOT_ALLOWED", "405", "読むときはPOSTかGET、書くときはPOSTにしてください。", "POST or GET to read, POST to write."),
    Code("NOT_ACCEPTABLE", "406", "`Accept` を `application/json` か `text/event-stream` にしてください。", "Accept `application/json` or `text/event-stream`."),
    Code("UNSUPPORTED_MEDIA_TYPE", "415", "`Content-Type` を `application/json` にしてください。", "Send `application/json`."),
    Code("PAYLOAD_TOO_LARGE", "413, 414", "小さく分けて送ってください。", "Send less at a time."),
    Code("HEADERS_TOO_LARGE", "431", "ヘッダーを減らしてください。", "Send fewer headers."),
    Code("REQUEST_TIMEOUT", "408", "本文を途切れさせずに送り直してください。", "Send the body again, without pauses."),
    Code("TOO_MANY_TOKENS", "400", "問い合わせを短くするか、分けてください。", "Shorten the document, or ask in parts."),
    Code("TOO_MANY_OPERATIONS", "400", "一つの文書に操作は一つにしてください。", "One operation a document."),
    Code("TOO_DEEP", "400", "階層を浅くし、続きは `node(id:)` で読んでください。", "Ask fewer levels; read on with `node(id:)`."),
    Code("TOO_MANY_ALIASES", "400", "別名を減らし、`nodes(ids:)` でまとめて読んでください。", "Use fewer aliases; `nodes(ids:)` reads many."),
    Code("TOO_MANY_DIRECTIVES", "400", "ディレクティブを減らしてください。", "Use fewer directives."),
    Code("TOO_MANY_FIELDS", "400", "項目を減らすか、問い合わせを分けてください。", "Ask for fewer fields, or in parts."),
    Code("TOO_COMPLEX", "400", "同じ名前の項目を重ねないでください。", "Repeat fewer fields of one name."),
    Code("COST_LIMIT", "", "`first` を小さくするか、項目を減らしてください。記録した操作の結果は `extensions.outcomes` にあります。", "Ask for less; what was done stands in `extensions.outcomes`."),
    Code("TIMEOUT", "503", "範囲を絞ってください。書いたときは、同じ `idempotencyKey` で結果を確かめてください。", "Ask for less; after an act, ask again with the same `idempotencyKey`."),
    Code("RATE_LIMITED", "429", "`Retry-After` の秒数を待って送り直してください。", "Wait for `Retry-After`, then send it again."),
    Code("STREAM_LIMIT", "429", "使っていない購読を閉じてください。", "Close streams that are not needed."),
    Code("SUBSCRIPTION_LIMIT", "", "同じ接続での購読を減らしてください。", "Run fewer subscriptions on one connection."),
    Code("MUTATION_OVER_WEBSOCKET", "", "書くときはHTTPのPOSTで送ってください。", "Write by HTTP POST."),
    Code("PLAN_TEXTS_UNAVAILABLE", "", "計画の文書を読めるサーバーへ送ってください。", "Send it to a server that reads plan texts."),
    Code("STOPPING", "503", "サーバーが停止中です。少し待って送り直してください。", "The server stops: send it again a little later."),
    Code("TOO_MANY", "", "一度に指定する数を減らしてください。", "Name fewer at once."),
    Code("BAD_PAGE", "", "`first` と `last` は一方だけを、1から100で指定してください。", "Give `first` or `last`, 1 to 100."),
    Code("BAD_CURSOR", "", "カーソルは、同じ一覧と並び順で受け取ったものを使ってください。", "Use a cursor of the same list and order."),
    Code("BAD_SEARCH", "", "検索の語を減らしてください。", "Search for fewer words."),
    Code("BAD_FILTER", "", "過去の時点では使えない条件を外してください。", "Leave out what cannot be asked of the past."),
    Code("BAD_SEQUENCE", "", "記録の番号は、最新の番号までにしてください。", "Give a sequence that there is."),
    Code("BAD_MOMENT", "", "すでに過ぎ、記録のある時点を指定してください。", "Give a moment that is over and recorded."),
    Code("NO_PLAN", "", "計画ができてからの時点を指定してください。", "Give a moment since there is a plan."),
    Code("NOT_READY", "", "準備しています。数秒待って送り直してください。", "It is being put together: ask again in some seconds."),
    Code("COPIES_UNAVAILABLE", "", "写しの置き場がありません。運用担当に連絡してください。", "There is no place for copies: tell the operator."),
    Code("DOCUMENT_UNKNOWN", "400", "登録済みの問い合わせのハッシュを送ってください。", "Send the hash of a trusted document."),
    Code("DOCUMENT_NOT_TRUSTED", "400", "このサーバーは登録済みの問い合わせだけを受け付けます。", "Only trusted documents are taken here."),
    Code("INTERNAL_ERROR", "", "サーバーの誤りです。`extensions.requestId` を運用担当に伝えてください。", "A fault of ours: tell the operator `extensions.requestId`."),
)  # fmt: skip
"""Those of `/graphql`, as they are met; what files and copies refuse stands in docs/api.md."""
