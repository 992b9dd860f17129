"""Projects, who owns them, their cycles with sheets and indicators, and rollouts."""

from uuid import UUID

from tortoise import fields

from workflows.records.base import Row, municipality, nullable_enum
from workflows.records.people import Department, Group
from workflows.records.plans import Category, Plan
from workflows.stages import Direction, ProjectStatus, RolloutStatus, Stage, Trigger


class Project(Row):
    """A project (取組事業) of the plan."""

    prefix = "prj"
    municipality = municipality()
    plan: fields.ForeignKeyRelation[Plan] = fields.ForeignKeyField(
        "records.Plan", related_name=False, on_delete=fields.RESTRICT
    )
    plan_id: UUID
    category: fields.ForeignKeyRelation[Category] = fields.ForeignKeyField(
        "records.Category", related_name=False, on_delete=fields.RESTRICT
    )
    category_id: UUID
    code = fields.CharField(max_length=20)
    title = fields.CharField(max_length=300)
    content = fields.TextField()
    expected_effects: fields.Field[list[str]] = fields.JSONField()
    source_text = fields.TextField()
    """The row as received; empty for a project that the text does not have."""
    position = fields.IntField()
    status = fields.CharEnumField(ProjectStatus, max_length=20)
    revision = fields.IntField()
    current_cycle_id = fields.UUIDField()
    """The cycle that was opened last, or that ended the project. No foreign key: they point at
    each other."""
    rolled_out_from_id = fields.UUIDField(null=True)
    search_text = fields.TextField()
    """Derived: code, title, content and effects, folded as `workflows.folding` does."""

    class Meta:
        table = "projects"
        unique_together = (("plan_id", "code"),)


class Ownership(Row):
    """Which department and group own a project (所管), from a day to a day, both included."""

    prefix = "own"
    municipality = municipality()
    project: fields.ForeignKeyRelation[Project] = fields.ForeignKeyField(
        "records.Project", related_name=False, on_delete=fields.RESTRICT
    )
    project_id: UUID
    department: fields.ForeignKeyRelation[Department] = fields.ForeignKeyField(
        "records.Department", related_name=False, on_delete=fields.RESTRICT
    )
    department_id: UUID
    group: fields.ForeignKeyNullableRelation[Group] = fields.ForeignKeyField(
        "records.Group", related_name=False, on_delete=fields.RESTRICT, null=True
    )
    group_id: UUID | None
    starts_on = fields.DateField()
    ends_on = fields.DateField(null=True)

    class Meta:
        table = "ownerships"
        unique_together = (("project_id", "starts_on"),)
        indexes = (("municipality_id", "department_id"),)


class Cycle(Row):
    """One project in one fiscal year (PDCAサイクル)."""

    prefix = "cyc"
    municipality = municipality()
    project: fields.ForeignKeyRelation[Project] = fields.ForeignKeyField(
        "records.Project", related_name=False, on_delete=fields.RESTRICT
    )
    project_id: UUID
    fiscal_year = fields.IntField()
    stage = fields.CharEnumField(Stage, max_length=10)
    entered_stage_at = fields.DatetimeField()
    opened_at = fields.DatetimeField()
    due_on = fields.DateField(null=True)
    plan_revision = fields.IntField()
    revision = fields.IntField()
    last_trigger = nullable_enum(Trigger, 20)
    last_source = nullable_enum(Stage, 10)
    last_move_sequence = fields.BigIntField(null=True)
    last_move_revision = fields.IntField(null=True)
    """The last move to another stage: what it was, its entry, and the revision it made. Where that
    is still the cycle's revision, nothing came after it."""
    previous_cycle_id = fields.UUIDField(null=True)
    evaluator_id = fields.UUIDField(null=True)
    evaluated_for_id = fields.UUIDField(null=True)
    """The person on whose behalf the evaluator evaluated (代決), where there is one."""

    class Meta:
        table = "cycles"
        unique_together = (("project_id", "fiscal_year"),)
        indexes = (("municipality_id", "fiscal_year"),)


class Sheet(Row):
    """What a cycle's stages say (進捗管理シート)."""

    prefix = "sht"
    municipality = municipality()
    cycle: fields.OneToOneRelation[Cycle] = fields.OneToOneField(
        "records.Cycle", related_name=False, on_delete=fields.RESTRICT
    )
    cycle_id: UUID
    goal = fields.TextField(default="")
    schedule = fields.TextField(default="")
    budget_yen = fields.BigIntField(null=True)
    activities = fields.TextField(default="")
    spent_yen = fields.BigIntField(null=True)
    grade = fields.CharField(max_length=10, null=True)
    grade_label_ja = fields.CharField(max_length=200, null=True)
    grade_label_en = fields.CharField(max_length=200, null=True)
    """The labels as they were when the grade was given."""
    issues = fields.TextField(default="")
    improvement = fields.TextField(default="")
    direction = nullable_enum(Direction, 10)

    class Meta:
        table = "sheets"


class Indicator(Row):
    """A KPI (指標) of a cycle: figures, or a qualitative goal with a reason why none fits.

    Figures are decimal numbers kept as text, exactly as they were given.
    """

    prefix = "ind"
    municipality = municipality()
    cycle: fields.ForeignKeyRelation[Cycle] = fields.ForeignKeyField(
        "records.Cycle", related_name=False, on_delete=fields.RESTRICT
    )
    cycle_id: UUID
    position = fields.IntField()
    name = fields.CharField(max_length=200)
    unit = fields.CharField(max_length=50, default="")
    baseline = fields.CharField(max_length=40, null=True)
    target = fields.CharField(max_length=40, null=True)
    qualitative_goal = fields.TextField(default="")
    reason_no_number = fields.TextField(default="")
    actual = fields.CharField(max_length=40, null=True)
    result = fields.TextField(default="")
    """How a qualitative goal came out."""
    reason_not_measured = fields.TextField(default="")
    carried_over_from_id = fields.UUIDField(null=True)
    """The same indicator in the last fiscal year's cycle."""
    withdrawn = fields.BooleanField(default=False)
    """Taken off the sheet; kept, because earlier entries of the record speak of it."""

    class Meta:
        table = "indicators"
        indexes = (("cycle_id",),)


class Rollout(Row):
    """A well-graded result offered to another department (横展開)."""

    prefix = "rol"
    municipality = municipality()
    cycle: fields.ForeignKeyRelation[Cycle] = fields.ForeignKeyField(
        "records.Cycle", related_name=False, on_delete=fields.RESTRICT
    )
    cycle_id: UUID
    project: fields.ForeignKeyRelation[Project] = fields.ForeignKeyField(
        "records.Project", related_name=False, on_delete=fields.RESTRICT
    )
    project_id: UUID
    department: fields.ForeignKeyRelation[Department] = fields.ForeignKeyField(
        "records.Department", related_name=False, on_delete=fields.RESTRICT
    )
    department_id: UUID
    """To which it is offered."""
    message = fields.TextField()
    status = fields.CharEnumField(RolloutStatus, max_length=10)
    answer = fields.TextField(default="")
    new_project_id = fields.UUIDField(null=True)

    class Meta:
        table = "rollouts"
        indexes = (("project_id",), ("department_id",))
