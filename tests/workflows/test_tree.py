"""The tree that is kept, and proofs from it, held against trees computed from all leaves."""

from hashlib import sha256
from uuid import uuid4

import pytest

from tests.town import Town
from workflows import tree
from workflows.merkle import Frontier, is_consistent, is_included, leaf_hash, root_of
from workflows.records import Event, EventHead, EventKind, RecordTile
from workflows.tree import consistency_proof, frontier_of, grown, inclusion_proof, root_at

SIZES = (1, 2, 3, 4, 5, 15, 16, 17, 63, 64, 65, 70, 71)


async def _grow(town: Town, size: int) -> list[bytes]:
    """Make the record of a town longer, entries without content; return its leaves."""
    head = await EventHead.of(town.id).get()
    first = await Event.of(town.id).order_by("sequence").values_list("leaf_hash", flat=True)
    leaves = [bytes.fromhex(str(leaf)) for leaf in first]
    events = [
        Event(
            id=uuid4(),
            municipality_id=town.id,
            sequence=n,
            kind=EventKind.SIGNED_OUT,
            recorded_at=head.last_recorded_at,
            body="{}",
            leaf_hash=sha256(str(n).encode()).hexdigest(),
        )
        for n in range(len(leaves) + 1, size + 1)
    ]
    added = [str(event.leaf_hash) for event in events]
    frontier, tiles = grown(town.id, frontier_of(head), added)
    await Event.bulk_create(events)
    await RecordTile.bulk_create(tiles)
    assert frontier.size == size
    return leaves + [bytes.fromhex(leaf) for leaf in added]


@pytest.fixture
def small_tiles(monkeypatch: pytest.MonkeyPatch) -> None:
    """Four subtrees to a tile: a record of 71 entries then has tiles of three levels."""
    monkeypatch.setattr(tree, "_BITS", 2)
    monkeypatch.setattr(tree, "TILE", 4)


async def test_an_act_grows_the_tree(town: Town) -> None:
    """Each entry's hash is that of its body, and the head remembers the tree over all of them."""
    events = await Event.of(town.id).order_by("sequence")
    frontier = Frontier()
    for event in events:
        leaf = leaf_hash(event.body.encode())
        assert event.leaf_hash == leaf.hex()
        frontier, _ = frontier.add(leaf)
    assert frontier_of(await EventHead.of(town.id).get()) == frontier
    assert await root_at(town.id, frontier.size) == frontier.root


async def test_every_proof_from_tiles_is_right(small_tiles: None, make_town: object) -> None:
    """Roots, inclusion and consistency of every size, as from all leaves."""
