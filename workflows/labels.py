"""What every value of the domain is called: Japanese first, English beside it."""

from enum import StrEnum
from typing import Final

from workflows.stages import (
    Direction,
    FindingStatus,
    ProjectStatus,
    Role,
    RolloutStatus,
    SheetPart,
    Stage,
    StatusTrigger,
    Trigger,
)

# Grouped by type: members of two enums with the same value would be one key.
LABELS: Final[dict[type[StrEnum], dict[str, tuple[str, str]]]] = {
    Stage: {
        Stage.PLAN: ("計画", "Plan"),
        Stage.DO: ("実行", "Do"),
        Stage.CHECK: ("分析・評価", "Check"),
        Stage.ACTION: ("見直し・改善", "Action"),
        Stage.CLOSED: ("終了", "Closed"),
    },
    Trigger: {
        Trigger.START: ("実行を始める", "Start"),
        Trigger.REPORT_INTERIM: ("中間報告をする", "Report interim results"),
        Trigger.REVISE_PLAN: ("計画を見直す", "Revise the plan"),
        Trigger.SUBMIT_RESULTS: ("実績を提出する", "Submit results"),
        Trigger.EVALUATE: ("評価する", "Evaluate"),
        Trigger.CLOSE: ("サイクルを終了する", "Close"),
        Trigger.SEND_BACK: ("差し戻す", "Send back"),
        Trigger.RESCIND: ("取り消す", "Rescind the last move"),
        Trigger.OPEN_NEXT: ("次年度を開く", "Open the next fiscal year"),
    },
    ProjectStatus: {
        ProjectStatus.ACTIVE: ("実施中", "Active"),
        ProjectStatus.SUSPENDED: ("休止", "Suspended"),
        ProjectStatus.COMPLETED: ("完了", "Completed"),
        ProjectStatus.ABOLISHED: ("廃止", "Abolished"),
    },
    StatusTrigger: {
        StatusTrigger.SUSPEND: ("休止する", "Suspend"),
        StatusTrigger.RESUME: ("再開する", "Resume"),
        StatusTrigger.COMPLETE: ("完了とする", "Complete"),
        StatusTrigger.ABOLISH: ("廃止する", "Abolish"),
        StatusTrigger.REOPEN: ("再び開く", "Reopen"),
    },
    Direction: {
        Direction.EXPAND: ("拡充", "Expand"),
        Direction.CONTINUE: ("継続", "Continue"),
        Direction.REVISE: ("見直し", "Revise"),
        Direction.REDUCE: ("縮小", "Reduce"),
        Direction.COMPLETE: ("完了", "Complete"),
        Direction.ABOLISH: ("廃止", "Abolish"),
    },
    Role: {
        Role.STAFF: ("担当者", "Staff"),
        Role.LEAD: ("課長・グループリーダー", "Lead"),
        Role.OFFICE: ("DX推進担当", "DX office"),
        Role.AUDITOR: ("監査委員", "Auditor"),
        Role.ADMIN: ("システム管理者", "Administrator"),
    },
    RolloutStatus: {
        RolloutStatus.PROPOSED: ("提案中", "Proposed"),
        RolloutStatus.ACCEPTED: ("受入れ", "Accepted"),
        RolloutStatus.DECLINED: ("辞退", "Declined"),
    },
    FindingStatus: {
        FindingStatus.OPEN: ("未回答", "Not answered"),
        FindingStatus.ANSWERED: ("回答済み", "Answered"),
        FindingStatus.CLOSED: ("終了", "Closed"),
    },
    SheetPart: {
        SheetPart.PLAN: ("計画", "Plan"),
        SheetPart.RESULTS: ("実績", "Results"),
        SheetPart.EVALUATION: ("評価", "Evaluation"),
        SheetPart.IMPROVEMENT: ("改善", "Improvement"),
    },
}


def label(value: StrEnum, *, japanese: bool = True) -> str:
    """Return what a value is called on the page."""
    return LABELS[type(value)][value][0 if japanese else 1]
