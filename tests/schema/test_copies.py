"""Copies and redactions through the API: who is told what, and what comes of it."""

import datetime as dt

import pytest

from tests.schema.asking import Answer, ask, error_codes, key
from tests.schema.conftest import Towns
from tests.schema.verbs import Desk
from tests.town import Town
from workflows.records import Event, EventKind, Export

COPY = """id url format disclosure treeSize entryCount takenAt expiresAt
  part { project { id } department { id } fiscalYear }"""
COPIES = f"{{ copies {{ totalCount nodes {{ {COPY} }} }} }}"
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
    assert (
        copy["treeSize"]
        == copy["entryCount"]
        == taken["entry"]["sequence"]
        == await desk.town.size()
    )
    assert copy["url"] == f"/record/copies/{copy['id']}"
    assert (copy["format"], copy["disclosure"]) == ("JSONL", False)
    again = await desk.done("takeCopy", "auditor", **given)
    assert (again["copy"], again["replayed"]) == (copy, True)
    assert await Export.of(desk.town.id).all().count() == 1
    assert (await ask(desk.town, COPIES, "auditor"))["copies"] == {"totalCount": 1, "nodes": [copy]}
    node = f"query($id: ID!) {{ node(id: $id) {{ __typename ... on Copy {{ {COPY} }} }} }}"
    found = (await ask(desk.town, node, "auditor", id=copy["id"]))["node"]
    assert found == {"__typename": "Copy", **copy}
    for who in ("lead", "office", "admin", "nobody", None):
        listed = (await ask(desk.town, COPIES, who))["copies"]
        assert listed == {"totalCount": 0, "nodes": []}, who
        assert (await ask(desk.town, node, who, id=copy["id"]))["node"] is None, who


async def test_copies_are_listed_a_page_at_a_time(desk: Desk) -> None:
    """The latest first; those that expired are not there."""
    taken = [(await desk.done("takeCopy", "office", format="CSV"))["copy"]["id"] for _ in range(5)]
    first, *_ = await Export.of(desk.town.id).order_by("size")
    late = first.created_at - dt.timedelta(days=7)
    await Export.of(desk.town.id).filter(id=first.id).update(created_at=late)
    document = """query($first: Int, $after: String) { copies(first: $first, after: $after) {
      totalCount edges { cursor node { id } } nodes { id } pageInfo { hasNextPage endCursor } } }"""
    walked, after = [], None
    while True:
        page = (await ask(desk.town, document, "office", first=2, after=after))["copies"]
        assert page["totalCount"] == 4
        assert [edge["node"] for edge in page["edges"]] == page["nodes"]
        walked += [node["id"] for node in page["nodes"]]
        if not page["pageInfo"]["hasNextPage"]:
            break
        after = page["pageInfo"]["endCursor"]
    assert walked == taken[:0:-1]
    codes = await error_codes(desk.town, document, "office", first=0, after=None)
    assert codes == ["BAD_PAGE"]
    codes = await error_codes(desk.town, document, "office", first=1, after="x")
    assert codes == ["BAD_CURSOR"]


async def test_the_entry_tells_what_was_copied(desk: Desk) -> None:
    """Format, part and whether it was for disclosure, as the copy itself does."""
    document = """query($s: Int!) { entry(sequence: $s) { ... on CopyTaken { treeSize format
      disclosure copiedPart { project { id } department { id } fiscalYear } } } }"""
    project, department = (await desk.project())["id"], desk.department("税務課")
    nothing = {"project": None, "department": None, "fiscalYear": None}
    for asked, part in (
        ({"format": "CSV", "project": project}, nothing | {"project": {"id": project}}),
        ({"format": "CSV_CP932", "fiscalYear": 2026}, nothing | {"fiscalYear": 2026}),
        (
            {"format": "JSONL", "department": department},
            nothing | {"department": {"id": department}},
        ),
        ({"format": "JSONL", "disclosure": True}, nothing),
    ):
        taken = await desk.done("takeCopy", "office", **asked)
        sequence = taken["entry"]["sequence"]
        told = (await ask(desk.town, document, "office", s=sequence))["entry"]
        assert told["copiedPart"] == taken["copy"]["part"] == part
        assert told["treeSize"] == taken["copy"]["treeSize"] == sequence
        assert told["format"] == taken["copy"]["format"] == asked["format"]
        assert told["disclosure"] == taken["copy"]["disclosure"] == ("disclosure" in asked)


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


async def test_values_of_an_entry_that_may_not_be_seen_are_not_told(desk: Desk) -> None:
    """An admin sees no finding; ordered to, they take its text out by what it is known by."""
    town = desk.town
    project = (await desk.project())["id"]
    raised = await desk.done("raiseFinding", "auditor", project=project, text="秘密の指摘")
    event = await Event.of(town.id).filter(kind=EventKind.FINDING_RAISED).first()
    assert event
    seen = await redactable(town, "auditor", event.public_id)
    assert seen
    assert "秘密の指摘" in {one["value"] for one in seen}
    hidden = await redactable(town, "admin", event.public_id)
    assert hidden == [one | {"value": None} for one in seen]
    (known,) = [one["commitment"] for one in seen if one["field"] == "changes.0.after.text"]
    target = {"entry": event.public_id, "field": known}
    done = await desk.done("redact", "admin", targets=[target], reason="命令")
    assert done["entry"]["removed"][0]["commitments"] == [known]
    query = "query($id: ID!) { node(id: $id) { ... on Finding { text } } }"
    told = (await ask(town, query, "auditor", id=raised["finding"]["id"]))["node"]
    assert told == {"text": "［消去］"}


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
    listed = "{ history(first: 3) { nodes { sequence changes { field before after } reason } } }"
    assert "花子" not in str(await ask(town, listed, "auditor"))
    for one in done["entry"]["removed"]:
        assert all(c.startswith("sha256:") for c in one["commitments"])
        assert one["entry"] == {"sequence": one["sequence"]}
    hashes = {one["commitment"] for one in found}
    assert hashes == set(done["entry"]["removed"][0]["commitments"])
    changes = await changed(desk, named["entry"]["sequence"])
    assert changes["name"] == {"before": None, "after": "［消去］", "removed": True}
    changes = await changed(desk, done["entry"]["sequence"])
    assert changes["name"] == {"before": "［消去］", "after": "［消去］", "removed": True}
    refused = await desk.refused("redact", "admin", targets=[target], reason="もう一度")
    assert (refused["code"], refused["path"]) == ("INVALID_INPUT", ["targets", "0", "field"])


async def changed(desk: Desk, sequence: int) -> dict[str, Answer]:
    """Return an entry's changes by field, as an auditor is told of them."""
    document = """query($s: Int!) { entry(sequence: $s) {
      changes { field before after removed } } }"""
    told = (await ask(desk.town, document, "auditor", s=sequence))["entry"]["changes"]
    return {change.pop("field"): change for change in told}


async def test_what_somebody_wrote_was_not_removed(desk: Desk) -> None:
    """Whoever writes the mark itself is not taken for a redaction."""
    named = await desk.done("registerPerson", "admin", name="［消去］", staffNumber="Z-2")
    changes = await changed(desk, named["entry"]["sequence"])
    assert changes["name"] == {"before": None, "after": "［消去］", "removed": False}


async def test_a_value_is_removed_by_its_hash(desk: Desk) -> None:
    """As `redactable` tells it, or as the body has it."""
    for name, spelled in (("一郎", str), ("二郎", lambda one: one.removeprefix("sha256:"))):
        named = await desk.done("registerPerson", "admin", name=name, staffNumber=name)
        entry = named["entry"]["id"]
        (found,) = [
            one
            for one in await redactable(desk.town, "admin", entry) or ()
            if one["field"] == "changes.0.after.name"
        ]
        target = {"entry": entry, "field": spelled(found["commitment"])}
        done = await desk.done("redact", "admin", targets=[target], reason="誤登録")
        assert found["commitment"] in done["entry"]["removed"][0]["commitments"]
