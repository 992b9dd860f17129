"""Which passwords may be set, and how many are checked at once: no database is needed."""

import asyncio
import threading
import unicodedata

import pytest
from argon2 import extract_parameters
from hypothesis import given
from hypothesis import strategies as st

from workflows.accounts import passwords
from workflows.accounts.hashing import HASHER, RUNNING, WAITING, BusyError, Threads
from workflows.accounts.passwords import check, is_guessable, is_long, normalised
from workflows.refusals import InvalidInput, Refuse

WORDS = ("s1024", "山田 太郎", "階上町")


def _refusal(password: str, *, second_factor: bool = False) -> str | None:
    refusal = None
    try:
        check(password, WORDS, second_factor=second_factor)
    except Refuse as refused:
        refusal = refused.refusal
    if refusal is None:
        return None
    assert isinstance(refusal, InvalidInput)
    assert refusal.path == "password"
    return refusal.message_en


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery",
        "うさぎ、亀、それから鶴と白鳥と猫",
        "x9$Lq2!vTz8#pW4",
        "階上町の朝は早くて海が青いです",
        "k7xq9vmwb-k7xq9vmw",
        "k7xq9vmwbz3k7xq9vmwbz3",
    ],
)
def test_good_passwords(password: str) -> None:
    """Words of one's own, or what a generator gives."""
    assert _refusal(password) is None


def test_the_length_depends_on_the_second_factor() -> None:
    """15 alone, 8 beside a second factor, 256 at most; counted as it is hashed."""
    assert _refusal("x9$Lq2!vTz8#pW") == "A password has 15 to 256 characters."
    assert _refusal("x9$Lq2!vTz8#pW", second_factor=True) is None
    assert _refusal("x9$Lq2!", second_factor=True) == "A password has 8 to 256 characters."
    assert _refusal("x9$Lq2!v", second_factor=True) is None
    longest = "x9$Lq2!vTz8#pW4m" * 16
    assert len(longest) == 256
    assert _refusal(longest) is None
    assert _refusal(longest + "x") == "A password has 15 to 256 characters."
    assert is_long("株式会社" * 4)
    assert is_long("㍿" * 4)  # 16 characters once folded
    assert not is_long("ﾊﾟ" * 14)  # 14 once folded


@pytest.mark.parametrize(
    "password",
    [
        "aaaaaaaaaaaaaaaa",
        "abababababababab",
        "ＡＢＡＢＡＢＡＢＡＢＡＢＡＢＡＢ",
        "abcabcabcabcabcabca",
        "1234123412341234",
        "123456789012345",
        "987654321098765",
        "abcdefghijklmnopq",
        "qwertyuiopasdfgh",
        "１２３４５６７８９０１２３４５",
        "あいうえおかきくけこさしすせそ",
        "s1024s1024s1024s",
        "S1024-s1024-s10",
        "山田太郎山田太郎やまだ12345",
        "階上町階上町階上町階上町階上町2026",
        "                ",
        "aaaaaaaabbbbbbbbb",
        "hashikami-hashikami",
        "hashikamihashikami",
        "Hashikami Hashikami Hashi",
        "kx7vqkx7vqkx7vq",
        "k7xq9vmwb-k7xq9vmwb",
    ],
)
def test_guessable_passwords(password: str) -> None:
    """One thing repeated, runs of keys, and what everybody knows of the person."""
    message = _refusal(password)
    assert message is not None
    assert message.startswith("The password is easily guessed")


@pytest.mark.parametrize("password", ["x9$Lq2!x", "x9$Lq2x9", "x9$Lqx9$"])
def test_a_short_password_may_end_as_it_begins(password: str) -> None:
    """Beside a second factor: a piece that does not come twice is not repeated."""
    assert _refusal(password, second_factor=True) is None


@pytest.mark.parametrize("character", ["\0", "\n", "\x7f", "\ud800", "\U0010ffff"])
def test_what_nobody_types_is_refused(character: str) -> None:
    """Control characters and lone surrogates would be typed once and never again."""
    message = _refusal("correct horse battery" + character)
    assert message == "The password holds characters that cannot be typed."


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=300))
def test_the_form_of_unicode_makes_no_difference(password: str) -> None:
    """However an input method composes, the hash is of the same bytes."""
    for form in ("NFC", "NFD", "NFKC", "NFKD"):
        other = unicodedata.normalize(form, password)  # type: ignore[arg-type]
        assert normalised(other) == normalised(password)


@given(st.text(max_size=300), st.lists(st.text(max_size=20), max_size=4))
def test_judging_never_fails(password: str, words: list[str]) -> None:
    """Whatever is typed, and whatever people are called."""
    assert is_guessable(password, words) in (True, False)


def test_the_hash_of_nobody_costs_the_same() -> None:
    """Its parameters are those of a real one: no clock tells who has an account."""
    assert extract_parameters(passwords._NOBODY) == extract_parameters(HASHER.hash("x"))  # noqa: SLF001 - what it is verified against
    assert (HASHER.memory_cost, HASHER.time_cost, HASHER.parallelism) == (19_456, 2, 1)


async def test_a_password_longer_than_any_is_not_cut_to_one_that_is_right() -> None:
    """Of 256 and more characters, only exactly the one that was set is right."""
    longest = "x9$Lq2!vTz8#pW4m" * 16
    hash_ = await passwords.hashed(longest)
    assert passwords._matches(hash_, longest)  # noqa: SLF001 - what sign-in asks
    assert not passwords._matches(hash_, longest + "x")  # noqa: SLF001 - what sign-in asks
    assert not passwords._matches("no hash", longest)  # noqa: SLF001 - what sign-in asks


async def test_the_line_is_bounded() -> None:
    """Two at a time, three waiting; one more is sent away at once, and places come back."""
    threads, gate = Threads(2, 3), threading.Event()
    running, most = 0, 0
    lock = threading.Lock()

    def work() -> int:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        gate.wait(5)
        with lock:
            running -= 1
        return 1

    tasks = [asyncio.create_task(threads.run(work)) for _ in range(5)]
    await asyncio.sleep(0.05)
    with pytest.raises(BusyError):
        await threads.run(work)
    tasks[-1].cancel()  # it had not begun: its place is free again
    await asyncio.sleep(0.05)
    tasks[0].cancel()  # it runs on: its place is not
    await asyncio.sleep(0.05)
    late = asyncio.create_task(threads.run(work))
    await asyncio.sleep(0.05)
    with pytest.raises(BusyError):
        await threads.run(work)
    gate.set()
    assert await asyncio.gather(*tasks[1:4], late) == [1, 1, 1, 1]
    assert most == 2
    await asyncio.gather(*(threads.run(work) for _ in range(5)))
    assert (RUNNING, WAITING) == (2, 20)


async def test_work_that_fails_gives_its_place_back() -> None:
    """And tells why."""
    threads = Threads(1, 0)

    def work() -> None:
        raise MemoryError

    for _ in range(3):
        with pytest.raises(MemoryError):
            await threads.run(work)
