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
from workflows.sealing import opened
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
    KEY_CHANGED = "KEY_CHANGED"
    EXPORTED = "EXPORTED"
    REDACTED = "REDACTED"
    FINDING_RAISED = "FINDING_RAISED"
    FINDING_ANSWERED = "FINDING_ANSWERED"
    FINDING_CLOSED = "FINDING_CLOSED"
    EVIDENCE_ATTACHED = "EVIDENCE_ATTACHED"
    EVIDENCE_WITHDRAWN = "EVIDENCE_WITHDRAWN"
    COMMENTED = "COMMENTED"
    COMMENT_WITHDRAWN = "COMMENT_WITHDRAWN"


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
    """The latest time that was given out, to an entry or a checkpoint: all later ones are later."""
    peaks: fields.Field[list[str] | None] = fields.JSONField(null=True)
    """The frontier of the record's Merkle tree (`workflows.merkle`), in hexadecimal."""

    class Meta:
        table = "event_heads"


class RecordTile(Row):
    """The hash of a perfect subtree of 256 ** level leaves, so that proofs need not read them all."""

    prefix = "til"
    municipality = municipality()
    level = fields.IntField()
    position = fields.BigIntField()
    """0 for the first 256 ** level leaves, 1 for the next."""
    sha256 = fields.CharField(max_length=64)

    class Meta:
        table = "record_tiles"
        unique_together = (("municipality_id", "level", "position"),)


class Checkpoint(Row):
    """A signed statement of how long the record was, and of its root (C2SP tlog-checkpoint)."""

    prefix = "chk"
    municipality = municipality()
    size = fields.BigIntField()
    root = fields.CharField(max_length=64)
    signed_at = fields.DatetimeField()
    note = fields.TextField()
    """The signed note, as handed out; witnesses' lines are added at its end."""

    class Meta:
        table = "checkpoints"
        unique_together = (("municipality_id", "size"),)


class Export(Row):
    """A copy of the record that somebody asked for, made when it is fetched, always the same."""

    prefix = "xpt"
    municipality = municipality()
    person_id = fields.UUIDField()
    """Who asked, and alone may fetch it."""
    size = fields.BigIntField()
    """The record's, up to which it goes; the entry that tells of the export is the last in it."""
    created_at = fields.DatetimeField()
    asked: fields.Field[dict[str, Any]] = fields.JSONField()
    """What was asked for: format, encoding, and which part of the record."""

    class Meta:
        table = "exports"
        indexes = (("municipality_id", "person_id", "created_at"),)


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
    grade = fields.CharField(max_length=10, null=True)
    """The grade on the sheet when the cycle moved."""
    body = fields.TextField()
    """The whole entry as canonical JSON (RFC 8785), names and free text sealed; the other columns
    only help to find it."""
    leaf_hash = fields.CharField(max_length=64, null=True)
    """Of the body, as the record's Merkle tree has it (RFC 9162), in hexadecimal."""
    openings = fields.TextField(null=True)
    """What opens the body's sealed values, as a JSON list; null in entries from before there were
    any. With `search_text` and `request_sha256`, all that is ever written again: by a redaction."""
    search_text = fields.TextField(null=True)
    """Derived: the names and texts of the openings, folded as `workflows.folding` does."""

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
        """The body, read back and opened."""
        document: dict[str, Any] = opened(
            orjson.loads(self.body), orjson.loads(self.openings or "[]")
        )
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
            ("municipality_id", "trigger", "sequence"),
            ("municipality_id", "grade", "sequence"),
            ("municipality_id", "on_behalf_of_id", "sequence"),
            ("municipality_id", "actor_department_id", "sequence"),
        )
