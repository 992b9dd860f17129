"""No secret leaves: not in an entry of the record, not in a log line, not as it is in a table."""

import io
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pyotp
import structlog
from tortoise import Tortoise

from server.logs import configure
from tests.town import Town, applied
from tests.workflows.accounts.holders import (
    HOME,
    PASSWORD,
    WRONG,
    at_door,
    hold,
    invite,
    knock,
    let_time_pass,
)
from workflows.accounts.acceptance import Acceptance, accept_link
from workflows.accounts.links import first_admin_link, issue_link
from workflows.accounts.outcomes import SignedIn
from workflows.accounts.own import change_password
from workflows.accounts.provider import Vouched, sign_in_by_provider, sign_in_by_proxy
from workflows.accounts.second_factor import (
    begin_second_factor,
    confirm_second_factor,
    new_recovery_codes,
    remove_second_factor,
)
from workflows.accounts.sessions import end_other_sessions, sign_out
from workflows.accounts.tokens import create_token, issue_token
from workflows.authority import Scope
from workflows.records import Event, EventKind, Municipality
from workflows.replay import audit

TYPED_BY_MISTAKE = "my-pass-phrase-in-the-wrong-field"
KINDS = {
    EventKind.SIGNED_IN,
    EventKind.SIGN_IN_FAILED,
    EventKind.LOCKED_OUT,
    EventKind.SIGNED_OUT,
    EventKind.SESSION_REVOKED,
    EventKind.LINK_ISSUED,
    EventKind.PASSWORD_SET,
    EventKind.SECOND_FACTOR_CHANGED,
    EventKind.ACCOUNT_CHANGED,
    EventKind.TOKEN_ISSUED,
}


@contextmanager
def logged() -> Iterator[io.StringIO]:
    """Log as the server does, at its most talkative, into a text."""
    stream = io.StringIO()
    root, level = logging.getLogger(), logging.getLogger().level
    handlers, before = list(root.handlers), structlog.get_config()
    configure("json", "DEBUG", stream)
    try:
        yield stream
    finally:
        root.handlers, root.level = handlers, level
        structlog.configure(**before)


async def _first_admin(town: Town, secrets: set[str]) -> None:
    link = await first_admin_link(town.id)
    assert link
    given = Acceptance(password=PASSWORD, name="最初 管子", staff_number="A1")
    begun = await accept_link(at_door(town), link, given, HOME)
    assert isinstance(begun, SignedIn)
    secrets |= {link, begun.secret}


async def _at_the_door(town: Town, secrets: set[str]) -> None:
    holder = await hold(town, second_factor=True)
    assert holder.totp_secret is not None
    codes = holder.begun.recovery_codes
    secrets |= {holder.begun.secret, holder.totp_secret, *codes}
    begun = await knock(town, code=codes[0])
    assert isinstance(begun, SignedIn)
    secrets.add(begun.secret)
    for _ in range(6):
        await knock(town, TYPED_BY_MISTAKE, WRONG)
    await knock(town, "lead", WRONG, codes[1])
    await let_time_pass(town)
    for vouched in (Vouched(subject="sub-1", login="staff"), Vouched(subject="sub-2")):
        outcome = await sign_in_by_provider(at_door(town), vouched, HOME)
        secrets |= {outcome.secret} if isinstance(outcome, SignedIn) else set()
    outcome = await sign_in_by_proxy(at_door(town), TYPED_BY_MISTAKE, HOME)
    secrets.add(TYPED_BY_MISTAKE)


async def _inside(town: Town, secrets: set[str]) -> None:
    holder = await hold(town, "office")
    begun = begin_second_factor("町", "office")
    given: dict[str, Any] = {"password": PASSWORD, "secret": begun.secret}
    ask = holder.by_session(given=given), holder.session_id
    code = pyotp.TOTP(begun.secret).now()
    wrong, _ = await confirm_second_factor(*ask, secret=begun.secret, code=code, password=WRONG)
    done, codes = await confirm_second_factor(
        *ask, secret=begun.secret, code=code, password=PASSWORD
    )
    applied(done)
    renewed, more = await new_recovery_codes(*ask, password=PASSWORD)
    applied(renewed)
    applied(await change_password(*ask, current=PASSWORD, new=WRONG))
    applied(await remove_second_factor(*ask, password=WRONG))
    await remove_second_factor(*ask, password=PASSWORD)
    plain = holder.by_session(), holder.session_id
    outcome, token = await create_token(*plain, "cli", frozenset({Scope.READ}), 1)
    applied(outcome)
    outcome, issued = await issue_token(town.console(), holder.id, "cli", 1)
    applied(outcome)
    assert isinstance(await knock(town, "office", WRONG), SignedIn)
    applied(await end_other_sessions(*plain))
    applied(await sign_out(*plain))
    outcome, link = await issue_link(town.console(), holder.id, clear_second_factor=True)
    applied(outcome)
    secrets |= {begun.secret, token, issued, link, await invite(town, "staff")}
    secrets |= {*codes, *more, holder.begun.secret}
    assert wrong != done


async def _tables() -> str:
    """Return everything that the database holds, as text."""
    connection = Municipality._meta.db  # noqa: SLF001 - Tortoise's documented way
    rows = []
    for model in Tortoise.apps["records"].values():
        table = model._meta.db_table  # noqa: SLF001 - Tortoise's documented way
        found = await connection.execute_query_dict(f'SELECT * FROM "{table}"')  # noqa: S608 - our own names
        rows += [str(dict(row)) for row in found if table != "events"]
    return "\n".join(rows)


async def test_no_secret_is_in_the_record_the_log_or_a_table(town: Town) -> None:
    """Everything that people do with accounts, well or wrongly; only TOTP's key has to be kept."""
    secrets: set[str] = {PASSWORD, WRONG}
    with logged() as log:
        await _first_admin(town, secrets)
        await _at_the_door(town, secrets)
        await _inside(town, secrets)
    events = await Event.of(town.id)
    assert {e.kind for e in events}.issuperset(KINDS)
    bodies = "\n".join(e.body for e in events)
    tables = await _tables()
    assert not any(e.request_sha256 for e in events)
    for secret in secrets:
        assert secret not in bodies
        assert secret not in log.getvalue()
    kept = {s for s in secrets if s in tables}
    assert all(len(s) == 32 and s.isupper() for s in kept), kept
    assert "argon2" not in bodies
    assert await audit(town.id) == []
