"""How failures slow down: counted by login and by address, whether an account exists or not.

Counting happens under the lock of the record's head, so that of many attempts at once no more get
an answer than of as many one after another.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from workflows.accounts.logins import network_of
from workflows.accounts.policy import Policy
from workflows.accounts.secrecy import sha256_of
from workflows.records import Throttle
from workflows.unit import Unit

_KEPT: Final = dt.timedelta(days=2)
_SWEEPER: Final = "00"
"""One in 256 new rows sweeps those away that no longer slow anybody down."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What failures are counted by, and how many are too many."""

    what: str
    """LOGIN or ADDRESS."""
    sha256: str
    failures: int
    leak: dt.timedelta
    longest: dt.timedelta
    """Of the waits."""


@dataclass(frozen=True, slots=True)
class Crossed:
    """A line that was just crossed, and until when nothing is tried."""

    line: Line
    until: dt.datetime


def login_line(login: str, policy: Policy, kind: str = "login") -> Line:
    """Return the line of one folded login, whoever types it wherever."""
    key = sha256_of(f"{kind}:{login}")
    return Line(
        what="LOGIN",
        sha256=key,
        failures=policy.login_failures,
        leak=policy.login_leak,
        longest=policy.longest_wait,
    )


def address_line(address: str, policy: Policy, kind: str = "address") -> Line:
    """Return the line of one address, whatever is typed there."""
    return Line(
        what="ADDRESS",
        sha256=sha256_of(f"{kind}:{network_of(address)}"),
        failures=policy.address_failures,
        leak=policy.address_leak,
        longest=policy.longest_address_wait,
    )


async def slowed_until(
    municipality_id: UUID, lines: Sequence[Line], moment: dt.datetime
) -> dt.datetime | None:
    """Return until when nothing is tried, or None where something may be: one statement."""
    rows = await Throttle.of(municipality_id).filter(
        sha256__in=[line.sha256 for line in lines], until__gt=moment
    )
    return max((row.until for row in rows if row.until is not None), default=None)


async def count_failure(unit: Unit, lines: Sequence[Line], policy: Policy) -> list[Crossed]:
    """Count a failure on each line; return the lines that it crossed."""
    crossed = []
    for line in lines:
        row = await Throttle.of(unit.municipality_id).get_or_none(sha256=line.sha256)
        before = 0 if row is None else _remembered(row, line, unit.now)
        failures = before + 1
        until = None
        if failures >= line.failures:
            until = unit.now + policy.wait(failures - line.failures, line.longest)
            if before < line.failures:
                crossed.append(Crossed(line, until))
        await _write(unit, row, line, failures, until)
    return crossed


async def forget_failures(unit: Unit, line: Line) -> None:
    """Count a line's failures anew, after a success."""
    await Throttle.of(unit.municipality_id).filter(sha256=line.sha256).delete()


async def pardon(unit: Unit, line: Line, policy: Policy) -> None:
    """Take a part of a line's failures away, after a success: somebody honest is there too."""
    row = await Throttle.of(unit.municipality_id).get_or_none(sha256=line.sha256)
    remembered = 0 if row is None else _remembered(row, line, unit.now)
    if row is not None and remembered:
        row.failures -= -(-remembered // policy.address_pardon)  # rounded up: the last one goes too
        await row.save(update_fields=["failures"])


def _remembered(row: Throttle, line: Line, moment: dt.datetime) -> int:
    leaked = max(moment - row.last_at, dt.timedelta()) // line.leak
    return max(row.failures - leaked, 0)


async def _write(
    unit: Unit, row: Throttle | None, line: Line, failures: int, until: dt.datetime | None
) -> None:
    if row is None:
        if line.sha256.startswith(_SWEEPER):
            old = Throttle.of(unit.municipality_id).filter(last_at__lt=unit.now - _KEPT)
            await old.delete()
        row = Throttle(municipality_id=unit.municipality_id, sha256=line.sha256)
    row.failures, row.last_at, row.until = failures, unit.now, until
    await row.save()
