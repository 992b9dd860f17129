"""Signing the record as it stands, and taking witnesses' signatures of it."""

import uuid
from typing import Annotated, Any, Final

import strawberry

from schema.answers import error_of
from schema.context import Info
from schema.inputs import ActInput, request
from schema.nodes import plain
from schema.proofs import Checkpoint
from schema.results import RecordDiverged, UserError, Validated, result
from workflows import checkpoints, refusals
from workflows.ledger import Applied, Refused

_KEY: Final = (
    "Made by the client. It is kept with entries, and this adds none: asked again, it is done again, "
    "which changes nothing while the record has not grown. A key of another act is refused."
)


@strawberry.input(description="A checkpoint of the record as it stands.")
class IssueCheckpointInput(ActInput):
    """A checkpoint is no entry: while nothing is recorded, the same one is the answer."""

    idempotency_key: uuid.UUID = plain(_KEY)


@strawberry.type(description="There is a checkpoint of the record as it stands.")
class CheckpointIssued:
    """Keep its note elsewhere."""

    checkpoint: Checkpoint = plain("The checkpoint; an earlier one where the record has not grown.")


@strawberry.type(
    description="The private key that signs checkpoints is not where it should be. Nothing was "
    "signed."
)
class SigningKeyMissing(UserError):  # noqa: N818 - a member of a union; nobody raises it
    """Tell the server's operator."""


@strawberry.input(description="A witness's signature of a checkpoint (C2SP tlog-cosignature).")
class AddCosignatureInput(ActInput):
    """Of a witness whom the installation knows."""

    idempotency_key: uuid.UUID = plain(_KEY)
    tree_size: int = plain("Of the checkpoint that was signed.")
    line: str = plain("The signature's line, for instance “— witness.example Kyzwc…”.")


@strawberry.type(description="The checkpoint has the witness's line.")
class CosignatureAdded:
    """Whether it was added now or before."""

    checkpoint: Checkpoint = plain("The checkpoint with the line at its end.")


IssueCheckpointResult = result(
    "IssueCheckpointResult", CheckpointIssued, SigningKeyMissing, RecordDiverged
)
AddCosignatureResult = result("AddCosignatureResult", CosignatureAdded)

_MISSING: Final = (
    "署名鍵がサーバーにないため署名できません。サーバーの管理者に連絡してください。",
    "Nothing can be signed: the server lacks its key. Tell its operator.",
)


async def issue_checkpoint(
    info: Info,
    input: Annotated[IssueCheckpointInput, strawberry.argument(description="How.")],  # noqa: A002 - GraphQL's custom
) -> Any:  # noqa: ANN401 - the union's members
    """Sign the record as it stands."""
    ring = info.context.signing.ring
    issued = await checkpoints.issue(request(info, "issueCheckpoint", input), ring)
    info.context.read_anew()
    match issued:
        case checkpoints.Issued():
            found: Any = issued.checkpoint
            return CheckpointIssued(checkpoint=found)
        case checkpoints.KeyMissing():
            return SigningKeyMissing(code="SIGNING_KEY_MISSING", path=None, texts=_MISSING)
        case checkpoints.NothingToSign():
            return error_of(refusals.NotFound("treeSize"), input)
        case Refused():
            return error_of(issued.refusal, input)
        case _:
            return Validated(ok=True)


async def add_cosignature(
    info: Info,
    input: Annotated[AddCosignatureInput, strawberry.argument(description="The line.")],  # noqa: A002 - GraphQL's custom
) -> Any:  # noqa: ANN401 - the union's members
    """Add a witness's line to a checkpoint."""
    outcome = await checkpoints.add_cosignature(
        request(info, "addCosignature", input),
        input.tree_size,
        input.line,
        info.context.signing.witnesses,
    )
    info.context.read_anew()
    match outcome:
        case Applied():
            found: Any = await info.context.loaders.checkpoint(input.tree_size)
            return CosignatureAdded(checkpoint=found)
        case Refused():
            return error_of(outcome.refusal, input)
        case _:
            return Validated(ok=True)
