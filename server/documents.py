"""Trusted documents: asked for by their SHA-256, and, where it is so set, no others.

Both ways of clients are understood: Apollo's `extensions.persistedQuery.sha256Hash`, and
`documentId: "sha256:…"` of GraphQL over HTTP. Nothing is registered by asking for it.
"""

import hashlib
import re
from collections.abc import Mapping
from typing import Any, Final

from server.graphql_errors import RefusedError, RequestError, told

_SHA256: Final = re.compile(r"[0-9a-f]{64}")


class TrustedDocuments:
    """The documents of a manifest.

    Args:
        texts: by SHA-256, in hexadecimal digits.
        only: whether no other document is taken.
    """

    def __init__(self, texts: Mapping[str, str] | None = None, *, only: bool = False) -> None:
        self.texts = texts or {}
        self.only = only

    def text(self, query: str | None, given: Mapping[str, Any]) -> tuple[str, str | None]:
        """Return a request's document, and its hash where it is one of the manifest.

        Raises:
            RequestError: it is not in the manifest, or not what its hash says.
        """
        asked = hash_in(given)
        if query is None:
            if asked is None:
                raise RefusedError(400, "BAD_REQUEST", "`query` がありません / `query` is missing")
            if asked not in self.texts:
                message = "この問い合わせは登録されていません / There is no document of this hash"
                raise RequestError([told("DOCUMENT_UNKNOWN", message)])
            return self.texts[asked], asked
        if asked is None and not self.texts and not self.only:
            return query, None
        own = hashlib.sha256(query.encode("utf-8", "surrogatepass")).hexdigest()
        if asked not in {None, own}:
            message = (
                "SHA-256 が問い合わせのものではありません / This is not the document's SHA-256"
            )
            raise RefusedError(400, "BAD_REQUEST", message)
        if self.only and own not in self.texts:
            message = (
                "登録済みの問い合わせだけを受け付けます / Only trusted documents are taken here"
            )
            raise RequestError([told("DOCUMENT_NOT_TRUSTED", message)])
        return query, own if own in self.texts else None


def hash_in(given: Mapping[str, Any]) -> str | None:
    """Return the hash that a request names its document by, if it does.

    Raises:
        RefusedError: 400, for what is no SHA-256.
    """
    identifier = given.get("documentId")
    persisted = (given.get("extensions") or {}).get("persistedQuery")
    if identifier is None and persisted is None:
        return None
    if identifier is not None:
        kind, _, sha256 = identifier.partition(":")
        valid = kind == "sha256"
    else:
        named: Mapping[str, Any] = persisted if isinstance(persisted, Mapping) else {}
        valid = named.get("version") == 1
        sha256 = named.get("sha256Hash")
    if not valid or not isinstance(sha256, str) or not _SHA256.fullmatch(sha256.lower()):
        message = (
            'documentId は "sha256:…"、persistedQuery は {version: 1, sha256Hash: "…"} の形です'
            " / These are the forms that are understood"
        )
        raise RefusedError(400, "BAD_REQUEST", message)
    return sha256.lower()
