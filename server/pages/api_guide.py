"""What a developer has to know beside the schema: how to sign in, page, follow, write and mend."""

import re
from collections.abc import Callable, Iterable, Iterator
from html import escape
from pathlib import Path
from typing import Final, NamedTuple

import orjson
from graphql import GraphQLSchema

from server.pages.api_codes import CODES
from server.pages.frame import Words
from server.pages.html import both, table
from server.settings import Settings, variable_of

_FOLDER: Final = Path(__file__).parent / "examples"
_ORDER: Final = ("board", "project", "history", "follow", "fire", "as-of", "proof")
_HEAD: Final = re.compile(r"# (.+)\n# (.+)\n")
Text = Callable[[str], str]
"""Makes HTML of a text; names of the schema in backticks become links."""

TOPICS: Final[tuple[tuple[str, Words, tuple[Words, ...]], ...]] = (
    (
        "start",
        ("はじめに", "Start"),
        (
            (
                '入口は `/graphql` の一つです。問い合わせを `{"query": …, "variables": …}` のJSONにして、POSTで送ります。',
                'There is one endpoint, `/graphql`: POST `{"query": …, "variables": …}` as JSON.',
            ),
            (
                "見る権限のないものは、存在しないものと同じように扱われます。値はnullになり、一覧と件数にも入りません。",
                "What you may not see is not there: null, and absent from lists and counts.",
            ),
        ),
    ),
    (
        "authentication",
        ("サインイン", "Authentication"),
        (
            (
                "画面からは、`signIn` か `/sign-in` でサインインします。クッキーが付くので、同じサーバーの画面ではほかに何も要りません。",
                "A page of this server signs in by `signIn` or at `/sign-in`; the cookie does the rest.",
            ),
            (
                'プログラムからは、`Authorization: Bearer meguru_…` を付けます。トークンは `createToken` か、アカウントの画面で作ります。WebSocketでは `connection_init` に `{"authorization": "Bearer meguru_…"}` を入れます。',
                'A program sends `Authorization: Bearer meguru_…`, made by `createToken` or on the account page; over WebSocket, `{"authorization": "Bearer meguru_…"}` in `connection_init`.',
            ),
            (
                "誰として扱われているかは `viewer` で分かります。",
                "`viewer` tells who you are.",
            ),
        ),
    ),
    (
        "paging",
        ("一覧を読み進める", "Paging"),
        (
            (
                "`projects` と `history` は、`first` と `after` で前から、`last` と `before` で後ろから読みます。一度に100件までです。",
                "`projects` and `history` go forwards by `first`/`after`, backwards by `last`/`before`, 100 at most.",
            ),
            (
                "続きは、`pageInfo { hasNextPage endCursor }` の `endCursor` を `after` に渡して読みます。カーソルは、その一覧と並び順だけで使えます。",
                "Pass `endCursor` of `pageInfo { hasNextPage endCursor }` as `after`. A cursor belongs to its list and order.",
            ),
        ),
    ),
    (
        "following",
        ("記録を追う", "Following the record"),
        (
            (
                "購読 `Subscription.history` に、最後に受け取った番号を `afterSequence` で渡します。そのあとの記録が漏れなく重なりなく届き、以後は増えるたびに届きます。切れたら、最後の番号からつなぎ直してください。",
                "Give `Subscription.history` the last `sequence` you saw: what follows comes without gap or duplicate, then each new entry. After a lost connection, go on from there.",
            ),
            (
                "`Accept: text/event-stream` を付けてPOSTするか(SSE)、WebSocketの `graphql-transport-ws` を使います。",
                "POST with `Accept: text/event-stream` (SSE), or use `graphql-transport-ws` over WebSocket.",
            ),
        ),
    ),
    (
        "writing",
        ("書く", "Writing"),
        (
            (
                "いまできることと、できない理由は、先に `Cycle.availableTransitions` で尋ねられます。",
                "`Cycle.availableTransitions` tells beforehand what can be done, and why not.",
            ),
            (
                "`expectedRevision` には読んだときの版を入れます。その後に変わっていれば、上書きせずに `RevisionConflict` を返します。",
                "`expectedRevision` is the revision you read; where it changed since, `RevisionConflict` comes and nothing is overwritten.",
            ),
            (
                "`idempotencyKey` には、操作ごとに作ったUUIDを入れます。結果が分からなければ、同じものを送り直してください。二重には行われません。",
                "`idempotencyKey` is a UUID for each act: where the outcome is not known send the same again, and nothing is done twice.",
            ),
            (
                "`validateOnly: true` では、同じ答えを返し、何も記録しません。",
                "`validateOnly: true` gives the same answer, and nothing is written.",
            ),
        ),
    ),
)
_LIMITS: Final = (
    *("body_limit", "ws_message_limit", "max_tokens", "max_depth", "max_aliases", "max_directives"),
    *("max_fields", "max_cost", "max_errors", "operation_seconds", "rate_person", "cost_person"),
    *("rate_address", "cost_address", "streams_person", "streams_address", "ws_subscriptions"),
    *("body_seconds", "read_seconds", "introspection", "documents_only"),
)


class Example(NamedTuple):
    """An operation to be tried, with what it is about."""

    name: str
    words: Words
    query: str
    variables: dict[str, object]


def examples() -> list[Example]:
    """Return the examples, in the order in which they are shown."""
    variables = orjson.loads((_FOLDER / "variables.json").read_bytes())
    return [_example(name, variables[name]) for name in _ORDER]


def _example(name: str, variables: dict[str, object]) -> Example:
    text = (_FOLDER / f"{name}.graphql").read_text("utf-8")
    head = _HEAD.match(text)
    if head is None:
        raise ValueError(f"{name} begins without a line in Japanese and one in English")
    return Example(name, (head[1], head[2]), text[head.end() :].strip(), variables)


def guide(
    schema: GraphQLSchema, settings: Settings, text: Text
) -> Iterator[tuple[str, Words, str]]:
    """Yield anchor, heading and HTML of each topic."""
    for anchor, words, paragraphs in TOPICS:
        yield anchor, words, "".join(_paragraph(one, text) for one in paragraphs)
    yield "examples", ("例", "Examples"), "".join(map(_shown, examples()))
    yield "errors", ("誤り", "Errors"), _errors(schema, text)
    yield "limits", ("このサーバーの上限", "Limits here"), _limits(settings)


def _paragraph(words: Words, text: Text) -> str:
    return f'<p>{text(words[0])} <span lang="en">{text(words[1])}</span></p>'


def _shown(one: Example) -> str:
    variables = orjson.dumps(one.variables, option=orjson.OPT_INDENT_2).decode()
    given = f"<pre><code>{escape(variables)}</code></pre>" if one.variables else ""
    return (
        f'<article class="example"><h3 id="example-{one.name}">{both(one.words)}</h3>'
        f"<pre><code>{escape(one.query)}</code></pre>{given}</article>"
    )


def _errors(schema: GraphQLSchema, text: Text) -> str:
    face = schema.get_type("UserError")
    kinds = schema.get_possible_types(face)  # type: ignore[arg-type] # an interface, as a test holds
    refusals = ((text(f"`{one.name}`"), text(one.description or "")) for one in kinds)
    codes = (
        (
            f"<code>{one.code}</code>",
            one.status or "–",
            text(one.japanese),
            _english(one.english, text),
        )
        for one in CODES
    )
    return "".join(
        (
            _paragraph(_REFUSALS, text),
            table(_REFUSED, (("型", "Type"), ("意味", "Meaning")), refusals),
            _paragraph(_OUTSIDE, text),
            table(
                _CODES,
                (("コード", "Code"), ("HTTP", ""), ("すること", "What to do"), ("", "English")),
                codes,
            ),
        )
    )


_REFUSED: Final = ("断りの型", "Types of refusals")
_CODES: Final = ("誤りのコード", "Codes of errors")
_REFUSALS: Final = (
    "予想できる断りは、答えの型の一つとして返ります。`... on UserError { code message path }` で受け取り、`message` をそのまま表示してください。",
    "Refusals that can be foreseen are members of the answer’s union. Ask for them by `... on UserError { code message path }`, and show `message`.",
)
_OUTSIDE: Final = (
    "それ以外の誤りは `errors` に入り、`extensions.code` で見分けます。400は `Accept: application/graphql-response+json` のときです。`application/json` では200になることがあります。",
    "All others come in `errors`, told apart by `extensions.code`. 400 is for `Accept: application/graphql-response+json`; for `application/json` it may be 200.",
)


def _english(english: str, text: Text) -> str:
    return f'<span lang="en">{text(english)}</span>'


def _limits(settings: Settings) -> str:
    return table(
        ("このサーバーの上限", "Limits here"),
        (("上限", "Limit"), ("値", "Value"), ("設定", "Setting")),
        (_limit(name, settings) for name in _LIMITS),
    )


def _limit(name: str, settings: Settings) -> Iterable[str]:
    field = Settings.model_fields[name]
    japanese, _, english = (field.description or "").partition(" / ")
    value = getattr(settings, name)
    shown = f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)
    return both((japanese, english)), escape(shown), f"<code>{variable_of(name, field)}</code>"
