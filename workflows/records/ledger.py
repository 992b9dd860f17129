"""The append-only record: one head row and one sequence a municipality.

Events carry no foreign keys: the record stands on its own, and what it speaks of may be written
after it in the same transaction.
"""

from enum import StrEnum
from functools import cached_property
from typing import Any, Final

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
    DELEGATED = "DELEGATED"
    DELEGATION_ENDED = "DELEGATION_ENDED"
    SIGNED_IN = "SIGNED_IN"
    SIGN_IN_FAILED = "SIGN_IN_FAILED"
    LOCKED_OUT = "LOCKED_OUT"
    SIGNED_OUT = "SIGNED_OUT"
    SESSION_REVOKED = "SESSION_REVOKED"
    LINK_ISSUED = "LINK_ISSUED"
    PASSWORD_SET = "PASSWORD_SET"  # noqa: S105 - not a password
    SECOND_FACTOR_CHANGED = "SECOND_FACTOR_CHANGED"
    ACCOUNT_CHANGED = "ACCOUNT_CHANGED"


class Authority(StrEnum):
    """By which right an entry came about."""

    OWN = "OWN"
    ON_BEHALF = "ON_BEHALF"
    CONSOLE = "CONSOLE"
    DOOR = "DOOR"


_AT_DOOR: Final = frozenset({EventKind.SIGN_IN_FAILED, EventKind.LOCKED_OUT})
"""What nobody who is known does."""


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
    # Described here, since a kind more would otherwise ask for this table to be built anew.
    kind = fields.CharEnumField(EventKind, max_length=30, description="What the entry tells of.")
    recorded_at = fields.DatetimeField()
    """The server's clock; never earlier than the entry before."""
    effective_at = fields.DatetimeField(null=True)
    """When it took effect, where that differs."""
    actor_id = fields.UUIDField(null=True)
    """The person; none where the server's operator acted at the console."""
    on_behalf_of_id = fields.UUIDField(null=True)
    """The person whose decision it was, where the actor made it for them (代決)."""
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
    def authority(self) -> Authority:
        """By which right it came about."""
        if self.on_behalf_of_id is not None:
            return Authority.ON_BEHALF
        if self.actor_id is not None:
            return Authority.OWN
        return Authority.DOOR if self.kind in _AT_DOOR else Authority.CONSOLE

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
