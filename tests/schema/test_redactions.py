"""Redactions through the API: what one would do is told first, and what it did afterwards."""

from typing import Final
from uuid import uuid4

from tests.schema.asking import Answer, ask, key
from tests.schema.conftest import Towns
from tests.schema.oversight import attach
from tests.schema.verbs import Desk
from workflows.records import Evidence

PREVIEW: Final = """query($input: PreviewRedactionInput!) { previewRedaction(input: $input) {
  __typename ... on UserError { code path message }
  ... on RedactionPreview { leftCount left { sequence fields }
    entries { sequence fields entry { sequence } } rows { subjectId table columns }
    files { evidence deleted } } } }"""
REDACT: Final = """mutation($input: RedactInput!) { redact(input: $input) {
  __typename ... on UserError { code path message }
  ... on Redacted { entryCount valueCount rowCount evidenceCount leftCount replayed
    left { sequence fields entry { sequence } }
    entry { sequence ... on Redaction { basis leftCount left { sequence fields }
      removed { sequence } removedEvidence { name } } } } } }"""
ENTRY: Final = """query($sequence: Int!) { entry(sequence: $sequence) { ... on Redaction {
  basis removedEvidence { id name } } } }"""


async def preview(desk: Desk, who: str | None, **given: object) -> Answer:
    """Return what a redaction would do."""
    found: Answer = (await ask(desk.town, PREVIEW, who, input=given))["previewRedaction"]
    return found


async def redacted(desk: Desk, **given: object) -> Answer:
    """Return what a redaction did."""
    done: Answer = (await ask(desk.town, REDACT, "admin", input=given))["redact"]
    assert done["__typename"] == "Redacted", done
    return done


async def test_what_is_previewed_is_what_is_done(towns: Towns) -> None:
    """Values, rows and files that go are counted; what stays within other texts is named."""
    desk = Desk(towns.hashikami)
    named = await desk.done("registerPerson", "admin", name="消去　花子", staffNumber="Z-1")
    await desk.done("registerPerson", "admin", name="消去　花子の代理", staffNumber="Z-2")
    _ = await attach(desk.town, "名簿.pdf")
    evidence = await desk.first(Evidence, name="名簿.pdf")
    given = {
        "targets": [{"entry": named["entry"]["id"], "field": "changes.0.after.name"}],
        "everywhere": True,
        "evidence": [evidence],
    }
    told = await preview(desk, "admin", **given)
    assert told["files"] == [{"evidence": evidence, "deleted": True}]
    (person,) = [row for row in told["rows"] if row["table"] == "people"]
    assert person == {"subjectId": named["person"]["id"], "table": "people", "columns": ["name"]}
    first, second = told["entries"]
    assert first["fields"] == ["changes.0.after.name"]
    assert first["sequence"] == first["entry"]["sequence"] == named["entry"]["sequence"]
    assert second["fields"] == ["changes.0.after.name", "changes.0.after.note"]
    asked = {**given, "reason": "申出", "basis": "条例第3条", "idempotencyKey": key()}
    done, again = await redacted(desk, **asked), await redacted(desk, **asked)
    assert (done["entryCount"], done["valueCount"]) == (2, 3)
    assert (done["rowCount"], done["evidenceCount"]) == (2, 1)
    (left,) = told["left"]
    assert left["fields"] == ["changes.0.after.name"]
    assert done["left"] == [{**left, "entry": {"sequence": left["sequence"]}}]
    assert done["entry"]["left"] == [left]
    assert done["leftCount"] == done["entry"]["leftCount"] == told["leftCount"] == 1
    assert (again.pop("replayed"), done.pop("replayed")) == (True, False)
    assert again == done
    for who, rows in (("admin", []), ("auditor", [{"id": evidence, "name": "［消去］"}])):
        entry = (await ask(desk.town, ENTRY, who, sequence=done["entry"]["sequence"]))["entry"]
        assert entry == {"basis": "条例第3条", "removedEvidence": rows}, who


async def test_evidence_alone(towns: Towns) -> None:
    """Needs no targets; two that are one file are told apart from one that shares it."""
    desk = Desk(towns.hashikami)
    _ = await attach(desk.town, "名簿.pdf")
    evidence = await desk.first(Evidence, name="名簿.pdf")
    done = await redacted(desk, evidence=[evidence], reason="申出", idempotencyKey=key())
    assert (done["evidenceCount"], done["leftCount"], done["entry"]["basis"]) == (1, 0, None)
    refused = await preview(desk, "admin", evidence=[evidence])
    assert (refused["code"], refused["path"]) == ("INVALID_INPUT", ["evidence", "0"])


async def test_only_an_admin_previews(towns: Towns) -> None:
    """To others it says so, and to the admin what is wrong with what was asked."""
    desk = Desk(towns.hashikami)
    for who in ("lead", "staff", "office", "auditor", "nobody"):
        assert (await preview(desk, who, evidence=[f"evd_{uuid4().hex}"]))["code"] == "FORBIDDEN"
    assert (await preview(desk, None))["code"] == "NOT_SIGNED_IN"
    missing = await preview(desk, "admin", evidence=[f"evd_{uuid4().hex}"])
    assert (missing["code"], missing["path"]) == ("NOT_FOUND", ["evidence", "0"])
    nothing = await preview(desk, "admin")
    assert (nothing["code"], nothing["path"]) == ("INVALID_INPUT", ["targets"])
