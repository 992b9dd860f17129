"""Names and free text are in no body, and openings give them back, or show that they are gone."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.database import connected
from tests.schema.happenings import happen
from tests.town import Town
from workflows.changes import RECORDED
from workflows.records import Event, EventKind
from workflows.sealing import REMOVED, SALT, Removed, Sealer, commitment, commitments, opened, words

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)
PLAIN = {
    "origin",
    "key_id",
    "public_key",
    "code",
    "grade",
    "baseline",
    "target",
    "actual",
    "source_sha256",
    "media_type",
    "sha256",
}
"""Columns of text that nobody wrote freely."""
NOT_WRITTEN = re.compile(r"[A-Z_]+|[0-9a-f-]{36}|\d{4}-\d\d-\d\d.*")
"""Ids, dates and the API's own words, which refused attempts were given."""


@given(value=JSON)
def test_a_value_comes_back_as_it_was(value: object) -> None:
    """Whatever it is; and without its opening nothing of it is told."""
    sealer = Sealer()
    sealed = sealer.value("reason", value)
    assert opened(sealed, sealer.openings) == value
    for opening in sealer.openings:
        assert len(opening) > SALT
        assert json.loads(opening[SALT:]) == value
        assert sealed == {"sealed": commitment(opening)}
        assert isinstance(opened(sealed, []), Removed)


def test_the_same_value_is_sealed_anew_each_time() -> None:
    """Nobody can guess it by trying what it might be."""
    sealer = Sealer()
    assert sealer.value("name", "山田") != sealer.value("name", "山田")


def test_parts_are_sealed_one_by_one() -> None:
    """A sheet's figures and ids stay to read, its words do not."""
    sealer = Sealer()
    sheet = {
        "goal": "目標",
        "grade": "A",
        "budget_yen": 3,
        "indicators": [{"id": "1", "name": "率"}],
    }
    sealed = sealer.members({"sheet": sheet, "until": "2026"})
    assert sealed["until"] == "2026"
    assert sealed["sheet"]["grade"] == "A"
    assert sealed["sheet"]["indicators"][0]["id"] == "1"
    assert len(commitments(sealed)) == 2
    assert words(sealer.openings) == ["目標", "率"]
    assert opened(sealed, sealer.openings)["sheet"] == sheet
    assert opened(sealed, sealer.openings[1:])["sheet"]["goal"] == REMOVED


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_no_body_has_a_name_or_a_text(database_url: str) -> None:
    """Of everything that can happen: whatever anybody wrote is only in the openings."""
    async with connected(database_url, upgrade=False):
        town = await Town.load()
        await happen(town)
        events = await Event.of(town.id)
        assert {event.kind for event in events} == set(EventKind)
        bodies = "\n".join(event.body for event in events)
        written = {text for event in events for text in words(json.loads(event.openings or "[]"))}
        for model in RECORDED.values():
            names = [n for n, f in model._meta.fields_map.items() if f.field_type is str]  # noqa: SLF001 - Tortoise's documented way
            for row in await model.of(town.id):
                written |= {
                    text
                    for name in set(names) - PLAIN
                    if isinstance(text := getattr(row, name), str) and type(text) is str
                }
        found = {
            text
            for text in written
            if len(text) > 3
            and not NOT_WRITTEN.fullmatch(text)
            and json.dumps(text, ensure_ascii=False) in bodies
        }
        assert found == set()
        assert len(written) > 200


def test_words_of_what_is_nested() -> None:
    """Texts are found however deep they stand."""
    assert words(["x" * SALT + '{"a":["一",{"b":"二"}],"c":3}']) == ["一", "二"]
