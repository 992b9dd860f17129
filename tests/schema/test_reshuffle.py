"""Lists of appointments (人事異動の一覧), as an admin's page has them."""

import datetime as dt
from typing import Any, Final

import pytest

from tests.schema.asking import Answer, ask, key
from tests.schema.conftest import Towns
from tests.schema.verbs import Desk
from tests.town import PEOPLE, Town, applied
from workflows.fiscal import day_of
from workflows.ledger import now
from workflows.records import Appointment, EventKind
from workflows.replay import audit
from workflows.revise.people import end_appointment

HEAD: Final = "職員番号,氏名,役割,課,開始日,終了日\n"
PREVIEW: Final = """query($input: PreviewAppointmentsInput!) { previewAppointments(input: $input) {
  __typename
  ... on AppointmentsPreview {
    sha256
    steps { kind staffNumber name person { id } role department { name } startsOn endsOn line
      appointment { id endsOn } }
    faults { line column message en: message(lang: EN) }
  }
  ... on UserError { code path message }
  ... on Forbidden { requiredRoles }
} }"""


@pytest.fixture
def desk(towns: Towns) -> Desk:
    """Sit down in the larger town."""
    return Desk(towns.large)


async def preview(desk: Desk, who: str | None, csv: str, **given: Any) -> Answer:  # noqa: ANN401 - the input's own
    """Return what a list would lead to."""
    asked = {"csv": csv, "effectiveOn": "2048-04-01", **given}
    found: Answer = (await ask(desk.town, PREVIEW, who, input=asked))["previewAppointments"]
    return found


async def apply(desk: Desk, csv: str, sha256: str, **given: Any) -> Answer:  # noqa: ANN401 - the input's own
    """Return the answer to a list that is applied."""
    asked = {"csv": csv, "effectiveOn": "2048-04-01", "expectedPreview": sha256, **given}
    return await desk.act("applyAppointments", "admin", **asked)


async def test_a_list_is_previewed_then_applied(desk: Desk) -> None:
    """Every step with whom, what and when; then done once, by key, and told in numbers."""
    csv = HEAD + "lead,八戸市のlead,課長,税務課,,\nN1,新人,担当者,税務課,R30.4.1,\n"
    size = await desk.town.size()
    seen = await preview(desk, "admin", csv)
    assert seen["faults"] == []
    common = {"appointment": None, "endsOn": None, "person": {"id": desk.person("lead")}}
    lead = {"staffNumber": "lead", "name": "八戸市のlead", "role": "LEAD"}
    new = {"staffNumber": "N1", "name": "新人", "person": None, "line": 3}
    held = await desk.first(Appointment, person_id=desk.town.people["lead"])
    assert seen["steps"] == [
        {**common, **lead, "kind": "APPOINT", "department": {"name": "税務課"},
         "startsOn": "2048-04-01", "line": 2},
        {**common, **lead, "kind": "END", "department": {"name": "町民生活課"},
         "startsOn": "2024-04-01", "endsOn": "2048-03-31", "line": None,
         "appointment": {"id": held, "endsOn": None}},
        {**common, **new, "kind": "REGISTER", "role": None, "department": None, "startsOn": None},
        {**common, **new, "kind": "APPOINT", "role": "STAFF", "department": {"name": "税務課"},
         "startsOn": "2048-04-01"},
    ]  # fmt: skip
    assert await desk.town.size() == size
    made = key()
    done = await apply(desk, csv, seen["sha256"], idempotencyKey=made)
    assert [done[n] for n in ("registered", "ended", "appointed", "replayed")] == [1, 1, 2, False]
    assert done["entry"]["sequence"] == size + 1
    assert await desk.town.size() == size + 4
    again = await apply(desk, csv, seen["sha256"], idempotencyKey=made)
    assert again == {**done, "replayed": True}
    kept = await preview(desk, "admin", csv)
    assert {step["kind"] for step in kept["steps"]} == {"KEEP"}
    assert await audit(desk.town.id) == []


async def test_everything_wrong_is_told(desk: Desk) -> None:
    """With line and column, in both languages; there is nothing to give back then."""
    csv = HEAD + "lead,別人,社長,無課,,x\nstaff,八戸市のstaff,担当者,無課,,\n"
    seen = await preview(desk, "admin", csv)
    assert seen["sha256"] is None
    assert [(f["line"], f["column"]) for f in seen["faults"]] == [
        (2, "ROLE"),
        (2, "ENDS_ON"),
        (2, "NAME"),
        (2, "DEPARTMENT"),
        (3, "DEPARTMENT"),
    ]
    assert all(f["message"] != f["en"] for f in seen["faults"])
    answer = await apply(desk, csv, "")
    assert (answer["code"], answer["path"]) == ("PREVIEW_OUTDATED", ["expectedPreview"])
    answer = await apply(desk, csv, answer["currentPreview"])
    assert (answer["code"], answer["path"]) == ("INVALID_INPUT", ["csv"])
    last = (await desk.town.last_event()).document["details"]["given"]
    assert len(last["csv"]) == 64
    early = await preview(desk, "admin", csv, effectiveOn="1989-01-08")
    assert (early["code"], early["path"]) == ("INVALID_INPUT", ["effectiveOn"])


async def test_a_change_between_is_noticed(desk: Desk) -> None:
    """The typed answer has the fingerprint of what would be done now; nothing was done."""
    csv = HEAD + "lead,八戸市のlead,課長,税務課,,\n"
    seen = await preview(desk, "admin", csv)
    replaced = await preview(desk, "admin", csv, replaceAll=True)
    assert replaced["sha256"] != seen["sha256"]
    ends_on = {"endsOn": "2048-12-31"}
    held = await desk.first(Appointment, person_id=desk.town.people["lead"])
    await desk.done("endAppointment", "admin", appointment=held, **ends_on)
    answer = await apply(desk, csv, seen["sha256"])
    assert answer["__typename"] == "PreviewOutdated"
    current = (await preview(desk, "admin", csv))["sha256"]
    assert answer["currentPreview"] == current
    assert (await apply(desk, csv, current))["__typename"] == "AppointmentsApplied"


async def test_only_an_admin_sees_what_would_be_done(desk: Desk) -> None:
    """Others are refused with a typed answer that does not depend on the list."""
    csv = HEAD + "lead,八戸市のlead,課長,税務課,,\n"
    for who in PEOPLE:
        seen = await preview(desk, who, csv)
        if who == "admin":
            assert seen["__typename"] == "AppointmentsPreview"
            continue
        assert (seen["code"], seen["requiredRoles"]) == ("FORBIDDEN", ["ADMIN"])
        assert (
            seen == await preview(desk, who, "") == await preview(desk, who, csv, replaceAll=True)
        )
    assert (await preview(desk, None, csv))["code"] == "NOT_SIGNED_IN"


STORY: Final = """query($actor: ID!) { history(first: 50, where: {actor: $actor}) { nodes {
  __typename actor { person { staffNumber } role department { name } } } } }"""


async def test_who_moved_keeps_what_they_did(desk: Desk) -> None:
    """Entries before and after the move each tell of the capacity that was held then."""
    town: Town = desk.town
    today = day_of(now())
    await desk.edit("lead", {"results": {"activities": "前任として"}}, "1_05")
    before = (await ask(town, STORY, "auditor", actor=desk.person("lead")))["history"]["nodes"]
    csv = HEAD + "lead,八戸市のlead,担当者,税務課,,\n"
    seen = await preview(desk, "admin", csv, effectiveOn=str(today))
    done = await apply(desk, csv, seen["sha256"], effectiveOn=str(today))
    assert done["__typename"] == "AppointmentsApplied"
    cycle = await desk.cycle("1_05")
    asked = {"cycle": cycle["id"], "expectedRevision": cycle["revision"]}
    part = {"results": {"activities": "もう担当ではない"}}
    refused = await desk.refused("editSheet", "lead", **asked, part=part)
    assert refused["requiredDepartment"] == {"name": "町民生活課"}
    await desk.edit("lead", {"plan": {"goal": "新しい課で"}}, "1_06")
    after = (await ask(town, STORY, "auditor", actor=desk.person("lead")))["history"]["nodes"]
    assert after[-len(before) :] == before
    told = [(e["__typename"], e["actor"]["role"], e["actor"]["department"]) for e in after[:3]]
    assert told == [
        ("SheetEdit", "STAFF", {"name": "税務課"}),
        ("Refusal", None, None),
        ("SheetEdit", "LEAD", {"name": "町民生活課"}),
    ]
    assert await audit(town.id) == []


async def test_what_ended_between_makes_no_difference_to_others(desk: Desk) -> None:
    """An appointment of somebody whom the list does not touch may change meanwhile."""
    csv = HEAD + "N1,新人,担当者,税務課,,\n"
    seen = await preview(desk, "admin", csv)
    held = await Appointment.of(desk.town.id).get(person_id=desk.town.people["auditor"])
    ended = await end_appointment(desk.town.by("admin"), held.id, dt.date(2048, 3, 31))
    assert applied(ended).kind is EventKind.APPOINTMENT_ENDED
    assert (await apply(desk, csv, seen["sha256"]))["registered"] == 1
