"""The ORM models. Every table but `municipalities` and `event_heads` is scoped by municipality."""

from workflows.records.accounts import (
    Account,
    LinkPurpose,
    NewsMark,
    OneTimeLink,
    Session,
    SignInMethod,
    Throttle,
    Token,
)
from workflows.records.base import Row
from workflows.records.ledger import (
    Authority,
    Checkpoint,
    Event,
    EventHead,
    EventKind,
    Export,
    RecordTile,
)
from workflows.records.oversight import Comment, Evidence, Finding, RecordKey
from workflows.records.people import Appointment, Delegation, Department, Group, Person
from workflows.records.plans import Category, Grade, Municipality, Plan, PlanRevision, Policy
from workflows.records.projects import (
    Cycle,
    Indicator,
    Ownership,
    Project,
    Rollout,
    Sheet,
)

__all__ = [
    "Account",
    "Appointment",
    "Authority",
    "Category",
    "Checkpoint",
    "Comment",
    "Cycle",
    "Delegation",
    "Department",
    "Event",
    "EventHead",
    "EventKind",
    "Evidence",
    "Export",
    "Finding",
    "Grade",
    "Group",
    "Indicator",
    "LinkPurpose",
    "Municipality",
    "NewsMark",
    "OneTimeLink",
    "Ownership",
    "Person",
    "Plan",
    "PlanRevision",
    "Policy",
    "Project",
    "RecordKey",
    "RecordTile",
    "Rollout",
    "Row",
    "Session",
    "Sheet",
    "SignInMethod",
    "Throttle",
    "Token",
]
