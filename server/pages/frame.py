"""The frame around pages that work without JavaScript: as the front end's own looks."""

from collections.abc import Mapping
from html import escape
from pathlib import Path
from string import Template
from typing import Any, Final

from server.pages.web import is_built

_TEMPLATE: Final = Template((Path(__file__).parent / "frame.html").read_text(encoding="utf-8"))
HEADERS: Final = {
    "Cache-Control": "no-cache",
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src data:; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
}
_OWN: Final = (("/work", "仕事", "Work"),)
_SCREENS: Final = (("/board", "ボード", "Board"), ("/plan", "計画", "Plan"))
_ALWAYS: Final = (("/open", "公開データ", "Open data"),)
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


def both(japanese: str, english: str) -> str:
    """Return a text in Japanese with English beside it."""
    return f'{escape(japanese)} <span lang="en">{escape(english)}</span>'


def framed(title: str, data: Mapping[str, Any], body: str) -> str:
    """Return a whole page.

    Args:
        title: what the page is about.
        data: of the API: `plan` with `isSample` and `municipality`, and where they were asked for
            `viewer` and `integrity`.
        body: the main part, as HTML.
    """
    plan, person = data["plan"], (data.get("viewer") or {}).get("person")
    screens = ((_OWN if person else ()) + _SCREENS if is_built() else ()) + _ALWAYS
    town = plan["municipality"]
    return _TEMPLATE.substitute(
        title=f"{escape(title)} – Meguru",
        town=f"{escape(town['prefecture'])} {escape(town['name'])}",
        links="".join(f'<li><a href="{path}">{both(ja, en)}</a></li>' for path, ja, en in screens),
        account=f'<a href="/account">{escape(person["name"])}</a>' if person else _SIGN_IN,
        notice=_NOTICE if plan["isSample"] else "",
        alarm=_ALARM if (data.get("integrity") or {}).get("verified") is False else "",
        body=body,
    )
