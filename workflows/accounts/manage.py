"""What admins do to accounts, and the operator at the console."""

from uuid import UUID

from workflows.accounts.addresses import cleaned_email
from workflows.accounts.links import authorise_for, end_links
from workflows.accounts.logins import account_for, folded, is_possible, is_subject, save
from workflows.accounts.sessions import revoke_sessions
from workflows.accounts.tokens import revoke_tokens
from workflows.authority import ROLES, Act, Capacity
from workflows.blockers import BlockerCode
from workflows.ledger import Applied, Outcome, perform
from workflows.records import Account, EventKind, Person
from workflows.refusals import NotFound, Refuse, blocked
from workflows.stages import Role
from workflows.unit import Request, Unit
from workflows.values import invalid


async def account_of(municipality_id: UUID, person_id: UUID) -> Account | None:
    """Return a person's account, if there is one."""
    return await Account.of(municipality_id).get_or_none(person_id=person_id)


async def disable_account(request: Request, person_id: UUID) -> Outcome:
    """Disable an account, not the own one: its sessions and links end, its tokens are revoked.

    Where the person has no account yet, one is made, so that nothing can open it.
    """

    async def decide(unit: Unit) -> None:
        capacity, account = await _account(unit, person_id)
        if unit.request.actor_id == person_id:
            raise invalid(
                "person",
                "自分のアカウントは停止できません。ほかの管理者に頼んでください。",
                "Nobody disables their own account. Ask another admin.",
            )
        if account.disabled_at is not None:
            raise _no_change()
        account.disabled_at = unit.now
        await save(unit, account, "disabled_at")
        _draft_change(unit, account, "DISABLED", capacity)
        await end_links(unit, person_id)
        await revoke_sessions(unit, person_id, capacity=capacity)
        await revoke_tokens(unit, person_id, capacity)

    return await perform(request, decide)


async def enable_account(request: Request, person_id: UUID) -> Outcome:
    """Let a disabled account be used again."""

    async def decide(unit: Unit) -> None:
        capacity, account = await _account(unit, person_id)
        if account.disabled_at is None:
            raise _no_change()
        account.disabled_at = None
        await save(unit, account, "disabled_at")
        _draft_change(unit, account, "ENABLED", capacity)

    return await perform(request, decide)


async def change_login(request: Request, person_id: UUID, login: str) -> Outcome:
    """Change what the person types to sign in; it is folded (NFKC, lower case)."""
    new = folded(login)

    async def decide(unit: Unit) -> None:
        capacity, account = await _account(unit, person_id)
        if not is_possible(new):
            raise invalid(
                "login",
                "ログイン名は、空白を除いて1文字以上100文字以内にしてください。",
                "A login has 1 to 100 characters, spaces apart.",
            )
        if account.login == new:
            raise _no_change()
        others = Account.of(unit.municipality_id).filter(login=new)
        if await others.exists():
            raise invalid(
                "login",
                "このログイン名は、ほかの職員が使っています。",
                "Somebody else has that login.",
            )
        account.login = new
        await save(unit, account, "login")
        _draft_change(unit, account, "LOGIN", capacity)

    return await perform(request, decide)


async def change_email(request: Request, person_id: UUID, email: str | None) -> tuple[Outcome, str]:
    """Set where letters about an account go, or that there are none (None or empty).

    One's own only by a session, as links to it. Returns the address until then, "" for none. The
    entry tells that it changed, and no address.
    """
    former = ""

    async def decide(unit: Unit) -> None:
        nonlocal former
        _ = authorise_for(unit, person_id)
        capacity, account = await _account(unit, person_id)
        new = cleaned_email(email) if email else None
        if account.email == new:
            raise _no_change()
        former, account.email = account.email or "", new
        await save(unit, account, "email")
        _draft_change(unit, account, "EMAIL", capacity)

    outcome = await perform(request, decide)
    return outcome, former if isinstance(outcome, Applied) else ""


async def link_provider_subject(request: Request, person_id: UUID, subject: str | None) -> Outcome:
    """Set who the person is to the identity provider, or unset it (None)."""

    async def decide(unit: Unit) -> None:
        capacity, account = await _account(unit, person_id)
        if subject is not None and not is_subject(subject):
            raise invalid(
                "subject",
                "認証基盤の識別子(sub)は、1文字以上255文字以内にしてください。",
                "The provider's subject has 1 to 255 printable characters.",
            )
        if account.provider_subject == subject:
            raise _no_change()
        others = Account.of(unit.municipality_id).filter(provider_subject=subject)
        if subject is not None and await others.exists():
            raise invalid(
                "subject",
                "この識別子(sub)は、ほかの職員のものです。",
                "Somebody else has that subject.",
            )
        account.provider_subject = subject
        await save(unit, account, "provider_subject")
        _draft_change(unit, account, "PROVIDER", capacity)

    return await perform(request, decide)


async def _account(unit: Unit, person_id: UUID) -> tuple[Capacity | None, Account]:
    """Return in which capacity an account is managed, and the account, made where there is none."""
    capacity = unit.authorise(ROLES[Act.MANAGE_ACCOUNTS])
    person = await Person.of(unit.municipality_id).get_or_none(id=person_id)
    if person is None:
        raise Refuse(NotFound("person"))
    return capacity, await account_for(unit, person)


def _no_change() -> Refuse:
    return Refuse(blocked(BlockerCode.NO_CHANGE, "person", by=(Role.ADMIN,)))


def _draft_change(unit: Unit, account: Account, what: str, capacity: Capacity | None) -> None:
    draft = unit.draft(EventKind.ACCOUNT_CHANGED, capacity=capacity)
    draft.details = {"person": str(account.person_id), "what": what}
