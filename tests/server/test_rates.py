"""Rates: what a minute allows, to whom, and how it comes back."""

import asyncio

import pytest

from server.graphql_errors import RefusedError
from server.rates import Allowance, Buckets, Rates

PERSON = "person:1"


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        """Tell the time."""
        return self.now


@pytest.fixture
def clock() -> Clock:
    """Give a clock."""
    return Clock()


@pytest.fixture
def rates(clock: Clock) -> Rates:
    """Give rates of 6 requests and 600 points a person, of 2 and 100 an address."""
    return Rates(Allowance(6, 600), Allowance(2, 100), clock)


def refused(rates: Rates, caller: str = PERSON) -> int:
    """Return after how many seconds a request would be admitted; 0 where it is now."""
    try:
        rates.admit(caller)
    except RefusedError as error:
        return int(error.headers["Retry-After"]) if error.status == 429 else -1
    return 0


def test_a_minutes_requests_may_come_at_once(rates: Rates, clock: Clock) -> None:
    """Then one every tenth second, as they come back; a pause gives no more than a minute's."""
    assert [refused(rates) for _ in range(7)] == [0] * 6 + [10]
    clock.now += 4
    assert refused(rates) == 6
    clock.now += 6
    assert [refused(rates) for _ in range(2)] == [0, 10]
    clock.now += 3600
    assert [refused(rates) for _ in range(7)] == [0] * 6 + [10]


def test_callers_are_counted_apart(rates: Rates) -> None:
    """A person from any address, and an address for whoever is not known."""
    for _ in range(6):
        rates.admit(PERSON)
    assert refused(rates) > 0
    assert refused(rates, "person:2") == 0
    assert [refused(rates, "address:192.0.2.1") for _ in range(3)] == [0, 0, 30]
    assert refused(rates, "address:192.0.2.2") == 0
    assert refused(rates, "address:unknown") == 0


def test_a_network_of_ipv6_is_one_address(rates: Rates) -> None:
    """A household has 2^64 of them; one that carries IPv4 is that one."""
    for last in "12":
        rates.admit(f"address:2001:db8::{last}")
    assert refused(rates, "address:2001:db8::3") > 0
    assert refused(rates, "address:2001:db8:0:1::3") == 0
    for _ in range(2):
        rates.admit("address:192.0.2.1")
    assert refused(rates, "address:::ffff:192.0.2.1") > 0


def test_the_way_in_is_counted_apart(rates: Rates) -> None:
    """As much again for an address, of requests and of costs."""
    rates.spend("address:192.0.2.1", 150)
    assert refused(rates, "address:192.0.2.1") > 0
    assert [refused(rates, "door:192.0.2.1") for _ in range(3)] == [0, 0, 30]
    assert refused(rates, "door:192.0.2.2") == 0


async def shown(rates: Rates, token: str, address: str = "192.0.2.1") -> str | int:
    """Show a token; give whose it is, or the refusal's status; -1 if it was looked up wrongly."""
    asked = []

    async def identify() -> str:
        asked.append(token)
        await asyncio.sleep(0)
        if token.startswith("wrong"):
            raise RefusedError(401, "UNAUTHENTICATED", "wrong")
        return f"{token}'s"

    try:
        return await rates.identified(address, token, identify)
    except RefusedError as error:
        return error.status if bool(asked) is (error.status != 429) else -1


async def test_what_does_not_hold_is_counted_by_address(rates: Rates, clock: Clock) -> None:
    """Then nothing of that address is looked up that was not found before, until there is room."""
    assert [await shown(rates, "good") for _ in range(5)] == ["good's"] * 5
    assert [await shown(rates, f"wrong{n}") for n in range(4)] == [401, 401, 429, 429]
    assert await shown(rates, "another") == 429
    assert await shown(rates, "good") == "good's"
    assert await shown(rates, "wrong", "192.0.2.2") == 401
    assert refused(rates, "address:192.0.2.1") == 0
    clock.now += 30
    assert await shown(rates, "another") == "another's"
    assert [await shown(rates, "wrong") for _ in range(2)] == [401, 429]


async def test_many_wrong_tokens_at_once_are_no_more_than_one_by_one(rates: Rates) -> None:
    """They are counted before they are looked up."""
    statuses = await asyncio.gather(*(shown(rates, f"wrong{n}") for n in range(20)))
    assert sorted(map(str, statuses)) == ["401"] * 2 + ["429"] * 18


async def test_what_ended_is_no_longer_let_through(rates: Rates) -> None:
    """A token that held once, and does not any more, is like any that does not."""
    ended = False

    async def identify() -> str:
        if ended:
            raise RefusedError(401, "UNAUTHENTICATED", "revoked")
        return "whose"

    await rates.identified("192.0.2.1", "token", identify)
    ended = True
    statuses = []
    for _ in range(4):
        with pytest.raises(RefusedError) as refusal:
            await rates.identified("192.0.2.1", "token", identify)
        statuses.append(refusal.value.status)
    assert statuses == [401, 401, 429, 429]


def test_costs_may_be_overdrawn_once(rates: Rates, clock: Clock) -> None:
    """What an operation cost is known afterwards; then it is waited until one point is left."""
    rates.spend(PERSON, 700)
    assert refused(rates) == 11
    clock.now += 11
    assert refused(rates) == 0


def test_a_debt_does_not_grow_without_end(rates: Rates, clock: Clock) -> None:
    """No more than a minute's is ever owed, so two minutes make up for anything."""
    for _ in range(100):
        rates.spend(PERSON, 600)
    clock.now += 61
    assert refused(rates) == 0


def test_the_budget_tells_what_is_left(rates: Rates) -> None:
    """Of costs, less what the operation that asks has used already."""
    rates.spend(PERSON, 100)
    budget = rates.budget(PERSON, used=20)
    assert budget
    assert (budget.limit, budget.remaining) == (600, 480)
    assert rates.budget("") is None


def test_no_more_callers_are_remembered_than_there_is_room_for(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who has not asked for longest is forgotten."""
    monkeypatch.setattr("server.rates._REMEMBERED", 2)
    buckets = Buckets(clock)
    for key in ("a", "b", "a", "c"):
        buckets.take(key, 10, 1)
    assert [buckets.level(key, 10) for key in "abc"] == [8, 10, 9]
