"""Logins as they are compared, addresses as they are counted, and the accounts they belong to."""

import unicodedata
from ipaddress import IPv6Address, ip_address, ip_network
from itertools import count
from typing import Final
from uuid import UUID

from workflows.folding import fold
from workflows.records import Account, Person
from workflows.unit import Unit

MAX_LOGIN: Final = 100
MAX_SUBJECT: Final = 255
_MAX_TYPED: Final = 4 * MAX_LOGIN
_MAX_ADDRESS: Final = 64
_MAX_USER_AGENT: Final = 200
_UNWRITABLE: Final = frozenset({"Cc", "Cs", "Co", "Cn"})


def folded(login: str) -> str:
    """Return a login as it is compared: width, case, kana and spaces make no difference."""
    seen = (c for c in login[:_MAX_TYPED] if unicodedata.category(c) != "Cf")
    return fold("".join(seen))


def is_possible(login: str) -> bool:
    """Return whether a folded login can be anybody's; the database is not asked for others."""
    return 0 < len(login) <= MAX_LOGIN and _is_writable(login)


def is_subject(subject: str) -> bool:
    """Return whether it can be an identity provider's id of a person (OpenID Connect's `sub`)."""
    return 0 < len(subject) <= MAX_SUBJECT and subject.isprintable()


def network_of(address: str) -> str:
    """Return whom an address is counted as: an IPv4 address, or the /64 that a line is given."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return cleaned_address(address)
    if isinstance(parsed, IPv6Address):
        if parsed.ipv4_mapped is not None:
            return str(parsed.ipv4_mapped)
        return str(ip_network((parsed.packed[:8] + bytes(8), 64)))
    return str(parsed)


def cleaned_address(address: str) -> str:
    """Return an address as it is kept."""
    return _cleaned(address, _MAX_ADDRESS)


def cleaned_user_agent(user_agent: str) -> str:
    """Return what a browser says of itself, as it is kept."""
    return _cleaned(user_agent, _MAX_USER_AGENT)


async def account_by_login(municipality_id: UUID, login: str) -> Account | None:
    """Return the account with a folded login."""
    if not is_possible(login):
        return None
    return await Account.of(municipality_id).get_or_none(login=login)


async def person_by_number(municipality_id: UUID, login: str) -> Person | None:
    """Return the only person without an account whose staff number is this, once folded."""
    known = set(await Account.of(municipality_id).values_list("person_id", flat=True))
    people = await Person.of(municipality_id)
    found = [p for p in people if folded(p.staff_number) == login]
    return found[0] if len(found) == 1 and found[0].id not in known else None


async def account_for(unit: Unit, person: Person) -> Account:
    """Return a person's account, made where there is none: the login is the staff number, folded.

    A new one is saved with the act (`unit.beside`).
    """
    account = await Account.of(unit.municipality_id).get_or_none(person_id=person.id)
    if account is None:
        account = Account(
            municipality_id=unit.municipality_id,
            person_id=person.id,
            login=await _free_login(unit.municipality_id, folded(person.staff_number)),
        )
        unit.beside.append(account)
    return account


async def save(unit: Unit, account: Account, *fields: str) -> None:
    """Save an account's fields, unless it is new and will be saved whole."""
    if not any(row is account for row in unit.beside):
        await account.save(update_fields=fields)


async def _free_login(municipality_id: UUID, wished: str) -> str:
    """Return a login that nobody has; two staff numbers may be the same once folded."""
    start = wished[: MAX_LOGIN - 4]
    candidates = (start if n == 1 else f"{start}-{n}" for n in count(1))
    for login in candidates:
        if not await Account.of(municipality_id).filter(login=login).exists():
            return login
    raise AssertionError("unreachable")


def _is_writable(value: str) -> bool:
    return not any(unicodedata.category(c) in _UNWRITABLE for c in value)


def _cleaned(value: str, limit: int) -> str:
    return "".join(c if _is_writable(c) else "?" for c in value[:limit])
