"""One SQL statement for each answer, written by hand for both databases.

`?1` is the municipality, `?2` and `?3` what the question is about.
"""

from dataclasses import dataclass
from typing import Final

ENTRY_TYPES: Final = {
    "TRANSITION": "Transition",
    "REFUSAL": "Refusal",
    "SHEET_EDITED": "SheetEdit",
    "PLAN_IMPORTED": "PlanImport",
    "PROJECT_ADDED": "ProjectAddition",
    "PERSON_REGISTERED": "PersonRegistration",
    "APPOINTED": "AppointmentChange",
    "TOKEN_ISSUED": "TokenChange",
}
"""The kinds that a generated record holds, as the API calls them."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """What the databases spell differently."""

    object: str
    list: str
    moment: str
    """A column as RFC 3339 text, in JSON that the database builds."""
    moment_column: str
    """The same in a column that Python gets: PostgreSQL's driver gives it a datetime."""
    reason: str
    """Of an entry `e`: where there is one, its opening is the first."""
    mark: str
    """What a parameter begins with."""


SQLITE: Final = Dialect(
    object="json_object",
    list="json_group_array",
    moment="replace(substr({}, 1, 26), ' ', 'T') || 'Z'",
    moment_column="replace(substr({}, 1, 26), ' ', 'T') || 'Z'",
    reason="""CASE json_type(e.body, '$.reason') WHEN 'object'
              THEN json_extract(substr(json_extract(e.openings, '$[0]'), 23), '$') END""",
    mark="?",
)
POSTGRES: Final = Dialect(
    object="json_build_object",
    list="json_agg",
    moment="""to_char({} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')""",
    moment_column="{}",
    reason="""CASE json_typeof(e.body::json -> 'reason') WHEN 'object'
              THEN substr(e.openings::json ->> 0, 23)::json #>> '{}' END""",
    mark="$",
)


def public(prefix: str, column: str) -> str:
    """Return the SQL of a public id."""
    return f"'{prefix}_' || replace(CAST({column} AS TEXT), '-', '')"


_OWNED_TODAY: Final = """ownerships o ON o.project_id = p.id
 AND o.starts_on <= ?2 AND (o.ends_on IS NULL OR o.ends_on >= ?2)"""


def board(dialect: Dialect) -> str:
    """Return the statement: a row is a project."""
    return f"""
SELECT {public("prj", "p.id")}, p.code, p.title, p.status, c.stage,
       {public("dep", "d.id")}, d.name, {public("cat", "k.id")}, k.code, k.name,
       {public("pol", "b.id")}, b.code, b.name, {public("cyc", "c.id")}, c.due_on
FROM projects p
JOIN cycles c ON c.id = p.current_cycle_id
JOIN {_OWNED_TODAY}
JOIN departments d ON d.id = o.department_id
JOIN categories k ON k.id = p.category_id
JOIN policies b ON b.id = k.policy_id
WHERE p.municipality_id = ?1
ORDER BY p.position
""".replace("?", dialect.mark)  # noqa: S608 - no input


def detail(dialect: Dialect) -> str:
    """Return the statement: one row, its last two columns JSON."""
    return f"""
SELECT {public("prj", "p.id")}, p.code, p.title, p.content, p.expected_effects, p.status,
       p.revision, {public("dep", "d.id")}, d.name, {public("grp", "g.id")}, g.name,
       {public("cat", "k.id")}, k.code, k.name, {public("pol", "b.id")}, b.code, b.name,
       {public("cyc", "c.id")}, c.fiscal_year, c.stage,
       {dialect.moment_column.format("c.entered_stage_at")}, c.due_on, c.revision,
       {public("sht", "s.id")}, s.goal, s.schedule, s.budget_yen, s.activities, s.spent_yen,
       s.grade, s.grade_label_ja, s.issues, s.improvement, s.direction,
       ({_indicators(dialect)}), ({_entries(dialect)})
FROM projects p
JOIN cycles c ON c.id = p.current_cycle_id
JOIN sheets s ON s.cycle_id = c.id
JOIN {_OWNED_TODAY}
JOIN departments d ON d.id = o.department_id
LEFT JOIN department_groups g ON g.id = o.group_id
JOIN categories k ON k.id = p.category_id
JOIN policies b ON b.id = k.policy_id
WHERE p.municipality_id = ?1 AND p.code = ?3
""".replace("?", dialect.mark)  # noqa: S608 - no input


def _indicators(dialect: Dialect) -> str:
    return f"""
SELECT {dialect.list}({dialect.object}(
         'id', i.id, 'name', i.name, 'unit', i.unit, 'baseline', i.baseline,
         'target', i.target, 'actual', i.actual, 'qualitativeGoal', i.qualitative_goal))
FROM (SELECT {public("ind", "id")} AS id, name, unit, baseline, target, actual, qualitative_goal
      FROM indicators WHERE cycle_id = c.id AND NOT withdrawn ORDER BY position) i"""  # noqa: S608 - no input


def _entries(dialect: Dialect) -> str:
    names = " ".join(f"WHEN '{kind}' THEN '{name}'" for kind, name in ENTRY_TYPES.items())
    entry = f"""
'__typename', CASE e.kind {names} END, 'id', {public("evt", "e.id")}, 'sequence', e.sequence,
'recordedAt', {dialect.moment.format("e.recorded_at")}, 'reason', {dialect.reason},
'actor', {dialect.object}(
  'role', e.actor_role,
  'person', CASE WHEN a.id IS NULL THEN NULL
            ELSE {dialect.object}('id', {public("per", "a.id")}, 'name', a.name) END,
  'department', CASE WHEN f.id IS NULL THEN NULL
                ELSE {dialect.object}('id', {public("dep", "f.id")}, 'name', f.name) END)"""
    return f"""
SELECT {dialect.list}({"json" if dialect is SQLITE else ""}(h.entry))
FROM (SELECT CASE WHEN e.kind = 'TRANSITION'
             THEN {dialect.object}({entry}, 'trigger', e.trigger, 'from', e.source, 'to', e.target)
             ELSE {dialect.object}({entry}) END AS entry
      FROM events e
      LEFT JOIN people a ON a.id = e.actor_id
      LEFT JOIN departments f ON f.id = e.actor_department_id
      WHERE e.municipality_id = ?1 AND e.project_id = p.id
      ORDER BY e.sequence DESC LIMIT 20) h"""  # noqa: S608 - no input


def history(dialect: Dialect) -> str:
    """Return the statement: a row is an entry before a sequence, one more than is shown."""
    return f"""
SELECT h.size, e.kind, {public("evt", "e.id")}, e.sequence,
       {dialect.moment_column.format("e.recorded_at")}, {dialect.reason}, e.actor_role,
       {public("per", "a.id")}, a.name, {public("dep", "f.id")}, f.name,
       {public("prj", "p.id")}, p.code, p.title, e.trigger, e.source, e.target
FROM event_heads h
JOIN events e ON e.municipality_id = h.municipality_id
LEFT JOIN people a ON a.id = e.actor_id
LEFT JOIN departments f ON f.id = e.actor_department_id
LEFT JOIN projects p ON p.id = e.project_id
WHERE h.municipality_id = ?1 AND e.sequence < ?2
ORDER BY e.sequence DESC LIMIT 51
""".replace("?", dialect.mark)  # noqa: S608 - no input


def lock(dialect: Dialect) -> str:
    """Return the statement that takes the head's lock and the next sequence."""
    return """
UPDATE event_heads SET size = size + 1, last_recorded_at = ?2 WHERE municipality_id = ?1
RETURNING size""".replace("?", dialect.mark)


def append(dialect: Dialect) -> str:
    """Return the statement that writes an entry."""
    return """
INSERT INTO events (municipality_id, id, sequence, kind, recorded_at, actor_id, actor_role,
  actor_department_id, project_id, cycle_id, owner_id, trigger, source, target, revision,
  idempotency_key, request_sha256, body)
VALUES (?1, ?2, ?3, 'TRANSITION', ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)
""".replace("?", dialect.mark)


def move(dialect: Dialect) -> str:
    """Return the statement that moves a cycle, if it has the revision that was seen."""
    return """
UPDATE cycles SET stage = ?3, entered_stage_at = ?4, due_on = ?5, revision = revision + 1,
  last_trigger = ?6, last_source = ?7, last_move_sequence = ?8, last_move_revision = revision + 1
WHERE municipality_id = ?1 AND id = ?2 AND revision = ?9
RETURNING project_id""".replace("?", dialect.mark)
