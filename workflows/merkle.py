"""The Merkle tree over a record (RFC 9162, section 2.1): hashes, the frontier, and proofs. Pure.

A tree of any size is told by its frontier: the hashes of the perfect subtrees that it is made of,
largest first. A proof is first a list of ranges of leaves, which only depends on sizes; whoever
keeps hashes turns each range into one (`workflows.tree`). `is_included` and `is_consistent` are the
other half: what whoever is shown a proof does with it. The server gives proofs and checks none.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import pairwise
from typing import Final

EMPTY: Final = sha256(b"").digest()
"""The root of a tree without leaves."""

Range = tuple[int, int]
"""Leaves from one index up to, and without, another."""


def leaf_hash(data: bytes) -> bytes:
    """Return the hash of one leaf."""
    return sha256(b"\0" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of a node over two subtrees."""
    return sha256(b"\1" + left + right).digest()


def root_of(hashes: Sequence[bytes]) -> bytes:
    """Return the root over subtrees of one size, of which the last may be smaller."""
    level = list(hashes)
    if not level:
        return EMPTY
    while len(level) > 1:
        pairs = [node_hash(*pair) for pair in list(pairwise(level))[::2]]
        level = pairs + level[len(pairs) * 2 :]
    return level[0]


@dataclass(frozen=True, slots=True)
class Frontier:
    """What a tree of some size has to remember to grow."""

    size: int = 0
    peaks: tuple[bytes, ...] = ()
    """Hashes of its perfect subtrees, largest first: one for each bit that is set in the size."""

    def __post_init__(self) -> None:
        """Refuse peaks that no tree of the size has."""
        if len(self.peaks) != self.size.bit_count():
            raise ValueError(f"a tree of {self.size} leaves has {self.size.bit_count()} peaks")

    def add(self, leaf: bytes) -> tuple["Frontier", list[bytes]]:
        """Return the frontier with one more leaf, and the perfect subtrees that end with it.

        The first of these is the leaf itself, each next one twice as large.
        """
        peaks, completed = list(self.peaks), [leaf]
        for _ in range((~self.size & (self.size + 1)).bit_length() - 1):
            completed.append(node_hash(peaks.pop(), completed[-1]))
        return Frontier(self.size + 1, (*peaks, completed[-1])), completed

    @property
    def root(self) -> bytes:
        """The root of the tree."""
        if not self.peaks:
            return EMPTY
        *larger, root = self.peaks
        for peak in reversed(larger):
            root = node_hash(peak, root)
        return root


def inclusion(index: int, size: int) -> list[Range]:
    """Return the ranges whose hashes prove that a leaf is in a tree, from the leaf upwards."""
    if not 0 <= index < size:
        raise ValueError(f"a tree of {size} leaves has none at {index}")
    return list(_beside(index, 0, size))


def _beside(index: int, start: int, end: int) -> Iterator[Range]:
    if end - start == 1:
        return
    middle = start + _left(end - start)
    if index < middle:
        yield from _beside(index, start, middle)
        yield middle, end
    else:
        yield from _beside(index, middle, end)
        yield start, middle


def consistency(earlier: int, later: int) -> list[Range]:
    """Return the ranges whose hashes prove that one tree begins with another (RFC 9162, 2.1.4.1)."""
    if not 0 < earlier <= later:
        raise ValueError(f"a tree of {later} leaves cannot begin with one of {earlier}")
    return [] if earlier == later else list(_shared(earlier, 0, later, whole=True))


def _shared(earlier: int, start: int, end: int, *, whole: bool) -> Iterator[Range]:
    if earlier == end:
        if not whole:
            yield start, end
        return
    middle = start + _left(end - start)
    if earlier <= middle:
        yield from _shared(earlier, start, middle, whole=whole)
        yield middle, end
    else:
        yield from _shared(earlier, middle, end, whole=False)
        yield start, middle


def _left(size: int) -> int:
    """Return the largest power of two below a size."""
    return 1 << (size - 1).bit_length() - 1


def is_included(index: int, size: int, leaf: bytes, path: Sequence[bytes], root: bytes) -> bool:
    """Return whether a path proves that a leaf is in the tree of a root (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    node, last, found = index, size - 1, leaf
    for beside in path:
        if last == 0:
            return False
        if node & 1 or node == last:
            found = node_hash(beside, found)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            found = node_hash(found, beside)
        node, last = node >> 1, last >> 1
    return last == 0 and found == root


def is_consistent(
    earlier: int, later: int, earlier_root: bytes, later_root: bytes, path: Sequence[bytes]
) -> bool:
    """Return whether a path proves that one tree begins with another (RFC 9162, 2.1.4.2)."""
    if earlier == later:
        return not path and earlier_root == later_root
    if not 0 < earlier < later:
        return False
    # Where the earlier tree is perfect, its own root begins the path.
    first, *rest = (earlier_root, *path) if earlier.bit_count() == 1 else (path or (b"",))
    shift = (~(earlier - 1) & earlier).bit_length() - 1
    node, last = (earlier - 1) >> shift, (later - 1) >> shift
    old = new = first
    for beside in rest:
        if last == 0:
            return False
        if node & 1 or node == last:
            old, new = node_hash(beside, old), node_hash(beside, new)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            new = node_hash(new, beside)
        node, last = node >> 1, last >> 1
    return last == 0 and (old, new) == (earlier_root, later_root)
