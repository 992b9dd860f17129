"""Registering and appointing people, and the tokens that the operator gives out."""

import datetime as dt
import hashlib
from typing import Any
from uuid import UUID

import pytest

from tests.town import PEOPLE, Town, applied, blocker_codes, refused
from tests.workflows.tables import tables_of
from workflows.accounts.tokens import MAX_DAYS, issue_token, revoke_token
from workflows.ledger import Outcome, Refused, Validated
from workflows.records import Appointment, Event, EventKind, Person, Token
from workflows.refusals import Forbidden, InvalidInput, NotFound
from workflows.replay import audit
from workflows.revise.people import NewAppointment, appoint, end_appointment, register_person
from workflows.stages import Role

APRIL = dt.date(2026, 4, 1)


async def _appoint(town: Town, who: str = "admin", **values: Any) -> Outcome:  # noqa: ANN401 - NewAppointment's own fields
    asked: dict[str, Any] = {
        "person_id": town.people["nobody"],
        "role": Role.STAFF,
        "department_id": town.departments["税務課"],
        "starts_on": APRIL,
    }
    return await appoint(town.by(who), NewAppointment(**{**asked, **values}))


async def test_only_admin_and_the_console_keep_the_people(town: Town) -> None:
    """Nobody else registers, appoints or ends an appointment; no admin needs a department."""
    appointment = await Appointment.of(town.id).get(person_id=town.people["staff"])
    for who in PEOPLE:
        request = town.by(who, validate_only=True)
        new = NewAppointment(
            person_id=town.people["nobody"], role=Role.AUDITOR, department_id=None, starts_on=APRIL
        )
        outcomes = [
            await register_person(request, "新人", "N1"),
            await appoint(request, new),
            await end_appointment(request, appointment.id, dt.date(2027, 3, 31)),
        ]
        expected = Validated if who == "admin" else Refused
        assert [type(o) for o in outcomes] == [expected] * 3
        assert all(isinstance(refused(o), Forbidden) for o in outcomes if isinstance(o, Refused))
    assert isinstance(
        await register_person(town.console(validate_only=True), "新人", "N1"), Validated
    )


async def test_a_person_is_registered_once(town: Town) -> None:
    """The staff number tells two of one name apart; invisible characters do not."""
    event = applied(await register_person(town.by("admin"), " 山田　太郎 ", "N\u200b1"))
    person = await Person.of(town.id).get(staff_number="N1")
    assert person.name == "山田　太郎"
    assert (event.kind, event.actor_role) == (EventKind.PERSON_REGISTERED, Role.ADMIN)
    assert event.document["details"] == {"person": str(person.id)}
    applied(await register_person(town.by("admin"), "山田　太郎", "N2"))
    for name, number, path in (
        ("別人", "N1", "staffNumber"),
        ("別人", "N\u202e1", "staffNumber"),
        ("", "N3", "name"),
        ("別人", " ", "staffNumber"),
        ("字" * 101, "N3", "name"),
        ("別人", "1" * 51, "staffNumber"),
        ("別\0人", "N3", "name"),
    ):
        refusal = refused(await register_person(town.by("admin"), name, number))
        assert isinstance(refusal, InvalidInput)
        assert refusal.path == path
    assert await audit(town.id) == []


async def test_an_appointment_is_recorded_with_its_department(town: Town) -> None:
    """Whose, which, and from when to when."""
    event = applied(await _appoint(town, ends_on=dt.date(2027, 3, 31)))
    appointment = await Appointment.of(town.id).get(person_id=town.people["nobody"])
    assert (appointment.starts_on, appointment.ends_on) == (APRIL, dt.date(2027, 3, 31))
    assert (event.kind, event.owner_id) == (EventKind.APPOINTED, town.departments["税務課"])
    assert event.document["details"] == {
        "person": str(town.people["nobody"]),
        "appointment": str(appointment.id),
    }
    last = dt.date(2026, 9, 30)
    ended = applied(await end_appointment(town.by("admin"), appointment.id, last))
    await appointment.refresh_from_db()
    assert (ended.kind, appointment.ends_on) == (EventKind.APPOINTMENT_ENDED, last)
    again = await end_appointment(town.by("admin"), appointment.id, last)
    assert blocker_codes(again) == ["NO_CHANGE"]
    assert await audit(town.id) == []


async def test_what_an_appointment_asks_for(town: Town) -> None:
    """A person, a department where the role needs one, and days in their order."""
    nobody = UUID(int=1)
    assert refused(await _appoint(town, person_id=nobody)) == NotFound("person")
    assert refused(await _appoint(town, department_id=nobody)) == NotFound("department")
    assert refused(await end_appointment(town.by("admin"), nobody, APRIL)) == NotFound(
        "appointment"
    )
    before = APRIL - dt.timedelta(days=1)
    cases: list[tuple[dict[str, Any], str]] = [
        ({"role": Role.STAFF, "department_id": None}, "department"),
        ({"role": Role.LEAD, "department_id": None}, "department"),
        ({"ends_on": before}, "endsOn"),
    ]
    for values, path in cases:
        refusal = refused(await _appoint(town, **values))
        assert isinstance(refusal, InvalidInput)
        assert refusal.path == path
    applied(await _appoint(town, ends_on=APRIL))
    appointment = await Appointment.of(town.id).get(person_id=town.people["nobody"])
    refusal = refused(await end_appointment(town.by("admin"), appointment.id, before))
    assert isinstance(refusal, InvalidInput)
    for role in (Role.OFFICE, Role.AUDITOR, Role.ADMIN):
        applied(await _appoint(town, role=role, department_id=None))
    assert await audit(town.id) == []


async def test_a_token_is_told_once_and_kept_as_a_hash(town: Town) -> None:
    """The secret is nowhere in the database; the record tells whose token it is."""
    outcome, secret = await issue_token(town.console(), town.people["lead"], " cli ", 30)
    event = applied(outcome)
    token = await Token.of(town.id).get(person_id=town.people["lead"])
    assert secret.startswith("meguru_")
    assert token.sha256 == hashlib.sha256(secret.encode()).hexdigest()
    assert (token.name, token.revoked_at) == ("cli", None)
    assert token.expires_at == event.recorded_at + dt.timedelta(days=30)
    assert event.document["details"] == {
        "person": str(token.person_id),
        "token": str(token.id),
        "name": "cli",
    }
    bodies = await Event.of(town.id).all().values_list("body", flat=True)
    assert not any(secret in str(body) or token.sha256 in str(body) for body in bodies)
    revoked = applied(await revoke_token(town.console(), token.id))
    await token.refresh_from_db()
    assert token.revoked_at == revoked.recorded_at
    assert refused(await revoke_token(town.console(), token.id)) == NotFound("token")
    assert await audit(town.id) == []


@pytest.mark.parametrize("who", list(PEOPLE))
async def test_nobody_but_the_operator_gives_out_tokens(sqlite_town_loaded: Town, who: str) -> None:
    """Who can make a token for another person can act as them: not even an admin may.

    An admin may revoke one.
    """
    town = sqlite_town_loaded
    outcome, secret = await issue_token(town.by(who), town.people["office"], "x", 1)
    assert (refused(outcome), secret) == (Forbidden(frozenset()), "")
    applied((await issue_token(town.console(), town.people["office"], "x", 1))[0])
    token = await Token.of(town.id).get()
    outcome = await revoke_token(town.by(who), token.id)
    if who == "admin":
        assert applied(outcome).actor_role is Role.ADMIN
    else:
        assert refused(outcome) == Forbidden(frozenset({Role.ADMIN}))


async def test_what_a_token_asks_for(town: Town) -> None:
    """A person, a name and 1 to 365 days; where that is not given there is no secret."""
    before = await tables_of(town)
    lead = town.people["lead"]
    outcome, secret = await issue_token(town.console(), UUID(int=1), "x", 1)
    assert (refused(outcome), secret) == (NotFound("person"), "")
    for name, days, path in (
        ("x", 0, "days"),
        ("x", MAX_DAYS + 1, "days"),
        ("", 1, "name"),
        ("x" * 101, 1, "name"),
    ):
        outcome, secret = await issue_token(town.console(), lead, name, days)
        refusal = refused(outcome)
        assert isinstance(refusal, InvalidInput)
        assert (refusal.path, secret) == (path, "")
    assert await tables_of(town) == before
