"""Entries that tell of the plan's text, of people and of tokens."""

from typing import Final

import strawberry

from schema.context import Info
from schema.history import HistoryEntry, Parent, detail, row_of, told_by
from schema.nodes import field, later
from schema.people import Person
from schema.plans import PlanRevision
from workflows import records
from workflows.records import EventKind

HIDDEN: Final = "Whose; null for who may not see people."


@strawberry.type(description="A plan's text was loaded.")
class PlanImport(HistoryEntry):
    """Which text."""

    is_type_of = told_by("PlanImport", EventKind.PLAN_IMPORTED)
    title = field(detail("title"), str, "The plan's title.")
    source_sha256 = strawberry.field(
        resolver=detail("sha256"), graphql_type=str, name="sourceSha256",
        description="SHA-256 of the text as received, in hexadecimal.",
    )  # fmt: skip


async def _revision(parent: Parent, info: Info) -> records.PlanRevision | None:
    plan = await info.context.loaders.plan()
    revisions = await info.context.loaders.revisions(plan.id) if plan else []
    number = parent.document["details"]["number"]
    return next((one for one in revisions if one.number == number), None)


@strawberry.type(description="The plan was revised within its period.")
class PlanRevised(HistoryEntry):
    """How many projects it touched; each has an entry of its own."""

    is_type_of = told_by("PlanRevised", EventKind.PLAN_REVISED)
    number = field(detail("number"), int, "The revision's number.")
    revision = field(_revision, PlanRevision, "The revision.")
    added = field(detail("added"), int, "How many projects were added.")
    changed = field(detail("changed"), int, "How many projects were changed.")
    withdrawn = field(detail("withdrawn"), int, "How many projects were withdrawn.")


@strawberry.type(description="A project entered the plan.")
class ProjectAddition(HistoryEntry):
    """By import, by revision or by rollout."""

    is_type_of = told_by("ProjectAddition", EventKind.PROJECT_ADDED)


@strawberry.type(description="A project's own words changed.")
class ProjectChange(HistoryEntry):
    """See `changes` for the differences."""

    is_type_of = told_by("ProjectChange", EventKind.PROJECT_CHANGED)


@strawberry.type(description="A person was registered.")
class PersonRegistration(HistoryEntry):
    """Who."""

    is_type_of = told_by("PersonRegistration", EventKind.PERSON_REGISTERED)
    person = field(row_of(records.Person, "person"), Person | None, HIDDEN)


@strawberry.type(description="A person was appointed, or an appointment was given an end.")
class AppointmentChange(HistoryEntry):
    """See `changes` for role and days."""

    is_type_of = told_by("AppointmentChange", EventKind.APPOINTED, EventKind.APPOINTMENT_ENDED)
    person = field(row_of(records.Person, "person"), Person | None, HIDDEN)
    appointment = field(
        row_of(records.Appointment, "appointment"),
        later("Appointment", "schema.people") | None,
        "The appointment as it is now; null for who may not see people.",
    )


@strawberry.type(
    description="Leave to decide on somebody's behalf (代決) was given, or given an end."
)
class DelegationChange(HistoryEntry):
    """See `changes` for the days, and `reason` for why."""

    is_type_of = told_by("DelegationChange", EventKind.DELEGATED, EventKind.DELEGATION_ENDED)
    principal = field(
        row_of(records.Person, "principal"),
        Person | None,
        "Whose decisions they are; null for who may not see them.",
    )
    delegate = field(
        row_of(records.Person, "delegate"),
        Person | None,
        "Who makes them; null for who may not see them.",
    )
    delegation = field(
        row_of(records.Delegation, "delegation"),
        later("Delegation", "schema.delegations") | None,
        "The leave as it is now; null for who may not see it.",
    )


def _revoked(parent: Parent) -> bool:
    return parent.kind is EventKind.TOKEN_REVOKED


@strawberry.type(description="A bearer token was issued or revoked. The secret is in no entry.")
class TokenChange(HistoryEntry):
    """Whose."""

    is_type_of = told_by("TokenChange", EventKind.TOKEN_ISSUED, EventKind.TOKEN_REVOKED)
    person = field(row_of(records.Person, "person"), Person | None, HIDDEN)
    revoked = field(_revoked, bool, "Whether it was revoked; else issued.")


ENTRIES_OF_PLAN: Final = [
    PlanImport,
    PlanRevised,
    ProjectAddition,
    ProjectChange,
    PersonRegistration,
    AppointmentChange,
    DelegationChange,
    TokenChange,
]
