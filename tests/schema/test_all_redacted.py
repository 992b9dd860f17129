"""A town from whose record everything was removed that can be: it can still be read and verified."""

import pytest

from tests.schema.asking import ask
from tests.schema.conftest import Towns
from tests.schema.documents import selection
from tests.schema.oracle import Oracle
from tests.schema.test_as_of import everything as everything_then
from tests.schema.test_sight_matrix import SEES_ALL, nodes
from tests.town import PEOPLE, Town, applied
from workflows.records import Event, Export
from workflows.redaction import Redact, Target, redact
from workflows.redaction.act import MOST_TARGETS
from workflows.redaction.sealed import fields_of
from workflows.replay import audit
from workflows.sealing import REMOVED
from workflows.verification import verify


async def remove_everything(town: Town) -> int:
    """Remove every sealed value of every entry, as an admin, and return how many there were."""
    targets = [
        Target(entry_id=event.id, field=field.commitment)
        for event in await Event.of(town.id).order_by("sequence")
        for field in fields_of(event)
        if not field.is_removed and field.value != REMOVED
    ]
    for start in range(0, len(targets), MOST_TARGETS):
        some = targets[start : start + MOST_TARGETS]
        applied(await redact(town.by("admin"), Redact(targets=some, reason="保存期間の満了")))
    return len(targets)


@pytest.mark.parametrize("templates", ["sqlite"], indirect=True)  # the other one says the same
async def test_nothing_breaks_where_everything_was_removed(towns: Towns) -> None:
    """Every row of every kind is read, by everybody; tables, tree and removals are what they say."""
    town = towns.small
    assert await remove_everything(town) > 200
    assert await audit(town.id) == []
    assert (await verify(town.id)).faults == []
    oracle = await Oracle.of(town)
    # Copies are for whoever took them, and gone with a redaction.
    rows = [row for row in oracle.rows.values() if not isinstance(row, Export)]
    found = await nodes(oracle, SEES_ALL, rows)
    assert [public for public, node in found.items() if node is None] == []
    assert len(found) > 150
    everything = selection("Query", 3)
    entries = f"{{ history(first: 100) {{ nodes {selection('HistoryEntry', 2)} }} }}"
    for who in (*PEOPLE, None):
        assert await ask(town, everything, who)
        assert await ask(town, entries, who)
    size = await town.size()
    for sequence in (size // 4, size // 2, size):
        for who in ("auditor", None):
            assert await everything_then(town, who, sequence)
