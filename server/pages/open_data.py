"""Open data (公開データ): what is published as files, and a page that tells what stands in them.

They are made by asking the API as anybody may, whoever asks for them: nothing else comes in.
"""

import hashlib
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from functools import partial
from html import escape
from typing import Any, Final
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from server.graphql_execution import Execution
from server.identity import Identity, Viewer, ViewerContext
from server.pages import open_tables
from server.pages.asking import Asker
from server.pages.frame import both, framed
from server.pages.open_queries import INDICATORS, OVERVIEW, PROGRESS, PROJECTS, PROJECTS_OF_YEAR
from server.pages.open_tables import Column, Line, csv_of

_CACHING: Final = "public, max-age=300"
_NOTHING: Final = "データは公開されていません / No data is published"
_NO_YEAR: Final = "その年度は計画の期間にありません / That fiscal year is not within the plan"
_NO_POLICY: Final = "その基本方針はありません / There is no such policy"


@dataclass(frozen=True)
class Asked:
    """Who asks for a file, of which fiscal years: of the one that was named, or of all."""

    request: Request
    viewer: Viewer
    years: tuple[int, ...]
    year: int | None


class OpenData(Asker):
    """Answers with files of what anybody may read.

    Args:
        licence: on which terms they may be used, and where these can be read; empty where the
            town has not said so.
    """

    def __init__(
        self, execution: Execution[ViewerContext], identity: Identity, licence: tuple[str, str]
    ) -> None:
        super().__init__(execution, identity)
        self.licence = licence

    def routes(self) -> list[Route]:
        """Return the page, and a file each."""
        projects, columns = self._projects, open_tables.PROJECTS
        return [
            Route("/open", self.page),
            self._file("/open/projects.csv", columns, projects),
            self._file("/open/policies/{code}.csv", columns, projects),
            self._file("/open/indicators.csv", open_tables.INDICATORS, self._indicators),
            self._file("/open/progress.csv", open_tables.PROGRESS, self._progress),
        ]

    def _file(
        self,
        path: str,
        columns: Iterable[Column],
        lines: Callable[[Asked], Awaitable[Iterable[Line]]],
    ) -> Route:
        return Route(path, partial(self._answer, tuple(columns), lines))

    async def _answer(
        self,
        columns: tuple[Column, ...],
        lines: Callable[[Asked], Awaitable[Iterable[Line]]],
        request: Request,
    ) -> Response:
        viewer = await self.identity.anonymous(request)
        if viewer.is_closed:
            return _missing(_NOTHING)
        overview = await self.ask(request, viewer, OVERVIEW)
        years = tuple(one["year"] for one in overview["plan"]["fiscalYears"])
        year = request.query_params.get("year")
        if year and year not in map(str, years):
            return _missing(_NO_YEAR)
        code = request.path_params.get("code")
        if code not in {None, *(policy["code"] for policy in overview["plan"]["policies"])}:
            return _missing(_NO_POLICY)
        made = await lines(Asked(request, viewer, years, int(year) if year else None))
        return _sent(request, csv_of(columns, made), _name(request, overview, year))

    async def _projects(self, asked: Asked) -> Iterable[Line]:
        named = {} if asked.year is None else {"year": asked.year}
        document = PROJECTS_OF_YEAR if named else PROJECTS
        data = await self.ask(asked.request, asked.viewer, document, **named)
        return open_tables.project_lines(data, asked.request.path_params.get("code"))

    async def _indicators(self, asked: Asked) -> Iterable[Line]:
        data = await self.ask(asked.request, asked.viewer, INDICATORS)
        return open_tables.indicator_lines(data, lambda year: asked.year in {None, year})

    async def _progress(self, asked: Asked) -> Iterable[Line]:
        years = asked.years if asked.year is None else (asked.year,)
        told = [await self.ask(asked.request, asked.viewer, PROGRESS, year=year) for year in years]
        return [line for data in told for line in open_tables.progress_lines(data)]

    async def page(self, request: Request) -> Response:
        """Answer with the list of files, and what stands in their columns."""
        viewer = await self.viewer(request)
        if not viewer.public:
            return _missing(_NOTHING)
        data = await self.ask(request, viewer, OVERVIEW)
        return framed(_TITLE[0], data, self._body(data))

    def _body(self, data: dict[str, Any]) -> str:
        policies = "".join(
            f'<li><a href="/open/policies/{quote(one["code"])}.csv">policies/{escape(one["code"])}.csv'
            f"</a> 基本方針{escape(one['code'])} {escape(one['name'])}</li>"
            for one in data["plan"]["policies"]
        )
        years = data["plan"]["fiscalYears"]
        said = (
            (
                f"末尾に「?year={years[0]['year']}」のように年度（{years[0]['year']}～{years[-1]['year']}）を"
                "付けると、その年度だけになります。付けないと、取組は現在の年度、指標と進捗は全年度です。"
            ),
            "Add ?year= for one fiscal year.",
        )
        return (
            f"<h1>{both(*_TITLE)}</h1>"
            f"<p>{both(*_INTRODUCTION)}</p>"
            f"<h2>{both('利用条件', 'Terms of use')}</h2>{self._terms()}"
            f"<h2>{both('ファイル', 'Files')}</h2><p>{both(*said)}</p><p>{both(*_FORM)}</p>"
            + _file_told("projects", ("取組事業", "Projects"), open_tables.PROJECTS, policies)
            + _file_told("indicators", ("指標", "Indicators"), open_tables.INDICATORS)
            + _file_told("progress", ("進捗", "Progress"), open_tables.PROGRESS)
        )

    def _terms(self) -> str:
        name, url = self.licence
        if not name and not url:
            return f"<p>{both(*_NO_TERMS)}</p>"
        shown = escape(name or url)
        return (
            f'<p><a href="{escape(url)}" rel="license">{shown}</a></p>'
            if url
            else f"<p>{shown}</p>"
        )


_TITLE: Final = ("公開データ", "Open data")
_INTRODUCTION: Final = (
    "計画と進捗のうち、公表しているものをCSVファイルでダウンロードできます。内容は計画のページと同じで、いつも最新です。",
    "What is published of the plan and its progress, as CSV files: always as it is now.",
)
_FORM: Final = (
    (
        "文字コードはUTF-8（BOM付き）、改行はCRLF、日付はYYYY-MM-DDです。値がないところは空です。"
        "表計算ソフトが式とみなす文字で始まる値には、先頭に「'」を付けています。"
    ),
    "UTF-8 with BOM, CRLF, ISO 8601 days. Texts that a spreadsheet would take for a formula begin with ’.",
)
_NO_TERMS: Final = (
    "利用条件はまだ定められていません。利用するときは、町にお問い合わせください。",
    "No terms have been set yet: please ask the town.",
)


def _file_told(name: str, words: tuple[str, str], columns: Iterable[Column], more: str = "") -> str:
    rows = "".join(
        f'<tr><th scope="row">{escape(one.name)}</th>'
        f'<td>{escape(one.told)}</td><td lang="en">{escape(one.english)}</td></tr>'
        for one in columns
    )
    head = "".join(
        f'<th scope="col">{both(*one)}</th>'
        for one in (("項目", "Column"), ("説明", "In Japanese"))
    )
    policies = (
        f"<p>{both('基本方針ごとのファイル', 'By policy')}</p><ul>{more}</ul>" if more else ""
    )
    return (
        f'<section><h3>{both(*words)}</h3><p><a href="/open/{name}.csv">{name}.csv</a></p>{policies}'
        f"<details><summary>{both('項目の説明', 'What its columns say')}</summary>"
        f'<table><thead><tr>{head}<th scope="col" lang="en">In English</th></tr></thead>'
        f"<tbody>{rows}</tbody></table></details></section>"
    )


def _name(request: Request, overview: dict[str, Any], year: str | None) -> str:
    """Return a file's name: the municipality's code, what it is, and which year's; samples say so."""
    *_, name = request.url.path.removesuffix(".csv").split("/")
    code = request.path_params.get("code")
    sample = "sample" if overview["plan"]["isSample"] else ""
    town = overview["plan"]["municipality"]["code"]
    parts = (town, sample, f"policy_{code}" if code else name, year)
    return "_".join(part for part in parts if part) + ".csv"


def _sent(request: Request, body: bytes, name: str) -> Response:
    """Answer with a file, or that it is what the asker has already."""
    tag = f'W/"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {"Cache-Control": _CACHING, "ETag": tag}
    held = request.headers.get("If-None-Match", "")
    if held == "*" or tag.removeprefix("W/") in (
        one.strip().removeprefix("W/") for one in held.split(",")
    ):
        return Response(status_code=304, headers=headers)
    headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return Response(body, media_type="text/csv; charset=utf-8", headers=headers)


def _missing(message: str) -> Response:
    return PlainTextResponse(f"{message}\n", 404, headers={"Cache-Control": "no-store"})
