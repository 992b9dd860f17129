"""The tree's arithmetic, held against RFC 9162's own definitions, written down as they stand."""

from hashlib import sha256

import pytest

from workflows.merkle import (
    EMPTY,
    Frontier,
    consistency,
    inclusion,
    is_consistent,
    is_included,
    leaf_hash,
    node_hash,
    root_of,
)

LEAVES = [leaf_hash(bytes([n])) for n in range(70)]


def _mth(leaves: list[bytes]) -> bytes:
    """MTH of RFC 9162, 2.1.1."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return node_hash(_mth(leaves[:k]), _mth(leaves[k:]))


def _path(index: int, leaves: list[bytes]) -> list[bytes]:
    """PATH of RFC 9162, 2.1.3.1."""
    if len(leaves) == 1:
        return []
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    if index < k:
        return [*_path(index, leaves[:k]), _mth(leaves[k:])]
    return [*_path(index - k, leaves[k:]), _mth(leaves[:k])]


def test_known_roots() -> None:
    """The roots that certificate transparency's implementations test by (8 leaves)."""
    data = (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
    leaves = [leaf_hash(bytes.fromhex(each)) for each in data]
    assert root_of(leaves[:1]).hex() == (
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    )
    assert root_of(leaves).hex() == (
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"
    )


def test_the_frontier_of_every_size() -> None:
    """Its root is the tree's, and what each leaf completes are perfect subtrees that end with it."""
    frontier = Frontier()
    for size in range(len(LEAVES)):
        assert frontier.root == root_of(LEAVES[:size]) == _mth(LEAVES[:size])
        frontier, completed = frontier.add(LEAVES[size])
        for height, subtree in enumerate(completed):
            assert subtree == _mth(LEAVES[size + 1 - 2**height : size + 1])
        assert (size + 1) % 2 ** len(completed) != 0
    assert Frontier().root == EMPTY


def test_a_frontier_of_another_size_is_none() -> None:
    """A head row that lost its frontier is not written on."""
    with pytest.raises(ValueError, match="of 3 leaves has 2"):
        Frontier(3, ())


def test_every_inclusion_proof() -> None:
    """Each is the RFC's, proves its leaf, and proves nothing else."""
    for size in range(1, len(LEAVES)):
        root = _mth(LEAVES[:size])
        for index in range(size):
            path = [_mth(LEAVES[a:b]) for a, b in inclusion(index, size)]
            assert path == _path(index, LEAVES[:size])
            assert is_included(index, size, LEAVES[index], path, root)
            assert not is_included(index, size, LEAVES[index + 1], path, root)
            assert not is_included(index, size, LEAVES[index], [*path, EMPTY], root)
            assert not is_included(index, size, LEAVES[index], path[:-1] if path else [EMPTY], root)
            assert not is_included(index + 1, size, LEAVES[index], path, root)


def test_every_consistency_proof() -> None:
    """Each proves that the earlier tree begins the later one, and no other tree does."""
    for later in range(1, len(LEAVES)):
        root = _mth(LEAVES[:later])
        for earlier in range(1, later + 1):
            old = _mth(LEAVES[:earlier])
            path = [_mth(LEAVES[a:b]) for a, b in consistency(earlier, later)]
            assert is_consistent(earlier, later, old, root, path)
            assert not is_consistent(earlier, later, EMPTY, root, path)
            assert not is_consistent(earlier, later, old, EMPTY, path)
            assert not is_consistent(earlier, later, old, root, [*path, EMPTY])
            assert not path or not is_consistent(earlier, later, old, root, path[:-1])


@pytest.mark.parametrize(("earlier", "later"), [(0, 3), (4, 3)])
def test_no_tree_begins_with_a_larger_or_an_empty_one(earlier: int, later: int) -> None:
    """Neither can be proved, nor is it believed."""
    with pytest.raises(ValueError, match="cannot begin"):
        consistency(earlier, later)
    assert not is_consistent(earlier, later, EMPTY, EMPTY, [])
