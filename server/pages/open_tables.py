"""What stands in each file of open data: its columns, and its lines from what the API gave.

After the conventions of 自治体標準オープンデータセット: the municipality's code, an id and its name come
first, days are ISO 8601, several values in a cell have semicolons between them, nothing is nothing.
"""

import csv
import datetime as dt
import io
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from workflows.exports.table import harmless
from workflows.fiscal import day_of

Data = Mapping[str, Any]
"""A part of an answer of the API."""
Line = Mapping[str, object]
"""A line of a file, by its columns' names."""
_NUMBER: Final = re.compile(r"-?[0-9]+(\.[0-9]+)?")
MARK: Final = "\N{ZERO WIDTH NO-BREAK SPACE}"
"""By which spreadsheets know UTF-8."""


@dataclass(frozen=True)
class Column:
    """A column's name, and what stands in it, in Japanese and English."""

    name: str
    told: str
    english: str


_CODE: Final = Column(
    "全国地方公共団体コード", "検査数字を含む6桁", "The municipality's code, six digits"
)
_NAMES: Final = (
    Column("地方公共団体名", "市区町村の名称", "The municipality's name"),
    Column("都道府県名", "都道府県の名称", "The prefecture's name"),
)
_OF_YEAR: Final = Column(
    "年度",
    "西暦の数字。2026は令和8年度（2026年4月から2027年3月まで）",
    "2026 is April 2026 to March 2027",
)
PROJECTS: Final = (
    _CODE,
    Column(
        "ID", "取組事業の番号（計画書のNo.）。変わりません", "The project's number; never changes"
    ),
    *_NAMES,
    Column("基本方針コード", "基本方針の番号", "The policy's number"),
    Column("基本方針", "基本方針の名称", "The policy's name"),
    Column("分類コード", "分類の番号", "The category's number"),
    Column("分類", "分類の名称", "The category's name"),
    Column("名称", "取組事業の名称", "The project's title"),
    Column("事業内容", "計画書の文", "What it is about, as planned"),
    Column(
        "期待される効果", "計画書の文。複数あるときは「;」区切り", "Expected effects, by semicolons"
    ),
    Column("所管課", "今日の所管課", "The department that owns it today"),
    Column("所管グループ", "今日の所管グループ。ないときは空", "The group, if any"),
    Column("状態", "実施中、休止、完了、廃止", "Whether it is being worked on"),
    _OF_YEAR,
    Column("段階", "PDCAのどの段階にあるか", "The stage of that year's cycle"),
    Column("段階に入った日", "YYYY-MM-DD", "Since when"),
    Column("期限", "次の段階に進む期限。YYYY-MM-DD。終了後は空", "By when it should go on"),
    Column("期限超過", "期限を過ぎていれば1、いなければ0", "1 where the due day is past, else 0"),
)
INDICATORS: Final = (
    _CODE,
    Column("ID", "指標ごとの固有の文字列。変わりません", "The indicator's id; never changes"),
    *_NAMES,
    Column("取組番号", "取組事業の番号", "The project's number"),
    Column("取組名", "取組事業の名称", "The project's title"),
    _OF_YEAR,
    Column("指標名", "測るもの", "What is measured"),
    Column("単位", "たとえば%、件", "For instance % or 件"),
    Column("現状値", "取組前の数値", "The value before"),
    Column("目標値", "目指す数値", "The value aimed at"),
    Column("実績値", "達した数値。実行の段階が終わるまでは空", "The value reached, once published"),
    Column("数値でない目標", "数値にできないときの目標", "A goal in words"),
    Column("数値にできない理由", "数値にできない理由", "Why no number fits"),
    Column("結果", "数値でない目標の結果", "How it came out"),
    Column("測定できない理由", "実績を測れなかったとき", "Why it was not measured"),
)
_STAGES: Final = {
    "計画": "PLAN",
    "実行": "DO",
    "分析・評価": "CHECK",
    "見直し・改善": "ACTION",
    "終了": "CLOSED",
}
PROGRESS: Final = (
    _CODE,
    Column("ID", "年度、区分、コードを「-」でつないだもの", "Year, kind and code"),
    *_NAMES,
    _OF_YEAR,
    Column("区分", "全体、基本方針、分類、課", "All, policy, category or department"),
    Column("コード", "基本方針または分類の番号。ほかは空", "The policy's or category's number"),
    Column("区分の名称", "数えたものの名称", "What is counted"),
    Column("取組数", "その年度に動く取組の数", "Projects with a cycle in that year"),
    *(Column(name, f"うち「{name}」の段階にある数", "Of these, at this stage") for name in _STAGES),
    Column("終了の割合", "終了 ÷ 取組数 × 100（%、小数第1位まで）", "Closed ÷ all × 100"),
    Column("期限超過", "うち期限を過ぎた数（休止中を除く）", "Of these, past their due day"),
)
_BY: Final = {"Policy": "基本方針", "Category": "分類", "Department": "課"}


def csv_of(columns: Iterable[Column], lines: Iterable[Line]) -> bytes:
    """Return a file: UTF-8 with its mark, CRLF, nothing in it taken for a formula."""
    text = io.StringIO()
    names = [column.name for column in columns]
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(names)
    writer.writerows([_cell(line.get(name)) for name in names] for line in lines)
    return (MARK + text.getvalue()).encode()


def _cell(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return str(int(value))
        case str() if _NUMBER.fullmatch(value):
            return value
        case _:
            return harmless(str(value))


def _day(moment: str | None) -> dt.date | None:
    return day_of(dt.datetime.fromisoformat(moment)) if moment else None


def _share(part: int, whole: int) -> str | None:
    """Return a percentage with one decimal, halves rounded up; none of nothing."""
    tenths = (part * 2000 + whole) // (2 * whole) if whole else None
    return None if tenths is None else f"{tenths // 10}.{tenths % 10}"


def _town(plan: Data) -> dict[str, object]:
    town = plan["municipality"]
    return {
        "全国地方公共団体コード": town["code"],
        "地方公共団体名": town["name"],
        "都道府県名": town["prefecture"],
    }


def _projects(plan: Data) -> Iterable[tuple[Data, Data, Data]]:
    for policy in plan["policies"]:
        for category in policy["categories"]:
            for project in category["projects"]:
                yield policy, category, project


def project_lines(data: Data, policy_code: str | None = None) -> Iterable[Line]:
    """Yield the projects (of one policy), with the cycle of the year that was asked for."""
    names = {one["stage"]: one["label"] for one in data["workflow"]["stages"]}
    names |= {one["status"]: one["label"] for one in data["workflow"]["statuses"]}
    for policy, category, project in _projects(data["plan"]):
        if policy_code not in {None, policy["code"]}:
            continue
        cycle = project.get("cycle") or {}
        yield {
            **_town(data["plan"]),
            "ID": project["code"],
            "基本方針コード": policy["code"],
            "基本方針": policy["name"],
            "分類コード": category["code"],
            "分類": category["name"],
            "名称": project["title"],
            "事業内容": project["content"],
            "期待される効果": ";".join(project["expectedEffects"]),
            "所管課": project["department"]["name"],
            "所管グループ": (project["group"] or {}).get("name"),
            "状態": names[project["status"]],
            "年度": cycle.get("fiscalYear"),
            "段階": names.get(cycle.get("stage")),
            "段階に入った日": _day(cycle.get("enteredStageAt")),
            "期限": cycle.get("dueOn"),
            "期限超過": cycle.get("overdue"),
        }


_MEASURED: Final[Mapping[str, str]] = {
    "ID": "id",
    "指標名": "name",
    "単位": "unit",
    "現状値": "baseline",
    "目標値": "target",
    "実績値": "actual",
    "数値でない目標": "qualitativeGoal",
    "数値にできない理由": "reasonNoNumber",
    "結果": "result",
    "測定できない理由": "reasonNotMeasured",
}


def indicator_lines(data: Data, is_of_year: Callable[[int], bool]) -> Iterable[Line]:
    """Yield every indicator of the cycles of the years that are asked for."""
    for _, _, project in _projects(data["plan"]):
        for cycle in project["cycles"]:
            if not is_of_year(cycle["fiscalYear"]):
                continue
            for indicator in cycle["indicators"]:
                yield {
                    **_town(data["plan"]),
                    "取組番号": project["code"],
                    "取組名": project["title"],
                    "年度": cycle["fiscalYear"],
                    **{name: indicator[key] for name, key in _MEASURED.items()},
                }


def progress_lines(data: Data) -> Iterable[Line]:
    """Yield the counts of one fiscal year: of the plan, and by policy, category and department."""
    for one in (one for key in ("all", "policy", "category", "department") for one in data[key]):
        subject, total = one["subject"] or {}, one["total"]
        kind = _BY.get(subject.get("__typename", ""), "全体")
        code = subject.get("code") or ""
        counts = {count["stage"]: count["count"] for count in one["byStage"]}
        name = subject.get("name") or data["plan"]["title"]
        yield {
            **_town(data["plan"]),
            "ID": "-".join([str(one["fiscalYear"]), kind, *([code or name] if subject else [])]),
            "年度": one["fiscalYear"],
            "区分": kind,
            "コード": code,
            "区分の名称": name,
            "取組数": total,
            **{stage: counts[key] for stage, key in _STAGES.items()},
            "終了の割合": _share(one["closed"], total),
            "期限超過": one["overdue"],
        }
