"""Where in a mutation's input a refused value stands.

The workflows name a value within the part of a sheet that is edited; how deep the input holds that
part, only the input knows.
"""

import dataclasses
from typing import Final
from uuid import UUID

from schema.blockers import api_path
from workflows.records import Project

_NAMED_OTHERWISE: Final = {"entry": "sequence"}
"""What the workflows call an input field, where the API calls it something else."""


def input_path(asked: object, path: str) -> list[str] | None:
    """Return a path of the workflows as one from the input, or None where no field is meant."""
    first, *rest = api_path(path).split(".")
    return _found(asked, [_NAMED_OTHERWISE.get(first, first), *rest])


def revision_path(asked: object, project_id: UUID) -> list[str]:
    """Return where the revision stands that is out of date: in a list, beside the project."""
    public = f"{Project.prefix}_{project_id.hex}"
    for name, value in vars(asked).items():
        for position, item in enumerate(value if isinstance(value, list) else ()):
            if getattr(item, "project", None) == public:
                return [api_path(name), str(position), "expectedRevision"]
    return ["expectedRevision"]


def _found(asked: object, steps: list[str]) -> list[str] | None:
    """Return the steps that lead to a field of the input, or of what it holds."""
    if not dataclasses.is_dataclass(asked):
        return None
    names = [item.name for item in dataclasses.fields(asked)]
    if steps[0] in map(api_path, names):
        return steps
    for name in names:
        inner = _found(getattr(asked, name), steps)
        if inner is not None:
            return [api_path(name), *inner]
    return None
