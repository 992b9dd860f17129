"""Frauds that only show beside something that was kept: other histories, backups, stolen keys."""

import asyncio
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from server.database import connected, sqlite_url
from tests.town import Town, applied
from tests.verifier.conftest import Audited
from tests.verifier.fraudster import Fraudster
from tests.verifier.making import ORIGIN, checkpoint, copy_of, ended_anew, saved, signed_anyway
from tests.verifier.running import NODE, PYTHON, names, run, told
from workflows import notes
from workflows.records import Checkpoint
from workflows.stages import Stage
from workflows.verification import Given, verify

BOTH = pytest.mark.parametrize("verifier", [PYTHON, NODE], ids=["python", "node"])
ON_FILES = pytest.mark.parametrize("audited", ["sqlite"], indirect=True)


def _in(audited: Audited, doing: Any) -> Any:  # noqa: ANN401 - whatever it returns
    async def run_it() -> Any:  # noqa: ANN401 - as above
        async with connected(audited.url, upgrade=False):
            return await doing(await Town.load())

    return asyncio.run(run_it())


def _twin(audited: Audited, folder: Path) -> Audited:
    """Return the same town once more, in a file of its own."""
    shutil.copy(audited.url.removeprefix("sqlite://"), folder / "twin.sqlite3")
    return replace(audited, url=sqlite_url(folder / "twin.sqlite3"))


@ON_FILES
def test_two_auditors_with_two_histories(audited: Audited, tmp_path: Path) -> None:
    """One server shows them checkpoints of one size: comparing them is enough."""

    async def one(town: Town) -> str:
        applied(await town.fill_in(Stage.PLAN, "2_01", "office_lead"))
        return await checkpoint(town, audited.ring)

    async def again(town: Town) -> str:
        return await checkpoint(town, audited.ring)

    twin = _twin(audited, tmp_path)
    held = saved(tmp_path, one=_in(audited, one), other=_in(twin, one), same=_in(twin, again))
    assert names([*PYTHON, "compare"], held["one"], held["other"]) == {"SPLIT_VIEW"}
    assert names([*PYTHON, "compare"], held["other"], held["same"]) == set()
    shorter = saved(tmp_path, kept=audited.kept)["kept"]
    assert run([*PYTHON, "compare"], held["one"], shorter).returncode == 2


@ON_FILES
@BOTH
def test_last_weeks_backup(verifier: list[str], audited: Audited, tmp_path: Path) -> None:
    """Put back, and worked on: what was kept in between speaks of more, or of another tree."""

    async def work(town: Town) -> tuple[str, bytes]:
        applied(await town.fill_in(Stage.PLAN, "2_01", "office_lead"))
        return await checkpoint(town, audited.ring), b""

    async def longer(town: Town) -> bytes:
        for _ in range(2):
            applied(await town.fill_in(Stage.PLAN, "1_07", "other_lead"))
        return await copy_of(town, audited.ring)

    async def now(town: Town) -> bytes:
        return await copy_of(town, audited.ring)

    backup = _twin(audited, tmp_path)
    kept, _ = _in(audited, work)
    held = saved(tmp_path, kept=kept, key=audited.key, copy=_in(backup, now))
    with_kept = ["--key", held["key"], "--checkpoint", held["kept"]]
    assert names(verifier, held["copy"], *with_kept) == {"RECORD_CUT"}
    later = saved(tmp_path, later=_in(backup, longer))["later"]
    assert names(verifier, later, *with_kept) == {"ROOT_DIFFERS", "TIME_OF_CHECKPOINT"}


def _forged(audited: Audited) -> tuple[str, bytes, set[str]]:
    """Sign what was signed last once more, with the first key, which was replaced long ago."""

    async def doing(town: Town) -> tuple[str, bytes, set[str]]:
        private = audited.ring.keys[notes.VerifierKey.parse(audited.first_key.strip()).public]
        row = await Checkpoint.of(town.id).order_by("-size").first()
        assert row is not None
        note = str(notes.signed(notes.Note.parse(row.note).text, [(ORIGIN, private)]))
        async with Fraudster(town.id):
            await Checkpoint.filter(id=row.id).update(note=note)
        found = {str(fault.name) for fault in (await verify(town.id)).faults}
        now = await signed_anyway(town, audited.ring)
        return note, await copy_of(town, audited.ring, note=now), found

    found: tuple[str, bytes, set[str]] = _in(audited, doing)
    return found


@BOTH
def test_an_old_key(verifier: list[str], audited: Audited, tmp_path: Path) -> None:
    """A key that was replaced signs a tree that it is not for."""
    note, copy, found = _forged(audited)
    held = saved(tmp_path, copy=copy, key=audited.key, kept=note)
    assert names(verifier, held["copy"], "--key", held["key"]) == {"RETIRED_KEY"}
    with_kept = [held["copy"], "--key", held["key"], "--checkpoint", held["kept"]]
    assert names(verifier, *with_kept) == {"RETIRED_KEY"}
    assert found == {"RETIRED_KEY"}


@BOTH
def test_a_false_signature(verifier: list[str], audited: Audited, tmp_path: Path) -> None:
    """A kept checkpoint with another root below the same signature."""
    head, root, rest = audited.kept.partition("\n29\n")
    false = (
        head + root + "A" + rest[1:] if not rest.startswith("A") else head + root + "B" + rest[1:]
    )
    copy = _in(audited, lambda town: copy_of(town, audited.ring))
    held = saved(tmp_path, copy=copy, key=audited.key, kept=false)
    asked = [held["copy"], "--key", held["key"], "--checkpoint", held["kept"]]
    assert names(verifier, *asked) == {"BAD_SIGNATURE", "ROOT_DIFFERS", "SPLIT_VIEW"}


@ON_FILES
@BOTH
def test_the_old_key_vouches_for_the_new_one(
    verifier: list[str], audited: Audited, tmp_path: Path
) -> None:
    """Who holds the first key alone can verify, unless the tree of the change lacks its signature."""
    copy = _in(audited, lambda town: copy_of(town, audited.ring))
    held = saved(tmp_path, copy=copy, key=audited.first_key, new=audited.key.split()[1])
    assert names(verifier, held["copy"], "--key", held["key"]) == set()
    assert names(verifier, held["copy"], "--key", held["new"]) == set()

    stranger = notes.VerifierKey.of("meguru/024465", Ed25519PrivateKey.generate())
    held |= saved(tmp_path, stranger=str(stranger))
    unknown = told(verifier, held["copy"], "--key", held["stranger"])
    assert {fault["name"] for fault in unknown} == {"UNKNOWN_KEY"}
    assert 1 in {fault["line"] for fault in unknown}

    async def distrusted(town: Town) -> set[str]:
        report = await verify(town.id, Given(keys=[stranger]))
        assert report.count == 2  # one for each key of the record
        return {str(f.name) for f in report.faults}

    assert _in(audited, distrusted) == {"UNKNOWN_KEY"}

    async def without(town: Town) -> tuple[bytes, set[str]]:
        async with Fraudster(town.id) as by:
            await by.forget_checkpoints()
        key = notes.VerifierKey.parse(audited.first_key.strip())
        report = await verify(town.id, Given(keys=[key]))
        return await copy_of(town, audited.ring), {str(f.name) for f in report.faults}

    copy, found = _in(audited, without)
    held |= saved(tmp_path, copy=copy)
    assert names(verifier, held["copy"], "--key", held["key"]) == {"UNKNOWN_KEY"}
    assert names(verifier, held["copy"], "--key", held["new"]) == set()
    assert found == {"UNKNOWN_KEY"}


@ON_FILES
@BOTH
def test_a_part_and_its_proofs(verifier: list[str], audited: Audited, tmp_path: Path) -> None:
    """Each entry of a part is proved; one with another's path, or none, is not."""

    async def parts(town: Town) -> tuple[bytes, bytes]:
        ring = audited.ring
        return await copy_of(town, ring, part={5, 24, 25}), await copy_of(town, ring, withheld={5})

    part, withheld = _in(audited, parts)
    held = saved(tmp_path, part=part, withheld=withheld, key=audited.key, kept=audited.kept)
    trust = ["--key", held["key"], "--checkpoint", held["kept"]]
    assert names(verifier, held["part"], *trust) == set()
    assert names(verifier, held["withheld"], *trust) == set()
    lines = part.splitlines(keepends=True)
    path = lines[1].partition(b'"path":')[2]
    lines[2] = lines[2].partition(b'"path":')[0] + b'"path":' + path
    held |= saved(tmp_path, part=ended_anew(b"".join(lines)))
    assert names(verifier, held["part"], *trust) == {"PROOF_FALSE"}
    lines = part.splitlines(keepends=True)
    lines[3] = lines[3].partition(b',"path":')[0] + b"}\n"
    held |= saved(tmp_path, part=ended_anew(b"".join(lines)))
    assert names(verifier, held["part"], *trust) == {"PROOF_FALSE"}


@ON_FILES
def test_a_witness_signs_what_only_grew(audited: Audited, tmp_path: Path) -> None:
    """And nothing else: its line is verified by whoever has its key."""

    async def later(town: Town) -> tuple[str, bytes]:
        note = await checkpoint(town, audited.ring)
        return note, await copy_of(town, audited.ring)

    note, copy = _in(audited, later)
    held = saved(tmp_path, last=audited.kept, note=note, copy=copy, key=audited.key)
    pem = tmp_path / "witness.pem"
    made = run([*PYTHON, "keygen"], "audit.example", "--key-file", pem)
    assert made.returncode == 0, made.stderr
    assert pem.stat().st_mode & 0o077 == 0
    rest = ["--key-file", pem, "--copy", held["copy"], "--key", held["key"]]
    signed = run([*PYTHON, "cosign"], held["note"], *rest, "--last", held["last"])
    assert signed.returncode == 0, signed.stdout
    witness = notes.VerifierKey.parse(made.stdout.strip())
    line = notes.Signature.parse(signed.stdout.strip())
    assert notes.cosigned_at(notes.Note.parse(note).text, line, witness) is not None
    held |= saved(tmp_path, both=note + signed.stdout, witness=made.stdout)
    trust = ["--key", held["key"], "--key", held["witness"], "--checkpoint", held["both"]]
    for verifier in (PYTHON, NODE):
        assert names(verifier, held["copy"], *trust) == set()
    forged = note + signed.stdout.replace(
        signed.stdout[-12], "A" if signed.stdout[-12] != "A" else "B", 1
    )
    held |= saved(tmp_path, both=forged)
    assert names(PYTHON, held["copy"], *trust) == {"BAD_SIGNATURE"}
    other = audited.kept.replace("\n29\n", "\n28\n")
    held |= saved(tmp_path, last=other)
    refused = run([*PYTHON, "cosign"], held["note"], *rest, "--last", held["last"])
    assert refused.returncode == 1
    assert "ROOT_DIFFERS" in refused.stdout
    backwards = run([*PYTHON, "cosign"], held["last"], *rest, "--last", held["note"])
    assert backwards.returncode == 2
