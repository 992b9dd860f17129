"""What an installation can set about how much is asked of it, and by whom."""

import hashlib
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any, Final, Literal
from urllib.parse import urlsplit

import orjson
from pydantic import field_validator
from pydantic_settings import BaseSettings, NoDecode

from server.settings_fields import listed, setting

_BYTES: Final[dict[str, Any]] = {"ge": 1024, "le": 16 * 1024 * 1024}


class LimitSettings(BaseSettings):
    """Sizes, counts, times and rates, and which requests are taken at all."""

    body_limit: int = setting(
        65_536, "要求の本文の上限(バイト) / Bytes of a request's body at most", "65536", **_BYTES
    )
    plan_limit: int = setting(
        1_048_576,
        "計画を取り込む職員の要求の本文の上限(バイト) / Bytes of a request of who may load a plan",
        "1048576",
        **_BYTES,
    )
    body_seconds: float = setting(
        10.0, "要求の受信を待つ秒数 / Seconds a request has to arrive", "10", gt=0, le=300
    )
    read_seconds: float = setting(
        10.0, "応答が読まれるのを待つ秒数 / Seconds a client has to read on", "10", gt=0, le=300
    )
    ws_message_limit: int = setting(
        65_536, "WebSocketのメッセージの上限(バイト) / Bytes of its messages", "65536", **_BYTES
    )
    ws_init_timeout: float = setting(
        5.0, "WebSocketの接続開始を待つ秒数 / Seconds it has to begin", "5", gt=0, le=60
    )
    ws_subscriptions: int = setting(
        5,
        "1つのWebSocketで同時に行える操作の数 / Operations it may run at a time",
        "5",
        ge=1,
        le=100,
    )
    streams_person: int = setting(
        3, "1人が同時に開けるストリームの数 / Streams a person may have open", "3", ge=1
    )
    streams_address: int = setting(
        10,
        "1つのアドレスから匿名で開けるストリームの数 / Streams an address may have open, anonymously",
        "10",
        ge=1,
    )
    recheck_seconds: float = setting(
        30.0,
        "ストリームの相手を確かめ直す間隔(秒) / Seconds between checks who follows",
        "30",
        gt=0,
    )
    connections: int = setting(
        1000,
        "同時に受ける接続の数。超えると503 / Connections at a time; more get 503",
        "1000",
        ge=1,
    )
    connections_address: int = setting(
        100,
        "1つのアドレスからの接続の数。0は無制限 / Connections of an address, proxies apart; 0: any",
        "100",
        ge=0,
    )
    max_tokens: int = setting(
        1000, "GraphQLの問い合わせの字句の上限 / Tokens of a document", "1000", ge=100, le=20_000
    )
    max_depth: int = setting(
        8,
        "GraphQLの問い合わせの深さの上限 / How many levels deep GraphQL may ask",
        "8",
        ge=1,
        le=50,
    )
    max_aliases: int = setting(
        30, "GraphQLの問い合わせの別名の上限 / Aliases of a document", "30", ge=0
    )
    max_directives: int = setting(
        5, "GraphQLの問い合わせのディレクティブの上限 / Directives of a document", "5", ge=0
    )
    max_fields: int = setting(
        300, "GraphQLの問い合わせの項目の上限 / Fields of a document, fragments spread", "300", ge=1
    )
    max_cost: int = setting(
        5000, "1つの操作の費用の上限 / What an operation may cost", "5000", ge=100
    )
    max_errors: int = setting(
        3, "1つの応答に載せる誤りの上限 / Errors of one answer", "3", ge=1, le=100
    )
    operation_seconds: float = setting(
        5.0, "1つの操作を待つ秒数 / Seconds that an operation is waited for", "5", gt=0, le=300
    )
    rate_person: int = setting(
        600, "1人の毎分の要求の上限 / Requests of a person in a minute", "600", ge=1
    )
    rate_address: int = setting(
        300,
        "1つのアドレスの匿名の毎分の要求の上限 / Anonymous requests of an address in a minute",
        "300",
        ge=1,
    )
    cost_person: int = setting(
        200_000, "1人の毎分の費用の上限 / Cost of a person in a minute", "200000", ge=1000
    )
    cost_address: int = setting(
        100_000,
        "1つのアドレスの匿名の毎分の費用の上限 / Anonymous cost of an address in a minute",
        "100000",
        ge=1000,
    )
    introspection: Literal["everyone", "signed-in", "nobody"] = setting(
        "signed-in",
        "GraphQLのスキーマを問い合わせられる人 / Who may ask for GraphQL's schema",
        "everyone",
    )
    suggestions: Literal["everyone", "signed-in", "nobody"] = setting(
        "signed-in",
        "GraphQLの誤りに候補を添える相手 / Whose GraphQL errors suggest names",
        "nobody",
    )
    graphiql: bool = setting(
        default=False,
        description="/graphiql でAPIを試せる / Whether the API can be tried at /graphiql",
        example="true",
    )
    documents: Path | None = setting(
        None,
        "登録済みの問い合わせ({SHA-256: 文}のJSON) / Trusted documents: JSON of {SHA-256: text}",
        "",
    )
    documents_only: bool = setting(
        default=False,
        description="登録済みの問い合わせだけを受ける / Whether no other documents are taken",
        example="false",
    )
    trusted_proxies: Annotated[tuple[str, ...], NoDecode] = setting(
        (),
        "X-Forwarded-*を信じる中継機(CIDR、カンマ区切り) / Proxies whose X-Forwarded-* are believed",
        "10.0.0.5,192.168.10.0/24",
    )
    allowed_origins: Annotated[tuple[str, ...], NoDecode] = setting(
        (),
        "要求を送れる他サイト(カンマ区切り) / Other sites whose pages may send requests, by commas",
        "https://www.town.example.jp",
    )

    @field_validator("allowed_origins", "trusted_proxies", mode="before")
    @classmethod
    def _separated(cls, value: object) -> object:
        return listed(value)

    @field_validator("allowed_origins")
    @classmethod
    def _are_origins(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for origin in value:
            parts = urlsplit(origin)
            if (
                parts.scheme not in {"http", "https"}
                or origin != f"{parts.scheme}://{parts.netloc}"
            ):
                raise ValueError(f"{origin} is no origin: scheme://host[:port], and nothing after")
        return value

    @field_validator("trusted_proxies")
    @classmethod
    def _are_networks(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for network in value:
            ip_network(network)
        return value

    @field_validator("documents", mode="before")
    @classmethod
    def _is_manifest(cls, value: object) -> object:
        if value in {"", None}:
            return None
        path = Path(str(value)).expanduser().absolute()
        read_documents(path)
        return path


def read_documents(path: Path | None) -> dict[str, str]:
    """Read a manifest of trusted documents: SHA-256 in hexadecimal digits, and text.

    Raises:
        ValueError: it cannot be read, or a text is not what its hash says.
    """
    if path is None:
        return {}
    try:
        given = orjson.loads(path.read_bytes())
    except OSError as error:
        raise ValueError(f"{path}: {error.strerror}") from error
    except orjson.JSONDecodeError as error:
        raise ValueError(f"{path} is no JSON: {error}") from error
    if not isinstance(given, dict) or not all(isinstance(text, str) for text in given.values()):
        raise ValueError(f"{path} is no JSON object of texts")
    for sha256, text in given.items():
        if hashlib.sha256(text.encode()).hexdigest() != sha256:
            raise ValueError(f"{path}: {sha256:.64} is not the SHA-256 of its text")
    return given
