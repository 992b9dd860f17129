"""The Merkle tree of a municipality's record, as far as it is kept, and proofs from it.

Leaves stand on the events. Of what is above them, the hash of every perfect subtree of 256, 256²,
… leaves is kept (a tile): any proof is then made from a few hundred hashes, however long the record.
"""

import asyncio
from collections.abc import Iterable, Sequence
from typing import Any, Final
from uuid import UUID, uuid4

from workflows.merkle import Frontier, Range, consistency, inclusion, root_of
from workflows.records import Event, EventHead, RecordTile

_BITS: Final = 8
TILE: Final = 1 << _BITS
"""Subtrees in one of the next level."""


def frontier_of(head: EventHead) -> Frontier:
    """Return what the tree has to remember to grow."""
    return Frontier(head.size, tuple(bytes.fromhex(peak) for peak in head.peaks or ()))


def grown(
    municipality_id: UUID, frontier: Frontier, leaves: Iterable[str]
) -> tuple[Frontier, list[RecordTile]]:
    """Return the frontier with more leaves, and the tiles that they complete, not yet written."""
    tiles: list[RecordTile] = []
    for leaf in leaves:
        frontier, completed = frontier.add(bytes.fromhex(leaf))
        for level, subtree in enumerate(completed[_BITS::_BITS], 1):
            tiles.append(
                RecordTile(
                    id=uuid4(),
                    municipality_id=municipality_id,
                    level=level,
                    position=(frontier.size >> _BITS * level) - 1,
                    sha256=subtree.hex(),
                )
            )
    return frontier, tiles


async def root_at(municipality_id: UUID, size: int) -> bytes:
    """Return the root that the record had when it had so many entries."""
    return await TreeReader(municipality_id).root(size)


async def inclusion_proof(municipality_id: UUID, sequence: int, size: int) -> list[bytes]:
    """Return the hashes that prove an entry to be in the tree of a size, from the leaf upwards.

    Raises:
        ValueError: there is no such entry in a tree of the size.
    """
    (proof,) = await TreeReader(municipality_id).inclusion_proofs([sequence], size)
    return proof


async def inclusion_proofs(
    municipality_id: UUID, sequences: Iterable[int], size: int
) -> list[list[bytes]]:
    """Return the proofs of several entries, in their order; what they share is read once.

    Raises:
        ValueError: there is no such entry in a tree of the size.
    """
    return await TreeReader(municipality_id).inclusion_proofs(sequences, size)


async def consistency_proof(municipality_id: UUID, earlier: int, later: int) -> list[bytes]:
    """Return the hashes that prove the tree of one size to begin with that of another.

    Raises:
        ValueError: the earlier one is empty, or larger than the later one.
    """
    return await TreeReader(municipality_id).consistency_proof(earlier, later)


class TreeReader:
    """Reads what roots and proofs are made of, each group of hashes once; the record may grow."""

    def __init__(self, municipality_id: UUID) -> None:
        self.municipality_id = municipality_id
        self._groups: dict[tuple[int, int], Sequence[bytes]] = {}
        self._roots: dict[Range, bytes] = {}
        self._reading = asyncio.Lock()

    async def root(self, size: int) -> bytes:
        """Return the root of the tree of a size."""
        return await self._range((0, size))

    async def inclusion_proofs(self, sequences: Iterable[int], size: int) -> list[list[bytes]]:
        """Return the proofs that entries are in the tree of a size, in their order."""
        return [await self._ranges(inclusion(sequence - 1, size)) for sequence in sequences]

    async def consistency_proof(self, earlier: int, later: int) -> list[bytes]:
        """Return the proof that the tree of one size begins with that of another."""
        return await self._ranges(consistency(earlier, later))

    async def _ranges(self, ranges: Sequence[Range]) -> list[bytes]:
        for each in ranges:
            if each not in self._roots:
                self._roots[each] = await self._range(each)
        return [self._roots[each] for each in ranges]

    async def _range(self, leaves: Range) -> bytes:
        """Return the root over a range of leaves, as proofs and roots ask for them."""
        start, end = leaves
        level, over = 0, b""
        while (end - start) + bool(over) > TILE or (not over and self._is_whole(start, end)):
            middle = end >> _BITS << _BITS
            rest = await self._nodes(level, middle, end)
            over = root_of([*rest, over] if over else rest) if rest or over else b""
            start, end, level = start >> _BITS, end >> _BITS, level + 1
        nodes = await self._nodes(level, start, end)
        return root_of([*nodes, over] if over else nodes)

    @staticmethod
    def _is_whole(start: int, end: int) -> bool:
        return start < end and (start | end) % TILE == 0

    async def _nodes(self, level: int, start: int, end: int) -> Sequence[bytes]:
        """Return nodes of a level; ranges of a proof never begin in one group and end in another."""
        if start == end:
            return []
        group = start >> _BITS
        first = group << _BITS
        return (await self._group(level, group, end - first))[start - first : end - first]

    async def _group(self, level: int, group: int, count: int) -> Sequence[bytes]:
        """Return the nodes of a level that one tile of the next level is made of, or will be.

        So many of them are needed: the last group may have grown since it was read.
        """
        key = (level, group)
        async with self._reading:
            if len(self._groups.get(key, ())) < count:
                first = group << _BITS
                read = self._leaves if level == 0 else self._tiles
                self._groups[key] = await read(level, first)
        return self._groups[key]

    async def _leaves(self, _level: int, first: int) -> Sequence[bytes]:
        events = Event.of(self.municipality_id).filter(sequence__gt=first)
        rows: Any = events.filter(sequence__lte=first + TILE).order_by("sequence")
        return [bytes.fromhex(leaf) for leaf in await rows.values_list("leaf_hash", flat=True)]

    async def _tiles(self, level: int, first: int) -> Sequence[bytes]:
        tiles = RecordTile.of(self.municipality_id).filter(level=level, position__gte=first)
        rows: Any = tiles.filter(position__lt=first + TILE).order_by("position")
        return [bytes.fromhex(tile) for tile in await rows.values_list("sha256", flat=True)]
