"""Checkpoints and proofs over the API, verified with what the API gives and nothing else."""

import json
from base64 import b64decode
from hashlib import sha256
from typing import Any, Final

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from schema.context import Context
from schema.proofs import PROOF
from tests.schema.asking import Answer, ask, context, error_codes, execute, key
from tests.signing import Ring
from tests.town import Town
from workflows import notes
from workflows.checkpoints import UNSIGNED, Signing
from workflows.merkle import is_consistent, is_included
from workflows.notes import Note, VerifierKey, cosign, is_signed_by
from workflows.records import Checkpoint
from workflows.sealing import commitments

_CHECKPOINT: Final = "{ id origin treeSize root signedAt note signers }"
ENTRIES: Final = f"""query($size: Int) {{ history(first: 100) {{ nodes {{ sequence body openings leafHash
  proof(treeSize: $size) {{ leafIndex treeSize path checkpoint {_CHECKPOINT} }} }} }} }}"""
GROWN: Final = f"""query($from: Int!, $to: Int) {{ consistency(from: $from, to: $to) {{
  fromSize from {_CHECKPOINT} to {_CHECKPOINT} path }} }}"""
ISSUE: Final = f"""mutation($input: IssueCheckpointInput!) {{ answer: issueCheckpoint(input: $input) {{
  __typename ... on CheckpointIssued {{ checkpoint {_CHECKPOINT} }}
  ... on UserError {{ code path message en: message(lang: EN) }} }} }}"""
COSIGN: Final = f"""mutation($input: AddCosignatureInput!) {{ answer: addCosignature(input: $input) {{
  __typename ... on CosignatureAdded {{ checkpoint {_CHECKPOINT} }}
  ... on UserError {{ code path message en: message(lang: EN) }} }} }}"""
WITNESS: Final = "witness.example"


def raw(value: str) -> bytes:
    """Return a Hash of the API as bytes."""
    kind, _, digits = value.partition(":")
    assert kind == "sha256"
    return bytes.fromhex(digits)


@pytest.fixture
async def ring(town: Town) -> Ring:
    """Sign the record twice, with entries between and after."""
    ring = Ring()
    _ = await ring.introduce(town)
    _ = await ring.sign(town)
    _ = await town.employ("later", role="STAFF", department="税務課")  # type: ignore[arg-type] # an enum of text
    _ = await ring.sign(town)
    _ = await town.employ("last", role="STAFF", department="税務課")  # type: ignore[arg-type] # an enum of text
    return ring


async def answered(asked: Context, document: str, **given: object) -> Answer:
    """Return what a mutation answers."""
    given.setdefault("idempotencyKey", key())
    data, errors = await execute(asked, document, {"input": given})
    assert not errors, errors
    answer: Answer = data["answer"]
    return answer


async def signing(town: Town, who: str | None, with_: Signing) -> Context:
    """Return the context of somebody where there is something to sign with."""
    asked = await context(town, who)
    asked.signing = with_
    return asked


async def test_every_entry_is_proved_to_be_in_a_checkpoint(town: Town, ring: Ring) -> None:
    """By its body alone, up to a root that is signed; later entries have no proof yet."""
    sizes = await Checkpoint.of(town.id).order_by("size").values_list("size", flat=True)
    (own,) = ring.keys
    verifier = VerifierKey("meguru/test", own)
    for size, covering in ((None, sizes[1]), (1, sizes[0]), (sizes[0] + 1, sizes[1])):
        entries = (await ask(town, ENTRIES, "auditor", size=size))["history"]["nodes"]
        for entry in entries:
            proof, sequence = entry["proof"], entry["sequence"]
            if sequence > sizes[1]:
                assert proof is None
                continue
            leaf = sha256(b"\0" + entry["body"].encode()).digest()
            assert raw(entry["leafHash"]) == leaf
            told = {sha256(one.encode()).hexdigest() for one in entry["openings"]}
            assert set(commitments(json.loads(entry["body"]))) == told
            at, path = proof["checkpoint"], [raw(one) for one in proof["path"]]
            assert proof["treeSize"] == at["treeSize"] >= max(sequence, size or 0)
            assert at["treeSize"] == (covering if sequence <= covering else sizes[1])
            assert proof["leafIndex"] == sequence - 1
            assert is_included(sequence - 1, at["treeSize"], leaf, path, raw(at["root"]))
            note = Note.parse(at["note"])
            assert is_signed_by(note, verifier)
            _, told_size, root, _, _ = note.text.split("\n")
            assert (int(told_size), b64decode(root)) == (at["treeSize"], raw(at["root"]))
            assert at["signers"] == [f"meguru/test+{verifier.id.hex()}"]


async def test_whoever_sees_an_entry_sees_its_proof_but_not_its_body(
    town: Town, ring: Ring
) -> None:
    """Anonymous readers too: what is hidden is only what the hash is of."""
    assert ring.keys
    whole = {
        entry["sequence"]: entry
        for entry in (await ask(town, ENTRIES, "auditor"))["history"]["nodes"]
    }
    seen = (await ask(town, ENTRIES))["history"]["nodes"]
    assert 0 < len(seen) < len(whole)
    for entry in seen:
        same = whole[entry["sequence"]]
        assert entry["leafHash"] == same["leafHash"]
        assert (entry["body"], entry["openings"]) == (None, None)
        assert entry["proof"] == same["proof"]
    assert any(entry["openings"] for entry in whole.values())


async def test_the_record_is_proved_to_have_only_grown(town: Town, ring: Ring) -> None:
    """Between any two sizes of which the later one is signed."""
    assert ring.keys
    sizes = await Checkpoint.of(town.id).order_by("size").values_list("size", flat=True)
    found = (await ask(town, GROWN, **{"from": sizes[0]}))["consistency"]
    earlier, later = found["from"], found["to"]
    assert (found["fromSize"], earlier["treeSize"], later["treeSize"]) == (sizes[0], *sizes)
    path = [raw(one) for one in found["path"]]
    assert is_consistent(sizes[0], sizes[1], raw(earlier["root"]), raw(later["root"]), path)
    same = (await ask(town, GROWN, **{"from": sizes[1], "to": sizes[1]}))["consistency"]
    assert (same["path"], same["from"]) == ([], same["to"])
    unsigned = (await ask(town, GROWN, **{"from": 3, "to": sizes[1]}))["consistency"]
    assert (unsigned["from"], unsigned["fromSize"]) == (None, 3)
    for wrong in ({"from": 0}, {"from": sizes[1] + 1}, {"from": 1, "to": sizes[1] + 1}):
        assert (await ask(town, GROWN, **wrong))["consistency"] is None


async def test_checkpoints_and_keys_are_listed(town: Town, ring: Ring) -> None:
    """Latest first, a page at a time; each is a node."""
    assert ring.keys
    listed = """query($first: Int, $after: String) { checkpoints(first: $first, after: $after) {
      totalCount edges { cursor node { id } } nodes { id treeSize }
      pageInfo { hasNextPage endCursor } } }"""
    page = (await ask(town, listed))["checkpoints"]
    first, second = page["nodes"]
    assert first["treeSize"] > second["treeSize"]
    assert (page["totalCount"], page["pageInfo"]["hasNextPage"]) == (2, False)
    page = (await ask(town, listed, first=1))["checkpoints"]
    assert (page["nodes"], page["pageInfo"]["hasNextPage"]) == ([first], True)
    assert page["edges"] == [{"cursor": page["pageInfo"]["endCursor"], "node": {"id": first["id"]}}]
    after = await ask(town, listed, first=1, after=page["pageInfo"]["endCursor"])
    assert after["checkpoints"]["nodes"] == [second]
    assert after["checkpoints"]["pageInfo"]["hasNextPage"] is False
    for wrong in (0, 101, -1):
        assert await error_codes(town, listed, first=wrong) == ["BAD_PAGE"]
    assert await error_codes(town, listed, after="x") == ["BAD_CURSOR"]
    latest = f"query($size: Int) {{ checkpoint(treeSize: $size) {_CHECKPOINT} }}"
    assert (await ask(town, latest))["checkpoint"]["id"] == first["id"]
    assert (await ask(town, latest, size=1))["checkpoint"]["id"] == second["id"]
    assert (await ask(town, latest, size=first["treeSize"] + 1))["checkpoint"] is None
    one = await ask(town, "{ recordKeys { id verifierKey keyId origin lastSequence } }")
    (told,) = one["recordKeys"]
    parsed = VerifierKey.parse(told["verifierKey"])
    assert (parsed.name, parsed.id.hex()) == (told["origin"], told["keyId"])
    nodes = "query($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }"
    found = (await ask(town, nodes, ids=[first["id"], told["id"]]))["nodes"]
    assert [node["__typename"] for node in found] == ["Checkpoint", "RecordKey"]


async def test_a_change_of_keys_is_told(town: Town) -> None:
    """With the row that it adds, as any change."""
    added = await Ring().introduce(town)
    told = (
        await ask(
            town,
            "{ history(first: 1) { nodes { ... on KeyChange { key } changes { subject field after } } } }",
            "office",
        )
    )["history"]["nodes"][0]
    assert told["key"] == str(added)
    changes = {c["field"]: c["after"] for c in told["changes"] if c["subject"] == "RecordKey"}
    assert changes["keyId"] == added.id.hex()


async def test_issuing_answers_with_the_checkpoint(town: Town, ring: Ring) -> None:
    """Whoever may; once, however often it is asked; tried, nothing is signed."""
    before = await Checkpoint.of(town.id).count()
    tried = await answered(await signing(town, "office", Signing(ring)), ISSUE, validateOnly=True)
    assert tried == {"__typename": "Validated"}
    assert await Checkpoint.of(town.id).count() == before
    answers = [
        await answered(await signing(town, who, Signing(ring)), ISSUE)
        for who in ("office", "auditor", "admin")
    ]
    assert answers[0] == answers[1] == answers[2]
    assert answers[0]["checkpoint"]["treeSize"] == await town.size()
    assert await Checkpoint.of(town.id).count() == before + 1
    for who, code in ((None, "NOT_SIGNED_IN"), ("lead", "FORBIDDEN"), ("nobody", "FORBIDDEN")):
        refused = await answered(await signing(town, who, Signing(ring)), ISSUE)
        assert refused["code"] == code
    missing = await answered(await signing(town, "office", UNSIGNED), ISSUE)
    assert (missing["__typename"], missing["code"]) == ("SigningKeyMissing", "SIGNING_KEY_MISSING")
    assert "operator" in missing["en"]


async def test_a_cosignature_is_added(town: Town, ring: Ring) -> None:
    """By who may; one that does not hold names the field."""
    private = Ed25519PrivateKey.generate()
    taken = Signing(ring, [VerifierKey.of(WITNESS, private, notes.WITNESS)])
    latest = await Checkpoint.of(town.id).order_by("-size").first()
    assert latest is not None
    line = str(cosign(Note.parse(latest.note).text, WITNESS, private, 1_800_000_000))
    given: dict[str, Any] = {"treeSize": latest.size, "line": line}
    for who, code in ((None, "NOT_SIGNED_IN"), ("lead", "FORBIDDEN"), ("nobody", "FORBIDDEN")):
        assert (await answered(await signing(town, who, taken), COSIGN, **given))["code"] == code
    for who in ("auditor", "office", "admin"):
        added = await answered(await signing(town, who, taken), COSIGN, **given)
        assert added["checkpoint"]["note"] == latest.note + line
        assert added["checkpoint"]["signers"][-1].startswith(f"{WITNESS}+")
    for wrong, path in (({"line": "nothing"}, "line"), ({"treeSize": 1}, "treeSize")):
        refused = await answered(await signing(town, "auditor", taken), COSIGN, **given | wrong)
        assert refused["path"] == [path]
    unknown = await answered(await signing(town, "auditor", Signing(ring)), COSIGN, **given)
    assert unknown["__typename"] == "InvalidInput"


async def test_proofs_are_charged(town: Town, ring: Ring) -> None:
    """Each takes statements of its own."""
    assert ring.keys
    asked = await context(town, "auditor")
    charged: list[int] = []
    asked.charge = charged.append
    document = (
        "{ history(first: 40) { nodes { proof { treeSize } } } consistency(from: 1) { path } }"
    )
    _, errors = await execute(asked, document, {})
    assert not errors
    assert charged.count(PROOF) == 41
