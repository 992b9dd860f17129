"""The Merkle tree over entries that are written in bulk."""

from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

import orjson

from bench.stamping import Values, columns_of
from workflows.merkle import Frontier, leaf_hash
from workflows.records import Event, RecordTile
from workflows.tree import grown


class Growing:
    """One municipality's tree, while its entries go by in order."""

    def __init__(self, municipality_id: str) -> None:
        self.municipality_id = UUID(municipality_id)
        self.frontier = Frontier()
        self._tiles: list[RecordTile] = []

    def through(self, rows: Iterable[Values]) -> Iterator[Values]:
        """Yield each row of an entry with its hash in it, and remember the tree."""
        body, hashed = (columns_of(Event).index(name) for name in ("body", "leaf_hash"))
        for row in rows:
            leaf = leaf_hash(row[body].encode()).hex()
            self.frontier, tiles = grown(self.municipality_id, self.frontier, [leaf])
            self._tiles += tiles
            row[hashed] = leaf
            yield row

    def head(self) -> dict[str, Any]:
        """Return what the head row remembers of it."""
        peaks = [peak.hex() for peak in self.frontier.peaks]
        return {"size": self.frontier.size, "peaks": orjson.dumps(peaks).decode()}

    def tiles(self) -> Iterator[Values]:
        """Yield the rows of its tiles."""
        meta = RecordTile._meta  # noqa: SLF001 - Tortoise's documented way
        for tile in self._tiles:
            yield [
                meta.fields_map[name].to_db_value(getattr(tile, name), tile)
                for name in meta.fields_db_projection
            ]
