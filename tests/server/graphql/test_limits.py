"""Documents that ask too much: refused by a code that says of what, at next to no cost."""

import time

import pytest
from graphql import build_schema, get_introspection_query

from schema.api import SCHEMA
from server.graphql_errors import RequestError
from server.graphql_limits import DocumentLimits
from server.graphql_validation import Documents
from server.pages.plan import QUERY

DEEP = "plan{policies{categories{projects{title}}}}"
SIX_DEEPER = "projects{currentCycle{project{category{projects{title}}}}}"
CYCLE = "...on Project{currentCycle{project{currentCycle{id}}}}"


def fragments(count: int, body: str, last: str) -> str:
    """Return fragments on Plan, each of which may spread the next one, `{}`, and a last one."""
    made = "".join(f" fragment F{i} on Plan{{{body.format(f'...F{i + 1}')}}}" for i in range(count))
    return f"{{plan{{...F0}}}}{made} fragment F{count} on Plan{{{last}}}"


def code_of(text: str, limits: DocumentLimits | None = None, *, suggests: bool = True) -> str:
    """Return the first error's code; `ok` for a document that may be executed."""
    documents = Documents(SCHEMA._schema, limits or DocumentLimits(), 3)  # noqa: SLF001 - no public name
    try:
        documents.read(text, suggests)
    except RequestError as error:
        return str(error.errors[0]["extensions"]["code"]) if len(error.errors) <= 3 else "too many"
    return "ok"


HOSTILE = {
    "2^24 paths in under 1 kB": (fragments(23, "{0} {0}", "title"), "TOO_MANY_FIELDS"),
    "a fragment that spreads itself": (
        "{plan{...F}} fragment F on Plan{...F}",
        "GRAPHQL_VALIDATION_FAILED",
    ),
    "a cycle of sixty": (
        fragments(59, "title {}", "...F0"),
        "GRAPHQL_VALIDATION_FAILED",
    ),
    "a chain of fragments": (fragments(120, "{}", "title"), "ok"),
    "depth through fragments": (
        "{plan{policies{...A}}} fragment A on Policy{categories{...B}} fragment B on Category{"
        + SIX_DEEPER
        + "}",
        "TOO_DEEP",
    ),
    "1000 aliases": (
        "{" + "".join(f"a{i}:__typename " for i in range(1000)) + "}",
        "TOO_MANY_TOKENS",
    ),
    "31 aliases": (
        "{" + "".join(f"a{i}:__typename " for i in range(31)) + "}",
        "TOO_MANY_ALIASES",
    ),
    "aliases in fragments": (
        "{plan{...F}} fragment F on Plan{" + "".join(f"a{i}:title " for i in range(31)) + "}",
        "TOO_MANY_ALIASES",
    ),
    "six directives": ("{__typename" + " @include(if:true)" * 6 + "}", "TOO_MANY_DIRECTIVES"),
    "directives everywhere": (
        "query($a:Int @x)@x{...F@x ...on Query@x{__typename@x}} fragment F on Query@x{__typename}",
        "TOO_MANY_DIRECTIVES",
    ),
    "301 fields": ("{plan{" + "title " * 300 + "}}", "TOO_MANY_FIELDS"),
    "a fragment spread ten times": (
        "{plan{" + "...F " * 10 + "}} fragment F on Plan{" + "title " * 30 + "}",
        "TOO_MANY_FIELDS",
    ),
    "two operations": ("query A{__typename} query B{__typename}", "TOO_MANY_OPERATIONS"),
    "comparisons of fields": ("{" + DEEP * 59 + "}", "TOO_COMPLEX"),
    "comparisons across types": ('{node(id:"x"){' + CYCLE * 55 + "}}", "TOO_COMPLEX"),
    "comparisons of fragments": (
        "{plan{"
        + "".join(f"...F{i} " for i in range(100))
        + "}}"
        + "".join(f" fragment F{i} on Plan{{title}}" for i in range(100)),
        "TOO_COMPLEX",
    ),
    "names that are none": (
        "{" + "".join(f"projekt{i} " for i in range(299)) + "}",
        "GRAPHQL_VALIDATION_FAILED",
    ),
    "names to suggest": (
        "{projects(where:{stage:{in:[" + "PLAMX " * 900 + "]}}){totalCount}}",
        "GRAPHQL_VALIDATION_FAILED",
    ),
    "an integer of 60,000 digits": (
        "{projects(first:" + "9" * 60_000 + "){totalCount}}",
        "GRAPHQL_VALIDATION_FAILED",
    ),
    "a float without end": (
        "{projects(first:1e" + "9" * 60_000 + "){totalCount}}",
        "GRAPHQL_VALIDATION_FAILED",
    ),
    "a list in a list": (
        "{nodes(ids:" + "[" * 190 + "]" * 190 + "){id}}",
        "GRAPHQL_VALIDATION_FAILED",
    ),
    "a list in a list, 900 deep": (
        "{nodes(ids:" + "[" * 900 + "]" * 900 + "){id}}",
        "GRAPHQL_PARSE_FAILED",
    ),
    "selections 250 deep": ("{a" * 250 + "}" * 250, "GRAPHQL_PARSE_FAILED"),
    "64 KiB of a comment": ("#" + "x" * 65_000 + "\n{plan{title}}", "ok"),
    "a comment in each line": ("#\n" * 30_000 + "{plan{title}}", "TOO_MANY_TOKENS"),
    "64 KiB of a string": (
        '{projects(where:{search:"""' + "a\n" * 32_000 + '"""}){totalCount}}',
        "ok",
    ),
    "the schema of the schema": (
        "{__schema{types{interfaces{possibleTypes{interfaces{possibleTypes{name}}}}}}}",
        "GRAPHQL_VALIDATION_FAILED",
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_too_much_costs_next_to_nothing(name: str) -> None:
    """Each has its own code, and none takes long: a second is for machines that measure coverage."""
    text, code = HOSTILE[name]
    assert len(text.encode()) <= 65_536
    began = time.process_time()
    assert code_of(text) == code
    assert time.process_time() - began < 1


@pytest.mark.parametrize(
    ("limit", "text", "code"),
    [
        ("tokens", "{ plan { title } }", "TOO_MANY_TOKENS"),
        ("depth", "{ plan { title } }", "TOO_DEEP"),
        ("aliases", "{ a: __typename }", "TOO_MANY_ALIASES"),
        ("directives", "{ __typename @skip(if: false) }", "TOO_MANY_DIRECTIVES"),
        ("fields", "{ plan { title } }", "TOO_MANY_FIELDS"),
    ],
)
def test_each_limit_is_the_most_that_there_may_be(limit: str, text: str, code: str) -> None:
    """As many as the limit pass; one fewer allowed, and the code says which limit it was."""
    counts = {"tokens": 6, "depth": 2, "aliases": 1, "directives": 1, "fields": 2}
    assert code_of(text, DocumentLimits(**{limit: counts[limit]})) == "ok"
    assert code_of(text, DocumentLimits(**{limit: counts[limit] - 1})) == code


def test_the_refusal_says_how_many_there_may_be() -> None:
    """In both languages, with the number that there were."""
    documents = Documents(SCHEMA._schema, DocumentLimits(aliases=2), 3)  # noqa: SLF001 - no public name
    with pytest.raises(RequestError) as refused:
        documents.read("{ a: __typename b: __typename c: __typename }", False)  # noqa: FBT003 - one argument
    assert str(refused.value) == (
        "問い合わせの別名が多すぎます(3)。2までにしてください。 / "
        "The document has too many aliases (3); send at most 2."
    )


USUAL = [
    QUERY,
    get_introspection_query(),
    get_introspection_query(
        descriptions=True,
        specified_by_url=True,
        directive_is_repeatable=True,
        schema_description=True,
        input_value_deprecation=True,
    ),
]


@pytest.mark.parametrize("text", USUAL)
def test_what_is_usually_asked_is_no_more_than_that(text: str) -> None:
    """The page's own document, and what tools ask of the schema."""
    assert code_of(text) == "ok"


def test_introspection_is_not_deep_but_what_stands_beside_it_is() -> None:
    """`__schema` and `__type` nest deeper than data does; other names with `__` are no way out."""
    beside = "{ __schema { types { fields { type { name } } } } plan { policies { code } } }"
    assert code_of(beside, DocumentLimits(depth=3)) == "ok"
    assert code_of(beside, DocumentLimits(depth=2)) == "TOO_DEEP"
    own = "{ __other { a { b { c } } } }"
    assert code_of(own, DocumentLimits(depth=3)) == "TOO_DEEP"


def test_similar_names_are_told_only_to_whom_they_may_be() -> None:
    """The same document is read anew for who may know more."""
    schema = build_schema("type Query { title: String }")
    documents = Documents(schema, DocumentLimits(), 3)
    told = []
    for suggests in (True, False, True):
        with pytest.raises(RequestError) as refused:
            documents.read("{ titel }", suggests)
        told.append("Did you mean" in str(refused.value))
    assert told == [True, False, True]
