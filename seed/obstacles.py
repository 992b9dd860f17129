"""What a plan's text may ask that it takes an act of the office to do, and the words for it."""

import enum
from dataclasses import dataclass
from typing import Final


class ObstacleCode(enum.StrEnum):
    """Why a text that can be read cannot be loaded."""

    NO_PLAN = "NO_PLAN"
    SAMPLE_DATA = "SAMPLE_DATA"
    REAL_DATA = "REAL_DATA"
    OTHER_TOWN = "OTHER_TOWN"
    OTHER_PERIOD = "OTHER_PERIOD"
    NEW_CATEGORIES = "NEW_CATEGORIES"
    OTHER_CATEGORY = "OTHER_CATEGORY"
    OTHER_OWNER = "OTHER_OWNER"


_C = ObstacleCode
_MESSAGES: Final[dict[ObstacleCode, tuple[str, str]]] = {
    _C.NO_PLAN: (
        "この町の計画はまだありません。最初の取込みは、サーバーで meguru seed を使って行います。",
        "there is no plan yet; the first one is loaded on the server, with meguru seed",
    ),
    _C.SAMPLE_DATA: (
        "このデータベースには見本データが入っています。町の計画は、別のデータベースに取り込んでください。",
        "this database holds sample data already",
    ),
    _C.REAL_DATA: (
        "このデータベースには町のデータが入っています。見本データは、別のデータベースに入れてください。",
        "this database holds real data already",
    ),
    _C.OTHER_TOWN: (
        "表紙の市区町村名が「{named}」です。この町の文書か確かめてください。",
        "the cover names another town: {named}",
    ),
    _C.OTHER_PERIOD: (
        "計画の期間の終わりが違います（文書では{named}年度まで）。計画の期間は、文書の取込みでは変えられません。",
        "the plan's period ends in another year: {named}",
    ),
    _C.NEW_CATEGORIES: (
        "今の計画にない分類があります（{named}）。分類は、文書の取込みでは増やせません。",
        "there are new categories: {named}",
    ),
    _C.OTHER_CATEGORY: (
        "分類が変わっている事業があります（{named}）。分類は、文書の取込みでは変えられません。",
        "projects stand under another category: {named}",
    ),
    _C.OTHER_OWNER: (
        "担当課が今の所管と違う事業があります（{named}）。文書の担当課を直すか、先に「所管替え」を行ってください。",
        "projects have another owner (correct the text, or use transferOwnership): {named}",
    ),
}


@dataclass(frozen=True, slots=True)
class Obstacle:
    """One reason, and what it is about: codes of projects or categories, a name, a year."""

    code: ObstacleCode
    about: tuple[str, ...] = ()

    @property
    def message_ja(self) -> str:
        """What to do, in Japanese."""
        return _MESSAGES[self.code][0].format(named="、".join(self.about))

    @property
    def message_en(self) -> str:
        """What to do, in English."""
        return _MESSAGES[self.code][1].format(named=", ".join(self.about))
