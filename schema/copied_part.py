"""Which part of the record a copy (写し) holds."""

from uuid import UUID

import strawberry

from schema.context import Info
from schema.nodes import field, later, plain
from schema.people import Department
from workflows import records
from workflows.exports import Part


async def _project(parent: strawberry.Parent["CopiedPart"], info: Info) -> records.Project | None:
    return await info.context.loaders.row(records.Project, parent.project_id)


async def _department(
    parent: strawberry.Parent["CopiedPart"], info: Info
) -> records.Department | None:
    return await info.context.loaders.row(records.Department, parent.department_id)


@strawberry.type(description="Which part of the record a copy holds; where all is null, all of it.")
class CopiedPart:
    """At most one of these."""

    project_id: strawberry.Private[UUID | None]
    department_id: strawberry.Private[UUID | None]
    project = field(
        _project, later("Project", "schema.projects") | None, "What is about this project."
    )
    department = field(
        _department, Department | None, "What is about what this department owned then."
    )
    fiscal_year: int | None = plain("What was recorded in this fiscal year, Japan's time.")


def copied_part(part: Part) -> CopiedPart:
    """Return a part as the API tells it."""
    return CopiedPart(
        project_id=part.project_id,
        department_id=part.department_id,
        fiscal_year=part.fiscal_year,
    )
