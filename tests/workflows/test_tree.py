"""The tree that is kept, and proofs from it, held against trees computed from all leaves."""

from hashlib import sha256
from uuid import uuid4

import pytest

from tests.town import Town
from workflows import tree
from workflows.merkle import Frontier, is_consistent, is_included, leaf_hash, root_of
from workflows.records import Event, EventHead, EventKind, RecordTile
from workflows.stages import Stage
from workflows.tree import (
    TreeReader,
    consistency_proof,
    frontier_of,
    grown,
    inclusion_proof,
    root_at,
)

SIZES = (1, 2, 3, 4, 5, 15, 16, 17, 48, 63, 64, 65, 70, 71, 76)


async def _grow(town: Town, size: int) -> list[bytes]:
    """Make a town's record longer, by entries without content; return the leaves of all."""
    head = await EventHead.of(town.id).get()
    leaves = [leaf_hash(e.body.encode()) for e in await Event.of(town.id).order_by("sequence")]
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
    leaves += [bytes.fromhex(str(event.leaf_hash)) for event in events]
    await RecordTile.of(town.id).delete()
    frontier, tiles = grown(town.id, Frontier(), [leaf.hex() for leaf in leaves])
    await Event.bulk_create(events)
    await RecordTile.bulk_create(tiles)
    assert frontier.root == root_of(leaves)
    return leaves


async def test_an_act_grows_the_tree(town: Town) -> None:
    """Each entry's hash is that of its body, and the head remembers the tree over all of them."""
    frontier = Frontier()
    for event in await Event.of(town.id).order_by("sequence"):
        leaf = leaf_hash(event.body.encode())
        assert event.leaf_hash == leaf.hex()
        frontier, _ = frontier.add(leaf)
    assert frontier_of(await EventHead.of(town.id).get()) == frontier
    assert frontier.size > len(SIZES)
    assert await root_at(town.id, frontier.size) == frontier.root


async def test_every_proof_from_tiles_is_right(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """Roots and proofs of each size are those of a tree over all leaves: tiles of three levels."""
    monkeypatch.setattr(tree, "_BITS", 2)
    monkeypatch.setattr(tree, "TILE", 4)
    leaves = await _grow(town, max(SIZES))
    assert await RecordTile.of(town.id).filter(level=3).count() == 1
    for size in SIZES:
        root = root_of(leaves[:size])
        assert await root_at(town.id, size) == root
        for sequence in {1, 2, size // 2 + 1, size}:
            if sequence <= size:
                path = await inclusion_proof(town.id, sequence, size)
                assert is_included(sequence - 1, size, leaves[sequence - 1], path, root)
        for earlier in (s for s in SIZES if s <= size):
            path = await consistency_proof(town.id, earlier, size)
            assert is_consistent(earlier, size, root_of(leaves[:earlier]), root, path)


async def test_a_long_record_is_proved_from_tiles(town: Town) -> None:
    """With the tiles as they are: 256 leaves each, and what is over at the end."""
    leaves = await _grow(town, 1_100)
    root = root_of(leaves)
    assert await RecordTile.of(town.id).count() == len(leaves) // 256
    for sequence in (1, 256, 257, 700, 1_025, 1_100):
        path = await inclusion_proof(town.id, sequence, len(leaves))
        assert is_included(sequence - 1, len(leaves), leaves[sequence - 1], path, root)
    path = await consistency_proof(town.id, 300, len(leaves))
    assert is_consistent(300, len(leaves), root_of(leaves[:300]), root, path)


@pytest.mark.parametrize(("sequence", "size"), [(0, 5), (6, 5), (1, 0)])
async def test_there_is_no_proof_of_what_is_not_there(town: Town, sequence: int, size: int) -> None:
    """Asking for it is an error of whoever asks."""
    with pytest.raises(ValueError, match="has none at"):
        await inclusion_proof(town.id, sequence, size)


async def test_a_reader_goes_along_with_a_record_that_grows(town: Town) -> None:
    """What it read of a group that was not full is read again where more of it is needed."""
    reader, size = TreeReader(town.id), await town.size()
    assert await reader.inclusion_proofs([1], size) == [await inclusion_proof(town.id, 1, size)]
    await town.bring_to(Stage.DO)
    later = await town.size()
    for sequence in (1, size, later):
        proofs = await reader.inclusion_proofs([sequence], later)
        assert proofs == [await inclusion_proof(town.id, sequence, later)]
    assert await reader.root(later) == await root_at(town.id, later)
