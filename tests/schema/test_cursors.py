"""Cursors of another list, tampered with or made up: refused or harmless, never a bug."""

import base64
import json
from typing import Any, Final

from hypothesis import example, given
from hypothesis import strategies as st

from tests.schema.asking import Answer, ask, error_codes
from tests.schema.conftest import Towns
from tests.schema.paging import HISTORY, PROJECTS
from tests.schema.test_paging import BOUNDED
from tests.town import Town

BAD: Final = ["BAD_CURSOR"]
OF_PROJECT: Final = """query($after: String) { list: project(ref: {code: "1_02"}) {
  history(after: $after) { totalCount } } }"""
ORDER: Final = [{"field": "TITLE", "direction": "DESC"}]


def made_up(value: object) -> str:
    """Return a cursor as they are written."""
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def read(cursor: str) -> Any:  # noqa: ANN401 - any JSON
    """Return what a cursor holds."""
    return json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))


async def cursor_of(town: Town, document: str, **given: object) -> str:
    """Return the cursor of the third item of a list."""
    page: Answer = (await ask(town, document, None, **given, first=3))["list"]
    return str(page["pageInfo"]["endCursor"])


async def test_a_cursor_belongs_to_one_list_and_order(read_towns: Towns) -> None:
    """Projects, projects in another order, the record, and the record upside down."""
    town = read_towns.small
    lists: list[tuple[str, Answer]] = [
        (PROJECTS, {}),
        (PROJECTS, {"orderBy": ORDER}),
        (PROJECTS, {"orderBy": [{"field": "TITLE", "direction": "ASC"}]}),
        (PROJECTS, {"orderBy": [{"field": "STAGE"}, *ORDER]}),
        (HISTORY, {}),
        (HISTORY, {"newestFirst": False}),
    ]
    cursors = [await cursor_of(town, document, **given) for document, given in lists]
    for mine, (document, asked) in enumerate(lists):
        for theirs, cursor in enumerate(cursors):
            for bound in ("after", "before"):
                codes = await error_codes(town, document, None, **asked, **{bound: cursor})
                assert codes == ([] if mine == theirs else BAD)


async def test_a_tampered_cursor_of_another_shape_is_refused(read_towns: Towns) -> None:
    """One value too many or too few, or of another type, in any place."""
    town = read_towns.small
    whole = read(await cursor_of(town, PROJECTS, orderBy=ORDER))
    assert len(whole) == 4
    wrong: list[object] = [whole[:-1], [*whole, 1], whole[:1], whole[0], {"a": whole}, None]
    for place in range(len(whole)):
        for value in (None, True, 1.5, [], {}, "x" if isinstance(whole[place], int) else 7):
            wrong += [[*whole[:place], value, *whole[place + 1 :]]]
    for value in wrong:
        asked = {"orderBy": ORDER, "after": made_up(value)}
        assert await error_codes(town, PROJECTS, None, **asked) == BAD, value


async def test_a_sequence_that_no_entry_has_is_refused(read_towns: Towns) -> None:
    """The record's cursors hold a sequence: from 1, and no more than a database counts."""
    for document, of in ((HISTORY, "history-"), (OF_PROJECT, "history-")):
        for value in (0, -1, 2**63, 2**64, 10**30, True, 1.0, "1", None, [1]):
            asked = {"after": made_up([of, value])}
            assert await error_codes(read_towns.small, document, None, **asked) == BAD, value
        assert (
            await error_codes(read_towns.small, document, None, after=made_up([of, 2**63 - 1]))
            == []
        )


ANY: Final = st.text(st.characters(), max_size=30) | st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4),
    max_leaves=6,
).map(made_up)
HEADED: Final = st.tuples(
    st.sampled_from(("projects:POSITION+", "projects:TITLE-,POSITION+", "history-", "history+")),
    st.lists(st.integers() | st.text(max_size=3) | st.none(), max_size=4),
).map(lambda pair: made_up([pair[0], *pair[1]]))


@BOUNDED
@given(cursor=ANY | HEADED, bound=st.sampled_from(("after", "before")))
@example(cursor="\ud800", bound="after")
@example(cursor="=", bound="after")
@example(cursor="A", bound="before")
@example(cursor=made_up([[[[[]]]]]) * 300, bound="after")
@example(cursor=base64.urlsafe_b64encode(b"[" * 100_000).decode(), bound="after")
async def test_any_cursor_is_refused_or_harmless(
    read_towns: Towns, cursor: str, bound: str
) -> None:
    """Whatever is sent as a cursor, the answer is a page or BAD_CURSOR."""
    asked = {bound: cursor}
    assert await error_codes(read_towns.small, PROJECTS, None, orderBy=ORDER, **asked) in ([], BAD)
    assert await error_codes(read_towns.small, PROJECTS, None, **asked) in ([], BAD)
    assert await error_codes(read_towns.small, HISTORY, None, **asked) in ([], BAD)
