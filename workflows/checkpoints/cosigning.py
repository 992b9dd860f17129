"""Cosignatures: lines by which witnesses say that they saw a checkpoint, and when."""

from collections.abc import Collection

from workflows.authority import ROLES, Act
from workflows.ledger import Outcome, perform
from workflows.notes import Note, NoteError, Signature, VerifierKey, cosigned_at
from workflows.records import Checkpoint
from workflows.refusals import NotFound, Refuse
from workflows.unit import Request, Unit
from workflows.values import invalid


async def add_cosignature(
    request: Request, size: int, line: str, witnesses: Collection[VerifierKey]
) -> Outcome:
    """Add a witness's line to the checkpoint of a size; one of each witness is kept, the first.

    Needs Act.ISSUE_CHECKPOINT, or the console.
    """

    async def decide(unit: Unit) -> None:
        _ = unit.authorise(ROLES[Act.ISSUE_CHECKPOINT])
        found = await Checkpoint.of(unit.municipality_id).get_or_none(size=size)
        if found is None:
            raise Refuse(NotFound("treeSize"))
        note = Note.parse(found.note)
        signature, witness = _checked(note.text, line, witnesses)
        if not any(one.is_by(witness) for one in note.signatures):
            longer = str(note.with_signature(signature))
            await Checkpoint.of(unit.municipality_id).filter(id=found.id).update(note=longer)

    return await perform(request, decide)


def _checked(
    text: str, line: str, witnesses: Collection[VerifierKey]
) -> tuple[Signature, VerifierKey]:
    """Return a line as a signature, and whose it is; refuse one that does not hold."""
    try:
        signature = Signature.parse(line.removesuffix("\n"))
    except NoteError:
        raise invalid(
            "line",
            "署名の行は「— 名前 base64」の形にしてください。",
            "A cosignature is a line of the form “— name base64”.",
        ) from None
    witness = next((one for one in witnesses if signature.is_by(one)), None)
    if witness is None:
        raise invalid(
            "line",
            "この立会人の公開鍵は登録されていません。MEGURU_RECORD_WITNESSES に加えてください。",
            "This witness is not known here. Add its verifier key to MEGURU_RECORD_WITNESSES.",
        )
    if cosigned_at(text, signature, witness) is None:
        raise invalid(
            "line",
            "この署名は、このチェックポイントに対するものではありません。",
            "The signature does not hold for this checkpoint.",
        )
    return signature, witness
