"""What every recorded row has: an id of its own and the municipality it belongs to."""

from enum import StrEnum
from typing import ClassVar, Self, TypeVar, cast
from uuid import UUID, uuid4

from tortoise import fields
from tortoise.models import Model
from tortoise.queryset import QuerySet

E = TypeVar("E", bound=StrEnum)


class Row(Model):
    """A row of one municipality. `of` is the only way in, so that nothing crosses between towns."""

    prefix: ClassVar[str]
    """What its public ids begin with."""

    id = fields.UUIDField(primary_key=True, default=uuid4)
    municipality_id: UUID

    class Meta:
        abstract = True

    @property
    def public_id(self) -> str:
        """The id that leaves the server, for instance `prj_` and 32 hexadecimal digits."""
        return f"{self.prefix}_{self.id.hex}"

    @classmethod
    def of(cls, municipality_id: UUID) -> QuerySet[Self]:
        """Return the rows of one municipality, and no others."""
        return cls.filter(municipality_id=municipality_id)


def municipality() -> fields.ForeignKeyRelation["Model"]:
    """Return the foreign key that scopes a table to its municipality."""
    return fields.ForeignKeyField(
        "records.Municipality", related_name=False, on_delete=fields.RESTRICT
    )


def nullable_enum(enum_type: type[E], max_length: int) -> fields.Field[E | None]:
    """Return a column that holds a member's value or NULL, typed as such."""
    column = fields.CharEnumField(enum_type, max_length=max_length, null=True)
    return cast("fields.Field[E | None]", column)
