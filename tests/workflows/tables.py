"""Everything that is stored of a town, to see what an act changed."""

from typing import Any

from tests.town import Town
from workflows.changes import RECORDED, row_as_json
from workflows.records import Token

Tables = dict[str, dict[str, Any]]


async def tables_of(town: Town) -> Tables:
    """Return every row of a town but its events, by table and id."""
    stored: Tables = {
        name: {str(row.id): row_as_json(row) for row in await model.of(town.id)}
        for name, model in RECORDED.items()
    }
    tokens = await Token.of(town.id)
    return stored | {"tokens": {str(t.id): (t.sha256, t.revoked_at) for t in tokens}}
