"""The pages of accounts, without JavaScript, against a real server: as a browser would use them."""

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from server.pages.onward import home
from tests.server.browsing import LINK, PASSWORD, SHORT, Browser, become_first_admin, links_of
from tests.server.processes import Served, run, served

BACK = "/sign-in?next=/account"
_SAID = re.compile(r'class="(?:alert|done)">([^<]*)')


def said(answer: httpx.Response) -> list[str]:
    """Return what a page says about the last deed."""
    return [text.strip() for text in _SAID.findall(answer.text)]


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Served]:
    """Serve a new installation, in which nobody is registered."""
    with served(tmp_path) as running:
        yield running


def test_the_first_admin_comes_in_by_the_link_that_is_printed(empty: Served) -> None:
    """Nobody has a default password; the link works once, and its secret is in no log."""
    (link,) = links_of(empty)
    browser = Browser(empty.url)
    page = browser.get(link)
    assert page.status_code == 200
    assert page.headers["Cache-Control"] == "no-store"
    assert "form-action 'self'" in page.headers["Content-Security-Policy"]
    factor = re.findall(r'name="factor" value="(\w+)"', page.text)[0]
    who = {"name": "管理 花子", "number": "A001", "factor": factor}
    refused = browser.post(link, **who, password="short", code="")  # noqa: S106 - refused
    assert refused.status_code == 422
    assert "15文字以上" in said(refused)[0]
    assert 'value="管理 花子"' in refused.text  # nothing typed is lost
    wrong = browser.post(link, **who, password=PASSWORD, code="000000")
    assert "コードが違います" in said(wrong)[0]
    assert factor in wrong.text  # the app has it already
    assert 'class="qr"' in wrong.text
    browser, _, _ = become_first_admin(empty)
    viewer = browser.ask("{ viewer { appointments { role } secondFactorMissingFor } }")["viewer"]
    assert viewer == {"appointments": [{"role": "ADMIN"}], "secondFactorMissingFor": []}
    gone = browser.get(link)
    assert gone.status_code == 404
    assert "このリンクは使えません" in said(gone)[0]
    secret = link.rpartition("/")[2]
    assert empty.line(path="/link/…")
    assert secret not in empty.log.read_text("utf-8")


def test_the_link_is_printed_until_an_admin_can_sign_in(tmp_path: Path) -> None:
    """Each start prints a new one, and the earlier one ends."""
    with served(tmp_path) as first:
        (earlier,) = links_of(first)
    with served(tmp_path) as second:
        (link,) = links_of(second)
        assert link.rpartition("/")[2] != earlier.rpartition("/")[2]
        old = second.url + "link/" + earlier.rpartition("/")[2]
        assert httpx.get(old).status_code == 404
        become_first_admin(second)
    with served(tmp_path) as third:
        assert links_of(third) == []


def test_signing_in_and_out(empty: Served) -> None:
    """The cookie is HttpOnly, Lax and this host's; a wrong login and a wrong password look alike."""
    admin, factor, codes = become_first_admin(empty)
    admin.post("/sign-out")
    browser = Browser(empty.url)
    nobody = browser.post("/sign-in", login="nobody", password=SHORT)
    wrong = browser.post("/sign-in", login="a001", password="wrong")  # noqa: S106 - refused
    assert (nobody.status_code, wrong.status_code) == (422, 422)
    assert said(nobody) == said(wrong) != []
    assert nobody.text.replace("nobody", "a001") == wrong.text
    needed = browser.post("/sign-in", login="a001", password=SHORT)
    assert "6桁のコード" in said(needed)[0]
    entered = browser.post("/sign-in", login="Ａ００１", password=SHORT, code=codes[0])
    assert (entered.status_code, entered.headers["Location"]) == (303, home())
    cookie = entered.headers["Set-Cookie"]
    assert cookie.startswith("__Host-meguru=meguru_s_")
    assert cookie.endswith("; Path=/; HttpOnly; SameSite=Lax; Secure")
    assert "管理 花子" in browser.get("/").text
    first = browser.cookie
    assert browser.post("/sign-in", login="a001", password=SHORT, code=codes[1]).status_code == 303
    kept, browser.cookie = browser.cookie, first
    assert browser.get("/account").headers["Location"] == BACK  # another took its place
    browser.cookie = kept
    browser.post("/sign-out")
    browser.cookie = kept
    assert browser.get("/account").headers["Location"] == BACK
    replayed = browser.post("/sign-in", login="a001", password=SHORT, code=codes[0])
    assert replayed.status_code == 422
    assert factor not in empty.log.read_text("utf-8")
    assert SHORT not in empty.log.read_text("utf-8")


def test_an_ended_session_is_told_apart_from_nobody(empty: Served) -> None:
    """The API answers 401 SESSION_ENDED and takes the cookie away; pages show what is public."""
    browser, _, _ = become_first_admin(empty)
    kept = browser.cookie
    browser.post("/sign-out")
    browser.cookie = kept
    answer = browser.send("POST", "/graphql", json={"query": "{ viewer { person { name } } }"})
    assert answer.status_code == 401
    assert answer.json()["errors"][0]["extensions"]["code"] == "SESSION_ENDED"
    assert "Max-Age=0" in answer.headers["Set-Cookie"]
    page = browser.get("/")
    assert page.status_code == 200
    assert "サインイン" in page.text


def test_a_person_is_invited_and_sets_a_password(empty: Served, tmp_path: Path) -> None:
    """An admin makes a link on the page; a lead has no business there."""
    admin, _, _ = become_first_admin(empty)
    added = run(
        "people", "add", "山田 太郎", "L1", "--role", "LEAD", "--department", "税務課", cwd=tmp_path
    )
    assert added.returncode == 0
    page = admin.get("/accounts")
    (person,) = re.findall(r"<td>L1</td>.*?name=\"id\" value=\"(per_\w+)\"", page.text, re.DOTALL)
    made = admin.post("/accounts", do="link", id=person)
    (link,) = LINK.findall(made.text)
    lead = Browser(empty.url)
    assert "山田 太郎" in lead.get(link).text
    entered = lead.post(link, password=PASSWORD, factor="", code="")
    assert entered.headers["Location"] == "/account"
    refused = lead.post("/accounts", do="disable", id=person)
    assert "権限がありません" in said(refused)[0]
    assert lead.get("/accounts").status_code == 403
    assert "per_" not in lead.get("/accounts").text
    shown = lead.get("/account").text
    assert "課長・グループリーダー 税務課" in shown
    assert "/accounts" not in shown
    assert admin.post("/accounts", do="disable", id=person).status_code == 200
    assert lead.get("/account").headers["Location"] == BACK
    assert lead.post("/sign-in", login="l1", password=PASSWORD).status_code == 422


def test_the_account_page_does_what_its_forms_say(empty: Served) -> None:
    """Tokens are shown once and work; other sessions end; the password changes."""
    admin, _, codes = become_first_admin(empty)
    made = admin.post("/account", do="create", name="集計", days="30", **{"scope-ADMIN": "1"})
    (secret,) = re.findall(r"<code>(meguru_[\w-]+)</code>", made.text)
    assert secret not in admin.get("/account").text
    asked = empty.ask("{ viewer { person { name } tokens { name scopes } } }", secret).json()
    assert asked["data"]["viewer"]["tokens"] == [{"name": "集計", "scopes": ["ADMIN", "READ"]}]
    for days in ("366", "0", "-1", "x", "9" * 40):
        assert "有効期間" in said(admin.post("/account", do="create", name="集計", days=days))[0]
    other = Browser(empty.url)
    entered = other.post("/sign-in", login="a001", password=SHORT, code=codes[0])
    assert entered.status_code == 303
    changed = admin.post("/account", do="password", password=SHORT, new=PASSWORD)
    assert said(changed) == ["変更しました。"]
    assert other.get("/account").headers["Location"] == BACK
    assert admin.get("/account").status_code == 200
    (token,) = re.findall(r'value="(tok_\w+)"', admin.get("/account").text)
    admin.post("/account", do="token", id=token)
    assert empty.ask("{ viewer { person { name } } }", secret).status_code == 401
    assert admin.post("/account", do="nothing").status_code == 200


def test_other_sites_cannot_send_the_forms(empty: Served) -> None:
    """Whatever a browser tells of where a form comes from."""
    browser, _, _ = become_first_admin(empty)
    for headers in (
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "", "Origin": "https://evil.example"},
        {"Sec-Fetch-Site": "", "Origin": "null"},
    ):
        answer = browser.send("POST", "/sign-out", headers=headers)
        assert answer.status_code == 403, headers
    assert browser.get("/account").status_code == 200


def test_where_nothing_is_published_only_the_way_in_is_open(tmp_path: Path) -> None:
    """Anonymous requests are refused as a whole, through fragments as well."""
    with served(tmp_path, MEGURU_PUBLIC_READING="false") as server:
        home = httpx.get(server.url)
        assert (home.status_code, home.headers["Location"]) == (303, "/sign-in")
        assert httpx.get(f"{server.url}sign-in").status_code == 200
        for query in (
            "{ plan { title } }",
            "{ viewer { person { name } } ...F } fragment F on Query { ... { departments { name } } }",
            "{ history { totalCount } }",
            '{ node(id: "x") { id } }',
        ):
            answer = server.ask(query)
            assert answer.status_code == 401, query
            assert answer.json()["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
        assert server.ask("{ viewer { person { name } } }").json()["data"] == {"viewer": None}
        browser, _, _ = become_first_admin(server)
        assert browser.ask("{ plan { title } }")


def test_a_form_that_is_none_is_refused(empty: Served) -> None:
    """With a page that says so, not an error of the server."""
    url = f"{empty.url}sign-in"
    same = {"Sec-Fetch-Site": "same-origin"}
    assert httpx.post(url, json={}, headers=same).status_code == 415
    large = httpx.post(url, data={"login": "x" * 20_000}, headers=same)
    assert large.status_code == 413
    odd = httpx.post(
        url,
        content=b"login=%FF%00%ED%A0%80&password=%00&code=%F0",
        headers={**same, "Content-Type": "application/x-www-form-urlencoded"},
    )
    assert odd.status_code == 422
