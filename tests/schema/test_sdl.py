"""The SDL: what a front-end developer has, and nothing else."""

import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLUnionType,
    build_schema,
    get_named_type,
    is_introspection_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
    is_specified_scalar_type,
)

import schema.api
from schema.api import SCHEMA
from schema.results import ERRORS

SDL = SCHEMA.as_str() + "\n"
SNAPSHOT = Path(schema.api.__file__).parent / "schema.graphql"
BUILT = build_schema(SDL)
TYPES = [
    named
    for named in BUILT.type_map.values()
    if not is_introspection_type(named) and not is_specified_scalar_type(named)
]
ROOTS = {"Query", "Mutation", "Subscription"}
RESULTS = [t for t in TYPES if isinstance(t, GraphQLUnionType) and t.name.endswith("Result")]


def places() -> Iterator[tuple[str, str | None]]:
    """Yield everything that has a name, with its description."""
    for named in TYPES:
        yield named.name, named.description
        for name, member in members_of(named).items():
            yield f"{named.name}.{name}", member.description
            for argument, value in getattr(member, "args", {}).items():
                yield f"{named.name}.{name}({argument})", value.description


def members_of(named: GraphQLNamedType) -> dict[str, Any]:
    """Return a type's fields, input fields or enum values."""
    if isinstance(named, GraphQLEnumType):
        return dict(named.values)
    return dict(getattr(named, "fields", {}))


def test_the_snapshot_is_the_schema() -> None:
    """The committed SDL is what the code says: every change is seen in review."""
    assert SNAPSHOT.read_text(encoding="utf-8") == SDL


def test_everything_has_a_description() -> None:
    """Every type, field, argument, input field and enum value is described, in a sentence."""
    assert [place for place, text in places() if not (text or "").strip()] == []
    unfinished = [place for place, text in places() if text and text.strip()[-1] not in ".。)"]
    assert unfinished == []


def test_descriptions_name_only_what_there_is() -> None:
    """A field that a description points at, as in Cycle.availableTransitions, exists."""
    fields = {place.split("(")[0] for place, _ in places()}
    named = {
        (place, one)
        for place, text in places()
        for one in re.findall(r"\b[A-Z][a-z]+[A-Za-z]*\.[a-z][A-Za-z]*\b", text or "")
    }
    assert {pair for pair in named if pair[1] not in fields} == set()
    assert ("Mutation.fireTransition", "Cycle.availableTransitions") in named


def test_names_follow_the_conventions() -> None:
    """Types are PascalCase, fields and arguments camelCase, enum values SCREAMING_SNAKE_CASE."""
    for place, _ in places():
        name, _, member = place.partition(".")
        assert re.fullmatch(r"[A-Z]+[a-z0-9]*([A-Z][a-z0-9]*)*", name), place
        is_enum = isinstance(BUILT.type_map[name], GraphQLEnumType)
        form = r"[A-Z]+(_[A-Z]+[0-9]*)*" if is_enum else r"[a-z]+[a-zA-Z0-9]*(\([a-zA-Z]+\))?"
        assert not member or re.fullmatch(form, member), place
    inputs = [t.name for t in TYPES if isinstance(t, GraphQLInputObjectType)]
    ending = ("Input", "Where", "Order", "Ref")
    assert [name for name in inputs if not name.endswith(ending)] == []


def reached() -> set[str]:
    """Return the names of all types that a client can come to from the roots."""
    seen: set[str] = set()
    waiting: list[GraphQLNamedType] = [BUILT.type_map[name] for name in ROOTS]
    while waiting:
        named = waiting.pop()
        if named.name in seen:
            continue
        seen.add(named.name)
        if isinstance(named, GraphQLUnionType | GraphQLInterfaceType):
            waiting += BUILT.get_possible_types(named)
        if isinstance(named, GraphQLObjectType | GraphQLInterfaceType):
            waiting += named.interfaces
            for field in named.fields.values():
                waiting.append(get_named_type(field.type))
                waiting += [get_named_type(argument.type) for argument in field.args.values()]
        if isinstance(named, GraphQLInputObjectType):
            waiting += [get_named_type(entry.type) for entry in named.fields.values()]
    return seen


def test_no_type_is_unused() -> None:
    """Whatever the schema declares, a query can reach or give."""
    assert {named.name for named in TYPES} - reached() == set()


def test_every_verb_answers_with_its_success_and_every_error() -> None:
    """A result union has one success and its errors, all of them UserErrors.

    Acts in the record answer with Validated and every common error; those about accounts cannot
    be validated, and have neither revision nor key.
    """
    common = {error.__name__ for error in ERRORS}
    user_error = BUILT.type_map["UserError"]
    assert isinstance(user_error, GraphQLInterfaceType)
    errors = {t.name for t in BUILT.get_possible_types(user_error)}
    at_door = {"SecondFactorNeeded", "SignInFailed", "SlowedDown", "Busy", "MailFailed"}
    outdated = {"RevisionConflict", "PreviewOutdated", "FindingChanged"}
    assert errors == common | at_door | outdated | {
        *("SigningKeyMissing", "RecordDiverged", "PlanTextRefused"),
    }
    about_accounts = common - {"IdempotencyMismatch"}
    for union in RESULTS:
        members = {member.name for member in union.types}
        recorded = "Validated" in members
        assert (common if recorded else about_accounts) < members, union.name
        assert len(members - errors - {"Validated"}) == 1, union.name


def inputs_of(verb: GraphQLField) -> set[str]:
    """Return the names of all that a verb can be given, however deep."""
    seen: set[str] = set()
    waiting = [get_named_type(argument.type) for argument in verb.args.values()]
    names: set[str] = set()
    while waiting:
        named = waiting.pop()
        if named.name in seen or not isinstance(named, GraphQLInputObjectType):
            continue
        seen.add(named.name)
        names |= named.fields.keys()
        waiting += [get_named_type(entry.type) for entry in named.fields.values()]
    return names


def test_what_was_read_can_be_outdated_only_where_it_is_given() -> None:
    """RevisionConflict comes where a revision is expected; so do the others, and never elsewhere."""
    pairs = {
        "RevisionConflict": "expectedRevision",
        "PreviewOutdated": "expectedPreview",
        "FindingChanged": "expectedStatus",
    }
    assert BUILT.mutation_type
    for name, verb in BUILT.mutation_type.fields.items():
        union = get_named_type(verb.type)
        assert isinstance(union, GraphQLUnionType)
        members, given = {member.name for member in union.types}, inputs_of(verb)
        for error, expected in pairs.items():
            assert (error in members) == (expected in given), (name, error)


def test_only_what_takes_effect_can_have_taken_it_earlier() -> None:
    """`effectiveAt` is no input of what auditors do, of copies, checkpoints and redactions."""
    assert BUILT.mutation_type
    dated = {
        n for n, verb in BUILT.mutation_type.fields.items() if "effectiveAt" in inputs_of(verb)
    }
    of_the_record = {"issueCheckpoint", "addCosignature", "takeCopy", "redact", "withdrawEvidence"}
    assert not dated & of_the_record
    assert not [name for name in dated if name.endswith("Finding")]
    assert {"fireTransition", "editSheet", "registerPerson", "appoint", "delegate"} <= dated


def test_times_have_names_of_their_own() -> None:
    """What is a moment is called …At, wherever it is answered."""
    odd = [
        f"{named.name}.{name}"
        for named in TYPES
        if isinstance(named, GraphQLObjectType | GraphQLInterfaceType)
        for name, field in named.fields.items()
        if get_named_type(field.type).name == "DateTime" and not name.endswith("At")
    ]
    assert odd == []


def shape(named: GraphQLOutputType) -> str:
    """Return what two fields of one response name must share (GraphQL, SameResponseShape)."""
    if is_non_null_type(named):
        return f"{shape(named.of_type)}!"
    if is_list_type(named):
        return f"[{shape(named.of_type)}]"
    return get_named_type(named).name if is_leaf_type(named) else "{}"


def test_members_can_be_selected_side_by_side() -> None:
    """No two members of a union, or kinds of entries, have a field of one name and two shapes.

    A client that selects both without aliases would be told that its document is not valid.
    """
    history = BUILT.type_map["HistoryEntry"]
    for abstract in [t for t in TYPES if isinstance(t, GraphQLUnionType)] + [history]:
        assert isinstance(abstract, GraphQLUnionType | GraphQLInterfaceType)
        shapes: defaultdict[str, set[str]] = defaultdict(set)
        for member in BUILT.get_possible_types(abstract):
            for name, field in member.fields.items():
                shapes[name].add(shape(field.type))
        assert {n: s for n, s in shapes.items() if len(s) > 1} == {}, abstract
