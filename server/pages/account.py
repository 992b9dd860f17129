"""The pages of the own account, and of everybody's for admins."""

from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.identity import Viewer
from server.pages import documents
from server.pages.account_views import BACK, PASSWORD, account_page, roles_of, said
from server.pages.accounts_view import ACCOUNTS, accounts_page
from server.pages.asking import Asker, to
from server.pages.forms import fields_of, html
from server.pages.frame import navigation
from server.pages.html import (
    again,
    code_input,
    codes,
    document,
    error_of,
    form,
    offer,
    paragraph,
    password_input,
)
from server.pages.onward import sign_in_for

_DIGITS: Final = 3
"""Of a number of days up to 365."""


class AccountPages(Asker):
    """What a person can do to the own account, and admins to anybody's."""

    def routes(self) -> list[Route]:
        """Return the pages with their paths."""
        return [
            Route("/account", self.account, methods=["GET", "POST"]),
            Route("/account/second-factor", self.second_factor, methods=["GET", "POST"]),
            Route("/accounts", self.accounts, methods=["GET", "POST"]),
        ]

    async def account(self, request: Request) -> Response:
        """Show the own account, or change it."""
        viewer = await self.viewer(request)
        if viewer.door.session_id is None:
            return to(sign_in_for("/account"))
        shown = ""
        if request.method == "POST":
            shown = await self._change(request, viewer, await fields_of(request))
        data = await self.ask(request, viewer, documents.ACCOUNT)
        if data["viewer"] is None:
            return to(sign_in_for("/account"))
        bar = _bar_of(data["viewer"], viewer)
        return html(account_page(await self.town(viewer), data["viewer"], shown, bar))

    async def _change(self, request: Request, viewer: Viewer, given: dict[str, str]) -> str:
        """Do what a form asks for; return what is to be said about it."""
        asked = _asked(given)
        if asked is None:
            return ""
        answer = await self.answer(request, viewer, asked[0], **asked[1])
        return error_of(answer) or said(answer)

    async def second_factor(self, request: Request) -> Response:
        """Show how a second factor is set up, or set it up."""
        viewer = await self.viewer(request)
        if viewer.door.session_id is None:
            return to(sign_in_for("/account/second-factor"))
        title = ("二要素認証", "Second factor")
        town, bar = await self.town(viewer), await self._bar(request, viewer)
        error, secret = "", ""
        if request.method == "POST":
            given = await fields_of(request)
            secret = given.get("factor", "")
            typed = {"secret": secret, "code": given.get("code", "")}
            typed["password"] = given.get("password", "")
            answer = await self.answer(request, viewer, documents.CONFIRM, input=typed)
            if answer["__typename"] == "RecoveryCodesMade":
                return html(document(town, title, codes(answer["recoveryCodes"]), BACK, bar=bar))
            error = error_of(answer)
        offered = again(await self.answer(request, viewer, documents.OFFER), secret)
        posted = form(
            "/account/second-factor",
            ("設定する", "Set up"),
            code_input(),
            password_input("password", PASSWORD),
            factor=offered["secret"],
        )
        return html(
            document(town, title, error, offer(offered), posted, BACK, bar=bar),
            422 if error else 200,
        )

    async def _bar(self, request: Request, viewer: Viewer) -> str:
        seen = (await self.ask(request, viewer, documents.WHO))["viewer"]
        return _bar_of(seen, viewer) if seen else ""

    async def accounts(self, request: Request) -> Response:
        """Show everybody's account to an admin, or change one."""
        viewer = await self.viewer(request)
        if viewer.door.session_id is None:
            return to(sign_in_for("/accounts"))
        shown = ""
        if request.method == "POST":
            named, variables = _asked_of(await fields_of(request))
            answer = await self.answer(request, viewer, named, **variables)
            shown = error_of(answer) or said(answer)
        data = await self.ask(request, viewer, documents.PEOPLE)
        bar = await self._bar(request, viewer)
        if not _is_admin(data["viewer"]):
            forbidden = shown or paragraph(_FORBIDDEN, "alert")
            return html(document(await self.town(viewer), ACCOUNTS, forbidden, BACK, bar=bar), 403)
        mails = viewer.door.post is not None
        town = await self.town(viewer)
        page = accounts_page(town, data["people"], shown, mails=mails, bar=bar)
        return html(page)


def _bar_of(seen: dict[str, Any], viewer: Viewer) -> str:
    return navigation(seen["person"]["name"], roles_of(seen), is_public=viewer.public)


_FORBIDDEN: Final = (
    "このページは、二要素認証でサインインしたシステム管理者だけが使えます。",
    "Only an admin who signed in with a second factor may use this page.",
)


def _is_admin(viewer: dict[str, Any] | None) -> bool:
    """Return whether the viewer acts as an admin now."""
    held = {appointment["role"] for appointment in viewer["appointments"]} if viewer else set()
    return viewer is not None and "ADMIN" in held - set(viewer["secondFactorMissingFor"])


def _asked(given: dict[str, str]) -> tuple[str, dict[str, object]] | None:
    """Return the operation that a form on the account's page asks for, with its variables."""
    password, named = given.get("password", ""), {"id": given.get("id", "")}
    passwords = {"current": password, "new": given.get("new", "")}
    deeds: dict[str, tuple[str, dict[str, object]]] = {
        "password": (documents.CHANGE_PASSWORD, {"input": passwords}),
        "email": (
            documents.CHANGE_EMAIL,
            {"input": {"person": named["id"], "email": given.get("email", "")}},
        ),
        "codes": (documents.NEW_CODES, {"input": {"password": password}}),
        "remove": (documents.REMOVE, {"input": {"password": password}}),
        "session": (documents.END_SESSION, dict(named)),
        "others": (documents.END_OTHERS, {}),
        "token": (documents.REVOKE_TOKEN, dict(named)),
        "create": (documents.CREATE_TOKEN, {"input": _token(given)}),
    }
    return deeds.get(given.get("do", ""))


def _asked_of(given: dict[str, str]) -> tuple[str, dict[str, object]]:
    """Return the operation that a form on everybody's page asks for, with its variables."""
    who, deed = {"person": given.get("id", "")}, given.get("do")
    match deed:
        case "disable":
            return documents.DISABLE, {**who}
        case "enable":
            return documents.ENABLE, {**who}
        case "email":
            return documents.CHANGE_EMAIL, {"input": {**who, "email": given.get("email", "")}}
        case _:
            return documents.ISSUE_LINK, {**who, "clear": deed == "clear", "mail": deed == "mail"}


def _token(given: dict[str, str]) -> dict[str, object]:
    days = given.get("days", "")
    return {
        "name": given.get("name", ""),
        "scopes": ["READ", *(s for s in ("WRITE", "AUDIT", "ADMIN") if f"scope-{s}" in given)],
        "days": int(days) if days.isdecimal() and len(days) <= _DIGITS else 0,
    }
