"""What operations cost, while they are executed, and how they end when it is too much."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
import strawberry
from starlette.requests import HTTPConnection

from schema.api import SCHEMA as API
from schema.budgets import Budget
from schema.costs import DEARER, WITH_PASSWORD
from schema.counted_execution import CountedExecutionContext
from schema.errors import ClientError
from server.graphql_execution import Execution
from server.graphql_http import MeguruGraphQL
from server.graphql_limits import Bounds
from server.rates import Allowance, Rates


@dataclass
class Context:
    """Whom rates count for, what was done, and what is left."""

    caller: str = "person:1"
    done: list[str] = field(default_factory=list)
    budget: Any = None
    charge: Any = None
    slow: asyncio.Event = field(default_factory=asyncio.Event)


Info = strawberry.Info[Context, None]


@strawberry.type
class Leaf:
    """A plain object."""

    name: str = "葉"


@strawberry.type
class Branch:
    """An object with lists on it."""

    name: str = "枝"

    @strawberry.field
    async def branches(self, n: int = 10) -> list["Branch"]:
        """Give more of them."""
        await asyncio.sleep(0)
        return [Branch() for _ in range(n)]

    @strawberry.field
    def leaves(self, n: int = 10) -> list[Leaf]:
        """Give plain ones."""
        return [Leaf() for _ in range(n)]

    @strawberry.field
    def maybe(self, n: int = 10) -> list[Leaf] | None:
        """Give plain ones, or null where that fails."""
        return [Leaf() for _ in range(n)]


@strawberry.input
class Given:
    """An object as a variable."""

    inner: list["Given"] | None = None


@strawberry.type
class Query:
    """Reads."""

    @strawberry.field
    def branch(self) -> Branch:
        """Give one."""
        return Branch()

    @strawberry.field
    def budget(self, info: Info) -> str:
        """Tell what is left."""
        left: Budget = info.context.budget()
        return f"{left.remaining} of {left.limit}"

    @strawberry.field
    async def never(self, info: Info) -> int | None:
        """Wait for the test."""
        info.context.done.append("asked")
        await info.context.slow.wait()
        return 1

    @strawberry.field
    def dear(self, info: Info, points: int) -> int:
        """Charge for work, and do it."""
        info.context.charge(points)
        info.context.done.append("worked")
        return points

    @strawberry.field
    def given(self, info: Info, of: list[Given]) -> int:
        """Take objects."""
        info.context.done.append("given")
        return len(of)

    @strawberry.field
    def refused(self) -> int | None:
        """Raise what is for clients."""
        raise ClientError("NO", "いいえ / no")


@strawberry.type
class Done:
    """What a deed answers."""

    ok: bool
    branch: Branch


@strawberry.type
class Mutation:
    """Writes."""

    @strawberry.mutation
    async def do(self, info: Info) -> Done:
        """Write."""
        info.context.done.append("did")
        return Done(ok=True, branch=Branch())

    @strawberry.mutation
    async def sign_in(self, info: Info) -> Done:
        """Hold a password against a hash."""
        info.context.done.append("hashed")
        return Done(ok=True, branch=Branch())

    @strawberry.mutation
    async def do_all(self, info: Info, n: int) -> list[Done]:
        """Write several times."""
        info.context.charge(50 * (n - 1))
        info.context.done += ["did"] * n
        return [Done(ok=True, branch=Branch())] * n

    @strawberry.mutation
    async def take_long(self, info: Info) -> Done:
        """Write once the test lets it."""
        await info.context.slow.wait()
        info.context.done.append("did")
        return Done(ok=True, branch=Branch())


SCHEMA = strawberry.Schema(Query, Mutation, execution_context_class=CountedExecutionContext)


class Toy:
    """The application with its context, asked in this process."""

    def __init__(self, rates: Rates | None = None, **bounds: Any) -> None:  # noqa: ANN401 - passed on
        self.context = Context()
        execution: Execution[Context] = Execution(SCHEMA, bounds=Bounds(**bounds), rates=rates)
        self.application = MeguruGraphQL(execution, self._context)

    async def _context(self, _connection: HTTPConnection, _parameters: object) -> Context:
        return self.context

    async def ask(self, query: str, **variables: object) -> httpx.Response:
        """Post an operation."""
        asked = {"query": query, "variables": variables}
        transport = httpx.ASGITransport(self.application)
        accept = {"Accept": "application/graphql-response+json"}
        async with httpx.AsyncClient(transport=transport, base_url="http://toy") as client:
            return await client.post("/", json=asked, headers=accept)


@pytest.mark.parametrize(
    ("query", "cost"),
    [
        ("{ branch { name } }", 1 + 1 + 1),
        ("{ branch { leaves { name } } }", 1 + 1 + 2 + 10),
        ("{ branch { leaves { __typename } } }", 1 + 1 + 2 + 10),
        ("{ branch { leaves(n: 0) { name } } }", 1 + 1 + 2),
        ("{ branch { branches { name } } }", 1 + 1 + 2 + 10),
        ("{ branch { branches(n: 3) { leaves(n: 5) { name } } } }", 1 + 1 + 2 + 3 * (2 + 5)),
        ("mutation { do { ok } }", 50 + 1),
        ("{ __typename }", 1),
    ],
)
async def test_what_lists_return_is_counted(query: str, cost: int) -> None:
    """Each object costs 1, and each field with a resolver 1 for every object it is asked on."""
    answer = (await Toy(cost=1000).ask(query)).json()
    assert answer["extensions"] == {"cost": {"used": cost, "limit": 1000}}
    assert "errors" not in answer


async def test_an_operation_over_the_limit_is_cut_off() -> None:
    """No data with holes, and one error."""
    toy = Toy(cost=500)
    query = "{ branch { branches(n: 46) { branches(n: 46) { branches(n: 46) { name } } } } }"
    answer = await toy.ask(query)
    assert answer.status_code == 200
    assert answer.json()["data"] is None
    [error] = answer.json()["errors"]
    assert error["extensions"] == {"code": "COST_LIMIT"}
    assert error["message"].startswith("問い合わせの費用が上限の500を超えました")
    assert answer.json()["extensions"]["cost"]["used"] > 500


async def test_the_limit_itself_may_be_used() -> None:
    """14 points are no more than 14; where 13 may be used they are too many."""
    query = "{ branch { leaves { name } } }"
    assert "errors" not in (await Toy(cost=14).ask(query)).json()
    assert (await Toy(cost=13).ask(query)).json()["data"] is None


async def test_a_nullable_list_is_no_way_round() -> None:
    """Where only a part would be missing, the whole is refused all the same."""
    answer = (await Toy(cost=20).ask("{ branch { name maybe(n: 30) { name } } }")).json()
    assert answer["data"] is None
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["COST_LIMIT"]


@pytest.mark.parametrize(
    ("query", "outcomes"),
    [
        ("mutation { do { ok branch { leaves(n: 90) { name } } } }", ["Done"]),
        ("mutation { doAll(n: 40) { ok branch { leaves(n: 1) { name } } } }", ["Done"] * 40),
    ],
)
async def test_what_a_deed_came_to_is_told_whatever_its_answer_costs(
    query: str, outcomes: list[str]
) -> None:
    """It is done by then: the error names how each ended, and how to learn more."""
    toy = Toy(cost=50)
    answer = (await toy.ask(query)).json()
    assert toy.context.done == ["did"] * len(outcomes)
    error = answer["errors"][0]
    assert error["extensions"] == {"code": "COST_LIMIT", "outcomes": outcomes}
    assert "idempotencyKey" in error["message"]


async def test_a_deed_alone_is_never_refused() -> None:
    """Not even where answers may cost nothing."""
    answer = (await Toy(cost=0).ask("mutation { doAll(n: 3) { ok } }")).json()
    assert answer["data"] == {"doAll": [{"ok": True}] * 3}


async def test_where_nothing_is_counted_nothing_is_said() -> None:
    """Without a limit there are no extensions."""
    assert set((await Toy().ask("{ branch { name } }")).json()) == {"data"}


async def test_an_answer_tells_three_errors_at_most() -> None:
    """Of execution, of validation and of variables."""
    many = " ".join(f"a{i}: refused" for i in range(9))
    wrong = " ".join(f"nothing{i}" for i in range(9))
    for query in (f"{{ {many} }}", f"{{ {wrong} }}"):
        assert len((await Toy().ask(query)).json()["errors"]) == 3
    assert len((await Toy(errors=5).ask(f"{{ {many} }}")).json()["errors"]) == 5


async def test_nobody_waits_for_ever() -> None:
    """A query that takes too long is stopped, and answered with 503."""
    toy = Toy(seconds=0.05)
    answer = await toy.ask("{ never }")
    assert answer.status_code == 503
    assert [error["extensions"]["code"] for error in answer.json()["errors"]] == ["TIMEOUT"]
    assert "data" not in answer.json()
    toy.context.slow.set()
    assert (await toy.ask("{ never }")).json() == {"data": {"never": 1}}


async def test_a_mutation_that_takes_too_long_goes_on() -> None:
    """Only the waiting ends; the answer says how the outcome is learnt."""
    toy = Toy(seconds=0.05)
    answer = await toy.ask("mutation { takeLong { ok } }")
    assert answer.status_code == 503
    assert "idempotencyKey" in answer.json()["errors"][0]["message"]
    assert toy.context.done == []
    toy.context.slow.set()
    await toy.application.drain()
    assert toy.context.done == ["did"]


async def test_too_many_requests_are_refused_with_when_to_come_back() -> None:
    """429 for the third of two, and `retryAfter` for who reads no headers."""
    toy = Toy(Rates(Allowance(2, 1000), Allowance(1, 1000)), cost=100)
    for _ in range(2):
        assert (await toy.ask("{ branch { name } }")).status_code == 200
    answer = await toy.ask("{ branch { name } }")
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "30")
    [error] = answer.json()["errors"]
    assert error["extensions"] == {"code": "RATE_LIMITED", "retryAfter": 30}


async def test_what_operations_cost_is_taken_from_the_budget() -> None:
    """Of those that are cut off too; and what the operation itself has used is told at once."""
    toy = Toy(Rates(Allowance(100, 200), Allowance(1, 1000)), cost=100)
    assert (await toy.ask("{ budget }")).json()["data"] == {"budget": "198 of 200"}
    await toy.ask("{ branch { leaves(n: 90) { name } } }")
    left = (await toy.ask("{ budget }")).json()["data"]["budget"]
    assert left == "102 of 200"
    for _ in range(2):
        await toy.ask("{ branch { leaves(n: 95) { name } } }")
    answer = await toy.ask("{ budget }")
    assert [error["extensions"]["code"] for error in answer.json()["errors"]] == ["RATE_LIMITED"]


async def test_nobody_without_a_name_is_limited() -> None:
    """As in tests, and wherever the server does not tell who asks."""
    toy = Toy(Rates(Allowance(1, 1), Allowance(1, 1)), cost=100)
    toy.context.caller = ""
    for _ in range(3):
        assert (await toy.ask("{ branch { name } }")).status_code == 200


async def test_work_is_charged_before_it_is_done() -> None:
    """What goes over the limit is not begun."""
    toy = Toy(cost=100)
    answer = (await toy.ask("{ a: dear(points: 60) b: dear(points: 60) }")).json()
    assert answer["data"] is None
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["COST_LIMIT"]
    assert toy.context.done == ["worked"]


async def test_objects_in_variables_are_charged_wherever_they_are_given() -> None:
    """Ten points each, before any is read; also where a literal holds the variable."""
    query = "query($v: [Given!]!) { a: given(of: $v) b: given(of: [{inner: $v}]) }"
    three = [{"inner": [{}]}, {}]
    toy = Toy(cost=63)
    answer = (await toy.ask(query, v=three)).json()
    assert answer["extensions"]["cost"]["used"] == 1 + 2 + 2 * 30
    assert answer["data"] == {"a": 2, "b": 1}
    toy = Toy(cost=62)
    assert (await toy.ask(query, v=three)).json()["data"] is None
    assert toy.context.done == []


async def test_acts_are_charged_on_top_of_what_the_limit_holds_for() -> None:
    """Fifty points each, however many one field is asked for; their answers cost as before."""
    toy = Toy(Rates(Allowance(9, 9000), Allowance(1, 1)), cost=30)
    asked = "mutation { doAll(n: 5) { branch { name } } a: do { ok } __typename }"
    answer = (await toy.ask(asked)).json()
    assert "errors" not in answer
    assert answer["extensions"]["cost"]["used"] == 6 * 50 + 5 * 3 + 1
    left = (await toy.ask("{ budget }")).json()["data"]["budget"]
    assert int(left.split()[0]) <= 9000 - 316


async def test_passwords_over_the_limit_are_refused_before_the_first() -> None:
    """With everything that is asked beside them; one alone is always checked."""
    toy = Toy(cost=1000)
    three = "mutation { do { ok } " + " ".join(f"a{i}: signIn {{ ok }}" for i in range(3)) + " }"
    answer = (await toy.ask(three)).json()
    assert answer["errors"][0]["extensions"] == {"code": "COST_LIMIT"}
    assert (answer["data"], toy.context.done) == (None, [])
    two = (await toy.ask("mutation { a: signIn { ok } b: signIn { ok } }")).json()
    assert two["extensions"]["cost"]["used"] == 2 * 500 + 2
    assert "errors" not in (await Toy(cost=0).ask("mutation { signIn { ok } }")).json()


def test_what_is_dear_is_in_the_schema() -> None:
    """A field that was renamed would be cheap."""
    known = {
        f"{name}.{field}"
        for name in ("Query", "Mutation", *(one.partition(".")[0] for one in DEARER))
        for field in API._schema.type_map[name].fields  # noqa: SLF001 - there is no public name for it
    }
    assert known >= {*DEARER, *(f"Mutation.{name}" for name in WITH_PASSWORD)}
