"""The pages of coming in and going out: signing in, one-time links, signing out."""

from html import escape
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.identity.door import LINK_PATH
from server.pages import documents
from server.pages.asking import Asker, to
from server.pages.forms import fields_of, html
from server.pages.html import (
    again,
    both,
    code_input,
    codes,
    document,
    error_of,
    form,
    offer,
    paragraph,
    password_input,
    section,
    text_input,
)
from server.pages.locked_out import FORGOTTEN, LOCKED_OUT, LOGIN
from server.pages.onward import NEXT, home, sign_in_for, wanted
from server.settings_fields import THIS_MACHINE

PROVIDER_PATH: Final = "/auth/oidc"
"""Leads to the organisation's identity provider, where one is set."""
KEEP: Final = "keep"
"""Asks, when signing out, that the browser keeps what was begun to be typed."""
_LEFT: Final = "meguru-left=1; Path=/; Max-Age=31536000; SameSite=Lax"
"""Has the front end clear the browser's storage, where browsers do not do it themselves."""
_SIGN_IN: Final = ("サインイン", "Sign in")
_BY_PROVIDER: Final = (
    "組織のアカウントでサインイン",
    "Sign in with your organisation’s account",
)
_CODE: Final = ("認証コードまたは回復コード（設定している場合）", "Code, where one is set up")
_ASKED: Final = (
    "受け付けました。メールアドレスが登録されていれば、リンクを送ります（1時間有効）。届かないときは管理者へ。",
    "If a mail address is known, a link is on its way; it works for an hour. Otherwise ask an admin.",
)
_UNSAFE: Final = (
    "このページは HTTPS で開いてください。管理者向け: MEGURU_SECURE_COOKIES を参照。",
    "Open this page over HTTPS. For the operator: see MEGURU_SECURE_COOKIES.",
)


class SignInPages(Asker):
    """Signing in with a password, following a link, signing out."""

    def routes(self) -> list[Route]:
        """Return the pages with their paths."""
        return [
            Route("/sign-in", self.sign_in, methods=["GET", "POST"]),
            Route("/forgotten", self.forgotten, methods=["POST"]),
            Route("/sign-out", self.sign_out, methods=["POST"]),
            Route(LINK_PATH + "{secret}", self.link, methods=["GET", "POST"]),
        ]

    async def sign_in(self, request: Request) -> Response:
        """Show the form, or sign in with what it was sent with."""
        viewer = await self.viewer(request)
        town = await self.town(viewer)
        login, error, status, on = "", "", 200, wanted(request.query_params)
        if request.method == "POST":
            given = await fields_of(request)
            login, on = given.get("login", ""), wanted(given)
            code = {"code": given["code"]} if given.get("code") else {}
            typed = {"login": login, "password": given.get("password", ""), **code}
            answer = await self.answer(request, viewer, documents.SIGN_IN, input=typed)
            if answer["__typename"] == "SignedIn":
                return to(wanted(given) or home())
            error, status = error_of(answer), 422
        return html(self._page(town, self._form(request, login, error, on), on), status)

    def _page(self, town: str, posted: str, on: str = "") -> str:
        forgotten = FORGOTTEN if self.identity.post is not None else ""
        return document(town, _SIGN_IN, self._other_ways(on), posted, forgotten, LOCKED_OUT)

    async def forgotten(self, request: Request) -> Response:
        """Ask for a reset by mail; what is said does not depend on whether there is an account."""
        viewer = await self.viewer(request)
        login = (await fields_of(request)).get("login", "")
        answer = await self.answer(request, viewer, documents.RESET, login=login)
        error = error_of(answer)
        said = error or paragraph(_ASKED, "done")
        page = self._page(await self.town(viewer), self._form(request, "", said))
        return html(page, 422 if error else 200)

    def _form(self, request: Request, login: str, error: str, on: str = "") -> str:
        safe = request.url.scheme == "https" or request.url.hostname in THIS_MACHINE
        if self.identity.cookies.secure and not safe:
            error += paragraph(_UNSAFE, "alert")
        return error + form(
            "/sign-in",
            _SIGN_IN,
            text_input(
                "login",
                LOGIN,
                autocomplete="username",
                maxlength="100",
                value=login,
            ),
            password_input("password", ("パスワード", "Password")),
            code_input(_CODE, required=False),
            **({NEXT: on} if on else {}),
        )

    def _other_ways(self, on: str) -> str:
        """Return the way to the identity provider: a link, as forms may not lead elsewhere."""
        href = escape(sign_in_for(on, PROVIDER_PATH))
        link = f'<p><a class="button" href="{href}">{both(_BY_PROVIDER)}</a></p>'
        return link if self.identity.has_provider else ""

    async def sign_out(self, request: Request) -> Response:
        """End the session, and leave nothing behind in the browser but what is asked to be kept."""
        viewer = await self.viewer(request)
        given = await fields_of(request) if "content-type" in request.headers else {}
        if viewer.door.session_id is not None:
            await self.answer(request, viewer, documents.SIGN_OUT)
        answer = to("/sign-in")
        if KEEP not in given:
            answer.headers["Clear-Site-Data"] = '"storage"'
            answer.headers.append("Set-Cookie", _LEFT)
        return answer

    async def link(self, request: Request) -> Response:
        """Show what a one-time link is for, or set the password that was given."""
        viewer = await self.viewer(request)
        secret = request.path_params["secret"]
        given = await fields_of(request) if request.method == "POST" else {}
        error = ""
        if given:
            answer = await self.answer(
                request, viewer, documents.ACCEPT, input=_acceptance(secret, given)
            )
            if answer["__typename"] == "SecondFactorNeeded":
                return to("/sign-in")
            if answer["__typename"] == "SignedIn":
                return self._welcome(await self.town(viewer), answer)
            error = error_of(answer)
        data = await self.ask(request, viewer, documents.LINK, secret=secret)
        return _link_page(await self.town(viewer), data["link"], secret, given, error)

    def _welcome(self, town: str, answer: dict[str, Any]) -> Response:
        if not answer["recoveryCodes"]:
            return to("/account")
        on = '<p><a href="/account">進む <span lang="en">Go on</span></a></p>'
        title = ("回復コード", "Recovery codes")
        return html(document(town, title, codes(answer["recoveryCodes"]), on))


def _acceptance(secret: str, given: dict[str, str]) -> dict[str, str]:
    typed = {"secret": secret, "password": given.get("password", "")}
    if given.get("code"):
        typed |= {"secondFactorSecret": given.get("factor", ""), "secondFactorCode": given["code"]}
    if "name" in given:
        typed |= {"name": given["name"], "staffNumber": given.get("number", "")}
    return typed


_OPTIONAL: Final = ("二要素認証（任意）", "Second factor (optional)")
_MAY: Final = (
    (
        "設定しないときは、下のコードを空のままにしてください。あとからアカウントのページでも設定できます。"
        "監査委員とシステム管理者は、設定するまで権限を使えません。"
    ),
    "Leave the code empty to go without; it can be set up later. Auditors and admins need it.",
)
_LINK_TITLES: Final = {
    "FIRST_ADMIN": ("最初の管理者の登録", "Register the first admin"),
    "INVITATION": ("パスワードの設定", "Set your password"),
    "RESET": ("パスワードの再設定", "Set another password"),
}


def _who(seen: dict[str, Any], given: dict[str, str]) -> list[str]:
    """Return the inputs for who it is: asked of the first admin, and told to password managers."""
    if seen["purpose"] != "FIRST_ADMIN":
        return [f'<input type="hidden" autocomplete="username" value="{escape(seen["login"])}">']
    name, number = given.get("name", ""), given.get("number", "")
    return [
        text_input("name", ("氏名", "Name"), maxlength="100", value=name),
        text_input("number", ("職員番号", "Staff number"), maxlength="50", value=number),
    ]


def _link_page(
    town: str, seen: dict[str, Any] | None, secret: str, given: dict[str, str], error: str
) -> Response:
    if seen is None:
        gone = (
            "このリンクは使えません。期限切れか、使用済みです。管理者に新しいリンクを依頼してください。",
            "This link does not work: it has expired or was used. Ask an admin for a new one.",
        )
        return html(document(town, ("リンク", "Link"), paragraph(gone, "alert")), 404)
    shortest, offered = seen["shortestPassword"], seen["secondFactorOffer"]
    shorter = ("、下の二要素認証を設定するなら8文字以上", ", or 8 with the second factor below")
    japanese, english = shorter if offered else ("", "")
    length = (
        f"パスワード（{shortest}文字以上{japanese}）",
        f"Password ({shortest} characters or more{english})",
    )
    kept, factor = {}, ""
    if offered:
        offered = again(offered, given.get("factor", ""))
        kept = {"factor": offered["secret"]}
        factor = section(_OPTIONAL, paragraph(_MAY), offer(offered), code_input(required=False))
    posted = form(
        LINK_PATH + secret,
        ("設定する", "Set"),
        *_who(seen, given),
        password_input("password", length, new=True),
        factor,
        **kept,
    )
    greeting = f"<p>{escape(seen['name'])}</p>" if seen["name"] else ""
    status = 422 if error else 200
    return html(document(town, _LINK_TITLES[seen["purpose"]], error, greeting, posted), status)
