"""What can be wrong with a record, by the names that every verifier uses (docs/record.md)."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

MOST: Final = 100
"""So many faults are told; of more, only how many there are."""


class FaultName(StrEnum):
    """What is wrong."""

    WRONG_RECORD = "WRONG_RECORD"
    ENTRY_CHANGED = "ENTRY_CHANGED"
    ENTRY_MISSING = "ENTRY_MISSING"
    ENTRY_MOVED = "ENTRY_MOVED"
    TIME_BACKWARDS = "TIME_BACKWARDS"
    TIME_OF_CHECKPOINT = "TIME_OF_CHECKPOINT"
    ROOT_DIFFERS = "ROOT_DIFFERS"
    RECORD_CUT = "RECORD_CUT"
    BAD_SIGNATURE = "BAD_SIGNATURE"
    UNKNOWN_KEY = "UNKNOWN_KEY"
    RETIRED_KEY = "RETIRED_KEY"
    OPENING_FALSE = "OPENING_FALSE"
    REMOVED_SILENTLY = "REMOVED_SILENTLY"
    CHANGE_UNFOUNDED = "CHANGE_UNFOUNDED"
    STATE_DIFFERS = "STATE_DIFFERS"
    EVIDENCE_CHANGED = "EVIDENCE_CHANGED"
    EVIDENCE_MISSING = "EVIDENCE_MISSING"
    NOT_CANONICAL = "NOT_CANONICAL"
    UNREADABLE = "UNREADABLE"


MEANINGS: Final[dict[FaultName, tuple[str, str]]] = {
    FaultName.WRONG_RECORD: (
        "別の団体または別の記録のものです。",
        "It belongs to another record.",
    ),
    FaultName.ENTRY_CHANGED: (
        "記録の内容が、書かれた後で変えられています。",
        "An entry was changed after it was written.",
    ),
    FaultName.ENTRY_MISSING: (
        "この番号の前の記録がありません。消されています。",
        "Entries before this one are not there: they were deleted.",
    ),
    FaultName.ENTRY_MOVED: (
        "記録が本来の位置にありません。並べ替えか差し込みです。",
        "An entry is not where it says it belongs: reordered, or slipped in.",
    ),
    FaultName.TIME_BACKWARDS: (
        "記録の時刻が前の記録より古くなっています。",
        "An entry is recorded before the one before it.",
    ),
    FaultName.TIME_OF_CHECKPOINT: (
        "記録の時刻がチェックポイントの時刻と合いません。",
        "An entry's time does not fit a checkpoint's.",
    ),
    FaultName.ROOT_DIFFERS: (
        "ハッシュ木が、署名または保存されたものと違います。それ以前の記録が書き換えられています。",
        "The tree is not the one that was signed or kept: what came before was rewritten.",
    ),
    FaultName.RECORD_CUT: (
        "末尾の記録がありません。消されたか、古いバックアップに戻されています。",
        "The record's end is missing: it was cut, or an old backup was put back.",
    ),
    FaultName.BAD_SIGNATURE: (
        "チェックポイントの署名が正しくありません。",
        "A checkpoint's signature is not right.",
    ),
    FaultName.UNKNOWN_KEY: (
        "信頼できる鍵の署名がありません。",
        "No key that can be trusted signed it.",
    ),
    FaultName.RETIRED_KEY: (
        "この時点では使えない鍵の署名です。",
        "It is signed by a key that was not in use then.",
    ),
    FaultName.OPENING_FALSE: (
        "記録に添えられた氏名や文章が、書かれたときのものではありません。",
        "A name or text beside an entry is not what was sealed in it.",
    ),
    FaultName.REMOVED_SILENTLY: (
        "氏名や文章が、消去の記録を残さずに消されています。",
        "A name or text was removed, and no redaction tells of it.",
    ),
    FaultName.CHANGE_UNFOUNDED: (
        "記録が、実際にはなかった値や、あり得ない遷移を変更したと言っています。",
        "An entry changes what was not there, or makes a move that there is not.",
    ),
    FaultName.STATE_DIFFERS: (
        "表の値が、記録から導かれる値と違います。記録を経ずに書き換えられています。",
        "A table does not say what the entries give: it was changed past the record.",
    ),
    FaultName.EVIDENCE_CHANGED: (
        "証拠書類のファイルが、添付されたときのものと違います。",
        "A file of evidence is not the one that was attached.",
    ),
    FaultName.EVIDENCE_MISSING: (
        "証拠書類のファイルがありません。",
        "A file of evidence is not there.",
    ),
    FaultName.NOT_CANONICAL: (
        "記録の本文が定められた形（RFC 8785）ではありません。別の内容に読めるおそれがあります。",
        "A body is not in canonical form (RFC 8785): others may read something else in it.",
    ),
    FaultName.UNREADABLE: (
        "データベースの一部を読めません。壊れているか、読めないように書き換えられています。",
        "Part of the database cannot be read: it is broken, or was made unreadable.",
    ),
}
"""What each name says, in Japanese and English."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that is wrong, and where."""

    name: FaultName
    sequence: int | None = None
    """The entry that shows it; None where none does."""
    about: str = ""
    """What more is known of it, for whoever looks into it."""


@dataclass(slots=True)
class Report:
    """What a verification found so far."""

    faults: list[Fault] = field(default_factory=list)
    """The first of them."""
    count: int = 0
    """How many there are."""
    checked: int = 0
    """How many entries were checked."""
    tables_match: bool | None = None
    """Whether the tables are what the entries give; None before they were compared."""
    signed: set[int] = field(default_factory=set)
    """The sizes of which the database has a checkpoint."""

    def add(self, name: FaultName, sequence: int | None = None, about: str = "") -> None:
        """Add a fault."""
        self.count += 1
        if len(self.faults) < MOST:
            self.faults.append(Fault(name, sequence, about))
