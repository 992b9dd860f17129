"""What somebody may see of the past, by today's rules: nothing that was a draft of others then.

A part of a sheet that its cycle had not left behind at that moment was a draft, and is one for
ever; it is seen by who sees drafts of the department that owned the project then, or owns it today.
"""

from functools import cached_property
from uuid import UUID

from workflows import shown
from workflows.opening import is_past_due
from workflows.past.tables import PastTables
from workflows.readings import Reading
from workflows.records import Category, Cycle, Indicator, Project, Sheet
from workflows.sight import Sight
from workflows.stages import ProjectStatus, SheetPart


class PastView:
    """The past, as far as a sight goes; the sight knows the projects of its departments today."""

    def __init__(self, tables: PastTables, sight: Sight) -> None:
        self.tables = tables
        self.sight = sight
        self.point = tables.point

    def sheet(self, cycle: Cycle) -> Sheet:
        """Return a cycle's sheet, without the parts that are drafts which may not be seen."""
        row = self.tables.sheet(cycle.id)
        return shown.sheet(self.sight, row, cycle.stage, self._owner(cycle.project_id))

    def indicators(self, cycle: Cycle) -> list[Indicator]:
        """Return a cycle's indicators, as far as they may be seen."""
        owner_id = self._owner(cycle.project_id)
        found = (
            shown.indicator(self.sight, row, cycle.stage, owner_id)
            for row in self.tables.indicators(cycle.id)
        )
        return [row for row in found if row is not None]

    def grade(self, cycle: Cycle) -> str | None:
        """Return the grade on a cycle's sheet, if there was one and it may be seen."""
        owner_id = self._owner(cycle.project_id)
        part = SheetPart.EVALUATION
        if not shown.sees_part(self.sight, part, cycle.stage, owner_id):
            return None
        return self.tables.sheet(cycle.id).grade

    def is_overdue(self, cycle: Cycle) -> bool:
        """Return whether a cycle's due day was past, and its project active."""
        project = self.tables.row(Project, cycle.project_id)
        is_active = project is not None and project.status is ProjectStatus.ACTIVE
        return is_active and is_past_due(cycle.due_on, self.point.day)

    @cached_property
    def policies(self) -> dict[UUID, UUID]:
        """The policies of the categories."""
        return {one.id: one.policy_id for one in self.tables.rows(Category)}

    def _owner(self, project_id: UUID) -> UUID | None:
        """Return the department whose drafts a project's are: an own one, where either is."""
        own = self.sight.departments(Reading.DRAFT)
        if own and project_id in self.sight.projects:
            return next(iter(own))
        owner = self.tables.owner(project_id)
        return owner.department_id if owner else None
