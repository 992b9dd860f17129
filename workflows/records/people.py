"""Departments and groups, the people appointed in them, and who may decide for whom."""

from uuid import UUID

from tortoise import fields

from workflows.records.base import Row, municipality
from workflows.stages import Role


class Department(Row):
    """A department (課)."""

    prefix = "dep"
    municipality = municipality()
    name = fields.CharField(max_length=100)
    position = fields.IntField()

    class Meta:
        table = "departments"
        unique_together = (("municipality_id", "name"),)


class Group(Row):
    """A group (グループ) in a department."""

    prefix = "grp"
    municipality = municipality()
    department: fields.ForeignKeyRelation[Department] = fields.ForeignKeyField(
        "records.Department", related_name=False, on_delete=fields.RESTRICT
    )
    department_id: UUID
    name = fields.CharField(max_length=100)
    position = fields.IntField()

    class Meta:
        table = "department_groups"
        unique_together = (("department_id", "name"),)


class Person(Row):
    """A person (職員) who may be appointed."""

    prefix = "per"
    municipality = municipality()
    name = fields.CharField(max_length=100)
    staff_number = fields.CharField(max_length=50)

    class Meta:
        table = "people"
        unique_together = (("municipality_id", "staff_number"),)


class Appointment(Row):
    """A role held in a department from a day to a day, both included (任命)."""

    prefix = "apt"
    municipality = municipality()
    person: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "records.Person", related_name=False, on_delete=fields.RESTRICT
    )
    person_id: UUID
    role = fields.CharEnumField(Role, max_length=20)
    department: fields.ForeignKeyNullableRelation[Department] = fields.ForeignKeyField(
        "records.Department", related_name=False, on_delete=fields.RESTRICT, null=True
    )
    department_id: UUID | None
    starts_on = fields.DateField()
    ends_on = fields.DateField(null=True)

    class Meta:
        table = "appointments"
        indexes = (("municipality_id", "person_id"),)


class Delegation(Row):
    """Leave for one person to decide on behalf of another, from a day to a day (代決)."""

    prefix = "dlg"
    municipality = municipality()
    principal: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "records.Person", related_name=False, on_delete=fields.RESTRICT
    )
    principal_id: UUID
    """The person whose decisions they are."""
    delegate: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "records.Person", related_name=False, on_delete=fields.RESTRICT
    )
    delegate_id: UUID
    """The person who makes them."""
    starts_on = fields.DateField()
    ends_on = fields.DateField()
    """The last day, included."""
    reason = fields.TextField()

    class Meta:
        table = "delegations"
        indexes = (("municipality_id", "delegate_id"),)
