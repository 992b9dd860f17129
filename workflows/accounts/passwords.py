"""Passwords: which may be set, how they are kept, and whether one is right."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from argon2.exceptions import InvalidHashError, VerificationError

from workflows.accounts.hashing import HASHER, THREADS
from workflows.folding import fold
from workflows.records import Account
from workflows.values import invalid

LONG: Final = 15
"""Characters of a password that stands alone."""
SHORTEST: Final = 8
"""Characters of one with a second factor beside it."""
LONGEST: Final = 256
_NOBODY: Final = (
    "$argon2id$v=19$m=19456,t=2,p=1$96U7a9xb/k8dG31osX5gKQ"
    "$ZmuE7NrKcqYv+QmtsXM/dbZ4BYz1JjzLUf4hT/U98lQ"
)
"""Of 256 random bits that were thrown away: verified where there is no password to verify."""
_MAX_PERIOD: Final = 10
_SHORT_PERIOD: Final = 4
"""Of pieces that are too few however much of them is there; longer ones come twice, or nearly."""
_ROWS: Final = (
    "01234567890",
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "あいうえおかきくけこさしすせそたちつてとなにぬねのはひふへほまみむめもやゆよらりるれろわをん",
)
_STEPS: Final = frozenset(
    pair for row in _ROWS for way in (row, row[::-1]) for pair in pairwise(way)
)


@dataclass(frozen=True, slots=True)
class Checked:
    """A password that was held against a hash, outside of any transaction."""

    against: str | None
    """The hash; None where there is nothing to sign in with."""
    is_right: bool


def normalised(password: str) -> str:
    """Return a password as it is hashed: NFKC, so that width and input methods do not matter."""
    return unicodedata.normalize("NFKC", password)


def is_long(password: str) -> bool:
    """Return whether a password may stand without a second factor."""
    return len(normalised(password)) >= LONG


def check(password: str, words: Iterable[str], *, second_factor: bool) -> None:
    """Refuse a password that is too short, too long, or easily guessed.

    Args:
        password: as it was typed.
        words: what is known of the person: login, staff number, name, town.
        second_factor: whether there is one beside it.
    """
    shortest = SHORTEST if second_factor else LONG
    length = len(password) if len(password) > LONGEST else len(normalised(password))
    if not shortest <= length <= LONGEST:
        raise invalid(
            "password",
            f"パスワードは{shortest}文字以上{LONGEST}文字以内にしてください。",
            f"A password has {shortest} to {LONGEST} characters.",
        )
    if any(unicodedata.category(c) in {"Cc", "Cs", "Cn"} for c in normalised(password)):
        raise invalid(
            "password",
            "パスワードに使えない文字(制御文字など)が含まれています。",
            "The password holds characters that cannot be typed.",
        )
    if is_guessable(password, words):
        raise invalid(
            "password",
            "推測されやすいパスワードです。職員番号・氏名・町名や、同じ文字・並びの文字"
            "(1234…)を主にしないでください。",
            "The password is easily guessed: it is mostly your number, name or town, one thing "
            "repeated, or a run such as 1234….",
        )


def is_guessable(password: str, words: Iterable[str]) -> bool:
    """Return whether a password is mostly known words, one thing repeated, or runs of keys."""
    plain = fold(password)
    if not plain:
        return True
    longest = min(_MAX_PERIOD, (len(plain) + 1) // 2)
    periods = range(1, max(longest, _SHORT_PERIOD) + 1)
    if any(all(c == plain[i % n] for i, c in enumerate(plain)) for n in periods):
        return True
    steps = sum(pair in _STEPS or pair[0] == pair[1] for pair in pairwise(plain))
    if 2 * steps >= len(plain):
        return True
    known = {part for word in words for part in (fold(word), *map(fold, word.split())) if part}
    longest_first = sorted(known, key=len, reverse=True)
    if not longest_first:
        return False
    rest = re.sub("|".join(map(re.escape, longest_first)), "", plain)
    return 2 * len(rest) <= len(plain)


def hash_of(account: Account | None) -> str | None:
    """Return the hash that lets somebody in; None where no password does.

    A password that was short beside a second factor does not count alone.
    """
    if account is None or account.disabled_at is not None:
        return None
    alone = account.totp_secret is None and not account.password_is_long
    return None if alone else account.password_hash


async def hashed(password: str) -> str:
    """Return what is kept of a password.

    Raises:
        BusyError: too many are waiting.
    """
    return await THREADS.run(lambda: HASHER.hash(_bytes(password)))


async def verified(account: Account | None, password: str) -> Checked:
    """Hold a password against an account's, at the same cost whether there is one or not.

    Raises:
        BusyError: too many are waiting.
    """
    against = hash_of(account)
    if len(password) > LONGEST:
        return Checked(against, is_right=False)  # nobody's, whoever it is that asks
    is_right = await THREADS.run(lambda: _matches(against or _NOBODY, password))
    return Checked(against, is_right and against is not None)


def is_outdated(hash: str) -> bool:
    """Return whether a hash was made with other parameters than today's."""
    return HASHER.check_needs_rehash(hash)


def _matches(hash: str, password: str) -> bool:
    try:
        return HASHER.verify(hash, _bytes(password))
    except (VerificationError, InvalidHashError):
        return False


def _bytes(password: str) -> bytes:
    """Return what goes into the hash; nobody's password is longer than those that can be set."""
    return normalised(password[: LONGEST + 1]).encode(errors="surrogatepass")
