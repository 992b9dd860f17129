"""Walks lists page by page, as a client does that only knows PageInfo."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from tests.schema.asking import Answer, ask
from tests.town import Town

PAGE: Final = """totalCount edges { cursor node { id } } nodes { id }
  pageInfo { hasNextPage hasPreviousPage startCursor endCursor }"""
PROJECTS: Final = f"""query($where: ProjectWhere, $orderBy: [ProjectOrder!], $fiscalYear: Int,
  $first: Int, $after: String, $last: Int, $before: String) {{ list: projects(where: $where,
  orderBy: $orderBy, fiscalYear: $fiscalYear, first: $first, after: $after, last: $last,
  before: $before) {{ {PAGE} }} }}"""
HISTORY: Final = f"""query($where: HistoryWhere, $newestFirst: Boolean! = true,
  $first: Int, $after: String, $last: Int, $before: String) {{ list: history(where: $where,
  newestFirst: $newestFirst, first: $first, after: $after, last: $last, before: $before)
  {{ {PAGE} }} }}"""


@dataclass(frozen=True)
class Walk:
    """One list with its filter and order."""

    town: Town
    document: str
    given: Answer

    async def page(self, **arguments: object) -> Answer:
        """Return one page, whose parts agree with each other."""
        answer = await ask(self.town, self.document, "auditor", **self.given, **arguments)
        page: Answer = answer["list"]
        cursors = [edge["cursor"] for edge in page["edges"]]
        assert [edge["node"] for edge in page["edges"]] == page["nodes"]
        assert page["pageInfo"]["startCursor"] == (cursors[0] if cursors else None)
        assert page["pageInfo"]["endCursor"] == (cursors[-1] if cursors else None)
        return page

    async def forwards(self, size: int) -> list[str]:
        """Return all ids in order, read from the start."""
        return await self._walk("first", "after", "hasNextPage", "endCursor", size)

    async def backwards(self, size: int) -> list[str]:
        """Return all ids in order, read from the end."""
        return await self._walk("last", "before", "hasPreviousPage", "startCursor", size)

    async def _walk(self, count: str, bound: str, more: str, cursor: str, size: int) -> list[str]:
        walked: list[str] = []
        page = await self.page(**{count: size})
        total = page["totalCount"]
        join: Callable[[list[str]], list[str]] = (
            (lambda ids: walked + ids) if count == "first" else (lambda ids: ids + walked)
        )
        while True:
            walked = join([node["id"] for node in page["nodes"]])
            assert page["totalCount"] == total
            assert len(page["nodes"]) <= size
            if not page["pageInfo"][more]:
                break
            assert len(page["nodes"]) == size
            page = await self.page(**{count: size, bound: page["pageInfo"][cursor]})
        assert len(walked) == total
        return walked
