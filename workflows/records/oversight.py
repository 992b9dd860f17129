"""What is added beside the sheets: keys, evidence, findings, comments."""

from uuid import UUID

from tortoise import fields

from workflows.records.base import Row, municipality
from workflows.records.people import Department
from workflows.records.projects import Cycle, Project
from workflows.stages import FindingStatus, SheetPart


class RecordKey(Row):
    """A public key (Ed25519) that a municipality's checkpoints are signed with, from an entry on."""

    prefix = "key"
    municipality = municipality()
    origin = fields.CharField(max_length=200)
    """The name of the log and of its key, as its checkpoints have it."""
    key_id = fields.CharField(max_length=8)
    """Of the name and the key (C2SP signed-note), in hexadecimal."""
    public_key = fields.CharField(max_length=44)
    """32 bytes in base64."""
    first_sequence = fields.BigIntField()
    """The entry that introduced it."""
    last_sequence = fields.BigIntField(null=True)
    """The entry that retired it: larger trees are not to be signed with it."""

    class Meta:
        table = "record_keys"
        unique_together = (("municipality_id", "key_id"),)


class Evidence(Row):
    """A file that shows what a cycle's sheet says (証拠書類), itself kept outside the database."""

    prefix = "evd"
    municipality = municipality()
    project: fields.ForeignKeyRelation[Project] = fields.ForeignKeyField(
        "records.Project", related_name=False, on_delete=fields.RESTRICT
    )
    project_id: UUID
    cycle: fields.ForeignKeyRelation[Cycle] = fields.ForeignKeyField(
        "records.Cycle", related_name=False, on_delete=fields.RESTRICT
    )
    cycle_id: UUID
    part = fields.CharEnumField(SheetPart, max_length=20)
    """The part of the sheet that it belongs to."""
    name = fields.CharField(max_length=200)
    """The file's, as its owner called it."""
    note = fields.TextField(default="")
    media_type = fields.CharField(max_length=100)
    size = fields.BigIntField()
    """In bytes."""
    sha256 = fields.CharField(max_length=64)
    """Of the file, which is kept under this name."""
    attached_by_id = fields.UUIDField()
    attached_at = fields.DatetimeField()
    withdrawn = fields.BooleanField(default=False)

    class Meta:
        table = "evidence"
        indexes = (("cycle_id",), ("municipality_id", "sha256"))


class Finding(Row):
    """What an auditor points out (指摘), and what the department makes of it."""

    prefix = "fnd"
    municipality = municipality()
    number = fields.IntField()
    """1, 2, 3, … within the municipality."""
    department: fields.ForeignKeyRelation[Department] = fields.ForeignKeyField(
        "records.Department", related_name=False, on_delete=fields.RESTRICT
    )
    department_id: UUID
    """Which has to answer."""
    project: fields.ForeignKeyNullableRelation[Project] = fields.ForeignKeyField(
        "records.Project", related_name=False, on_delete=fields.RESTRICT, null=True
    )
    project_id: UUID | None
    entry_sequence = fields.BigIntField(null=True)
    """The entry of the record that it is about, if it is about one."""
    text = fields.TextField()
    answer_due_on = fields.DateField(null=True)
    raised_by_id = fields.UUIDField()
    raised_at = fields.DatetimeField()
    status = fields.CharEnumField(FindingStatus, max_length=10)
    answer = fields.TextField(default="")
    answered_by_id = fields.UUIDField(null=True)
    answered_at = fields.DatetimeField(null=True)
    follow_up_on = fields.DateField(null=True)
    """By when the department says that it will have done what it answered."""
    conclusion = fields.TextField(default="")
    closed_by_id = fields.UUIDField(null=True)
    closed_at = fields.DatetimeField(null=True)

    class Meta:
        table = "findings"
        unique_together = (("municipality_id", "number"),)
        indexes = (("municipality_id", "department_id"), ("municipality_id", "project_id"))


class Comment(Row):
    """What somebody says about a project (コメント), beside what its sheets say."""

    prefix = "cmt"
    municipality = municipality()
    project: fields.ForeignKeyRelation[Project] = fields.ForeignKeyField(
        "records.Project", related_name=False, on_delete=fields.RESTRICT
    )
    project_id: UUID
    cycle: fields.ForeignKeyNullableRelation[Cycle] = fields.ForeignKeyField(
        "records.Cycle", related_name=False, on_delete=fields.RESTRICT, null=True
    )
    cycle_id: UUID | None
    """The cycle that is meant, where one is."""
    reply_to_id = fields.UUIDField(null=True)
    """The comment that it answers, if it answers one."""
    text = fields.TextField()
    written_by_id = fields.UUIDField()
    written_at = fields.DatetimeField()
    withdrawn = fields.BooleanField(default=False)
    withdrawal_reason = fields.TextField(default="")

    class Meta:
        table = "comments"
        indexes = (("municipality_id", "project_id", "written_at"),)
