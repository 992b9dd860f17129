"""The domain's enums as the API offers them, every value described by what the page calls it."""

from enum import StrEnum
from typing import Annotated, Final

import strawberry

from workflows.blockers import MESSAGES, BlockerCode
from workflows.labels import LABELS
from workflows.records import EventKind
from workflows.stages import (
    Direction,
    ProjectStatus,
    Role,
    RolloutStatus,
    SheetPart,
    Stage,
    StatusTrigger,
    Trigger,
)


class Lang(StrEnum):
    """Which language a text for people is wanted in."""

    JA = "JA"
    EN = "EN"


class ProgressBy(StrEnum):
    """What progress is counted by."""

    POLICY = "POLICY"
    CATEGORY = "CATEGORY"
    DEPARTMENT = "DEPARTMENT"
    FISCAL_YEAR = "FISCAL_YEAR"


class ProjectOrderField(StrEnum):
    """What projects are ordered by."""

    POSITION = "POSITION"
    CODE = "CODE"
    TITLE = "TITLE"
    STAGE = "STAGE"
    DUE_ON = "DUE_ON"
    ENTERED_STAGE_AT = "ENTERED_STAGE_AT"


class OrderDirection(StrEnum):
    """Which end comes first."""

    ASC = "ASC"
    DESC = "DESC"


_DESCRIPTIONS: Final[dict[type[StrEnum], str]] = {
    Stage: "Where a cycle is (段階).",
    Trigger: "What moves a cycle (遷移のきっかけ).",
    ProjectStatus: "Whether a project is being worked on (状態).",
    StatusTrigger: "What changes a project's status.",
    Direction: "Where a project goes from here (今後の方向性).",
    Role: "What a person is appointed to be (役割).",
    RolloutStatus: "How a proposed rollout (横展開) stands.",
    SheetPart: "A part of the sheet (進捗管理シート), each filled in at one stage.",
    BlockerCode: "Why a move is not possible now. New values may be added.",
    EventKind: "What an entry of the record tells of.",
    Lang: "Which language a text for people is wanted in.",
    ProgressBy: "What progress is counted by.",
    ProjectOrderField: "What projects are ordered by; those without a value come last.",
    OrderDirection: "Which end comes first.",
}
_OWN_VALUES: Final[dict[StrEnum, str]] = {
    Lang.JA: "日本語 (Japanese).",
    Lang.EN: "English.",
    ProgressBy.POLICY: "基本方針 (policy).",
    ProgressBy.CATEGORY: "分類 (category).",
    ProgressBy.DEPARTMENT: "課 (the department that owns the project today).",
    ProgressBy.FISCAL_YEAR: "年度 (each fiscal year of the plan).",
    ProjectOrderField.POSITION: "The plan's own order.",
    ProjectOrderField.CODE: "1_01, 1_02 and so on.",
    ProjectOrderField.TITLE: "The title, by code points.",
    ProjectOrderField.STAGE: "PLAN, DO, CHECK, ACTION, CLOSED.",
    ProjectOrderField.DUE_ON: "The day by which the cycle's stage should be left.",
    ProjectOrderField.ENTERED_STAGE_AT: "When the cycle came to its stage.",
    EventKind.TRANSITION: "遷移 (a move of a cycle).",
    EventKind.REFUSAL: "拒否 (an attempt that was refused).",
    EventKind.SHEET_EDITED: "シートの編集 (an edit of a sheet).",
    EventKind.STATUS_CHANGED: "状態の変更 (a project's status).",
    EventKind.OWNERSHIP_TRANSFERRED: "所管替え (a transfer of ownership).",
    EventKind.PLAN_IMPORTED: "計画の取込み (a plan's text was loaded).",
    EventKind.PLAN_REVISED: "計画の見直し (the plan was revised).",
    EventKind.PROJECT_ADDED: "取組事業の追加 (a project entered the plan).",
    EventKind.PROJECT_CHANGED: "取組事業の変更 (a project's own words).",
    EventKind.CORRECTED: "訂正 (an earlier entry was corrected).",
    EventKind.ROLLOUT_PROPOSED: "横展開の提案 (a result was offered).",
    EventKind.ROLLOUT_ANSWERED: "横展開の回答 (an offer was answered).",
    EventKind.PERSON_REGISTERED: "職員の登録 (a person was registered).",
    EventKind.APPOINTED: "任命 (a person was appointed).",
    EventKind.APPOINTMENT_ENDED: "任命の終了 (an appointment was given an end).",
    EventKind.TOKEN_ISSUED: "トークンの発行 (a token was issued).",
    EventKind.TOKEN_REVOKED: "トークンの失効 (a token was revoked).",
    OrderDirection.ASC: "Smallest or earliest first.",
    OrderDirection.DESC: "Largest or latest first.",
}


def _describe(member: StrEnum) -> str:
    if isinstance(member, BlockerCode):
        return MESSAGES[member][1]
    if type(member) in LABELS:
        return "{} ({}).".format(*LABELS[type(member)][member])
    return _OWN_VALUES[member]


def _register() -> None:
    for enum_type, description in _DESCRIPTIONS.items():
        name = "ProjectDirection" if enum_type is Direction else None
        strawberry.enum(enum_type, name=name, description=description)
        definition = enum_type.__strawberry_definition__  # type: ignore[attr-defined] # Strawberry's
        for value, member in zip(definition.values, enum_type, strict=True):
            value.description = _describe(member)


_register()

LANG = Annotated[Lang, strawberry.argument(description="Which language.")]
