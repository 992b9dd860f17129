"""Letters, handed to a real mail server: well, and wherever that can fail."""

import asyncio
import datetime as dt
import io
import socket
import time
from collections.abc import AsyncIterator, Callable, Iterator
from email.utils import parsedate_to_datetime
from pathlib import Path
from urllib.parse import quote

import pytest

from server.letters import message_of
from server.mail import AT_ONCE, WAITING, Mailer
from server.settings_mail import smtp_server_of
from tests.postbox import FROM, SECRET, USER, Postbox, free_port, postbox
from tests.server.oidc.test_provider_down import certificate
from tests.workflows.accounts.test_secrets import logged
from workflows.accounts.post import LinkLetter, Notice, NoticeLetter
from workflows.records import LinkPurpose

URL = "https://dx.town.example.jp/link/sYq-0_secretSECRETsecret"
TO = "yamada@town.example.jp"
MOMENT = dt.datetime(2026, 4, 1, 0, 30, tzinfo=dt.UTC)
LINK = LinkLetter(
    address=TO,
    name="山田 太郎",
    town="階上町",
    purpose=LinkPurpose.RESET,
    url=URL,
    expires_at=MOMENT,
)
NOTICE = NoticeLetter(
    address=TO, name="山田 太郎", town="階上町", notice=Notice.EMAIL_CHANGED, happened_at=MOMENT
)


@pytest.fixture
async def trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Path]:
    """Give a certificate that is trusted."""
    path = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    yield path
    await asyncio.sleep(0.1)  # the loop sees that the mail server, which has stopped, hung up


@pytest.fixture
async def box(trusted: Path) -> AsyncIterator[Postbox]:
    """Run a mail server that insists on STARTTLS and a password."""
    with postbox(trusted) as running:
        yield running


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Give what is logged meanwhile, at its most talkative."""
    with logged() as stream:
        yield stream


def mailer(port: int, *, password: str = SECRET, scheme: str = "smtp", more: str = "") -> Mailer:
    """Return what sends to this machine."""
    user = f"{USER}:{quote(password, safe='')}@" if password else ""
    server = smtp_server_of(f"{scheme}://{user}127.0.0.1:{port}{more}")
    return Mailer(server=server, sender=FROM)


async def test_a_link_is_handed_over(box: Postbox) -> None:
    """Encrypted, by who is known, with everything that a letter from a program should have."""
    assert await mailer(box.port).send(LINK)
    assert box.envelopes == [(FROM, [TO])]
    assert box.sessions == [(True, True)]
    (letter,) = box.letters
    assert letter["Subject"] == "【めぐる】パスワードの再設定 / Set another password"
    assert letter["From"] == f"めぐる <{FROM}>"
    assert letter["To"] == TO
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["Message-ID"].endswith("@town.example.jp>")
    sent = parsedate_to_datetime(letter["Date"])
    assert abs(sent - dt.datetime.now(dt.UTC)) < dt.timedelta(minutes=1)
    assert letter.get_content_type() == "text/plain"
    assert letter.get_content_charset() == "utf-8"
    text = letter.get_content().replace("\r\n", "\n")
    japanese, _, english = text.partition("\n----\n")
    assert japanese.startswith("山田 太郎 様\n\n階上町の「めぐる」です。")
    assert "2026-04-01 09:30 まで" in japanese
    assert URL in japanese.splitlines()
    assert "works once, until\n2026-04-01 09:30 (Japan time)" in english
    assert box.handed[0].isascii()
    assert max(map(len, box.handed[0].splitlines())) <= 78


@pytest.mark.parametrize("notice", Notice)
def test_a_notice_has_no_link(notice: Notice) -> None:
    """Nobody learns to follow links in letters about their password."""
    letter = NoticeLetter(
        address=TO, name="山田 太郎", town="階上町", notice=notice, happened_at=MOMENT
    )
    message = message_of(letter, FROM)
    assert "/" not in message.get_content()
    assert "2026-04-01 09:30" in message.get_content()
    assert "管理者に連絡" in message.get_content()
    assert message["Subject"].startswith("【めぐる】")
    assert not message["Subject"].isascii()


async def test_no_header_can_be_put_in(box: Postbox) -> None:
    """Names go into the text only; an address with a line break makes no message."""
    odd = NoticeLetter(
        address=TO,
        name="山田\r\nBcc: evil@example.com",
        town="階上町\nX-Evil: 1",
        notice=Notice.PASSWORD_SET,
        happened_at=MOMENT,
    )
    assert await mailer(box.port).send(odd)
    (letter,) = box.letters
    assert set(letter) == {
        *("Subject", "From", "To", "Date", "Message-ID", "Auto-Submitted"),
        *("Content-Type", "Content-Transfer-Encoding", "MIME-Version"),
    }
    assert box.envelopes == [(FROM, [TO])]
    for address in ("a@b.example\r\nBcc: c@d.example", "a@b.example, c@d.example", "a@b\n.example"):
        broken = NoticeLetter(
            address=address, name="x", town="y", notice=Notice.PASSWORD_SET, happened_at=MOMENT
        )
        with pytest.raises(ValueError):  # noqa: PT011 - each part of the library has its own
            message_of(broken, FROM)


async def test_encrypted_from_the_start(trusted: Path) -> None:
    """With smtps://."""
    with postbox(trusted, tls="smtps", auth=False) as box:
        assert await mailer(box.port, password="", scheme="smtps").send(NOTICE)
        assert box.sessions == [(True, False)]


async def test_nothing_is_said_in_the_clear(trusted: Path, log: io.StringIO) -> None:
    """Unless that is set, for a relay of the own network."""
    with postbox(trusted, tls="none", auth=False) as box:
        assert not await mailer(box.port, password="").send(LINK)
        assert box.handed == []
        assert '"event":"mail.failed"' in log.getvalue()
        assert await mailer(box.port, password="", more="?starttls=no").send(LINK)
        assert box.sessions == [(False, False)]


async def test_a_certificate_that_nobody_trusts(
    box: Postbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is sent to whoever sits in between."""
    monkeypatch.delenv("SSL_CERT_FILE")
    assert not await mailer(box.port).send(LINK)
    assert box.handed == []


async def test_a_wrong_password(box: Postbox, log: io.StringIO) -> None:
    """The log says what the server said, and not the password."""
    assert not await mailer(box.port, password="wrong-password-1").send(LINK)  # noqa: S106 - of tests
    told = log.getvalue()
    assert "535 " in told
    assert "SMTPAuthenticationError" in told
    assert "wrong-password-1" not in told


async def test_a_recipient_that_is_refused(box: Postbox, log: io.StringIO) -> None:
    """What the server said is in the log; the address is not."""
    box.refused[TO] = f"550 5.1.1 <{TO}>: unknown\t\x1b[31muser"
    assert not await mailer(box.port).send(LINK)
    told = log.getvalue()
    assert "550 5.1.1 <y***@town.example.jp>: unknown" in told
    assert TO not in told
    assert "\\u001b" not in told


async def test_a_server_that_quotes_the_letter(box: Postbox, log: io.StringIO) -> None:
    """Filters name the link that they object to; its secret is in no line of the log."""
    box.answer = "554 5.7.1 {to}: blocked https://dx.town.example.jp/link/{link}"
    assert not await mailer(box.port).send(LINK)
    told = log.getvalue()
    assert "554 5.7.1 y***@town.example.jp: blocked" in told
    assert URL.rpartition("/")[2] not in told


async def test_a_server_that_is_down(log: io.StringIO) -> None:
    """It is told at once."""
    began = time.monotonic()
    assert not await mailer(free_port()).send(LINK)
    assert time.monotonic() - began < 2
    assert '"event":"mail.failed"' in log.getvalue()


async def test_a_server_that_says_nothing() -> None:
    """Who waits is told in time, however many letters wait as well."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        post = mailer(silent.getsockname()[1])
        post.seconds_waited_for = 0.5
        for _ in range(AT_ONCE + 1):
            post.begin(post.send(NOTICE))
        await asyncio.sleep(0.05)
        began = time.monotonic()
        assert not await post.send(LINK, waited_for=True)
        assert 0.4 < time.monotonic() - began < 2
        for task in set(post._running):  # noqa: SLF001 - nobody else waits ten seconds
            task.cancel()
        await post.finish()


async def test_work_in_the_background(log: io.StringIO) -> None:
    """It is waited for at a stop; what fails is logged, and what is too much is not begun."""
    post, done = mailer(free_port()), list[int]()

    async def work(number: int) -> None:
        await asyncio.sleep(0.01)
        if number == 0:
            raise RuntimeError("a bug")
        done.append(number)

    for number in range(WAITING + 3):
        post.begin(work(number))
    await post.finish()
    assert sorted(done) == list(range(1, WAITING))
    told = log.getvalue()
    assert told.count("mail.given_up") == 3
    assert told.count("mail.work_failed") == 1


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("smtp://mail.example", "smtp://mail.example:587"),
        ("smtps://mail.example/", "smtps://mail.example:465"),
        ("smtp://mail.example?starttls=no", "smtp://mail.example:25?starttls=no"),
        ("smtp://u:hunter2@mail.example:2525", "smtp://u:••••@mail.example:2525"),
        ("smtp://u%40x:h%2Funter%23@[::1]:25", "smtp://u@x:••••@[::1]:25"),
        ("smtp://u:p@127.0.0.1?starttls=no", "smtp://u:••••@127.0.0.1:25?starttls=no"),
    ],
)
def test_servers_that_can_be_set(url: str, shown: str, settings_of: Callable[..., str]) -> None:
    """With their usual ports; the password is shown nowhere."""
    assert settings_of(url) == shown


@pytest.fixture
def settings_of(monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """Return how `meguru settings` shows a mail server."""
    from server.cli.settings import shown as shown_setting  # noqa: PLC0415 - the command line's
    from server.settings import read_settings  # noqa: PLC0415 - likewise

    def read(url: str) -> str:
        monkeypatch.setenv("MEGURU_SMTP_URL", url)
        monkeypatch.setenv("MEGURU_MAIL_FROM", FROM)
        monkeypatch.setenv("MEGURU_PUBLIC_URL", "https://dx.example")
        settings = read_settings()
        assert "hunter2" not in repr(settings)
        assert settings.smtp_server is not None
        assert "hunter2" not in repr(settings.smtp_server)
        return shown_setting(settings, "smtp_url")

    return read
