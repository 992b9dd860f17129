"""Every verb: done, only tried, done again with the same key, and not allowed."""

from typing import Final

import pytest

from tests.schema.asking import Answer, key
from tests.schema.conftest import Towns
from tests.schema.valid import WHO, prepare, valid_inputs
from tests.schema.verbs import SUCCESS, VERBS, Desk
from workflows.replay import audit

KIND: Final = {
    "importPlan": "PlanImport",
    "editSheet": "SheetEdit",
    "changeProjectStatus": "StatusChange",
    "transferOwnership": "OwnershipTransfer",
    "correct": "Correction",
    "revisePlan": "PlanRevised",
    "proposeRollout": "RolloutProposal",
    "answerRollout": "RolloutAnswer",
    "registerPerson": "PersonRegistration",
    "appoint": "AppointmentChange",
    "endAppointment": "AppointmentChange",
    "applyAppointments": "PersonRegistration",
    "delegate": "DelegationChange",
    "endDelegation": "DelegationChange",
    **dict.fromkeys(("raiseFinding", "answerFinding", "closeFinding"), "FindingEntry"),
    "withdrawEvidence": "EvidenceEntry",
    **dict.fromkeys(("comment", "withdrawComment"), "CommentEntry"),
    "takeCopy": "CopyTaken",
    "redact": "Redaction",
}


@pytest.fixture
async def desk(towns: Towns) -> Desk:
    """Sit down where every verb has something to do."""
    return await prepare(towns.large)


async def test_each_verb_is_tried_done_and_replayed(desk: Desk) -> None:
    """Tried: nothing is written. Done: once. Asked again with its key: the same entry, once."""
    inputs = await valid_inputs(desk)
    assert inputs.keys() == VERBS.keys() == WHO.keys()
    for verb, given in inputs.items():
        size, made = await desk.town.size(), key()
        asked = {**given, "idempotencyKey": made}
        tried = await desk.act(verb, WHO[verb], **asked, validateOnly=True)
        assert tried == {"__typename": "Validated", "ok": True}, verb
        assert await desk.town.size() == size
        done = await desk.done(verb, WHO[verb], **asked)
        after = await desk.town.size()
        assert after > size
        again = await desk.done(verb, WHO[verb], **asked)
        assert (done.pop("replayed"), again.pop("replayed")) == (False, True)
        assert again == done, verb
        assert await desk.town.size() == after
        entry = done.get("entry") or done["transition"] | {"__typename": "Transition"}
        assert entry["__typename"] == KIND.get(verb, "Transition")
        assert entry["sequence"] == size + 1
    assert await audit(desk.town.id) == []


async def test_each_verb_answers_with_what_it_did(desk: Desk) -> None:
    """The success shows the state after the act, not the one before."""
    inputs = await valid_inputs(desk)
    done = {verb: await desk.done(verb, WHO[verb], **given) for verb, given in inputs.items()}
    before = inputs["fireTransition"]["expectedRevision"]
    assert done["fireTransition"]["cycle"]["revision"] == before + 1
    assert done["editSheet"]["cycle"]["sheet"]["grade"] == "B"
    assert done["changeProjectStatus"]["project"]["status"] == "SUSPENDED"
    ownerships = done["transferOwnership"]["project"]["ownerships"]
    assert [o["startsOn"] for o in ownerships][-1] == "2048-03-31"
    assert done["correct"]["entry"]["corrects"]["sequence"] == inputs["correct"]["sequence"]
    assert done["revisePlan"]["plan"]["revisions"][-1] == {"number": 2, "summary": "見直し"}
    assert done["proposeRollout"]["rollout"]["status"] == "PROPOSED"
    assert done["answerRollout"]["rollout"]["status"] == "ACCEPTED"
    assert done["answerRollout"]["project"]["rolledOutFrom"] == {"code": "1_02"}
    assert done["registerPerson"]["person"]["name"] == "新任　太郎"
    assert done["appoint"]["appointment"]["endsOn"] == "2048-03-31"
    assert done["endAppointment"]["appointment"]["endsOn"] == "2040-03-31"
    applied = done["applyAppointments"]
    assert [applied[name] for name in ("registered", "ended", "appointed")] == [1, 0, 1]
    assert done["raiseFinding"]["finding"]["department"] == {"name": "町民生活課"}
    assert done["answerFinding"]["finding"]["status"] == "ANSWERED"
    assert done["closeFinding"]["finding"]["closedBy"] == {"staffNumber": "auditor"}
    assert done["withdrawEvidence"]["evidence"]["withdrawn"] is True
    assert done["comment"]["comment"]["replyTo"] == {"text": "取り下げられるコメント"}
    assert done["withdrawComment"]["comment"]["withdrawalReason"] == "書き間違い"
    assert done["takeCopy"]["copy"]["treeSize"] == done["takeCopy"]["entry"]["sequence"]
    assert len(done["redact"]["entry"]["removed"]) == 2
    assert done["delegate"]["delegation"]["reason"] == "育児休業"
    assert done["endDelegation"]["delegation"]["endsOn"] == "2048-12-31"


UNSEEN: Final = dict.fromkeys(
    ("answerRollout", "answerFinding", "withdrawEvidence", "withdrawComment"), "NotFound"
)
"""What is refused as if it were not there to who holds no role, who sees none of these."""


async def test_each_verb_knows_who_may(desk: Desk) -> None:
    """Nobody signed in, and somebody without an appointment: the first leaves no trace."""
    for verb, given in (await valid_inputs(desk)).items():
        size = await desk.town.size()
        error = await desk.refused(verb, None, **given)
        assert (error["__typename"], error["code"]) == ("NotSignedIn", "NOT_SIGNED_IN"), verb
        assert await desk.town.size() == size
        error = await desk.refused(verb, "nobody", **given)
        expected = UNSEEN.get(verb, "Forbidden")
        assert (error["__typename"], bool(error.get("requiredRoles"))) == (
            expected,
            expected == "Forbidden",
        ), verb
        assert await desk.town.size() == size + 1
        tried = await desk.refused(verb, "nobody", **given, validateOnly=True)
        assert tried == error
        assert await desk.town.size() == size + 1
    error = await desk.refused("editSheet", "other_lead", **(await valid_inputs(desk))["editSheet"])
    assert error["requiredDepartment"] == {"name": "町民生活課"}
    assert error["requiredRoles"] == ["LEAD", "STAFF"]


async def test_a_key_belongs_to_one_act(desk: Desk) -> None:
    """The same key with other input, or for another verb, is refused and names the entry."""
    inputs, made = await valid_inputs(desk), key()
    given = inputs["registerPerson"]
    done = await desk.done("registerPerson", "admin", **given, idempotencyKey=made)
    others: list[tuple[str, Answer]] = [
        ("registerPerson", {**given, "name": "別人"}),
        ("registerPerson", {**given, "effectiveAt": "2026-05-01T00:00:00Z"}),
        ("appoint", inputs["appoint"]),
    ]
    for verb, other in others:
        error = await desk.refused(verb, "admin", **other, idempotencyKey=made)
        assert (error["code"], error["path"]) == ("IDEMPOTENCY_MISMATCH", ["idempotencyKey"])
        assert error["sequence"] == done["entry"]["sequence"]
    upper = {**given, "idempotencyKey": made.upper().replace("-", "")}
    assert (await desk.done("registerPerson", "admin", **upper))["replayed"]


async def test_a_refused_act_does_not_use_up_its_key(desk: Desk) -> None:
    """What was refused may be asked again with the same key, once it is possible."""
    given = (await valid_inputs(desk))["changeProjectStatus"] | {"idempotencyKey": key()}
    assert (await desk.refused("changeProjectStatus", "lead", **given))["code"] == "FORBIDDEN"
    assert not (await desk.done("changeProjectStatus", "office", **given))["replayed"]


def test_every_success_is_tested() -> None:
    """The table above has every verb of the schema."""
    assert KIND.keys() | {"fireTransition"} == SUCCESS.keys()
