"""How deep a document may ask: what is deeper is refused before it is validated or executed.

The walk is linear in the document's size: what a fragment adds is found once, however often it
is spread, and a fragment that spreads itself adds nothing more.
"""

from typing import Any

from graphql import (
    ASTValidationRule,
    FieldNode,
    FragmentSpreadNode,
    GraphQLError,
    OperationDefinitionNode,
    SelectionSetNode,
    ValidationContext,
)


class _Depths:
    """How many levels of fields selections add; what a fragment adds is found once."""

    def __init__(self, context: ValidationContext) -> None:
        self.context = context
        self.of_fragments: dict[str, int] = {}

    def of_all(self, selected: SelectionSetNode | None) -> int:
        """Return how many levels a selection set adds."""
        return max((self.of(one) for one in selected.selections), default=0) if selected else 0

    def of(self, selection: Any) -> int:  # noqa: ANN401 - any of the three kinds
        """Return how many levels one selection adds."""
        if isinstance(selection, FieldNode):
            inner = selection.selection_set
            return 1 if selection.name.value.startswith("__") else 1 + self.of_all(inner)
        if not isinstance(selection, FragmentSpreadNode):
            return self.of_all(selection.selection_set)
        name = selection.name.value
        if name not in self.of_fragments:
            self.of_fragments[name] = 0
            fragment = self.context.get_fragment(name)
            self.of_fragments[name] = self.of_all(fragment.selection_set) if fragment else 0
        return self.of_fragments[name]


def depth_limit(most: int) -> type[ASTValidationRule]:
    """Return the rule that a field stands at most so many levels deep; introspection apart."""

    class DepthLimit(ASTValidationRule):
        """Refuses operations that ask deeper."""

        context: ValidationContext

        def enter_operation_definition(self, node: OperationDefinitionNode, *_: object) -> None:
            depth = _Depths(self.context).of_all(node.selection_set)
            if depth > most:
                message = (
                    f"問い合わせが深すぎます({depth}段)。{most}段までにしてください。 / "
                    f"The document is {depth} levels deep; ask at most {most}."
                )
                error = GraphQLError(message, node, extensions={"code": "TOO_DEEP"})
                self.report_error(error)

    return DepthLimit
