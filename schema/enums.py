"""The domain's enums as the API offers them, every value described by what the page calls it."""

from enum import StrEnum
from typing import Annotated, Final

import strawberry

from workflows.authority import Scope
from workflows.blockers import MESSAGES, BlockerCode
from workflows.exports import CopyFormat
from workflows.labels import LABELS
from workflows.news import NewsReason
from workflows.records import Authority, EventKind, LinkPurpose, SignInMethod
from workflows.reshuffle import StepKind
from workflows.roster import HEADERS, Column
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
from workflows.verification import MEANINGS, FaultName


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
    NewsReason: "Why an entry of the record concerns the viewer.",
    FindingStatus: "How far a finding (指摘) has come.",
    RolloutStatus: "How a proposed rollout (横展開) stands.",
    SheetPart: "A part of the sheet (進捗管理シート), each filled in at one stage.",
    BlockerCode: "Why a move is not possible now. New values may be added.",
    EventKind: "What an entry of the record tells of.",
    Authority: "By which right something was done.",
    Column: "A column of a list of appointments.",
    StepKind: "What a list of appointments leads to.",
    Scope: "How far a token goes. Each lets its bearer read as well.",
    SignInMethod: "How somebody became known.",
    LinkPurpose: "What a one-time link is for.",
    CopyFormat: "How a copy of the record is written.",
    FaultName: "What is wrong with a record, by the name that every verifier uses.",
    Lang: "Which language a text for people is wanted in.",
    ProgressBy: "What progress is counted by.",
    ProjectOrderField: "What projects are ordered by; those without a value come last.",
    OrderDirection: "Which end comes first.",
}
_OWN_VALUES: Final[dict[StrEnum, str]] = {
    Scope.READ: "Read as the owner does, the auditor's and the admin's sight apart.",
    Scope.WRITE: "Act as staff, lead or office.",
    Scope.AUDIT: "See and act as auditor.",
    Scope.ADMIN: "See and act as admin.",
    SignInMethod.PASSWORD: "パスワード (a password).",
    SignInMethod.LINK: "一回限りのリンク (a one-time link).",
    SignInMethod.PROVIDER: "IDプロバイダー (the organisation's identity provider).",
    SignInMethod.PROXY: "認証プロキシー (a trusted reverse proxy).",
    LinkPurpose.FIRST_ADMIN: "最初の管理者 (the first admin).",
    LinkPurpose.INVITATION: "招待 (an invitation: there is no password yet).",
    LinkPurpose.RESET: "再設定 (another password).",
    Authority.OWN: "本人の権限 (the actor's own appointments).",
    Authority.ON_BEHALF: "代決 (those of the person it was done for).",
    Authority.CONSOLE: "管理者の端末 (the server's operator, at the console).",
    Authority.DOOR: "サインイン前 (nobody who was known: a sign-in that failed).",
    **{column: "{} ({}).".format(*names) for column, names in HEADERS.items()},
    StepKind.REGISTER: "登録 (a person is registered).",
    StepKind.END: "終了 (an appointment gets its last day; one before the first takes it back).",
    StepKind.APPOINT: "任命 (a person is appointed).",
    StepKind.KEEP: "継続 (an appointment is left alone).",
    CopyFormat.JSONL: "JSON Lines, which anybody can verify (docs/record.md).",
    CopyFormat.CSV: "表 (a table for spreadsheets): UTF-8 with a byte order mark.",
    CopyFormat.CSV_CP932: "表 (the same in CP932); characters that it lacks are listed at its end.",
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
    EventKind.DELEGATED: "代決の設定 (leave to decide on somebody's behalf was given).",
    EventKind.DELEGATION_ENDED: "代決の終了 (such leave was given an end).",
    EventKind.SIGNED_IN: "サインイン (somebody signed in).",
    EventKind.SIGN_IN_FAILED: "サインインの失敗 (a sign-in failed).",
    EventKind.LOCKED_OUT: "サインインの一時停止 (sign-ins failed so often that they are slowed down).",
    EventKind.SIGNED_OUT: "サインアウト (somebody signed out).",
    EventKind.SESSION_REVOKED: "セッションの取消し (a session was ended from elsewhere).",
    EventKind.LINK_ISSUED: "一回限りのリンクの発行 (a one-time link was issued).",
    EventKind.PASSWORD_SET: "パスワードの設定 (a password was set).",
    EventKind.SECOND_FACTOR_CHANGED: "二要素認証の変更 (a second factor was set up or taken away).",
    EventKind.ACCOUNT_CHANGED: "アカウントの変更 (an account was disabled or enabled).",
    EventKind.KEY_CHANGED: "署名鍵の変更 (a key that checkpoints are signed with came, or went).",
    EventKind.EXPORTED: "写しの作成 (a copy of the record was taken).",
    EventKind.REDACTED: "墨消し (values were removed from earlier entries).",
    EventKind.FINDING_RAISED: "指摘 (an auditor pointed something out).",
    EventKind.FINDING_ANSWERED: "指摘への回答 (the department answered).",
    EventKind.FINDING_CLOSED: "指摘の終了 (the auditor closed a finding).",
    EventKind.EVIDENCE_ATTACHED: "証拠書類の添付 (a file was attached).",
    EventKind.EVIDENCE_WITHDRAWN: "証拠書類の取下げ (a file was withdrawn; the record keeps it).",
    EventKind.COMMENTED: "コメント (somebody commented on a project).",
    EventKind.COMMENT_WITHDRAWN: "コメントの取下げ (a comment was withdrawn; it stays, and is marked).",
    NewsReason.SENT_BACK: "差戻し (one of the viewer's departments' cycles was sent back).",
    NewsReason.OFFERED: "横展開の提案 (a result was offered to one of the viewer's departments).",
    NewsReason.OWN_PROJECT: "所管の取組事業 (it is about a project of the viewer's departments).",
    NewsReason.OFFICE: "DX推進担当の確認 (the office has to look at it).",
    NewsReason.FINDING_ANSWERED: "指摘への回答 (a finding was answered).",
    OrderDirection.ASC: "Smallest or earliest first.",
    OrderDirection.DESC: "Largest or latest first.",
}


_NAMES: Final[dict[type[StrEnum], str]] = {
    Direction: "ProjectDirection",
    Column: "RosterColumn",
    StepKind: "RosterStepKind",
}
"""What the API calls them, where that differs."""


def _describe(member: StrEnum) -> str:
    if isinstance(member, BlockerCode):
        return MESSAGES[member][1]
    if isinstance(member, FaultName):
        return MEANINGS[member][1]
    if type(member) in LABELS:
        return "{} ({}).".format(*LABELS[type(member)][member])
    return _OWN_VALUES[member]


def _register() -> None:
    for enum_type, description in _DESCRIPTIONS.items():
        name = _NAMES.get(enum_type)
        strawberry.enum(enum_type, name=name, description=description)
        definition = enum_type.__strawberry_definition__  # type: ignore[attr-defined] # Strawberry's
        for value, member in zip(definition.values, enum_type, strict=True):
            value.description = _describe(member)


_register()

LANG = Annotated[Lang, strawberry.argument(description="Which language.")]
