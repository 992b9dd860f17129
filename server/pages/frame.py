"""The frame around every page that works without JavaScript: as the front end's own looks."""

from collections.abc import Collection, Mapping
from html import escape
from pathlib import Path
from string import Template
from typing import Any, Final

from starlette.responses import HTMLResponse

from server.pages.web import is_built
from workflows.stages import Role

_TEMPLATE: Final = Template((Path(__file__).parent / "frame.html").read_text(encoding="utf-8"))
HEADERS: Final = {
    "Cache-Control": "no-cache",
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src data:; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
}
Words = tuple[str, str]
"""A text in Japanese and in English."""
_ANYBODY: Final[frozenset[str]] = frozenset()
_SECTIONS: Final[tuple[tuple[str, Words, frozenset[str]], ...]] = (
    ("/work", ("仕事", "Work"), frozenset(Role)),
    ("/board", ("ボード", "Board"), _ANYBODY),
    ("/plan", ("計画", "Plan"), _ANYBODY),
    ("/history", ("記録", "Record"), _ANYBODY),
    ("/admin", ("管理", "Administration"), frozenset({Role.OFFICE, Role.ADMIN})),
)
"""The front end's, and whose roles find them; `web/src/lib/screens.ts` has the same."""
_OPEN: Final = ("/open", ("公開データ", "Open data"))
_SIGN_IN: Final = '<a href="/sign-in">サインイン <span lang="en">Sign in</span></a>'
_NOTICE: Final = (
    '<p class="notice" role="note">これは見本データです。町の実際の進捗ではありません。 '
    '<span lang="en">Sample data: not the town’s real progress.</span></p>'
)
_ALARM: Final = (
    '<p class="alarm" role="alert">記録の検証で異状が見つかりました。表示されている内容は、'
    "記録を経ずに書き換えられている可能性があります。 "
    '<span lang="en">Verifying the record found faults: what is shown here may have been changed '
    "past the record.</span></p>"
)
_FOOTER: Final = (
    "<footer><p>この画面は公開 API <code>/graphql</code> だけから作られています。 "
    '<span lang="en">This page is made from the public API alone.</span></p></footer>'
)


def both(japanese: str, english: str) -> str:
    """Return a text in Japanese with English beside it."""
    return f'{escape(japanese)} <span lang="en">{escape(english)}</span>'


def navigation(person: str | None, roles: Collection[str] = (), *, is_public: bool = False) -> str:
    """Return the navigation of who is signed in.

    Args:
        person: their name; empty for nobody, None where it is not known who asks.
        roles: which they hold.
        is_public: whether anything is published, and so open data.
    """
    found = [(p, w) for p, w, who in _SECTIONS if is_built() and (not who or who & set(roles))]
    found += [_OPEN] if is_public else []
    links = "".join(f'<li><a href="{path}">{both(*words)}</a></li>' for path, words in found)
    pages = f'<nav aria-label="主なページ / Main pages"><ul>{links}</ul></nav>' if links else ""
    if person is None:
        return pages
    account = f'<a href="/account">{escape(person)}</a>' if person else _SIGN_IN
    return f'{pages}<p class="account">{account}</p>'


def page(
    title: str,
    body: str,
    *,
    bar: str,
    town: str = "",
    kind: str = "form",
    above: tuple[str, str] = ("", ""),
    style: str = "",
) -> str:
    """Return a whole page.

    Args:
        title: what it is about.
        body: the main part, as HTML.
        bar: the navigation, as HTML; empty for pages that lead one way only.
        town: whose page it is.
        kind: how it is laid out: `form`, `framed` for wide tables, `docs`.
        above: an alarm and a notice, as HTML.
        style: the address of a style sheet of its own.
    """
    return _TEMPLATE.substitute(
        title=escape(title),
        town=escape(town),
        navigation=bar,
        kind=kind,
        alarm=above[0],
        notice=above[1],
        style=f'\n<link rel="stylesheet" href="{style}">' if style else "",
        body=body,
        footer=_FOOTER if kind == "framed" else "",
    )


def framed(
    title: str, data: Mapping[str, Any], body: str, *, is_public: bool = True
) -> HTMLResponse:
    """Answer with a page of what the API told; one with somebody's name in it is not stored.

    Args:
        title: what the page is about.
        data: of the API: `plan` with `isSample` and `municipality`, and where they were asked for
            `viewer` and `integrity`.
        body: the main part, as HTML.
        is_public: whether anything is published.
    """
    plan, viewer = data["plan"], data.get("viewer") or {}
    person = viewer.get("person")
    roles = {one["role"] for one in viewer.get("appointments", ())}
    town = plan["municipality"]
    alarm = _ALARM if (data.get("integrity") or {}).get("verified") is False else ""
    whole = page(
        title,
        body,
        bar=navigation(person["name"] if person else "", roles, is_public=is_public),
        town=f"{town['prefecture']} {town['name']}",
        kind="framed",
        above=(alarm, _NOTICE if plan["isSample"] else ""),
    )
    return HTMLResponse(whole, headers=HEADERS | ({"Cache-Control": "no-store"} if person else {}))
