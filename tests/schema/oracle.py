"""Who should see what, told from the tables of reading alone, without asking the code that reads."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from schema.nodes import NODE_TYPES
from tests.town import PEOPLE, Town
from workflows import ledger, records
from workflows.authority import UNLIMITED, Credential, Scope
from workflows.readings import ENTRIES, READINGS, ROWS, Reading
from workflows.records import Event, Row
from workflows.shown import CHANGES, RAW
from workflows.stages import Role, SheetPart, Stage

_AT_WORK: Final = {Role.STAFF, Role.LEAD, Role.OFFICE}
COUNTED: Final[dict[Scope, set[Role]]] = {
    Scope.READ: _AT_WORK,
    Scope.WRITE: _AT_WORK,
    Scope.AUDIT: _AT_WORK | {Role.AUDITOR},
    Scope.ADMIN: _AT_WORK | {Role.ADMIN},
}
"""The roles that count for reading with a token of each scope."""


@dataclass(frozen=True)
class Viewer:
    """Somebody who asks: signed in, by a token of one scope, or nobody."""

    who: str | None
    scope: Scope | None = None

    @property
    def credential(self) -> Credential:
        """What they are known by."""
        return UNLIMITED if self.scope is None else Credential(scopes=frozenset({self.scope}))

    @property
    def held(self) -> list[tuple[Role, str | None]]:
        """The roles that count, and where they are held."""
        held = PEOPLE[self.who] if self.who else []
        return [one for one in held if self.scope is None or one[0] in COUNTED[self.scope]]


VIEWERS: Final = [
    *(Viewer(who) for who in (*PEOPLE, None)),
    *(Viewer(who, scope) for who in ("lead", "office", "auditor", "admin") for scope in Scope),
]


@dataclass
class Oracle:
    """A town's rows, by public id, and whose they are today."""

    town: Town
    now: dt.datetime = field(default_factory=ledger.now)
    """When everything is asked."""
    rows: dict[str, Any] = field(default_factory=dict)
    owners: dict[UUID, UUID] = field(default_factory=dict)

    @classmethod
    async def of(cls, town: Town) -> "Oracle":
        """Read a town, as it is."""
        made = cls(town)
        # A copy is its taker's alone, whoever sees that it was taken: test_copies.
        shown = [row for row in ROWS if row in NODE_TYPES and row is not records.Export]
        for model in (*shown, Event):
            made.rows |= {row.public_id: row for row in await model.of(town.id)}
        today = made.now.astimezone(dt.timezone(dt.timedelta(hours=9))).date()
        for one in made.all(records.Ownership):
            if one.starts_on <= today and (one.ends_on is None or today <= one.ends_on):
                made.owners[one.project_id] = one.department_id
        return made

    def all(self, model: type[Row]) -> list[Any]:
        """Return the rows of a table."""
        return [row for row in self.rows.values() if isinstance(row, model)]

    def admits(self, viewer: Viewer, what: Reading, owners: set[Any], *, own: bool) -> bool:
        """Return whether one of the audience's reasons holds."""
        audience = READINGS[what]
        departments = self.town.departments
        return audience.anybody or any(
            (
                audience.own and own,
                *(role in audience.anywhere for role, _ in viewer.held),
                *(
                    role in audience.own_department and departments.get(name or "") in owners
                    for role, name in viewer.held
                ),
            )
        )

    def sees(self, viewer: Viewer, what: Reading, row: Any) -> bool:  # noqa: ANN401 - any row
        """Return whether a viewer should see something of a row."""
        me = self.town.people[viewer.who] if viewer.who else None
        match row:
            case Event():
                whose = {row.actor_id, row.on_behalf_of_id}
                owners = {row.owner_id, self.owners.get(row.project_id)}
            case records.Person():
                whose, owners = {row.id}, set()
            case records.Appointment():
                whose, owners = {row.person_id}, set()
            case records.Delegation():
                whose, owners = {row.principal_id, row.delegate_id}, set()
            case records.Finding():
                whose = {row.raised_by_id, row.answered_by_id}
                owners = {row.department_id, self.owners.get(row.project_id)}
            case records.Evidence() | records.Comment():
                is_file = isinstance(row, records.Evidence)
                whose = {row.attached_by_id if is_file else row.written_by_id}
                owners = {self.owners.get(row.project_id)}
            case records.Sheet() | records.Indicator():
                whose, owners = set(), {self.owners[self._cycle(row).project_id]}
            case _:
                whose, owners = set(), set()
        owners.discard(None)
        return self.admits(viewer, what, owners, own=me is not None and me in whose)

    def _cycle(self, row: Any) -> Any:  # noqa: ANN401 - a sheet or an indicator
        return self.rows[f"cyc_{row.cycle_id.hex}"]

    def part(self, part: str, row: Any) -> Reading:  # noqa: ANN401 - a sheet or an indicator
        """Return what it takes to see a part of a sheet, as its cycle stands."""
        order = [Stage.PLAN, Stage.DO, Stage.CHECK, Stage.ACTION, Stage.CLOSED]
        left = order[: order.index(self._cycle(row).stage)]
        filled_in = dict(zip(order, SheetPart, strict=False))
        is_settled = part in {filled_in[stage] for stage in left}
        return Reading.PUBLISHED if is_settled else Reading.DRAFT

    def is_there(self, viewer: Viewer, row: Any) -> bool:  # noqa: ANN401 - any row
        """Return whether there is such a row, for a viewer."""
        if isinstance(row, Event):
            return self.sees(viewer, ENTRIES[row.kind], row)
        if isinstance(row, records.Indicator) and not self.sees(
            viewer, self.part("PLAN", row), row
        ):
            return False
        if isinstance(row, records.Indicator) and row.withdrawn:
            return self.sees(viewer, Reading.DRAFT, row)
        return self.sees(viewer, ROWS[type(row)], row)

    def reading(self, word: str, row: Any) -> Reading | None:  # noqa: ANN401 - any row
        """Return what a word of `classified` means for a row; None for no more than the row."""
        match word:
            case "ENTRY":
                return None
            case "CHANGES":
                return CHANGES[row.kind]
            case "RAW":
                return RAW[ENTRIES[row.kind]]
            case _ if word in SheetPart.__members__:
                return self.part(word, row)
            case _:
                return Reading(word)
