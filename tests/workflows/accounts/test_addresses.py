"""Mail addresses: what is taken, as what it is kept, and how much of it others see."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.accounts.addresses import MAX_EMAIL, cleaned_email, masked
from workflows.refusals import InvalidInput, Refuse


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("yamada@town.example.jp", "yamada@town.example.jp"),
        ("  Yamada.T+x@TOWN.example.jp　", "Yamada.T+x@town.example.jp"),
        ("ｙａｍａｄａ＠ｔｏｗｎ．ｅｘａｍｐｌｅ．ｊｐ", "yamada@town.example.jp"),
        ("yamada@階上町.jp", f"yamada@{'階上町'.encode('idna').decode()}.jp"),
        ("o'neil@localhost", "o'neil@localhost"),
    ],
)
def test_addresses_that_are_taken(typed: str, kept: str) -> None:
    """They are kept as mail servers take them; what is kept is taken again."""
    assert cleaned_email(typed) == kept
    assert cleaned_email(kept) == kept


@pytest.mark.parametrize(
    "typed",
    [
        *(
            "",
            "yamada",
            "@town.example",
            "yamada@",
            "a@b@c.example",
            "a b@c.example",
            "山田@c.example",
        ),
        *("a@b.example\r\nBcc: c@d.example", "a@b.example\n", "\na@b.example", "a\r@b.example"),
        *(
            "a@b.example\0",
            "a@b.example,c@d.example",
            "<a@b.example>",
            '"a"@b.example',
            "a@[1.2.3.4]",
        ),
        *(
            "a@b..example",
            "a@-b.example",
            "a@b_c.example",
            "a@b.example.",
            ".a@b.example",
            "a..b@c.jp",
        ),
        *("a@b\u2028.example", "a@b.example\u0085", "a@\ud800.example", "a@b example", "a@b/c"),
        *(
            "a" * 65 + "@b.example",
            "a@" + ".".join(["b" * 60] * 5),
            "a@" + "b" * 64 + ".example",
            "a" * 64 + "@" + ".".join(["b" * 47] * 4),
        ),
    ],
)
def test_addresses_that_are_refused(typed: str) -> None:
    """With a message that shows what one looks like; nothing of it can end a header's line."""
    with pytest.raises(Refuse) as caught:
        cleaned_email(typed)
    refusal = caught.value.refusal
    assert isinstance(refusal, InvalidInput)
    assert refusal.path == "email"


@given(st.text(max_size=300) | st.from_regex(r"[^@]{1,80}@[^@]{1,300}", fullmatch=True))
def test_whatever_is_typed(typed: str) -> None:
    """It is refused, or becomes a plain address of ASCII in one line."""
    try:
        kept = cleaned_email(typed)
    except Refuse:
        return
    assert kept.isascii()
    assert kept.isprintable()
    assert not set(kept) & set(' ,;:<>()[]"\\')
    assert kept.count("@") == 1
    assert len(kept) <= MAX_EMAIL


def test_the_owner_recognises_it() -> None:
    """By its first letter and the domain."""
    assert masked("yamada@town.example.jp") == "y***@town.example.jp"
    assert masked("y@town.example.jp") == "y***@town.example.jp"
