"""Copies and redactions through the API: who is told what, and what comes of it."""

import pytest

from tests.schema.asking import Answer, ask, key
from tests.schema.conftest import Towns
from tests.schema.verbs import Desk
from tests.town import Town
from workflows.records import Event, EventKind, Export

COPIES = "{ copies { id url format disclosure size takenAt expiresAt } }"
REDACTABLE = """query($entry: ID!) {
  redactable(entry: $entry) { field commitment value removed table }
}"""


@pytest.fixture
def desk(towns: Towns) -> Desk:
    """Give a desk in the town with a cycle in DO."""
    return Desk(towns.hashikami)


async def redactable(town: Town, who: str | None, entry: str) -> list[Answer] | None:
    """Return what could be removed from an entry."""
    found: list[Answer] | None = (await ask(town, REDACTABLE, who, entry=entry))["redactable"]
    return found


async def test_a_copy_is_its_takers_alone(desk: Desk) -> None:
    """It is listed for who took it, and the same key gives the same copy again."""
    given = {"format": "JSONL", "idempotencyKey": key()}
    taken = await desk.done("takeCopy", "auditor", **given)
    copy = taken["copy"]
    assert copy["size"] == taken["entry"]["sequence"] == await desk.town.size()
    assert copy["url"] == f"/record/copies/{copy['id']}"
    assert (copy["format"], copy["disclosure"]) == ("JSONL", False)
    again = await desk.done("takeCopy", "auditor", **given)
    assert (again["copy"], again["replayed"]) == (copy, True)
    assert await Export.of(desk.town.id).all().count() == 1
    assert (await ask(desk.town, COPIES, "auditor"))["copies"] == [copy]
    for who in ("lead", "office", "nobody", None):
        listed = (await ask(desk.town, COPIES, who))["copies"]
        assert copy not in listed, who


async def test_parts_and_disclosure(desk: Desk) -> None:
    """Only one part at a time; a copy for disclosure is the office's."""
    project = (await desk.project())["id"]
    part = {"project": project, "fiscalYear": 2026}
    refused = await desk.refused("takeCopy", "office", format="CSV", **part)
    assert (refused["code"], refused["path"]) == ("INVALID_INPUT", ["project"])
    assert refused["message"] != refused["en"]
    for part in ({"project": project}, {"fiscalYear": 2026}):
        taken = await desk.done("takeCopy", "office", format="CSV_CP932", **part)
        event = await Event.of(desk.town.id).get(sequence=taken["entry"]["sequence"])
        assert event.document["details"]["part"].keys() == part.keys()
    taken = await desk.done("takeCopy", "office", format="JSONL", disclosure=True)
    assert taken["copy"]["disclosure"] is True
    refused = await desk.refused("takeCopy", "auditor", format="JSONL", disclosure=True)
    assert refused["requiredRoles"] == ["OFFICE"]


async def test_what_could_be_removed_is_told_to_admins_and_auditors(desk: Desk) -> None:
    """Where values stand, and what they are as far as each of them sees it."""
    town = desk.town
    edited = await Event.of(town.id).filter(kind=EventKind.SHEET_EDITED).first()
    registered = await Event.of(town.id).filter(kind=EventKind.PERSON_REGISTERED).first()
    assert edited
    assert registered
    for who in ("lead", "staff", "office", "nobody", None):
        assert await redactable(town, who, edited.public_id) is None, who
    for who in ("auditor", "admin"):
        assert await redactable(town, who, "evt_0") is None
        found = await redactable(town, who, edited.public_id)
        assert found
        assert all(bool(one["value"]) == (who == "auditor") for one in found)
        names = await redactable(town, who, registered.public_id)
        assert names
        assert all(one["value"] for one in names)
        assert {one["table"] for one in names} == {"people"}
        assert not any(one["removed"] for one in names)


async def test_what_was_removed_is_gone_for_everybody(desk: Desk) -> None:
    """The redaction lists what went; entry, person and search say nothing of it any more."""
    town = desk.town
    named = await desk.done("registerPerson", "admin", name="消去　花子", staffNumber="Z-1")
    entry = named["entry"]["id"]
    target = {"entry": entry, "field": "changes"}
    why = {"reason": "誤登録", "basis": "個人情報の保護に関する法律"}
    done = await desk.done("redact", "admin", targets=[target], everywhere=True, **why)
    assert [one["sequence"] for one in done["entry"]["removed"]] == [
        named["entry"]["sequence"],
        done["entry"]["sequence"],
    ]
    found = await redactable(town, "auditor", entry)
    assert found
    assert all(one["removed"] and one["value"] is None for one in found)
    query = """query($id: ID!) { node(id: $id) { ... on Person { name staffNumber } } }"""
    person = (await ask(town, query, "lead", id=named["person"]["id"]))["node"]
    assert person["name"] == "［消去］"
    assert person["staffNumber"].startswith("［消去］")
    listed = "{ history(last: 3) { nodes { sequence changes { field before after } reason } } }"
    assert "花子" not in str(await ask(town, listed, "auditor"))
    refused = await desk.refused("redact", "admin", targets=[target], reason="もう一度")
    assert (refused["code"], refused["path"]) == ("INVALID_INPUT", ["targets", "0", "field"])
