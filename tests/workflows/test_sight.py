"""What may be seen: the tables, the one decision over them, and the same decision in the database."""

import datetime as dt
from itertools import product
from typing import Final
from uuid import UUID, uuid4

import pytest

from tests.town import PEOPLE, Town, applied
from workflows import shown
from workflows.authority import UNLIMITED, Capacity, Credential, Scope
from workflows.readings import ENTRIES, READINGS, ROWS, Reading
from workflows.records import Event, EventKind, Indicator, Ownership, Sheet
from workflows.sheets import Report
from workflows.sight import Sight
from workflows.stages import EDITABLE, Role, SheetPart, Stage, Trigger

OURS, THEIRS, ME = UUID(int=1), UUID(int=2), UUID(int=3)
TODAY: Final = dt.date(2026, 6, 1)
AUDIENCES: Final[dict[Reading, tuple[str, str, str, str]]] = {
    # who is not signed in, without a role, staff and lead elsewhere, and which of the others
    Reading.PUBLISHED: ("yes", "yes", "yes", "OFFICE AUDITOR ADMIN"),
    Reading.DRAFT: ("no", "no", "own department", "OFFICE AUDITOR"),
    Reading.STAFF_DIRECTORY: ("no", "own", "yes", "OFFICE AUDITOR ADMIN"),
    Reading.NAMES: ("no", "own", "own department", "OFFICE AUDITOR ADMIN"),
    Reading.COMMENTS: ("no", "no", "yes", "OFFICE AUDITOR ADMIN"),
    Reading.COOPERATION: ("no", "own", "yes", "OFFICE AUDITOR ADMIN"),
    Reading.EDITS: ("no", "own", "own department", "OFFICE AUDITOR"),
    Reading.EVIDENCE: ("no", "own", "own department", "OFFICE AUDITOR"),
    Reading.FINDINGS: ("no", "own", "own department", "OFFICE AUDITOR"),
    Reading.DISCUSSION: ("no", "own", "own department", "OFFICE AUDITOR"),
    Reading.REFUSALS: ("no", "own", "own department", "OFFICE AUDITOR ADMIN"),
    Reading.PERSONNEL: ("no", "own", "own", "OFFICE AUDITOR ADMIN"),
    Reading.ACCOUNTS: ("no", "own", "own", "AUDITOR ADMIN"),
    Reading.COPIES: ("no", "own", "own", "OFFICE AUDITOR ADMIN"),
    Reading.INSTALLATION: ("no", "no", "no", "ADMIN"),
    Reading.RAW_WORK: ("no", "no", "no", "OFFICE AUDITOR"),
    Reading.RAW_REFUSALS: ("no", "no", "no", "AUDITOR"),
    Reading.RAW_PEOPLE: ("no", "no", "no", "AUDITOR ADMIN"),
}
"""The matrix as it was decided, written down once more."""


def sight(role: Role | None, *, known: bool = True, public: bool = True) -> Sight:
    """Return the sight of somebody in our department."""
    held = (Capacity(role, OURS),) if role else ()
    return Sight(person_id=ME if known else None, capacities=held, public=public)


@pytest.mark.parametrize("what", Reading)
def test_the_matrix_is_the_issues(what: Reading) -> None:
    """Each reading, for each role, of the own department, another's and the own deed."""
    anybody, without, staff, others = AUDIENCES[what]
    assert sight(None, known=False).sees(what, OURS, own=True) is (anybody == "yes")
    assert sight(None, known=False, public=False).sees(what, OURS, own=True) is False
    assert sight(None).sees(what, OURS) is (without == "yes")
    assert sight(None).sees(what, own=True) is (without in {"yes", "own"})
    for role in (Role.STAFF, Role.LEAD):
        assert sight(role).sees(what) is sight(role).sees(what, THEIRS) is (staff == "yes")
        assert sight(role).sees(what, OURS) is (staff in {"yes", "own department"})
    for role in (Role.OFFICE, Role.AUDITOR, Role.ADMIN):
        assert sight(role).sees(what, THEIRS) is (role in others.split())


def test_every_kind_and_reading_has_a_row() -> None:
    """Nothing is left to a default, and a kind that had no row would be seen by nobody."""
    assert set(READINGS) == set(Reading)
    assert set(ENTRIES) == set(shown.CHANGES) == set(EventKind)
    assert set(shown.RAW) == set(ENTRIES.values())
    assert set(ROWS.values()) <= set(Reading)


def test_who_sees_an_entry_whole_may_see_all_of_it() -> None:
    """The canonical text holds names, reasons, changes and details: it takes what these take."""
    for (kind, what), role in product(ENTRIES.items(), Role):
        if sight(role).sees(shown.RAW[what]):
            parts = {what, shown.CHANGES[kind], Reading.NAMES, Reading.COMMENTS}
            parts |= set(shown.DETAILS.values()) if what is Reading.PUBLISHED else set()
            assert all(sight(role).sees(part) for part in parts), (kind, role)


def test_only_what_holds_and_counts_is_seen_by() -> None:
    """Appointments of other days, and roles beyond the credential, show nothing."""
    past = Capacity(Role.AUDITOR, None, dt.date(2025, 4, 1), dt.date(2026, 5, 31))
    ahead = Capacity(Role.ADMIN, None, dt.date(2026, 6, 2))
    now = Capacity(Role.AUDITOR, None, dt.date(2026, 6, 1), dt.date(2026, 6, 1))
    assert Sight.of(ME, (past, ahead), UNLIMITED, TODAY).roles == set()
    assert Sight.of(ME, (now,), UNLIMITED, TODAY).roles == {Role.AUDITOR}
    for scope in Scope:
        credential = Credential(scopes=frozenset({scope}))
        roles = Sight.of(ME, (now, Capacity(Role.LEAD, OURS)), credential, TODAY).roles
        assert roles == {Role.LEAD} | ({Role.AUDITOR} if scope is Scope.AUDIT else set())
    barred = Credential(barred=frozenset({Role.AUDITOR}))
    assert Sight.of(ME, (now,), barred, TODAY).roles == set()
    assert Sight.of(None, (now,), UNLIMITED, TODAY).roles == set()


@pytest.mark.parametrize(("stage", "part"), list(product(Stage, SheetPart)))
def test_a_part_is_settled_once_its_stage_is_left(stage: Stage, part: SheetPart) -> None:
    """What a stage leaves open is a draft, and so is all that is younger."""
    open_part = EDITABLE.get(stage)
    order = list(SheetPart)
    settled = open_part is None or order.index(part) < order.index(open_part)
    assert shown.settled(part, stage) is settled


def test_a_hidden_draft_is_an_empty_sheet() -> None:
    """At each stage, a sheet full of drafts looks as one on which nothing was written."""
    values = {
        "goal": "g",
        "schedule": "s",
        "budget_yen": 1,
        "activities": "a",
        "spent_yen": 2,
        "grade": "A",
        "grade_label_ja": "甲",
        "grade_label_en": "A",
        "issues": "i",
        "improvement": "m",
        "direction": "CONTINUE",
    }
    full, blank = Sheet(id=uuid4(), **values), Sheet(id=uuid4())
    indicator = Indicator(id=uuid4(), name="n", actual="1", result="r", reason_not_measured="x")
    kept_at = {Stage.PLAN: 0, Stage.DO: 3, Stage.CHECK: 5, Stage.ACTION: 9, Stage.CLOSED: 11}
    for stage, kept in kept_at.items():
        seen = shown.sheet(sight(Role.ADMIN), full, stage, OURS)
        expected = {
            name: value if n < kept else getattr(blank, name)
            for n, (name, value) in enumerate(values.items())
        }
        assert {name: getattr(seen, name) for name in values} == expected, stage
        assert shown.sheet(sight(Role.STAFF), full, stage, OURS) is full
        told = shown.indicator(sight(Role.ADMIN), indicator, stage, OURS)
        assert (told is None) is (stage is Stage.PLAN)
        assert told is None or (told.actual is None) is (stage is Stage.DO)
    assert indicator.actual == "1"
    indicator.withdrawn = True
    assert shown.indicator(sight(Role.ADMIN), indicator, Stage.CLOSED, OURS) is None
    assert shown.indicator(sight(Role.LEAD), indicator, Stage.CLOSED, OURS) is indicator


async def test_the_database_decides_as_the_function_does(town: Town) -> None:
    """For everybody: the entries that the condition finds are those that are seen, names as well."""
    await town.bring_to(Stage.DO)
    await town.fill_in(Stage.DO)
    await town.fill_in(Stage.PLAN, "1_04", "lead")
    for who in PEOPLE:
        await town.fire(who, Trigger.START)
    applied(await town.fire("staff", Trigger.REPORT_INTERIM, report=Report(text="順調")))
    events = await Event.of(town.id)
    owned = await Ownership.of(town.id).filter(department_id=town.departments["税務課"])
    for who, roles in PEOPLE.items():
        held = tuple(Capacity(r, town.departments[d] if d else None) for r, d in roles)
        mine = Sight(person_id=town.people[who], capacities=held)
        for one in (mine, mine.at_work(o.project_id for o in owned)):
            found = {e.id for e in await one.among(Event.of(town.id).all())}
            assert found == {e.id for e in events if one.sees_entry(e)}
            named = {e.id for e in await Event.of(town.id).filter(one.names)}
            assert named == {e.id for e in events if one.sees_of(e, Reading.NAMES)}
    blind = Sight(person_id=None, public=False)
    assert await blind.among(Event.of(town.id).all()).count() == 0
    assert await blind.among(Sheet.of(town.id).all()).count() == 0
