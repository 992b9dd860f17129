"""`meguru account`: who can sign in, as the operator at the console."""

from uuid import UUID

from server.bounds import mailer_of
from server.cli.console import (
    OUT,
    applied_or_exit,
    local_url,
    person_of,
    settings_or_exit,
    table,
    town_of,
    with_database,
)
from server.identity.door import LINK_PATH
from server.logs import configure
from server.settings import Settings
from workflows.accounts.links import issue_link
from workflows.accounts.manage import (
    change_email,
    disable_account,
    enable_account,
    link_provider_subject,
)
from workflows.accounts.post import tell_owners
from workflows.ledger import Applied, Outcome
from workflows.records import Account, Person
from workflows.unit import Request


def show(town: str | None) -> None:
    """List everybody with their accounts."""

    async def work() -> tuple[list[Person], dict[UUID, Account]]:
        municipality = await town_of(town)
        accounts = {a.person_id: a for a in await Account.of(municipality.id)}
        return await Person.of(municipality.id).order_by("staff_number"), accounts

    people, accounts = with_database(work, settings_or_exit())
    rows = table("職員番号 / Number", "氏名 / Name", "ログイン名 / Login", "状態 / State")
    for person in people:
        account = accounts.get(person.id)
        login = account.login if account else "–"
        rows.add_row(person.staff_number, person.name, login, _state(account))
    OUT.print(rows)


def _state(account: Account | None) -> str:
    if account is None:
        return "アカウントなし / none"
    if account.disabled_at is not None:
        return "停止中 / disabled"
    password = "パスワード / password" if account.password_hash else "未設定 / not set"
    return password + ("、二要素 / second factor" if account.totp_secret else "")


def link(staff_number: str, town: str | None, *, clear_second_factor: bool) -> None:
    """Make a one-time link by which a person sets a password, and show it, once."""
    settings = settings_or_exit()

    async def work() -> str:
        request, person = await _asked("issueLink", staff_number, town)
        outcome, secret = await issue_link(
            request, person.id, clear_second_factor=clear_second_factor
        )
        applied_or_exit(outcome, "リンクを作れませんでした", "No link was made")
        await _tell(settings, outcome)
        OUT.print(f"{person.name} ({staff_number}):", markup=False)
        return secret

    secret = with_database(work, settings)
    OUT.print(f"{settings.public_url or local_url(settings)}{LINK_PATH}{secret}", markup=False)
    OUT.print(
        "本人だけに渡す。二度と表示されません / For the person alone; shown this once", style="dim"
    )


def set_email(staff_number: str, address: str | None, town: str | None) -> None:
    """Set where letters about an account go, or that there are none; the owner is told by mail."""
    settings = settings_or_exit()

    async def work() -> None:
        request, person = await _asked("changeEmail", staff_number, town)
        outcome, former = await change_email(request, person.id, address)
        applied_or_exit(outcome, "変更はありません", "Nothing was changed")
        await _tell(settings, outcome, former)

    with_database(work, settings)
    OUT.print("変更しました / Changed")


def switch(staff_number: str, town: str | None, *, enabled: bool) -> None:
    """Disable an account, or let it be used again."""

    async def work() -> None:
        request, person = await _asked(
            "enableAccount" if enabled else "disableAccount", staff_number, town
        )
        act = enable_account if enabled else disable_account
        applied_or_exit(await act(request, person.id), "変更はありません", "Nothing was changed")

    with_database(work, settings_or_exit())
    OUT.print("再開しました / Enabled" if enabled else "停止しました / Disabled")


def unbind(staff_number: str, town: str | None) -> None:
    """Have the identity provider's next word about the person's login bind their account anew."""

    async def work() -> None:
        request, person = await _asked("linkProviderSubject", staff_number, town)
        outcome = await link_provider_subject(request, person.id, None)
        applied_or_exit(outcome, "変更はありません", "Nothing was changed")

    with_database(work, settings_or_exit())
    OUT.print("解きました / Unbound")


async def _tell(settings: Settings, outcome: Outcome, former: str = "") -> None:
    """Tell the owner by mail, where mail is sent; whether that worked is logged."""
    mailer = mailer_of(settings)
    if mailer is not None and isinstance(outcome, Applied):
        configure(settings.log_format, settings.log_level)
        tell_owners(mailer, outcome.events, *([former] if former else []))
        await mailer.finish()


async def _asked(act: str, staff_number: str, town: str | None) -> tuple[Request, Person]:
    municipality = await town_of(town)
    person = await person_of(municipality.id, staff_number)
    return Request(municipality_id=municipality.id, act=act, at_console=True), person
