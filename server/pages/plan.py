"""The plan on one page, from the public API alone: no JavaScript, no request to anywhere else."""

from collections.abc import Iterable
from html import escape
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response
from typing_extensions import override

from server.graphql_execution import Execution
from server.identity import Identity, ViewerContext
from server.pages.asking import Asker, to
from server.pages.frame import both, framed
from workflows.verification import Standings

_STYLE: Final = (Path(__file__).parent / "page.css").read_bytes()
QUERY: Final = """
query PlanPage {
  integrity { verified }
  viewer { person { name } appointments { role } }
  plan {
    title
    published
    isSample
    fiscalYears { label en: label(lang: EN) }
    municipality { name prefecture }
    policies {
      code
      name
      categories {
        code
        name
        projects {
          code
          title
          status
          department { name }
          group { name }
          currentCycle { stage fiscalYearLabel en: fiscalYearLabel(lang: EN) }
        }
      }
    }
  }
  workflow {
    stages { stage label en: label(lang: EN) }
    statuses { status label en: label(lang: EN) }
  }
}
"""


async def style(_request: Request) -> Response:
    """Answer with the page's style sheet."""
    return Response(_STYLE, media_type="text/css", headers={"Cache-Control": "max-age=3600"})


class PlanPage(Asker):
    """Shows a municipality's projects by policy and category.

    Args:
        standings: what was found when the records were verified.
    """

    def __init__(
        self,
        execution: Execution[ViewerContext],
        identity: Identity,
        standings: Standings | None = None,
    ) -> None:
        super().__init__(execution, identity)
        self.standings = standings or Standings()

    @override
    def prepare(self, context: ViewerContext) -> None:
        context.standings = self.standings

    async def answer_page(self, request: Request) -> Response:
        """Answer one request; where nothing is published, only who is signed in is shown it.

        Raises:
            RefusedError: there is no municipality, or no plan, to be shown.
        """
        viewer = await self.viewer(request)
        if viewer.is_closed:
            return to("/sign-in")
        data = await self.ask(request, viewer, QUERY)
        return render(data, is_public=viewer.public)


def render(data: dict[str, Any], *, is_public: bool = True) -> Response:
    """Return the page for what `QUERY` gave."""
    plan, workflow = data["plan"], data["workflow"]
    names = {one["stage"]: one for one in workflow["stages"]}
    names |= {one["status"]: one for one in workflow["statuses"]}
    first, last = plan["fiscalYears"][0], plan["fiscalYears"][-1]
    period = both(f"{first['label']}から{last['label']}まで", f"{first['en']} to {last['en']}")
    contents = "".join(
        f'<li><a href="#policy-{escape(p["code"])}">{_policy(p)}</a></li>' for p in plan["policies"]
    )
    sections = "\n".join(_section(policy, names) for policy in plan["policies"])
    return framed(
        plan["title"],
        data,
        f"<h1>{escape(plan['title'])}</h1>\n<p>{escape(plan['published'])}策定、{period}</p>\n"
        f'<nav aria-label="基本方針 / Policies"><ul>{contents}</ul></nav>\n{sections}',
        is_public=is_public,
    )


_HEAD: Final = (
    '<thead role="rowgroup"><tr role="row"><th scope="col" role="columnheader" class="code">No.</th>'
    + "".join(
        f'<th scope="col" role="columnheader" class="{name}">{ja} <span lang="en">{en}</span></th>'
        for name, ja, en in (
            ("title", "取組事業", "Project"),
            ("owner", "所管", "Owner"),
            ("stage", "段階", "Stage"),
            ("year", "年度", "Fiscal year"),
        )
    )
    + "</tr></thead>"
)


def _policy(policy: dict[str, Any]) -> str:
    return f"基本方針{escape(policy['code'])} {escape(policy['name'])}"


def _section(policy: dict[str, Any], names: dict[str, dict[str, str]]) -> str:
    name = f"policy-{escape(policy['code'])}"
    tables = "\n".join(_table(category, names) for category in policy["categories"])
    return (
        f'<section aria-labelledby="{name}"><h2 id="{name}">{_policy(policy)}</h2>\n'
        f"{tables}\n</section>"
    )


def _table(category: dict[str, Any], names: dict[str, dict[str, str]]) -> str:
    projects = category["projects"]
    name = f"category-{escape(category['code'])}"
    heading = (
        f'<h3 id="{name}">{escape(category["code"])} {escape(category["name"])}'
        f"（{len(projects)}事業）</h3>"
    )
    # Roles are named since the narrow layout takes a row's own ones away in some browsers.
    rows = "\n".join(_row(_cells(project, names)) for project in projects)
    return (
        f'{heading}<table role="table" aria-labelledby="{name}">{_HEAD}'
        f'<tbody role="rowgroup">\n{rows}\n</tbody></table>'
    )


def _row(cells: Iterable[tuple[str, str]]) -> str:
    (_, code), *others = cells
    tds = "".join(f'<td role="cell" class="{name}">{cell}</td>' for name, cell in others)
    return f'<tr role="row"><th scope="row" role="rowheader" class="code">{code}</th>{tds}</tr>'


def _cells(project: dict[str, Any], names: dict[str, dict[str, str]]) -> Iterable[tuple[str, str]]:
    cycle = project["currentCycle"]
    stage = names[cycle["stage"]]
    group = project["group"]
    owner = " ".join(part["name"] for part in (project["department"], group) if part)
    sign = "✓" if stage["stage"] == "CLOSED" else stage["en"][0]
    letter = f'<b class="{stage["stage"]}" aria-hidden="true">{sign}</b>'
    status = names[project["status"]]
    standing = "" if project["status"] == "ACTIVE" else f" – {both(status['label'], status['en'])}"
    yield "code", escape(project["code"])
    yield "title", f'<a href="/projects/{quote(project["code"])}">{escape(project["title"])}</a>'
    yield "owner", escape(owner)
    yield "stage", letter + both(stage["label"], stage["en"]) + standing
    yield "year", both(cycle["fiscalYearLabel"], cycle["en"])
