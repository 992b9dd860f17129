"""How the outcome of an act becomes a member of its mutation's union."""

from collections.abc import Awaitable, Callable
from typing import Any, Final
from uuid import UUID

from schema.blockers import BlockerSource, code_of
from schema.context import Info
from schema.finding_results import FindingChanged
from schema.input_paths import input_path, revision_path
from schema.results import (
    Blocked,
    Forbidden,
    IdempotencyMismatch,
    InvalidInput,
    NotFound,
    NotSignedIn,
    PreviewOutdated,
    RecordDiverged,
    RevisionConflict,
    UserError,
    Validated,
)
from workflows import ledger, refusals
from workflows.records import Event, Row
from workflows.stages import FindingStatus


async def respond(
    info: Info,
    asked: object,
    outcome: ledger.Outcome,
    success: Callable[[Event, bool], Awaitable[object]],
) -> object:
    """Return the outcome of what was asked as a member of the mutation's union, read anew.

    `success` is given the act's first event, and whether an earlier call had done it.
    """
    info.context.read_anew()
    return await answer(info, asked, outcome, success)


def about(
    info: Info, model: type[Row], name: str, made: Callable[..., object]
) -> Callable[[Event, bool], Awaitable[object]]:
    """Return the `success` of an act about one row, which its entry's details name.

    `made` is given the row by that name, the entry, and whether it was replayed.
    """

    async def success(event: Event, replayed: bool) -> object:  # noqa: FBT001 - of `respond`
        row = await info.context.loaders.row(model, UUID(event.document["details"][name]))
        return made(**{name: row}, entry=event, replayed=replayed)

    return success


async def answer(
    info: Info,
    asked: object,
    outcome: ledger.Outcome,
    success: Callable[[Event, bool], Awaitable[object]],
) -> object:
    """Return the outcome of what was asked as a member of the mutation's union."""
    match outcome:
        case ledger.Applied():
            return await success(await _entry(info, outcome), outcome.replayed)
        case ledger.Validated():
            return Validated(ok=True)
        case ledger.Refused():
            return error_of(outcome.refusal, asked)


async def _entry(info: Info, done: ledger.Applied) -> Event:
    """Return what the viewer sees of an act's first entry: whoever did it sees that there is one."""
    entry = await info.context.loaders.entry(done.events[0])
    if entry is None:
        raise LookupError(f"the entry {done.events[0].sequence} is not there for who did it")
    return entry


def error_of(refusal: refusals.Refusal, asked: object) -> UserError:
    """Return the refusal of what was asked as the API's error."""
    code = code_of(type(refusal).__name__)
    match refusal:
        case refusals.NotSignedIn():
            return NotSignedIn(code=code, path=None, texts=_NOT_SIGNED_IN)
        case refusals.Forbidden():
            roles = sorted(refusal.required_roles)
            return Forbidden(
                code=code,
                path=None,
                texts=_FORBIDDEN,
                required_roles=roles,
                department_id=refusal.department_id,
            )
        case refusals.NotFound():
            return NotFound(code=code, path=input_path(asked, refusal.path), texts=_NOT_FOUND)
        case refusals.InvalidInput():
            texts = (refusal.message_ja, refusal.message_en)
            return InvalidInput(code=code, path=input_path(asked, refusal.path), texts=texts)
        case refusals.Blocked():
            return _blocked(refusal, code)
        case _:
            return _outdated(refusal, asked, code)


def _outdated(
    refusal: refusals.RevisionConflict
    | refusals.IdempotencyMismatch
    | refusals.PreviewOutdated
    | refusals.FindingChanged
    | refusals.RecordDiverged,
    asked: object,
    code: str,
) -> UserError:
    """Return the error of what was asked too late, a second time, or of a record that was changed."""
    match refusal:
        case refusals.RevisionConflict():
            return RevisionConflict(
                code=code,
                path=revision_path(asked, refusal.project_id),
                texts=_CONFLICT,
                expected=refusal.expected,
                current_revision=refusal.current,
                project_id=refusal.project_id,
                cycle_id=refusal.cycle_id,
            )
        case refusals.IdempotencyMismatch():
            return IdempotencyMismatch(
                code=code, path=["idempotencyKey"], texts=_MISMATCH, sequence=refusal.sequence
            )
        case refusals.PreviewOutdated():
            path = ["expectedPreview"]
            return PreviewOutdated(
                code=code, path=path, texts=_OUTDATED, current_preview=refusal.current
            )
        case refusals.FindingChanged():
            return FindingChanged(
                code=code,
                path=["expectedStatus"],
                texts=_FINDING[refusal.status is FindingStatus.CLOSED],
                finding_id=refusal.finding_id,
            )
        case refusals.RecordDiverged():
            return RecordDiverged(code=code, path=None, texts=_DIVERGED, tree_size=refusal.size)


def _blocked(refusal: refusals.Blocked, code: str) -> Blocked:
    sources: list[Any] = [BlockerSource(b, refusal.owner_id) for b in refusal.blockers]
    texts = [(b.message(), b.message(japanese=False)) for b in refusal.blockers]
    return Blocked(
        code=code,
        path=None,
        texts=("\n".join(ja for ja, _ in texts), "\n".join(en for _, en in texts)),
        blocked_by=sources,
    )


_NOT_SIGNED_IN: Final = ("サインインしてください。", "Sign in first.")
_FORBIDDEN: Final = (
    "この操作を行う権限がありません。権限を持つ職員に依頼してください。",
    "You are not appointed to do this. Ask somebody who is.",
)
_NOT_FOUND: Final = (
    "見つかりません。削除されたか、IDが正しくない可能性があります。",
    "There is no such thing. The id may be wrong.",
)
_CONFLICT: Final = (
    "ほかの職員が先に変更しました。変更内容を確認してから、もう一度実行してください。",
    "Somebody else changed it first. Look at what changed, then try again.",
)
_OUTDATED: Final = (
    "確認した後に状況が変わりました。もう一度内容を確認してから実行してください。",
    "Something changed since the preview. Look at a new one, then try again.",
)
_FINDING: Final = {
    False: (
        "この指摘には、その後、回答がありました。内容を確認してから、もう一度実行してください。",
        "The finding was answered in the meantime. Look at the answer, then try again.",
    ),
    True: (
        "この指摘は既に終了しています。続きがあれば、新しい指摘をしてください。",
        "The finding is closed. If there is more to it, raise another.",
    ),
}
_DIVERGED: Final = (
    "記録が署名済みのチェックポイントと一致せず、書き換えられた可能性があるため、署名していません。サーバーをそのままの状態に保ち、監査委員に連絡してください。",
    "The record is not what its last checkpoint says. Nothing was signed. Keep the machine as it is, and call the auditors.",
)
_MISMATCH: Final = (
    "このキーは別の操作で使われています。新しいキーで実行してください。",
    "This key was used for another act. Use a new one.",
)
