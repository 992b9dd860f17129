"""What somebody may do with a project is told before they try, and is what the acts then decide."""

from typing import Final

from tests.schema.asking import Answer, ask
from tests.schema.conftest import Towns
from tests.schema.verbs import Desk
from tests.town import PEOPLE, Town, applied
from tests.workflows.delegating import let
from workflows.stages import Stage

ASKED: Final = """query($principal: ID) { project(ref: {code: "1_02"}) {
  viewerCanChangeStatus viewerCanTransfer viewerCanRevise viewerCanCorrect
  mine: viewerCanCorrect(onBehalfOf: $principal)
  rollouts { viewerCanAnswer }
  currentCycle { viewerCanProposeRollout }
} }"""
OFFICE: Final = {"office", "office_lead"}


async def _told(town: Town, who: str | None, principal: str | None = None) -> Answer:
    told: Answer = (await ask(town, ASKED, who, principal=principal))["project"]
    return told


async def test_the_office_changes_projects_and_the_owner_corrects(towns: Towns) -> None:
    """Status, ownership and the plan are the office's; the owner's lead corrects as well."""
    town = towns.hashikami
    _ = applied(await let(town, "other_staff", "lead"))
    for who in (*PEOPLE, None):
        told = await _told(town, who)
        for name in ("viewerCanChangeStatus", "viewerCanTransfer", "viewerCanRevise"):
            assert told[name] is (who in OFFICE), (who, name)
        assert told["viewerCanCorrect"] is (who in OFFICE | {"lead"}), who
    lead = Desk(town).person("lead")
    assert (await _told(town, "other_staff"))["mine"] is False
    assert (await _told(town, "other_staff", lead))["mine"] is True


async def test_what_is_told_is_what_is_decided(towns: Towns) -> None:
    """Whoever is told that they may suspend a project may, and nobody else."""
    town = towns.hashikami
    desk = Desk(town)
    project = await desk.project()
    for who in PEOPLE:
        asked = {"project": project["id"], "expectedRevision": project["revision"]}
        answer = await desk.act(
            "changeProjectStatus", who, trigger="SUSPEND", reason="災害", validateOnly=True, **asked
        )
        may = (await _told(town, who))["viewerCanChangeStatus"]
        assert (answer["__typename"] == "Validated") is may, who


async def test_a_good_result_is_offered_once_it_is_evaluated_and_answered_once(
    towns: Towns,
) -> None:
    """Not before, not with a poor grade, and an offer that has its answer takes no other."""
    town = towns.hashikami
    desk = Desk(town)
    _ = await town.bring_to(Stage.CHECK)
    assert (await _told(town, "office"))["currentCycle"]["viewerCanProposeRollout"] is False
    _ = await desk.edit("lead", {"evaluation": {"grade": "D", "issues": "周知不足"}})
    _ = await desk.fire("lead", "EVALUATE")
    assert (await _told(town, "office"))["currentCycle"]["viewerCanProposeRollout"] is False
    _ = await desk.fire("office", "SEND_BACK", reason="評価の誤り")
    _ = await desk.edit("lead", {"evaluation": {"grade": "A", "issues": "周知不足"}})
    _ = await desk.fire("lead", "EVALUATE")
    for who in (*PEOPLE, None):
        may = (await _told(town, who))["currentCycle"]["viewerCanProposeRollout"]
        assert may is (who in OFFICE), who
    cycle = await desk.cycle()
    offer = {"cycle": cycle["id"], "department": desk.department("税務課"), "message": "どうか"}
    offered = await desk.done("proposeRollout", "office", **offer)
    assert [(await _told(town, who))["rollouts"] for who in ("lead", "other_lead")] == [
        [{"viewerCanAnswer": False}],
        [{"viewerCanAnswer": True}],
    ]
    no = {"rollout": offered["rollout"]["id"], "accept": False, "answer": "人手が無い"}
    _ = await desk.done("answerRollout", "other_lead", **no)
    assert (await _told(town, "other_lead"))["rollouts"] == [{"viewerCanAnswer": False}]
