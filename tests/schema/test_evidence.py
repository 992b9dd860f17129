"""Evidence through the API: what a cycle shows of it, to whom, and who may attach more."""

from typing import Final
from uuid import uuid4

from tests.schema.asking import ask, context, execute
from tests.schema.conftest import Towns
from tests.schema.oversight import attach
from tests.schema.verbs import Desk
from tests.town import PEOPLE, applied
from tests.workflows.delegating import let
from workflows.records import Evidence
from workflows.stages import Stage

CYCLE: Final = """query($for: ID) { project(ref: {code: "1_02"}) { currentCycle {
  viewerCanAttach mine: viewerCanAttach(onBehalfOf: $for)
  evidence { id part name note mediaType charset size sha256 url attachedAt withdrawn
    attachedBy { staffNumber } cycle { id } project { code } } } } }"""
SEES: Final = {"lead", "staff", "office", "office_lead", "auditor"}


async def test_a_cycle_shows_its_evidence_to_who_may_see_it(towns: Towns) -> None:
    """The owner's people and overseers; to others it is as if there were none."""
    town = towns.hashikami
    events = [await attach(town, name) for name in ("調査.pdf", "調査2.pdf")]
    cycle = await town.cycle()
    ids = [f"evd_{e.document['details']['evidence'].replace('-', '')}" for e in events]
    node = "query($id: ID!) { node(id: $id) { id } }"
    for who in (*PEOPLE, None):
        told = (await ask(town, CYCLE, who))["project"]["currentCycle"]["evidence"]
        assert [one["id"] for one in told] == (ids if who in SEES else []), who
        answers = [
            await execute(await context(town, who), node, {"id": one})
            for one in (ids[0], f"evd_{uuid4().hex}")
        ]
        assert (answers[0] == answers[1]) is (who not in SEES)
    told = (await ask(town, CYCLE, "lead"))["project"]["currentCycle"]["evidence"][0]
    details = events[0].document["details"]
    assert told["sha256"] == f"sha256:{details['sha256']}"
    assert told["url"] == f"/evidence/{ids[0]}"
    assert (told["name"], told["note"], told["part"]) == ("調査.pdf", "窓口での調査", "PLAN")
    assert (told["mediaType"], told["size"], told["withdrawn"]) == ("application/pdf", 9, False)
    assert told["charset"] is None
    await Evidence.of(town.id).update(media_type="text/csv; charset=shift_jis")
    told = (await ask(town, CYCLE, "lead"))["project"]["currentCycle"]["evidence"][0]
    assert (told["mediaType"], told["charset"]) == ("text/csv", "shift_jis")
    assert (told["attachedBy"], told["cycle"]) == (
        {"staffNumber": "staff"},
        {"id": cycle.public_id},
    )


async def test_who_may_attach_is_told(towns: Towns) -> None:
    """The owner's staff and lead, while the cycle runs; and who decides for them."""
    town = towns.hashikami
    desk = Desk(town)
    applied(await let(town, "other_staff", "lead"))
    for who in (*PEOPLE, None):
        cycle = (await ask(town, CYCLE, who))["project"]["currentCycle"]
        assert cycle["viewerCanAttach"] is (who in {"lead", "staff"}), who
    cycle = (await ask(town, CYCLE, "other_staff", **{"for": desk.person("lead")}))["project"]
    assert cycle["currentCycle"]["mine"] is True
    closed = await town.bring_to(Stage.CLOSED)
    asked = "query($id: ID!) { node(id: $id) { ... on Cycle { stage viewerCanAttach } } }"
    told = (await ask(town, asked, "lead", id=closed.public_id))["node"]
    assert told == {"stage": "CLOSED", "viewerCanAttach": False}
