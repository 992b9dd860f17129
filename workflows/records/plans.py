"""A municipality and its plan: policies, categories, the scale of grades, revisions."""

from uuid import UUID, uuid4

from tortoise import fields
from tortoise.models import Model

from workflows.records.base import Row, municipality


class Municipality(Model):
    """A town (地方公共団体) with its own record."""

    id = fields.UUIDField(primary_key=True, default=uuid4)
    code = fields.CharField(max_length=6, unique=True)
    name = fields.CharField(max_length=100)
    prefecture = fields.CharField(max_length=20)
    host = fields.CharField(max_length=253, null=True, unique=True)
    """Which host name means this town, where several share an installation."""

    @property
    def public_id(self) -> str:
        """The id that leaves the server: `mun_` and 32 hexadecimal digits."""
        return f"mun_{self.id.hex}"

    class Meta:
        table = "municipalities"


class Plan(Row):
    """The action plan (計画) of a municipality."""

    prefix = "pln"
    municipality = municipality()
    title = fields.CharField(max_length=200)
    published = fields.CharField(max_length=50)
    """As printed, for instance 令和8年3月."""
    first_fiscal_year = fields.IntField()
    last_fiscal_year = fields.IntField()
    is_sample = fields.BooleanField(default=False)
    source_sha256 = fields.CharField(max_length=64)
    """Of the text it was loaded from, as received."""
    mended: fields.Field[list[dict[str, object]]] = fields.JSONField()
    """What was mended in the text, raw text beside it."""

    class Meta:
        table = "plans"


class PlanRevision(Row):
    """A revision of the plan within its period (plan section 3)."""

    prefix = "rev"
    municipality = municipality()
    plan: fields.ForeignKeyRelation[Plan] = fields.ForeignKeyField(
        "records.Plan", related_name=False, on_delete=fields.RESTRICT
    )
    plan_id: UUID
    number = fields.IntField()
    summary = fields.TextField()
    reason = fields.TextField()
    effective_on = fields.DateField()

    class Meta:
        table = "plan_revisions"
        unique_together = (("plan_id", "number"),)


class Policy(Row):
    """A basic policy (基本方針)."""

    prefix = "pol"
    municipality = municipality()
    plan: fields.ForeignKeyRelation[Plan] = fields.ForeignKeyField(
        "records.Plan", related_name=False, on_delete=fields.RESTRICT
    )
    plan_id: UUID
    code = fields.CharField(max_length=20)
    name = fields.CharField(max_length=200)
    position = fields.IntField()

    class Meta:
        table = "policies"
        unique_together = (("plan_id", "code"),)


class Category(Row):
    """A category (分類) under a policy."""

    prefix = "cat"
    municipality = municipality()
    policy: fields.ForeignKeyRelation[Policy] = fields.ForeignKeyField(
        "records.Policy", related_name=False, on_delete=fields.RESTRICT
    )
    policy_id: UUID
    code = fields.CharField(max_length=20)
    name = fields.CharField(max_length=200)
    name_in_source = fields.CharField(max_length=200)
    position = fields.IntField()

    class Meta:
        table = "categories"
        unique_together = (("policy_id", "code"),)


class Grade(Row):
    """One step of the municipality's scale of grades (達成度), best first."""

    prefix = "grd"
    municipality = municipality()
    code = fields.CharField(max_length=10)
    label_ja = fields.CharField(max_length=200)
    label_en = fields.CharField(max_length=200)
    position = fields.IntField()
    rolls_out = fields.BooleanField()
    """Whether a result with this grade may be offered to other departments (横展開)."""

    class Meta:
        table = "grades"
        unique_together = (("municipality_id", "code"),)
