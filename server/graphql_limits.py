"""How much a document may ask: what is more is refused before it is validated or executed.

Each definition is walked once and each fragment's sums are made once, however often it is spread,
so the work is linear in the document's size. Nothing recurses, so no document exhausts the stack.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal, TypeAlias

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    OperationDefinitionNode,
    OverlappingFieldsCanBeMergedRule,
    ValidationContext,
)

from server.graphql_errors import RequestError, told

_APART: Final = -1_000_000
"""The level of what introspection selects: it never counts as deep."""
_SATURATED: Final = 1_000_000
_COMPARISONS: Final = 10_000
"""Steps in which fields of the same name are compared. The largest documents that people write
take a few hundred; half a million, the library's own number, take more than a second."""
_INTROSPECTION: Final = frozenset({"__schema", "__type"})
Sums: TypeAlias = tuple[int, int]
"""Fields and levels."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentLimits:
    """The most that a document may have of each."""

    tokens: int = 1_000
    depth: int = 8
    """Levels of fields, through fragments; what `__schema` and `__type` select apart."""
    aliases: int = 30
    directives: int = 5
    fields: int = 300
    """With those of a fragment counted wherever it is spread."""


Audience: TypeAlias = Literal["everyone", "signed-in", "nobody"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """What an operation may ask and take."""

    document: DocumentLimits = DocumentLimits()
    cost: int | None = None
    """Points of one operation; without a limit they are not counted."""
    errors: int = 3
    """Of one answer."""
    seconds: float = 5.0
    """That whoever asks waits for an operation, or for one event of a subscription."""
    introspection: Audience = "everyone"
    """Who may ask for the schema."""
    suggestions: Audience = "nobody"
    """Whose errors name similar fields, arguments and types."""


@dataclass(slots=True)
class Written:
    """What is written in one definition, whatever its fragments add."""

    fields: int = 0
    aliases: int = 0
    directives: int = 0
    depth: int = 0
    introspects: bool = False
    spreads: list[tuple[str, int]] = field(default_factory=list)
    """Which fragments are spread, at which level."""


def check(document: DocumentNode, limits: DocumentLimits) -> bool:
    """Tell whether a document asks for the schema.

    Raises:
        RequestError: it is over a limit; the code says over which.
    """
    operations: list[Written] = []
    fragments: dict[str, Written] = {}
    for definition in document.definitions:
        if isinstance(definition, OperationDefinitionNode):
            operations.append(written(definition))
        elif isinstance(definition, FragmentDefinitionNode):
            fragments[definition.name.value] = written(definition)
    if len(operations) > 1:
        raise _refused("TOO_MANY_OPERATIONS", "操作", "operations", len(operations), 1)
    all_written = [*operations, *fragments.values()]
    sums = sums_of(fragments)
    as_spread = [_with_spreads(one, sums) for one in operations]
    fields = max(sum(one.fields for one in all_written), *(f for f, _ in as_spread), 0)
    depth = max((d for _, d in as_spread), default=0)
    aliases = sum(one.aliases for one in all_written)
    directives = sum(one.directives for one in all_written)
    for code, ja, en, count, most in (
        ("TOO_DEEP", "階層", "levels", depth, limits.depth),
        ("TOO_MANY_ALIASES", "別名", "aliases", aliases, limits.aliases),
        ("TOO_MANY_DIRECTIVES", "ディレクティブ", "directives", directives, limits.directives),
        ("TOO_MANY_FIELDS", "項目", "fields", fields, limits.fields),
    ):
        if count > most:
            raise _refused(code, ja, en, count, most)
    return any(one.introspects for one in all_written)


def too_many_tokens(most: int) -> RequestError:
    """Return the refusal of a document that has more tokens, or comments."""
    return _refused("TOO_MANY_TOKENS", "字句", "tokens", None, most)


def _refused(code: str, japanese: str, english: str, count: int | None, most: int) -> RequestError:
    shown = "" if count is None else f"({min(count, _SATURATED)})"
    message = (
        f"問い合わせの{japanese}が多すぎます{shown}。{most}までにしてください。 / "
        f"The document has too many {english}{shown and ' ' + shown}; send at most {most}."
    )
    return RequestError([told(code, message)])


def written(definition: OperationDefinitionNode | FragmentDefinitionNode) -> Written:
    """Count what one definition has."""
    found = Written(directives=len(definition.directives or ()))
    for variable in definition.variable_definitions or ():
        found.directives += len(variable.directives or ())
    waiting: list[tuple[Any, int]] = [(definition.selection_set, 0)]
    while waiting:
        selected, level = waiting.pop()
        for one in selected.selections:
            found.directives += len(one.directives or ())
            if isinstance(one, FragmentSpreadNode):
                found.spreads.append((one.name.value, level))
                continue
            below = _count_field(found, one, level) if isinstance(one, FieldNode) else level
            if one.selection_set:
                waiting.append((one.selection_set, below))
    return found


def _count_field(found: Written, node: FieldNode, level: int) -> int:
    """Count a field, and return the level at which its own selection begins."""
    found.fields += 1
    found.aliases += node.alias is not None
    found.depth = max(found.depth, level + 1)
    if node.name.value not in _INTROSPECTION:
        return level + 1
    found.introspects = True
    return _APART


def sums_of(fragments: Mapping[str, Written]) -> dict[str, Sums]:
    """Return what each fragment has with all that it spreads; a cycle adds nothing more."""
    sums: dict[str, Sums] = {}
    for root in fragments:
        path = [(root, _unknown(fragments[root], fragments))]
        on_path = {root}
        while path and root not in sums:
            name, spreads = path[-1]
            inner = next((one for one in spreads if one not in sums and one not in on_path), None)
            if inner is None:
                sums[name] = _with_spreads(fragments[name], sums)
                on_path.discard(name)
                path.pop()
            else:
                path.append((inner, _unknown(fragments[inner], fragments)))
                on_path.add(inner)
    return sums


def _unknown(one: Written, fragments: Mapping[str, Written]) -> Iterator[str]:
    return iter([name for name, _ in one.spreads if name in fragments])


def _with_spreads(one: Written, sums: Mapping[str, Sums]) -> Sums:
    fields, depth = one.fields, one.depth
    for name, level in one.spreads:
        inner_fields, inner_depth = sums.get(name, (0, 0))
        fields += inner_fields
        depth = max(depth, level + inner_depth)
    return min(fields, _SATURATED), depth


class BoundedOverlap(OverlappingFieldsCanBeMergedRule):
    """The rule whose work can grow faster than the document, with a bound of ours."""

    def __init__(self, context: ValidationContext) -> None:
        super().__init__(context)
        self.rule_context.remaining_complexity_budget = _COMPARISONS
