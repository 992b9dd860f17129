"""What a copy is asked for: a format, and which part of the record."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from uuid import UUID

from tortoise.expressions import Q

from workflows.fiscal import TOKYO, first_day


class CopyFormat(StrEnum):
    """How a copy is written."""

    JSONL = "JSONL"
    CSV = "CSV"
    CSV_CP932 = "CSV_CP932"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part of the record: at most one of these; without any it is all."""

    project_id: UUID | None = None
    """Everything about a project."""
    department_id: UUID | None = None
    """Everything about what a department owned then."""
    fiscal_year: int | None = None
    """Everything that was recorded within a fiscal year, by Japan's time."""

    @property
    def is_all(self) -> bool:
        """Whether nothing is left out."""
        return self == Part()

    @property
    def is_one(self) -> bool:
        """Whether it does not ask for two things at once."""
        asked = (self.project_id, self.department_id, self.fiscal_year)
        return sum(one is not None for one in asked) <= 1

    @property
    def condition(self) -> Q:
        """The condition that an entry belongs to it."""
        if self.project_id is not None:
            return Q(project_id=self.project_id)
        if self.department_id is not None:
            return Q(owner_id=self.department_id)
        if self.fiscal_year is not None:
            from_, until = _begin(self.fiscal_year), _begin(self.fiscal_year + 1)
            return Q(recorded_at__gte=from_, recorded_at__lt=until)
        return Q()

    def as_json(self) -> dict[str, Any] | None:
        """Return it as a copy's header and an entry have it."""
        if self.project_id is not None:
            return {"project": str(self.project_id)}
        if self.department_id is not None:
            return {"department": str(self.department_id)}
        return None if self.fiscal_year is None else {"fiscalYear": self.fiscal_year}

    @classmethod
    def from_json(cls, value: Mapping[str, Any] | None) -> "Part":
        """Return what `as_json` gave."""
        match value:
            case {"project": str(project)}:
                return cls(project_id=UUID(project))
            case {"department": str(department)}:
                return cls(department_id=UUID(department))
            case {"fiscalYear": int(year)}:
                return cls(fiscal_year=year)
            case _:
                return cls()


def _begin(fiscal_year: int) -> dt.datetime:
    return dt.datetime.combine(first_day(fiscal_year), dt.time(), TOKYO).astimezone(dt.UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyAsked:
    """A copy that somebody wants."""

    format: CopyFormat = CopyFormat.JSONL
    part: Part = field(default_factory=Part)
    disclosure: bool = False
    """情報公開用: whole, so that it can be verified, but with published words alone."""

    def as_json(self) -> dict[str, Any]:
        """Return it as plain values."""
        asked = {"format": str(self.format), "part": self.part.as_json()}
        return asked | {"disclosure": self.disclosure}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "CopyAsked":
        """Return what `as_json` gave."""
        return cls(
            format=CopyFormat(value["format"]),
            part=Part.from_json(value["part"]),
            disclosure=value["disclosure"],
        )
