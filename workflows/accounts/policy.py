"""The figures of signing in; settings of the server may replace each."""

import datetime as dt
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """How long sessions last, and how failed sign-ins slow down."""

    idle: dt.timedelta = dt.timedelta(minutes=30)
    """A session ends so long after its last request."""
    absolute: dt.timedelta = dt.timedelta(hours=12)
    """And so long after it began, however busy it is."""
    sessions: int = 20
    """At most so many of one person; one more ends the oldest."""
    login_failures: int = 5
    """So many failures of one login slow it down."""
    login_leak: dt.timedelta = dt.timedelta(hours=1)
    """After so long without a failure one is forgotten."""
    address_failures: int = 100
    """So many failures from one address slow it down: a whole town hall may come from it."""
    address_leak: dt.timedelta = dt.timedelta(minutes=1)
    """Short: those who share an address are not to wait for what one of them did."""
    address_pardon: int = 10
    """One success from an address takes this part of its failures away: a tenth."""
    first_wait: dt.timedelta = dt.timedelta(seconds=30)
    """After the failure that reaches the line; each further one doubles it."""
    longest_wait: dt.timedelta = dt.timedelta(minutes=15)
    """Of a login."""
    longest_address_wait: dt.timedelta = dt.timedelta(minutes=1)

    def wait(self, beyond: int, longest: dt.timedelta) -> dt.timedelta:
        """Return how long nothing is tried, so many failures beyond the one that is too many."""
        doublings = min(beyond, 30)
        return min(self.first_wait * (1 << doublings), longest)


POLICY: Final = Policy()
