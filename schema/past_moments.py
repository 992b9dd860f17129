"""Moments as they are given to the API, and what answers about them depend on."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Annotated, Any

import strawberry

from schema.context import Context
from schema.errors import ClientError
from workflows import past
from workflows.past import AtEntry, AtTime, AtYearEnd, Moment, Point, UnfinishedError
from workflows.records import Event
from workflows.refusals import InvalidInput, Refuse
from workflows.sight import Sight


@strawberry.input(
    one_of=True,
    description="A moment that is over: a time, an entry of the record, or a fiscal year's end.",
)
class MomentInput:
    """Exactly one of them."""

    at: dt.datetime | None = strawberry.field(
        default=strawberry.UNSET,
        description="A time at least a second ago; what was recorded up to it counts.",
    )
    sequence: int | None = strawberry.field(
        default=strawberry.UNSET,
        description="Just after the entry with this sequence; 0 is before the first.",
    )
    fiscal_year_end: int | None = strawberry.field(
        default=strawberry.UNSET,
        description="The end of a fiscal year that is over: 2026 is 31 March 2027, midnight in Japan.",
    )


MOMENT = Annotated[MomentInput, strawberry.argument(description="A moment that is over.")]


def moment_of(given: MomentInput) -> Moment:
    """Return the moment that an input means."""
    return _moment(given.at, given.sequence, given.fiscal_year_end)


def _moment(at: object, sequence: object, fiscal_year_end: object) -> Moment:
    if isinstance(at, dt.datetime):
        return AtTime(at)
    if isinstance(sequence, int):
        return AtEntry(sequence)
    return AtYearEnd(fiscal_year_end if isinstance(fiscal_year_end, int) else 0)


async def point_at(context: Context, moment: Moment) -> Point:
    """Return the point that a moment means.

    Raises:
        ClientError: BAD_MOMENT, where it is not over.
    """
    try:
        return await past.point_of(context.municipality_id, moment, context.now)
    except Refuse as refused:
        raise bad_moment(refused) from None


def bad_moment(refused: Refuse) -> ClientError:
    """Return the error that tells why a moment cannot be asked about."""
    why = refused.refusal
    message = f"{why.message_ja} / {why.message_en}" if isinstance(why, InvalidInput) else str(why)
    return ClientError("BAD_MOMENT", message)


def not_ready(error: UnfinishedError) -> ClientError:
    """Return the error that tells how far the record was read, and what to do."""
    return ClientError(
        "NOT_READY",
        f"その時点の状態を記録から組み立てています（{error.wanted:,}件中{error.folded:,}件）。"
        "数秒後にもう一度お試しください。 / "
        f"That moment is being put together from the record ({error.folded:,} of {error.wanted:,} "
        "entries); ask again in some seconds.",
    )


async def past_state(context: Context, moments: Iterable[Mapping[str, Any]]) -> str | None:
    """Return what answers about moments depend on besides the request; None where one is wrong.

    That is the points that they mean, what was removed from the record since, and what the viewer
    sees today; neither the day, nor what is recorded from now on.
    """
    try:
        points = [
            await point_at(context, _moment(*map(one.get, ("at", "sequence", "fiscalYearEnd"))))
            for one in moments
        ]
    except ClientError:
        return None
    marks = [f"{point.mark} {point.entry_id}" for point in points]
    redaction_id = await past.last_redaction(context.municipality_id)
    seen = _fingerprint(await context.loaders.sight_of(Event))
    return f"past {context.municipality_id} {marks} {redaction_id} {seen}"


def _fingerprint(sight: Sight) -> str:
    """Return what tells apart sights of different people, or of one person at different times."""
    held = sorted(f"{c.role} {c.department_id} {c.principal_id}" for c in sight.capacities)
    return f"{sight.person_id} {sight.public} {held} {sorted(map(str, sight.projects))}"
