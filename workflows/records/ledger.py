"""The append-only record: one head row and one sequence a municipality.

Events carry no foreign keys: the record stands on its own, and what it speaks of may be written
after it in the same transaction.
"""

from enum import StrEnum
from functools import cached_property
from typing import Any

import orjson
from tortoise import fields

from workflows.records.base import Row, municipality, nullable_enum
from workflows.records.plans import Municipality
from workflows.stages import Role, Stage, Trigger


class EventKind(StrEnum):
    """What an entry of the record tells of."""

    TRANSITION = "TRANSITION"
    REFUSAL = "REFUSAL"
    SHEET_EDITED = "SHEET_EDITED"
    STATUS_CHANGED = "STATUS_CHANGED"
    OWNERSHIP_TRANSFERRED = "OWNERSHIP_TRANSFERRED"
    PLAN_IMPORTED = "PLAN_IMPORTED"
    PLAN_REVISED = "PLAN_REVISED"
    PROJECT_ADDED = "PROJECT_ADDED"
    PROJECT_CHANGED = "PROJECT_CHANGED"
    CORRECTED = "CORRECTED"
    ROLLOUT_PROPOSED = "ROLLOUT_PROPOSED"
    ROLLOUT_ANSWERED = "ROLLOUT_ANSWERED"
    PERSON_REGISTERED = "PERSON_REGISTERED"
    APPOINTED = "APPOINTED"
    APPOINTMENT_ENDED = "APPOINTMENT_ENDED"
    TOKEN_ISSUED = "TOKEN_ISSUED"  # noqa: S105 - not a password
    TOKEN_REVOKED = "TOKEN_REVOKED"  # noqa: S105 - not a password


class EventHead(Row):
    """The row that every act locks first: it orders the record."""

    prefix = "hed"
    municipality: fields.OneToOneRelation[Municipality] = fields.OneToOneField(
        "records.Municipality", related_name=False, on_delete=fields.RESTRICT
    )
    size = fields.BigIntField()
    last_recorded_at = fields.DatetimeField()

    class Meta:
        table = "event_heads"


class Event(Row):
    """One entry of the record (記録). Never updated, never deleted: triggers see to it."""

    prefix = "evt"
    municipality = municipality()
    sequence = fields.BigIntField()
    """1, 2, 3, … without gaps; the order of commits."""
    kind = fields.CharEnumField(EventKind, max_length=30)
    recorded_at = fields.DatetimeField()
    """The server's clock; never earlier than the entry before."""
    effective_at = fields.DatetimeField(null=True)
    """When it took effect, where that differs."""
    actor_id = fields.UUIDField(null=True)
    """The person; none where the server's operator acted at the console."""
    actor_role = nullable_enum(Role, 20)
    actor_department_id = fields.UUIDField(null=True)
    project_id = fields.UUIDField(null=True)
    cycle_id = fields.UUIDField(null=True)
    owner_id = fields.UUIDField(null=True)
    """The department that owned the project then."""
    trigger = nullable_enum(Trigger, 20)
    source = nullable_enum(Stage, 10)
    target = nullable_enum(Stage, 10)
    revision = fields.IntField(null=True)
    """Of the cycle, or else the project, once this was applied; none for a refusal."""
    refers_to = fields.BigIntField(null=True)
    """The sequence of the entry that this one rescinds or corrects."""
    idempotency_key = fields.UUIDField(null=True)
    request_sha256 = fields.CharField(max_length=64, null=True)
    body = fields.TextField()
    """The whole entry as canonical JSON (RFC 8785); the columns above only help to find it."""

    @cached_property
    def document(self) -> dict[str, Any]:
        """The body, read back."""
        document: dict[str, Any] = orjson.loads(self.body)
        return document

    class Meta:
        table = "events"
        unique_together = (
            ("municipality_id", "sequence"),
            ("municipality_id", "actor_id", "idempotency_key"),
        )
        indexes = (
            ("municipality_id", "project_id", "sequence"),
            ("municipality_id", "cycle_id", "sequence"),
            ("municipality_id", "actor_id", "sequence"),
            ("municipality_id", "owner_id", "sequence"),
            ("municipality_id", "kind", "sequence"),
            ("municipality_id", "recorded_at"),
            ("municipality_id", "refers_to"),
        )
