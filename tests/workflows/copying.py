"""A desk at which copies of a record are taken, fetched and verified."""

import hashlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import orjson
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from server.keys import KeyFolder, introduce
from tests.town import Town, refused
from workflows import ledger
from workflows.authority import UNLIMITED
from workflows.checkpoints import Issued, issue, issue_of_size, known_keys, verifier_key
from workflows.exports import (
    CopyAsked,
    KeptCopies,
    content,
    take_copy,
)
from workflows.fiscal import day_of
from workflows.ledger import Applied
from workflows.notes import Note, cosign
from workflows.records import Checkpoint, Export, Municipality
from workflows.sight import Sight
from workflows.standing import known_capacities

VERIFIER = Path(__file__).parents[2] / "verifier" / "meguru_verify.py"
Lines = list[dict[str, Any]]


class Desk:
    """Somebody who takes copies of a town's record, and fetches them."""

    def __init__(self, town: Town, folder: Path) -> None:
        self.town, self.folder = town, folder
        self.keys, self.kept = KeyFolder(folder / "keys"), KeptCopies(folder / "copies")

    async def open(self) -> "Desk":
        """Introduce the key that checkpoints are signed with, and sign once."""
        town = await Municipality.get(id=self.town.id)
        assert await introduce(town, self.keys, f"meguru/{town.code}")
        await self.sign()
        return self

    async def sign(self) -> str:
        """Return a signed checkpoint of the record as it stands."""
        issued = await issue(self.town.console(), self.keys)
        assert isinstance(issued, Issued)
        return issued.checkpoint.note

    async def take(self, who: str | None, **asked: Any) -> Export:  # noqa: ANN401 - as CopyAsked takes
        """Take a copy."""
        request = self.town.by(who) if who else self.town.console()
        copy = CopyAsked(**asked)
        outcome, export = await take_copy(request, copy, self.kept, self.keys)
        assert isinstance(outcome, Applied), outcome
        assert export
        return export

    async def refusal(self, who: str, **asked: Any) -> object:  # noqa: ANN401 - as CopyAsked takes
        """Return why no copy can be taken."""
        outcome, export = await take_copy(self.town.by(who), CopyAsked(**asked), self.kept)
        assert export is None
        return refused(outcome)

    async def fetch(self, export: Export) -> bytes:
        """Return what a copy consists of."""
        issued = await issue_of_size(self.town.id, export.size, self.keys)
        assert isinstance(issued, Issued)
        parts = content(export, issued.checkpoint.note, self.kept)
        return b"".join([part async for part in parts])

    async def lines(self, who: str | None, **asked: Any) -> Lines:  # noqa: ANN401 - as CopyAsked takes
        """Return the lines of a copy that is taken and fetched."""
        return lines_of(await self.fetch(await self.take(who, **asked)))

    async def cosign(self, size: int) -> None:
        """Have a witness add a line to a checkpoint."""
        found = await Checkpoint.of(self.town.id).get(size=size)
        note = Note.parse(found.note)
        line = cosign(note.text, "witness.example", Ed25519PrivateKey.generate(), 1_800_000_000)
        longer = str(note.with_signature(line))
        await Checkpoint.of(self.town.id).filter(size=size).update(note=longer)

    async def key(self) -> str:
        """Return a file with the key that the auditor was handed."""
        path = self.folder / "key.txt"
        keys = [str(verifier_key(key)) for key in await known_keys(self.town.id)]
        path.write_text("\n".join(keys), "utf-8")
        return str(path)

    def verified(self, copy: bytes, *arguments: str) -> list[str]:
        """Return the names of the faults that the auditor's own program finds."""
        path = self.folder / "copy.jsonl"
        path.write_bytes(copy)
        run = subprocess.run(  # noqa: S603 - our own program
            [sys.executable, str(VERIFIER), str(path), "--json", *arguments],
            capture_output=True,
            text=True,
            check=False,
        )
        assert run.stdout, run.stderr
        return [fault["name"] for fault in json.loads(run.stdout)["faults"]]


def lines_of(copy: bytes) -> Lines:
    """Return the lines of a copy, after having held its end against what comes before."""
    *lines, end = map(orjson.loads, copy.splitlines())
    *_, last = copy.splitlines(keepends=True)
    assert copy.endswith(b"\n")
    assert end["type"] == "end"
    assert end["sha256"] == hashlib.sha256(copy.removesuffix(last)).hexdigest()
    counted = [sum(one["type"] == kind for one in lines) for kind in ("entry", "row")]
    assert counted == [end["entries"], end["rows"]]
    return lines


def of_type(lines: Lines, kind: str) -> Lines:
    """Return the lines of a type."""
    return [one for one in lines if one["type"] == kind]


async def sight_of(town: Town, who: str) -> Sight:
    """Return what somebody sees today."""
    held = await known_capacities(town.id, town.people[who])
    return Sight.of(town.people[who], held, UNLIMITED, day_of(ledger.now()))
