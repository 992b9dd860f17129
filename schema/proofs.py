"""Checkpoints of the record, the keys that sign them, and proofs: see docs/record.md."""

import datetime as dt
from typing import Annotated, Any, Final

import strawberry

from schema.context import Info
from schema.nodes import Node, backed_by, field, plain
from schema.scalars import Hash
from workflows import records
from workflows.checkpoints import verifier_key
from workflows.notes import Note
from workflows.records import Event

PROOF: Final = 10
"""What each proof costs: it takes statements of its own."""


def sha256(hexadecimal: str) -> Hash:
    """Return a hash as the API spells it."""
    return Hash(f"sha256:{hexadecimal}")


def _path(hashes: list[bytes]) -> list[Hash]:
    return [sha256(one.hex()) for one in hashes]


def _origin(parent: strawberry.Parent[records.Checkpoint]) -> str:
    return parent.note.partition("\n")[0]


def _root(parent: strawberry.Parent[records.Checkpoint]) -> Hash:
    return sha256(parent.root)


def _signers(parent: strawberry.Parent[records.Checkpoint]) -> list[str]:
    return [f"{one.name}+{one.key_id.hex()}" for one in Note.parse(parent.note).signatures]


@strawberry.type(
    description="A signed statement of how long the record was, and of its tree's root (C2SP "
    "tlog-checkpoint)."
)
class Checkpoint(Node):
    """Keep them elsewhere: what they cover cannot be changed without its showing."""

    is_type_of = backed_by(records.Checkpoint, "Checkpoint")
    origin = field(_origin, str, "What the record is called.")
    size: int = plain("How many entries it had.", name="treeSize")
    root = field(_root, Hash, "Of the Merkle tree over them (RFC 9162).")
    signed_at: dt.datetime = plain("When, by the server's clock.")
    note: str = plain("The signed note, to be kept and verified as it is.")
    signers = field(
        _signers, list[str], "Who signed it, as name+key id: the record's keys, then witnesses'."
    )


def _verifier_key(parent: strawberry.Parent[records.RecordKey]) -> str:
    return str(verifier_key(parent))


@strawberry.type(description="A key that checkpoints are, or were, signed with (Ed25519).")
class RecordKey(Node):
    """Its private part is outside the database."""

    is_type_of = backed_by(records.RecordKey, "RecordKey")
    origin: str = plain("Its name, which is the record's.")
    key_id: str = plain("Its id, eight hexadecimal digits.")
    public_key: str = plain("32 bytes in base64.")
    verifier_key = field(_verifier_key, str, "The public key as C2SP spells it: name+id+base64.")
    first_sequence: int = plain("The entry that introduced it; it signs from this size on.")
    last_sequence: int | None = plain(
        "The entry that retired it, the last size that it signs; null for the current one."
    )


@strawberry.type(
    description="Shows that an entry is in the tree of a checkpoint (RFC 9162, 2.1.3). The leaf is "
    "SHA-256(0x00 || the entry's `body` as UTF-8); hashed with `path` from its beginning on it gives "
    "the checkpoint's root."
)
class InclusionProof:
    """The leaf is SHA-256(0x00 || `body`); with `path` it gives the checkpoint's root."""

    leaf_index: int = plain("Where the entry stands in the tree: its sequence less one.")
    tree_size: int = plain("The checkpoint's.")
    path: list[Hash] = plain("The hashes beside the way from the leaf up to the root.")
    checkpoint: Checkpoint = plain("Whose root it leads to.")


@strawberry.type(
    description="Shows that the record of one checkpoint begins with that of another (RFC 9162, "
    "2.1.4)."
)
class ConsistencyProof:
    """What the earlier one covers was neither changed nor taken out since."""

    from_size: int = plain("How many entries the earlier record has.")
    from_: Checkpoint | None = plain("Its checkpoint; null where none is kept here.", name="from")
    to: Checkpoint = plain("The later record's checkpoint.")
    path: list[Hash] = plain("The hashes of the proof; empty where both are the same.")


TREE_SIZE = Annotated[
    int | None,
    strawberry.argument(
        description="A number of entries: the smallest checkpoint that covers them is taken. The "
        "latest checkpoint if left out."
    ),
]


def leaf_hash(parent: strawberry.Parent[Event]) -> Hash:
    """Return the hash of an entry's leaf."""
    return sha256(str(parent.leaf_hash))


async def proof(
    parent: strawberry.Parent[Event], info: Info, tree_size: TREE_SIZE = None
) -> InclusionProof | None:
    """Return the proof that an entry is in the tree of a checkpoint; None where none covers it."""
    info.context.charge(PROOF)
    wanted = None if tree_size is None else max(tree_size, parent.sequence)
    found: Any = await info.context.loaders.checkpoint(wanted)
    if found is None or found.size < parent.sequence:
        return None
    path = await info.context.loaders.inclusion(parent.sequence, found.size)
    return InclusionProof(
        leaf_index=parent.sequence - 1,
        tree_size=found.size,
        path=_path(path),
        checkpoint=found,
    )


async def checkpoint(info: Info, tree_size: TREE_SIZE = None) -> records.Checkpoint | None:
    """Return the latest checkpoint, or the smallest that covers so many entries."""
    return await info.context.loaders.checkpoint(tree_size)


async def record_keys(info: Info) -> list[records.RecordKey]:
    """Return every key of the record, the current one first."""
    return await info.context.loaders.record_keys()


async def consistency(
    info: Info,
    from_: Annotated[
        int, strawberry.argument(name="from", description="The earlier number of entries.")
    ],
    to: Annotated[
        int | None,
        strawberry.argument(
            description="The later one: the smallest checkpoint that covers so many is taken, the "
            "latest if left out."
        ),
    ] = None,
) -> ConsistencyProof | None:
    """Return the proof that the record only grew; None where no checkpoint covers both."""
    info.context.charge(PROOF)
    loaders = info.context.loaders
    later: Any = await loaders.checkpoint(to)
    if later is None or not 1 <= from_ <= later.size:
        return None
    earlier: Any = await loaders.checkpoint(from_)
    path = await loaders.consistency(from_, later.size)
    return ConsistencyProof(
        from_size=from_,
        from_=earlier if earlier and earlier.size == from_ else None,
        to=later,
        path=_path(path),
    )
