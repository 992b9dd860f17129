"""What may be asked where nothing is published and nobody is signed in: the way in, and no more."""

from collections.abc import Iterator
from typing import Final

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    OperationDefinitionNode,
    SelectionSetNode,
)

from server.graphql_errors import RefusedError

WAY_IN: Final = frozenset(
    {"__typename", "acceptLink", "link", "requestReset", "signIn", "signOut", "viewer"}
)
"""Root fields that anybody may ask for."""


def refuse_closed(document: DocumentNode, operation: OperationDefinitionNode) -> None:
    """Refuse an operation that asks for more than the way in.

    Raises:
        RefusedError: 401, UNAUTHENTICATED.
    """
    fragments = {
        one.name.value: one.selection_set
        for one in document.definitions
        if isinstance(one, FragmentDefinitionNode)
    }
    if not WAY_IN.issuperset(_fields(operation.selection_set, fragments, set())):
        raise RefusedError(
            401,
            "UNAUTHENTICATED",
            "サインインしてください / Sign in first",
            {"WWW-Authenticate": "Bearer"},
        )


def _fields(
    selected: SelectionSetNode, fragments: dict[str, SelectionSetNode], seen: set[str]
) -> Iterator[str]:
    for one in selected.selections:
        if isinstance(one, FieldNode):
            yield one.name.value
        elif not isinstance(one, FragmentSpreadNode):
            yield from _fields(one.selection_set, fragments, seen)  # type: ignore[attr-defined] # the third kind
        elif (name := one.name.value) in fragments and name not in seen:
            seen.add(name)
            yield from _fields(fragments[name], fragments, seen)
