"""What can stand in the way of a move, and what is said about it in Japanese and English."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from workflows.stages import Role


class BlockerCode(StrEnum):
    """Why a move is not possible now."""

    NOT_SIGNED_IN = "NOT_SIGNED_IN"
    NOT_AUTHORISED = "NOT_AUTHORISED"
    WRONG_STAGE = "WRONG_STAGE"
    WRONG_STATUS = "WRONG_STATUS"
    PROJECT_NOT_ACTIVE = "PROJECT_NOT_ACTIVE"
    NO_INDICATOR = "NO_INDICATOR"
    INDICATOR_INCOMPLETE = "INDICATOR_INCOMPLETE"
    NO_SCHEDULE = "NO_SCHEDULE"
    NO_REASON = "NO_REASON"
    NO_REPORT = "NO_REPORT"
    NO_CHANGE = "NO_CHANGE"
    NO_ACTUAL = "NO_ACTUAL"
    NO_GRADE = "NO_GRADE"
    NO_ISSUES = "NO_ISSUES"
    NO_DIRECTION = "NO_DIRECTION"
    NO_IMPROVEMENT = "NO_IMPROVEMENT"
    SAME_PERSON_EVALUATED = "SAME_PERSON_EVALUATED"
    NOTHING_TO_RESCIND = "NOTHING_TO_RESCIND"
    SOMETHING_AFTER_IT = "SOMETHING_AFTER_IT"
    YEAR_OUTSIDE_PLAN = "YEAR_OUTSIDE_PLAN"
    CYCLE_EXISTS = "CYCLE_EXISTS"
    CYCLE_RUNNING = "CYCLE_RUNNING"
    PART_NOT_OPEN = "PART_NOT_OPEN"
    ALREADY_ANSWERED = "ALREADY_ANSWERED"
    NOT_WELL_GRADED = "NOT_WELL_GRADED"
    OWNER_UNCHANGED = "OWNER_UNCHANGED"
    PART_NOT_REACHED = "PART_NOT_REACHED"
    ALREADY_ATTACHED = "ALREADY_ATTACHED"
    ALREADY_WITHDRAWN = "ALREADY_WITHDRAWN"
    EVIDENCE_FULL = "EVIDENCE_FULL"
    FILE_GONE = "FILE_GONE"


MESSAGES: Final[dict[BlockerCode, tuple[str, str]]] = {
    BlockerCode.NOT_SIGNED_IN: (
        "サインインしてください。",
        "Sign in first.",
    ),
    BlockerCode.NOT_AUTHORISED: (
        "この操作を行う権限がありません。権限を持つ職員に依頼してください。",
        "You are not appointed to do this. Ask somebody who is.",
    ),
    BlockerCode.WRONG_STAGE: (
        "現在の段階では行えません。",
        "This is not possible at the present stage.",
    ),
    BlockerCode.WRONG_STATUS: (
        "取組事業の現在の状態では行えません。",
        "This is not possible in the project's present status.",
    ),
    BlockerCode.PROJECT_NOT_ACTIVE: (
        "取組事業が実施中ではありません。先に再開してください。",
        "The project is not active. Resume or reopen it first.",
    ),
    BlockerCode.NO_INDICATOR: (
        "指標を1つ以上設定してください。数値で表せない場合は、定性的な目標とその理由を記入してください。",
        "Set at least one indicator, or a qualitative goal with the reason why no number fits.",
    ),
    BlockerCode.INDICATOR_INCOMPLETE: (
        "指標に基準値と目標値を記入してください。定性的な目標には、数値で表せない理由が必要です。",
        "Give the indicator a baseline and a target; a qualitative goal needs its reason.",
    ),
    BlockerCode.NO_SCHEDULE: (
        "スケジュールを記入してください。",
        "Write a schedule.",
    ),
    BlockerCode.NO_REASON: (
        "理由を記入してください。",
        "Give a reason.",
    ),
    BlockerCode.NO_REPORT: (
        "中間報告の内容を記入してください。",
        "Write the interim report.",
    ),
    BlockerCode.NO_CHANGE: (
        "変更された項目がありません。変更する項目を指定してください。",
        "Nothing is changed. Say what is to change.",
    ),
    BlockerCode.NO_ACTUAL: (
        "指標に実績値を記入してください。測定できない場合は、その理由を記入してください。",
        "Give the indicator its actual value, or say why it cannot be measured.",
    ),
    BlockerCode.NO_GRADE: (
        "達成度を選んでください。",
        "Choose a grade.",
    ),
    BlockerCode.NO_ISSUES: (
        "課題を記入してください。課題がない場合は、その旨を記入してください。",
        "Write down the issues; if there are none, say so.",
    ),
    BlockerCode.NO_DIRECTION: (
        "今後の方向性を選んでください。",
        "Choose a direction.",
    ),
    BlockerCode.NO_IMPROVEMENT: (
        "改善の内容を記入してください。",
        "Write down the improvement.",
    ),
    BlockerCode.SAME_PERSON_EVALUATED: (
        "評価した職員は、代決に関わる場合も含め、終了の決定ができません。DX推進担当の別の職員に依頼してください。",
        "Who evaluated, or was evaluated for, may not close. Ask another person of the DX office.",
    ),
    BlockerCode.NOTHING_TO_RESCIND: (
        "取り消せる操作がありません。",
        "There is no move to take back.",
    ),
    BlockerCode.SOMETHING_AFTER_IT: (
        "段階を移した後に別の記録があるため、取り消せません。差戻しを使ってください。",
        "Something was recorded after the last move, so it cannot be taken back. Send back instead.",
    ),
    BlockerCode.YEAR_OUTSIDE_PLAN: (
        "計画期間の外の年度です。",
        "The fiscal year is outside the plan's period.",
    ),
    BlockerCode.CYCLE_EXISTS: (
        "その年度のサイクルは既にあります。",
        "There is a cycle for that fiscal year already.",
    ),
    BlockerCode.CYCLE_RUNNING: (
        "実行中のサイクルがあるため、完了・廃止にはできません。先にそのサイクルを終了してください。",
        "A cycle is under way, so the project cannot end. Close that cycle first.",
    ),
    BlockerCode.PART_NOT_OPEN: (
        "現在の段階では、進捗管理シートのこの部分は編集できません。",
        "The present stage does not leave this part of the sheet open.",
    ),
    BlockerCode.ALREADY_ANSWERED: (
        "この提案には既に回答があります。",
        "This proposal has been answered.",
    ),
    BlockerCode.NOT_WELL_GRADED: (
        "横展開の対象となる達成度と評価されたサイクルだけを提案できます。",
        "Only a cycle whose grade is one that rolls out can be offered.",
    ),
    BlockerCode.OWNER_UNCHANGED: (
        "既にその課・グループが所管しています。",
        "That department and group own the project already.",
    ),
    BlockerCode.PART_NOT_REACHED: (
        "サイクルがまだこの段階に達していないため、証拠書類を添付できません。",
        "The cycle has not come to this part of the sheet yet, so there is nothing to show for it.",
    ),
    BlockerCode.ALREADY_ATTACHED: (
        "同じ内容のファイルが既に添付されています。",
        "A file with the same content is attached already.",
    ),
    BlockerCode.ALREADY_WITHDRAWN: (
        "この証拠書類は既に取り下げられています。",
        "This evidence has been withdrawn already.",
    ),
    BlockerCode.EVIDENCE_FULL: (
        "証拠書類の保存容量の上限に達しました。システム管理者に相談してください。",
        "There is no room for more evidence. Ask an administrator.",
    ),
    BlockerCode.FILE_GONE: (
        "送られたファイルが、添付する前に消去されました。もう一度送ってください。",
        "The file was removed before it could be attached. Send it again.",
    ),
}


@dataclass(frozen=True, slots=True)
class Blocker:
    """One reason why a move is not possible, and who could change that."""

    code: BlockerCode
    fields: tuple[str, ...] = ()
    """Names of the input or sheet fields that are missing, as the API spells them in snake_case;
    `indicators.<id>.actual` points at one indicator."""
    resolvable_by: frozenset[Role] = frozenset()
    """STAFF and LEAD mean those of the project's owner."""

    def message(self, *, japanese: bool = True) -> str:
        """Return what to do about it."""
        return MESSAGES[self.code][0 if japanese else 1]
