"""Links and notices by mail, from the pages and the API of a real server to a real mail server."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from tests.postbox import FROM, SECRET, USER, Postbox, postbox
from tests.server.browsing import PASSWORD, Browser
from tests.server.oidc.test_provider_down import certificate
from tests.server.processes import Served, run, served
from tests.server.test_account_api import FrontEnd, bodies, entered
from tests.server.test_account_pages import said

ADDRESS, OTHER = "yamada@town.example.jp", "taro@other.example.jp"
SITE = "https://dx.town.example.jp"
ISSUE = """mutation ($person: ID!, $mail: Boolean!) { issueLink(person: $person, mail: $mail) {
  __typename ... on LinkIssued { url mailedTo } ... on UserError { code path message(lang: EN) } } }"""
EMAIL = """mutation ($person: ID!, $email: String) {
  changeEmail(input: { person: $person, email: $email }) {
    __typename ... on UserError { code path } } }"""
RESET = """mutation ($login: String!) { requestReset(login: $login) {
  __typename ... on SlowedDown { retryAfterSeconds } ... on UserError { code path } } }"""


def settings_for(box: Postbox, url: str) -> dict[str, str]:
    """Return the settings of a server that sends mail, where passwords alone are enough."""
    return {
        "DATABASE_URL": url,
        "MEGURU_SMTP_URL": f"smtp://{USER}:{quote(SECRET, safe='')}@127.0.0.1:{box.port}",
        "MEGURU_MAIL_FROM": FROM,
        "MEGURU_PUBLIC_URL": SITE,
        "MEGURU_SECOND_FACTOR_ROLES": "",
        "SSL_CERT_FILE": str(box.certificate),
    }


@pytest.fixture
def box(tmp_path: Path) -> Iterator[Postbox]:
    """Run a mail server."""
    with postbox(certificate(tmp_path)) as opened:
        yield opened


@pytest.fixture
def running(own_town: str, tmp_path: Path, box: Postbox) -> Iterator[Served]:
    """Serve the town, with mail."""
    with served(tmp_path, **settings_for(box, own_town)) as server:
        yield server


def person(front: FrontEnd, who: str) -> str:
    """Return somebody's id."""
    people: list[dict[str, Any]] = front.do("{ people { id staffNumber } }")
    return next(str(p["id"]) for p in people if p["staffNumber"] == who)


def link_in(text: str) -> str:
    """Return the path of the link in a letter."""
    (path,) = re.findall(rf"{SITE}(/link/[\w-]+)", text)
    return str(path)


def test_from_an_invitation_to_a_forgotten_password(
    running: Served, own_town: str, box: Postbox
) -> None:
    """An admin has a link mailed on the page; later its owner asks for one, and is told of it all."""
    admin = entered(running, own_town, "admin")
    who = person(admin, "lead")
    assert said(admin.post("/accounts", do="email", id=who, email=ADDRESS)) == ["変更しました。"]
    (told,) = box.wait_for(1)
    assert (told["To"], "メールアドレスが変更されました" in told["Subject"]) == (ADDRESS, True)
    page = admin.post("/accounts", do="mail", id=who)
    assert "y***@town.example.jp に送りました" in said(page)[0]
    invitation = link_in(box.wait_for(2)[1].get_content())
    assert invitation not in page.text
    lead = Browser(running.url)
    assert lead.post(invitation, password=PASSWORD).headers["Location"] == "/account"
    assert "パスワードが設定されました" in box.wait_for(3)[2]["Subject"]
    forgetful = Browser(running.url)
    assert "パスワードを忘れたとき" in forgetful.get("/sign-in").text
    unknown = forgetful.post("/forgotten", login="nobody-of-that-name")
    known = forgetful.post("/forgotten", login="ＬＥＡＤ")
    assert known.text == unknown.text
    assert (known.status_code, "受け付けました" in said(known)[0]) == (200, True)
    reset = link_in(box.wait_for(4)[3].get_content())
    answer = forgetful.post(reset, password=f"{PASSWORD}二")
    assert answer.headers["Location"] == "/account"
    assert lead.get("/account").headers["Location"] == "/sign-in?next=/account"
    box.wait_for(5)
    assert box.sessions == [(True, True)] * 5
    running.stop()
    log, record = running.log.read_text("utf-8"), bodies(own_town)
    assert log.count('"event":"mail.sent"') == 5
    for secret in (invitation[6:], reset[6:], ADDRESS, "%2Fw", SECRET, "nobody-of-that-name"):
        assert secret not in log
        assert secret not in record
    assert record.count('"kind":"LINK_ISSUED"') == 4  # with the first admin's and the admin's own


def test_the_host_that_is_asked_for_gets_into_no_letter(
    running: Served, own_town: str, box: Postbox
) -> None:
    """Whoever asks for a reset of somebody else's chooses the header, and not where the link leads."""
    admin = entered(running, own_town, "admin")
    assert admin.do(EMAIL, person=person(admin, "admin"), email=ADDRESS)["__typename"] == (
        "AccountChanged"
    )
    evil = {"Host": "evil.example", "X-Forwarded-Host": "evil.example"}
    asked = {"query": RESET, "variables": {"login": "admin"}}
    answer = httpx.post(f"{running.url}graphql", json=asked, headers=evil)
    assert answer.json()["data"]["requestReset"] == {"__typename": "ResetRequested"}
    letter = box.wait_for(2)[1]
    assert "evil" not in letter.get_content()
    assert link_in(letter.get_content())


def test_a_letter_that_is_refused(running: Served, own_town: str, box: Postbox) -> None:
    """The admin is told, the link has ended, and what the server said is in the log only."""
    admin = entered(running, own_town, "admin")
    who = person(admin, "lead")
    missing = admin.do(ISSUE, person=who, mail=True)
    assert (missing["__typename"], missing["path"]) == ("InvalidInput", ["person"])
    wrong = admin.do(EMAIL, person=who, email="a@b.example\r\nBcc: x@y.example")
    assert (wrong["__typename"], wrong["path"]) == ("InvalidInput", ["email"])
    box.refused[ADDRESS] = "550 5.1.1 mailbox-is-full-of-flowers"
    admin.do(EMAIL, person=who, email=ADDRESS)
    failed = admin.do(ISSUE, person=who, mail=True)
    assert (failed["__typename"], failed["code"]) == ("MailFailed", "MAIL_FAILED")
    assert "flowers" not in failed["message"]
    assert "flowers" in running.line(event="mail.failed", letter="LinkLetter")["answer"]
    shown = admin.do(ISSUE, person=who, mail=False)
    assert shown["mailedTo"] is None
    assert shown["url"].startswith(f"{SITE}/link/")
    assert box.handed == []
    box.refused.clear()
    mailed = admin.do(ISSUE, person=who, mail=True)
    assert mailed == {
        "__typename": "LinkIssued",
        "url": None,
        "mailedTo": "y***@town.example.jp",
    }
    lead = FrontEnd(running.url)
    assert lead.do(ISSUE, person=who, mail=True)["__typename"] == "NotSignedIn"


def test_asking_too_often(running: Served) -> None:
    """It is said for how long to wait, on the page too; whoever is at the door may ask."""
    front = FrontEnd(running.url)
    answers = [front.do(RESET, login="lead") for _ in range(6)]
    assert [a["__typename"] for a in answers] == [*["ResetRequested"] * 5, "SlowedDown"]
    assert 25 <= answers[5]["retryAfterSeconds"] <= 30
    page = front.post("/forgotten", login="lead")
    assert page.status_code == 422
    assert "受け付けました" not in page.text


def test_without_mail_it_is_as_it_was(own_town: str, tmp_path: Path) -> None:
    """Nothing on the pages, and whoever asks is told what to do; addresses can be set before."""
    settings = {"MEGURU_SECOND_FACTOR_ROLES": "", "MEGURU_PUBLIC_READING": "false"}
    with served(tmp_path, DATABASE_URL=own_town, **settings) as server:
        admin = entered(server, own_town, "admin")
        who = person(admin, "lead")
        assert admin.do(EMAIL, person=who, email=ADDRESS)["__typename"] == "AccountChanged"
        answer = admin.do(ISSUE, person=who, mail=True)
        assert (answer["__typename"], answer["path"]) == ("InvalidInput", ["mail"])
        assert "hands the link over" in answer["message"]
        assert "メールで送る" not in admin.get("/accounts").text
        nobody = FrontEnd(server.url)
        assert nobody.do(RESET, login="lead")["__typename"] == "InvalidInput"
        assert "/forgotten" not in nobody.get("/sign-in").text


def test_on_the_command_line(own_town: str, tmp_path: Path, box: Postbox) -> None:
    """An operator sets and removes addresses; the owner is told, and the password is not shown."""
    settings = settings_for(box, own_town)
    for typed, code in (
        ((ADDRESS,), 0),
        (("a@b@c",), 2),
        ((), 2),
        ((OTHER, "--remove"), 2),
        ((OTHER,), 0),
        (("--remove",), 0),
    ):
        done = run("account", "email", "lead", *typed, cwd=tmp_path, **settings)
        assert done.returncode == code, (typed, done.stderr)
    assert [letter["To"] for letter in box.letters] == [ADDRESS, OTHER, ADDRESS, OTHER]
    shown = run("settings", cwd=tmp_path, **settings)
    assert f"MEGURU_SMTP_URL=smtp://{USER}:••••@127.0.0.1:{box.port}" in shown.stdout
    assert quote(SECRET, safe="") not in shown.stdout
    assert SECRET not in shown.stdout
