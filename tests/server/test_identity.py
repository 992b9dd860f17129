"""Where a request becomes an actor: nobody is taken for somebody else, or silently for nobody."""

import datetime as dt
import logging
from pathlib import Path
from typing import Any

import pytest
from starlette.requests import HTTPConnection

from schema.errors import ClientError
from server.database import connected, sqlite_url
from server.graphql_errors import RefusedError
from server.identity import Identity
from server.settings import Settings
from tests.town import Town
from workflows.accounts.policy import POLICY
from workflows.accounts.secrecy import sha256_of
from workflows.accounts.tokens import issue_token, revoke_token
from workflows.founding import found
from workflows.ledger import Applied
from workflows.records import Municipality, Token


def connection(host: str = "dx.example", **headers: str) -> HTTPConnection:
    """Return a connection with headers."""
    sent = {"host": host, **headers}
    raw = [(name.encode(), value.encode()) for name, value in sent.items()]
    return HTTPConnection({"type": "http", "headers": raw})


async def token_for(town: Town, who: str = "lead") -> str:
    """Issue a token."""
    outcome, secret = await issue_token(town.console(), town.people[who], "test", 30)
    assert isinstance(outcome, Applied)
    return secret


async def refused(identity: Identity, asked: HTTPConnection, **parameters: Any) -> RefusedError:  # noqa: ANN401 - JSON
    """Return how a connection is refused."""
    with pytest.raises(RefusedError) as caught:
        await identity.identify(asked, parameters)
    return caught.value


async def test_a_token_tells_who_asks(town: Town) -> None:
    """The person and the municipality are the token's, whatever the host is."""
    secret = await token_for(town)
    viewer = await Identity(Settings(), POLICY).identify(
        connection(authorization=f"Bearer {secret}")
    )
    assert (viewer.municipality_id, viewer.person_id) == (town.id, town.people["lead"])
    context = viewer.context("r1")
    assert (context.person_id, context.request_id) == (town.people["lead"], "r1")


async def test_a_websocket_may_show_its_token_in_connection_init(town: Town) -> None:
    """A browser's cannot send headers; the name of the parameter is as a header's."""
    secret = await token_for(town)
    for name in ("authorization", "Authorization"):
        viewer = await Identity(Settings(), POLICY).identify(
            connection(), {name: f"Bearer {secret}"}
        )
        assert viewer.person_id == town.people["lead"]


async def test_without_a_token_it_is_anonymous(town: Town) -> None:
    """The only municipality is meant, whatever the host is called."""
    viewer = await Identity(Settings(), POLICY).identify(connection())
    assert (viewer.municipality_id, viewer.person_id) == (town.id, None)


@pytest.mark.parametrize(
    "shown",
    [
        "Bearer",
        "Bearer ",
        "Bearer meguru",
        "Bearer other_abc",
        "Basic bWVndXJ1OnNlY3JldA==",
        "meguru_abc",
        "Bearer meguru_" + "x" * 200,
        "",
    ],
)
async def test_what_is_no_token_of_ours_is_refused(shown: str) -> None:
    """Somebody who shows something wants to be known: they are told, and not read as anonymous."""
    error = await refused(Identity(Settings(), POLICY), connection(authorization=shown))
    assert (error.status, error.headers["WWW-Authenticate"]) == (401, 'Bearer realm="meguru"')
    assert error.errors[0]["extensions"] == {"code": "UNAUTHENTICATED"}


@pytest.mark.parametrize("shown", [None, 5, ["Bearer x"], {"Bearer": "x"}])
async def test_a_parameter_of_another_type_is_refused(shown: object) -> None:
    """It comes from the client, as any JSON."""
    assert (
        await refused(Identity(Settings(), POLICY), connection(), authorization=shown)
    ).status == 401


async def test_two_tokens_are_refused(town: Town) -> None:
    """One in the header and one in the parameters would leave it open who asks."""
    shown = f"Bearer {await token_for(town)}"
    error = await refused(
        Identity(Settings(), POLICY), connection(authorization=shown), authorization=shown
    )
    assert error.status == 401


async def test_an_unknown_token_is_refused(town: Town) -> None:
    """The hash is what is looked for; the hash itself opens nothing."""
    secret = await token_for(town)
    for wrong in ("meguru_unknown", f"{secret}x", f"meguru_{sha256_of(secret)}"):
        error = await refused(
            Identity(Settings(), POLICY), connection(authorization=f"Bearer {wrong}")
        )
        assert "not known" in str(error)


async def test_an_expired_token_is_refused(town: Town) -> None:
    """It says so, so that a new one is asked for."""
    secret = await token_for(town)
    past = dt.datetime.now(dt.UTC) - dt.timedelta(seconds=1)
    await Token.of(town.id).update(expires_at=past)
    error = await refused(
        Identity(Settings(), POLICY), connection(authorization=f"Bearer {secret}")
    )
    assert "有効期限が切れています" in str(error)


async def test_a_revoked_token_is_refused_at_once(town: Town) -> None:
    """Also in a connection that was let in before."""
    secret = await token_for(town)
    identity, asked = Identity(Settings(), POLICY), connection(authorization=f"Bearer {secret}")
    viewer = await identity.identify(asked)
    context = await viewer.context("r1").renewed()
    assert context.person_id == town.people["lead"]
    await revoke_token(town.console(), (await Token.of(town.id).get()).id)
    assert "revoked" in str(await refused(identity, asked))
    with pytest.raises(ClientError, match="revoked") as caught:
        await context.renewed()
    assert caught.value.code == "UNAUTHENTICATED"


async def test_with_several_towns_the_host_name_tells_which(town: Town) -> None:
    """Case, port and a final dot make no difference."""
    await Municipality.filter(id=town.id).update(host="hashikami.example")
    other = await Municipality.create(code="011002", name="他市", prefecture="北海道", host="b.jp")
    for host, expected in {
        "hashikami.example": town.id,
        "Hashikami.Example.:8000": town.id,
        "b.jp": other.id,
    }.items():
        assert (
            await Identity(Settings(), POLICY).identify(connection(host))
        ).municipality_id == expected


async def test_a_host_of_no_town_is_not_answered(town: Town) -> None:
    """Nobody is shown another town's data by default, not even of one without a host name."""
    await Municipality.filter(id=town.id).update(host="hashikami.example")
    await Municipality.create(code="011002", name="他市", prefecture="北海道", host=None)
    for host in ("c.example", "", "[::1]:8000", "hashikami.example.evil.jp"):
        error = await refused(Identity(Settings(), POLICY), connection(host))
        assert error.status == 404
        assert error.errors[0]["extensions"] == {"code": "MUNICIPALITY_UNKNOWN"}


async def test_before_anything_is_loaded_it_says_what_to_do(tmp_path: Path) -> None:
    """Nor is it remembered that there was nothing."""
    identity = Identity(Settings(), POLICY)
    async with connected(sqlite_url(tmp_path / "empty.sqlite3")):
        error = await refused(identity, connection())
        assert (error.status, "meguru seed" in str(error)) == (404, True)
        founded = await found("024465", "階上町", "青森県")
        assert (await identity.identify(connection())).municipality_id == founded.id


async def test_a_token_outweighs_the_host(town: Town) -> None:
    """Staff may sign in at whichever name the installation has."""
    secret = await token_for(town)
    await Municipality.create(code="011002", name="他市", prefecture="北海道", host="b.jp")
    asked = connection("b.jp", authorization=f"Bearer {secret}")
    assert (await Identity(Settings(), POLICY).identify(asked)).municipality_id == town.id


async def test_it_costs_at_most_two_statements(
    town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    """One for a token; for anonymous readers none, but for the first in a while."""
    secret = await token_for(town)
    identity = Identity(Settings(), POLICY)

    async def statements(asked: HTTPConnection) -> int:
        caplog.clear()
        with caplog.at_level(logging.DEBUG, logger="tortoise.db_client"):
            await identity.identify(asked)
            await identity.uses.finish()
        return len(caplog.records)

    assert await statements(connection()) == 1
    assert await statements(connection()) == 0
    shown = connection(authorization=f"Bearer {secret}")
    assert await statements(shown) == 3  # that it was used is noted once a minute
    assert await statements(shown) == 2


async def test_a_new_town_is_known_soon(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is remembered is read anew after some seconds, and never kept while it is empty."""
    identity = Identity(Settings(), POLICY)
    assert (await identity.identify(connection("b.jp"))).municipality_id == town.id
    other = await Municipality.create(code="011002", name="他市", prefecture="北海道", host="b.jp")
    monkeypatch.setattr("server.identity.viewer._REMEMBERED", 0.0)
    assert (await identity.identify(connection("b.jp"))).municipality_id == other.id
