"""A project's page: the front end, and in it what is published, for who reads without JavaScript.

So search engines, and people whose browsers run no script, find at a project's address what it is.
"""

import re
from collections.abc import Iterable
from html import escape
from typing import Any, Final
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from server.graphql_errors import RequestError
from server.graphql_execution import Execution
from server.identity import Identity, ViewerContext
from server.pages.asking import Asker, to
from server.pages.errors import not_found
from server.pages.frame import both, framed
from server.pages.web import HEADERS, document_of, is_built

_QUERY: Final = """
query ProjectPage($code: String!) {
  plan { title isSample municipality { name prefecture } }
  project(ref: { code: $code }) {
    code
    title
    content
    expectedEffects
    policy { code name }
    category { code name }
    department { name }
    group { name }
    cycles {
      fiscalYearLabel
      stage
      dueOn
      sheet { goal gradeLabel }
      indicators { name unit baseline target actual qualitativeGoal result }
    }
  }
  workflow { stages { stage label } }
}
"""
_TITLE: Final = re.compile(r"<title>.*?</title>")
_NOSCRIPT: Final = re.compile(r"<noscript>.*?</noscript>", re.DOTALL)
_SHORT: Final = 160
"""Characters of a description that search engines show."""


class ProjectPage(Asker):
    """Answers at a project's address."""

    def __init__(self, execution: Execution[ViewerContext], identity: Identity) -> None:
        super().__init__(execution, identity)
        self.document = document_of("/projects/{code}") if is_built() else ""

    async def answer_page(self, request: Request) -> Response:
        """Answer one request: what anybody may read, whoever asks."""
        viewer = await self.identity.anonymous(request)
        if viewer.is_closed:
            return self._bare(200) if self.document else to("/sign-in")
        if self.document and self.identity.cookies.shown(request):
            return self._bare(200)
        try:
            data = await self.ask(request, viewer, _QUERY, code=request.path_params["code"])
        except RequestError:
            if not self.document:
                raise
            return self._bare(200)
        if data["project"] is None:
            return self._bare(404)
        title = f"{data['project']['code']} {data['project']['title']}"
        if not self.document:
            return framed(title, data, _body(data))
        return HTMLResponse(_filled(self.document, title, data), headers=HEADERS)

    def _bare(self, status: int) -> Response:
        if not self.document:
            return not_found()
        return HTMLResponse(self.document, status, headers=HEADERS)


def _filled(document: str, title: str, data: dict[str, Any]) -> str:
    """Return the front end's document with a project in it."""
    project, plan = data["project"], data["plan"]
    head = (
        f"<title>{escape(title)} – {escape(plan['title'])}</title>"
        f'<meta name="description" content="{escape(project["content"][:_SHORT])}">'
        f'<link rel="canonical" href="/projects/{quote(project["code"])}">'
    )
    inside = (
        f'<noscript><link rel="stylesheet" href="/page.css"><main>{_body(data)}</main></noscript>'
    )
    document = _TITLE.sub(lambda _: head, document, count=1)
    return _NOSCRIPT.sub(lambda _: inside, document, count=1)


def _body(data: dict[str, Any]) -> str:
    project, plan = data["project"], data["plan"]
    stages = {one["stage"]: one["label"] for one in data["workflow"]["stages"]}
    owner = " ".join(part["name"] for part in (project["department"], project["group"]) if part)
    effects = "".join(f"<li>{escape(one)}</li>" for one in project["expectedEffects"])
    policy, category = project["policy"], project["category"]
    return (
        f'<p><a href="/">{escape(plan["municipality"]["name"])} {escape(plan["title"])}</a></p>'
        f"<h1>{escape(project['code'])} {escape(project['title'])}</h1>"
        f"<p>基本方針{escape(policy['code'])} {escape(policy['name'])} ／ "
        f"{escape(category['code'])} {escape(category['name'])}</p>"
        f"<p>所管: {escape(owner)}</p>"
        f"<h2>{both('事業内容', 'Content')}</h2><p>{escape(project['content'])}</p>"
        f"<h2>{both('期待される効果', 'Expected effects')}</h2><ul>{effects}</ul>"
        f"<h2>{both('年度ごとの進み方', 'Year by year')}</h2>{_years(project['cycles'], stages)}"
    )


def _years(cycles: Iterable[dict[str, Any]], stages: dict[str, str]) -> str:
    head = "".join(
        f'<th scope="col">{name}</th>'
        for name in ("年度", "段階", "期限", "目標", "指標", "達成度")
    )
    rows = "".join(
        f'<tr><th scope="row">{escape(one["fiscalYearLabel"])}</th>'
        + "".join(f"<td>{cell}</td>" for cell in _cells(one, stages))
        + "</tr>"
        for one in cycles
    )
    return f'<div class="wide"><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>'


def _cells(cycle: dict[str, Any], stages: dict[str, str]) -> Iterable[str]:
    yield escape(stages[cycle["stage"]])
    yield escape(cycle["dueOn"] or "–")
    yield escape(cycle["sheet"]["goal"] or "–")
    yield "<br>".join(escape(_measured(one)) for one in cycle["indicators"]) or "–"
    yield escape(cycle["sheet"]["gradeLabel"] or "–")


def _measured(indicator: dict[str, Any]) -> str:
    if indicator["qualitativeGoal"]:
        said = (indicator["qualitativeGoal"], indicator["result"])
        return f"{indicator['name']}: {' → '.join(part for part in said if part)}"
    figures = (("現状", "baseline"), ("目標", "target"), ("実績", "actual"))
    told = (f"{ja}{indicator[key]}{indicator['unit']}" for ja, key in figures if indicator[key])
    return f"{indicator['name']}: {'、'.join(told)}"
