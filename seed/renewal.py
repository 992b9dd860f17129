"""A later text of a town whose plan is loaded already: looked at by the office, then taken over.

What the text does not say (the first year, the scale of grades) is what the plan has already; the
editorial mends are those of the town, if it has any.
"""

import asyncio
from dataclasses import dataclass, replace

from seed.load import Loading
from seed.mends import HASHIKAMI, Mends
from seed.obstacles import Obstacle, ObstacleCode
from seed.preview import PlannedLoad, plan_renewal, sha256_of
from seed.reader import PlanText, PlanTextError, Problem, read
from seed.town import HASHIKAMI_TOWN
from workflows.authority import ROLES, Act
from workflows.blockers import BlockerCode
from workflows.ledger import Outcome, Refused, perform
from workflows.records import Municipality, Plan
from workflows.refusals import PreviewOutdated, Refusal, Refuse, blocked
from workflows.stages import Role
from workflows.unit import Request, Unit
from workflows.values import invalid


@dataclass(frozen=True, slots=True, kw_only=True)
class Previewed:
    """What a text says and what loading it would do, or everything that is wrong with it."""

    source: bytes
    text: PlanText | None = None
    problems: tuple[Problem, ...] = ()
    planned: PlannedLoad

    @property
    def can_be_loaded(self) -> bool:
        """Whether nothing is in the way and something would come of it."""
        return not (self.problems or self.planned.obstacles or self.planned.same_text)

    def sha256(self) -> str:
        """Return the fingerprint of what would be done."""
        return self.planned.sha256(self.source)


async def preview(request: Request, source: bytes) -> Previewed | Refusal:
    """Tell everything about a text; write nothing."""
    made: list[Previewed] = []

    async def decide(unit: Unit) -> None:
        _ = unit.authorise_person(ROLES[Act.LOAD_PLAN])
        made.append(await _previewed(unit, source))

    outcome = await perform(replace(request, validate_only=True), decide)
    return outcome.refusal if isinstance(outcome, Refused) else made[0]


async def renew(request: Request, source: bytes, expected: str) -> tuple[Outcome, Previewed | None]:
    """Take a text over in one act, where it still does what was previewed; tell of it as well.

    What the text is like is told where it was looked at: not to who may not, nor a second time.
    """
    made: list[Previewed] = []

    async def decide(unit: Unit) -> None:
        capacity = unit.authorise_person(ROLES[Act.LOAD_PLAN])
        found = await _previewed(unit, source)
        made.append(found)
        text = _checked(found, expected)
        await Loading(unit, text, sha256_of(source), capacity=capacity).again()

    outcome = await perform(request, decide)
    return outcome, made[0] if made else None


async def _previewed(unit: Unit, source: bytes) -> Previewed:
    """Read a text, in a thread: the longest ones take a tenth of a second."""
    municipality = await Municipality.get(id=unit.municipality_id)
    mends = HASHIKAMI if municipality.code == HASHIKAMI_TOWN.code else Mends()
    try:
        text = await asyncio.to_thread(read, source, mends)
    except PlanTextError as error:
        return Previewed(source=source, problems=error.problems, planned=PlannedLoad())
    plan = await Plan.of(unit.municipality_id).first()
    if plan is None:
        planned = PlannedLoad(obstacles=(Obstacle(ObstacleCode.NO_PLAN),))
    else:
        planned = await plan_renewal(text, source, municipality, plan)
    return Previewed(source=source, text=text, planned=planned)


def _checked(found: Previewed, expected: str) -> PlanText:
    """Return the text, unless something is in the way of it."""
    if found.problems or found.text is None:
        first, count = found.problems[0], len(found.problems)
        raise invalid(
            "text",
            f"文書に誤りが{count}件あります。{first.line}行目: {first.message_ja}",
            f"{count} problems with the text. Line {first.line}: {first.message_en}",
        )
    if found.planned.obstacles:
        one = found.planned.obstacles[0]
        raise invalid("text", one.message_ja, one.message_en)
    if found.planned.same_text:
        raise Refuse(blocked(BlockerCode.NO_CHANGE, "text", by=(Role.OFFICE,)))
    if expected != found.sha256():
        raise Refuse(PreviewOutdated(expected[:64], found.sha256()))
    return found.text
