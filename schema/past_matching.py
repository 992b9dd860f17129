"""Which projects a filter keeps, as of a moment that is over."""

import datetime as dt
from uuid import UUID

from schema.context import Info
from schema.errors import ClientError
from schema.project_matching import Facts, test_of
from schema.project_where import ProjectWhere, size_of
from workflows.fiscal import TOKYO
from workflows.past import PastView
from workflows.records import Cycle, Project


def matching(info: Info, view: PastView, where: ProjectWhere) -> set[UUID]:
    """Return the projects that a filter keeps; each is looked at with its current cycle then.

    Raises:
        ClientError: TOO_MANY or BAD_SEARCH as for the present; BAD_FILTER, where it is asked what
            the viewer can do: only the present has moves.
    """
    size = size_of(where)
    if "actionable_by_viewer" in size.given:
        raise ClientError(
            "BAD_FILTER",
            "過去の時点では actionableByViewer を使えません。 / "
            "actionableByViewer is of the present only; leave it out.",
        )
    info.context.charge(size.cost)
    projects = view.tables.rows(Project)
    owned = ((project.id, view.tables.owner(project.id)) for project in projects)
    facts = Facts(
        now=dt.datetime.combine(view.point.day, dt.time.max, TOKYO),
        today=view.point.day,
        owners={project_id: owner for project_id, owner in owned if owner is not None},
        policies=view.policies,
        actionable=frozenset(),
    )
    is_wanted = test_of(where, facts)
    looked_at = ((p, view.tables.row(Cycle, p.current_cycle_id)) for p in projects)
    return {p.id for p, cycle in looked_at if cycle is not None and is_wanted((p, cycle))}
