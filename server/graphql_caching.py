"""Answers that their readers may keep: of trusted documents asked for by GET."""

import hashlib
from typing import Any, Final

import orjson
from graphql import DocumentNode, FieldNode, Visitor, visit
from graphql.execution import Executor
from graphql.execution.values import get_argument_values
from starlette.requests import Request

from server.graphql_request import Accepted, Parameters

_UNRECORDED: Final = frozenset({"account", "link", "viewer"})
"""Fields that tell what changes without an entry of the record: sign-ins, last uses, budgets."""


_PAST: Final = frozenset({"asOf", "diff"})
"""Fields of a query whose answers depend on the moments they are given, and on no later ones."""
_PRESENT: Final = frozenset({"project"})
"""Fields by which such answers lead back to the present."""


def may_be_kept(document: DocumentNode) -> bool:
    """Tell whether the answers to a document change with the record and the day only."""
    found = _Fields()
    visit(document, found)
    return _UNRECORDED.isdisjoint(found.names)


def moments_in(document: DocumentNode, executor: Executor[Any]) -> list[Any] | None:
    """Return the moments that a query asks about; None where it asks about the present as well."""
    found, moments = _Fields(), list[Any]()
    visit(document, found)
    queries = executor.schema.query_type
    if queries is None or not _PRESENT.isdisjoint(found.names):
        return None
    for node in executor.operation.selection_set.selections:
        if not isinstance(node, FieldNode) or node.name.value not in _PAST:
            return None
        declared = queries.fields[node.name.value]
        moments += get_argument_values(declared, node, executor.variable_values).values()
    return moments


class _Fields(Visitor):
    """Collects the names of fields, wherever in a document they stand."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def enter_field(self, node: FieldNode, *_: Any) -> None:  # noqa: ANN401 - the visitor's
        """Collect one."""
        self.names.add(node.name.value)


def tag_of(asked: Parameters, takes: Accepted, state: str | None) -> str | None:
    """Return the entity tag of an answer; None where it may not be kept.

    `state` is what the answer depends on besides the request. It has to be read before the answer
    is made: what is written meanwhile then makes the tag too old, never the answer.
    """
    if state is None or asked.sha256 is None:
        return None
    of = [asked.sha256, asked.operation_name, asked.variables, takes.json, state]
    digest = hashlib.sha256(orjson.dumps(of, option=orjson.OPT_SORT_KEYS)).hexdigest()
    return f'W/"{digest[:32]}"'


def is_known(request: Request, tag: str) -> bool:
    """Tell whether the client has the answer with this tag."""
    known = request.headers.get("if-none-match", "")
    return known.strip() == "*" or tag in [one.strip() for one in known.split(",")]


def kept(tag: str) -> dict[str, str]:
    """Return the headers of an answer that its reader, and nobody else, may keep and ask about."""
    return {
        "Cache-Control": "private, no-cache",
        "ETag": tag,
        "Vary": "Accept, Authorization, Cookie",
    }
