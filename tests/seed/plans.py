"""Writes plan texts of any shape, so that the reader can be held against what was written."""

from collections.abc import Iterable
from dataclasses import dataclass

from hypothesis import strategies as st

COLUMNS = ("No.", "担当課", "グループ", "分類", "事業名称", "事業内容", "期待される効果")
_BEGINNINGS = ("情報", "ペーパーレス", "夜間・休日の", "PC", "DX推進", "住民の", "学校・保護者間の")
_ENDINGS = ("共有", "利便性向上", "（試行）化", "DX・AI化", "取組2の推進", "Wi-Fiの導入", "。")
_FOREIGN = "EBPM (Evidence Based Policy Making) の推進"
_POOL = [beginning + ending for beginning in _BEGINNINGS for ending in _ENDINGS]
words = st.sampled_from(_POOL)
contents = words | words.map(lambda word: f"A|Bの{word}。") | words.map(lambda word: f"{word} 。")
items = words | words.map(lambda word: f"{word}1") | st.just(_FOREIGN)


@dataclass(frozen=True, slots=True)
class Category:
    """A category and how many projects it has."""

    code: str
    name: str
    count: int


@dataclass(frozen=True, slots=True)
class Project:
    """A project and the way its effects are written: "ul", "bullets" or "plain"."""

    code: str
    department: str
    group: str | None
    category: Category
    title: str
    content: str
    effects: tuple[str, ...]
    style: str

    def cells(self) -> dict[str, str]:
        """Return its cells by column."""
        marked = {
            "ul": '<ul style="list-style-type: none"> ' + " ".join(self.effects),
            "bullets": " ".join(f"・{item}" for item in self.effects),
            "plain": self.effects[0],
        }
        values = (
            self.code,
            self.department,
            self.group or "-",
            f"{self.category.code} {self.category.name}",
            self.title,
            self.content.replace("|", r"\|"),
            marked[self.style],
        )
        return dict(zip(COLUMNS, values, strict=True))


@dataclass(slots=True)
class Written:
    """A plan as lines, with the line numbers (from 1) of its rows."""

    lines: list[str]
    line_of: dict[str, int]

    def raw(self, end: str = "\n") -> bytes:
        """Return the text; a lone surrogate stands for a byte that is not UTF-8."""
        return end.join(self.lines).encode("utf-8", errors="surrogateescape")


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What to write, and in what shape."""

    title: str
    prefecture: str | None
    municipality: str
    year: int
    policies: dict[str, str]
    categories: dict[str, list[Category]]
    projects: list[Project]
    tables: list[tuple[int, tuple[str, ...]]]
    per_row: int
    gap: int

    def write(self) -> Written:
        """Write the plan."""
        written = Written([], {})
        blank = [""] * self.gap
        place = f"{self.prefecture or ''}{self.municipality}"
        written.lines += [*blank, self.title, "令和8年3月", place, "", "目次", ""]
        written.lines += [
            "| | | |",
            "|---|---|---|",
            "| 1 | 概要 | 1 |",
            "",
            "1 概要",
            "",
            "本文。",
        ]
        written.lines += ["2 計画の期間", *blank, f"令和{self.year}年度までとします。", *blank]
        written.lines += ["3 基本方針", *blank]
        for policy, name in self.policies.items():
            written.line_of[f"policy {policy}"] = len(written.lines) + 1
            written.lines += [f"基本方針{policy} {name}", *blank]
            self._write_categories(policy, written)
            written.lines += blank
        written.lines += ["4 取組事業", *blank, "一覧のとおり。", ""]
        self._write_projects(written)
        return written

    def _write_categories(self, policy: str, written: Written) -> None:
        entries = self.categories[policy]
        rows = -(-len(entries) // self.per_row)
        width = self.per_row * 3
        written.lines += ["| " * width + "|", "|---" * width + "|"]
        for row in range(rows):
            cells: list[str] = []
            for entry in entries[row::rows]:
                written.line_of[entry.code] = len(written.lines) + 1
                cells += [entry.code, entry.name, f"{entry.count}事業"]
            cells += [""] * (width - len(cells))
            written.lines.append(row_of(cells))

    def _write_projects(self, written: Written) -> None:
        rest = list(self.projects)
        for number, (size, order) in enumerate(self.tables):
            last = number == len(self.tables) - 1
            rows, rest = (rest, []) if last else (rest[:size], rest[size:])
            if number:
                written.lines.append("")
            written.line_of[f"header {number}"] = len(written.lines) + 1
            written.lines += [row_of(order), "|---" * len(order) + "|"]
            for project in rows:
                written.line_of[project.code] = len(written.lines) + 1
                cells = project.cells()
                written.lines.append(row_of(cells[name] for name in order))


def row_of(cells: Iterable[str]) -> str:
    """Return a table's row."""
    return "| " + " | ".join(cells) + " |"


@st.composite
def _policy(draw: st.DrawFn, policy: str) -> tuple[list[Category], list[Project]]:
    numbers = draw(st.lists(st.integers(1, 12), min_size=1, max_size=4, unique=True).map(sorted))
    counts = draw(st.lists(st.integers(1, 3), min_size=len(numbers), max_size=len(numbers)))
    entries = [
        Category(f"{policy}-{number}", draw(words), count)
        for number, count in zip(numbers, counts, strict=True)
    ]
    order = draw(st.permutations([entry for entry in entries for _ in range(entry.count)]))
    projects = []
    for number, entry in enumerate(order, 1):
        style = draw(st.sampled_from(("ul", "bullets", "plain")))
        few = 1 if style == "plain" else 3
        projects.append(
            Project(
                code=f"{policy}_{number:02d}",
                department=draw(words) + "課",
                group=draw(st.none() | words.map(lambda word: word + "G")),
                category=entry,
                title=draw(words),
                content=draw(contents),
                effects=tuple(draw(st.lists(items, min_size=1, max_size=few))),
                style=style,
            )
        )
    return entries, projects


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """Draw a plan: policies, categories, tables and rows in any number, columns in any order."""
    policies = {str(number): draw(words) for number in range(1, draw(st.integers(1, 4)) + 1)}
    drawn = {policy: draw(_policy(policy)) for policy in policies}
    sizes = draw(st.lists(st.integers(1, 4), min_size=1, max_size=3))
    return Plan(
        title=draw(words) + "計画",
        prefecture=draw(st.sampled_from((None, "青森県", "神奈川県", "北海道"))),
        municipality=draw(st.sampled_from(("海辺町", "四日市市", "里山村"))),
        year=draw(st.integers(2, 30)),
        policies=policies,
        categories={policy: entries for policy, (entries, _) in drawn.items()},
        projects=[project for _, projects in drawn.values() for project in projects],
        tables=[(size, tuple(draw(st.permutations(COLUMNS)))) for size in sizes],
        per_row=draw(st.integers(1, 3)),
        gap=draw(st.integers(0, 2)),
    )
