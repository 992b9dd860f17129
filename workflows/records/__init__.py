"""The ORM models. Every table but `municipalities` and `event_heads` is scoped by municipality."""

from workflows.records.base import Row
from workflows.records.ledger import Event, EventHead, EventKind
from workflows.records.people import Appointment, Department, Group, Person, Token
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
    "Appointment",
    "Category",
    "Cycle",
    "Department",
    "Event",
    "EventHead",
    "EventKind",
    "Grade",
    "Group",
    "Indicator",
    "Municipality",
    "Ownership",
    "Person",
    "Plan",
    "PlanRevision",
    "Policy",
    "Project",
    "Rollout",
    "Row",
    "Sheet",
    "Token",
]
