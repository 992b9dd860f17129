"""Changes of rows as an entry tells of them: field by field, as the API spells it."""

from collections.abc import Iterable, Mapping
from typing import Any, Final
from uuid import UUID

import orjson
import strawberry

from schema.blockers import api_path
from schema.nodes import NODE_TYPES, plain
from workflows import records
from workflows.changes import RECORDED
from workflows.sealing import Removed


@strawberry.type(description="One column of one row, before and after.")
class FieldChange:
    """A difference, as text."""

    subject_id: strawberry.ID = plain("The id of what changed; `nodes` gives it as it is now.")
    subject: str = plain("The type of what changed, for instance Sheet.")
    field: str = plain("Which of its fields, as the API spells it.")
    before: str | None = plain("The value before; null where there was none. Lists as JSON.")
    after: str | None = plain("The value after; null where there is none. Lists as JSON.")
    removed: bool = plain(
        "Whether a redaction (墨消し) took one of the values away: ［消去］ stands in its place, "
        "and not since somebody wrote that."
    )


_BOOKKEEPING: Final = frozenset(
    {
        *("revision", "position", "current_cycle_id", "municipality_id"),
        *("last_trigger", "last_source", "last_move_sequence", "last_move_revision"),
        *("label_en", "grade_label_en"),
    }
)
"""Columns that the API does not show, and labels that it shows in Japanese already."""
_SPELLED: Final = {
    "grade_label_ja": "gradeLabel",
    "key_id": "keyId",
    "label_ja": "label",
    "previous_cycle_id": "previous",
    "source_text": "source",
}
"""Columns that the API calls something else."""
_POINTS_AT: Final[dict[str, type[records.Row]]] = {
    "answered_by_id": records.Person,
    "attached_by_id": records.Person,
    "closed_by_id": records.Person,
    "raised_by_id": records.Person,
    "reply_to_id": records.Comment,
    "written_by_id": records.Person,
    "carried_over_from_id": records.Indicator,
    "category_id": records.Category,
    "cycle_id": records.Cycle,
    "department_id": records.Department,
    "delegate_id": records.Person,
    "evaluated_for_id": records.Person,
    "evaluator_id": records.Person,
    "group_id": records.Group,
    "new_project_id": records.Project,
    "person_id": records.Person,
    "plan_id": records.Plan,
    "policy_id": records.Policy,
    "principal_id": records.Person,
    "previous_cycle_id": records.Cycle,
    "project_id": records.Project,
    "rolled_out_from_id": records.Project,
}


def _text(name: str, value: object) -> str | None:
    """Return a column's value as text; ids as the API gives them."""
    if isinstance(value, str) and name in _POINTS_AT:
        return f"{_POINTS_AT[name].prefix}_{UUID(value).hex}"
    if value is None or isinstance(value, str):
        return value
    return orjson.dumps(value).decode()


def _before(change: Mapping[str, Any], name: str) -> Any:  # noqa: ANN401 - a column's value
    return change.get("before", {}).get(name)


def field_changes(changes: Iterable[Mapping[str, Any]]) -> list[FieldChange]:
    """Return changes of rows, as an entry's body spells them, field by field."""
    return [
        FieldChange(
            subject_id=strawberry.ID(f"{RECORDED[c['table']].prefix}_{UUID(c['id']).hex}"),
            subject=NODE_TYPES[RECORDED[c["table"]]](None),
            field=_SPELLED.get(name) or api_path(name.removesuffix("_id")),
            before=_text(name, _before(c, name)),
            after=_text(name, value),
            removed=any(isinstance(one, Removed) for one in (_before(c, name), value)),
        )
        for c in changes
        for name, value in c["after"].items()
        if name not in _BOOKKEEPING and ("before" in c or value not in (None, "", False))
    ]
