"""Notes, keys and signatures, held against what other implementations publish and against chance."""

import datetime as dt
from base64 import b64decode

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from workflows.notes import (
    LOG,
    WITNESS,
    Checkpoint,
    Note,
    NoteError,
    Signature,
    VerifierKey,
    cosign,
    cosigned_at,
    is_key_name,
    is_signed_by,
    sign,
    signed,
)

PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PETER_SECRET = "AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"  # noqa: S105 - published, for tests
PETER_NOTE = """If you think cryptography is the answer to your problem,
then you don't know what your problem is.

— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=
"""
"""The example of Go's sumdb/note."""
OTHERS = (
    "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
    "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop",
    "TEST+7997405c+AQcC+FTVKf0jlTdHDY3rbevmnKxxPjigCXlVtGe6RIr6",
    "remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2",
)
"""Keys that signed-note, Go, and transparency-dev publish; the last one is a witness's."""
AT = dt.datetime(2026, 11, 30, 2, 50, 0, 123456, tzinfo=dt.UTC)
ONE = Checkpoint("meguru/024465", 1234, bytes(range(32)), AT)

patient = settings(deadline=None)
names = st.text(min_size=1, max_size=40).filter(is_key_name)
privates = st.binary(min_size=32, max_size=32).map(Ed25519PrivateKey.from_private_bytes)
checkpoints = st.builds(
    Checkpoint,
    names,
    st.integers(0, 10**18 - 1),
    st.binary(min_size=32, max_size=32),
    st.datetimes(min_value=dt.datetime(1970, 1, 1), timezones=st.just(dt.UTC)),  # noqa: DTZ001 - as hypothesis asks
)


def test_a_published_note_is_verified_and_made_byte_by_byte() -> None:
    """Ed25519 gives one signature: ours is the published one."""
    note, key = Note.parse(PETER_NOTE), VerifierKey.parse(PETER)
    assert is_signed_by(note, key)
    private = Ed25519PrivateKey.from_private_bytes(b64decode(PETER_SECRET)[1:])
    assert str(signed(note.text, [("PeterNeumann", private)])) == PETER_NOTE
    assert not is_signed_by(Note(note.text.replace("c", "k", 1), note.signatures), key)
    assert not is_signed_by(note, VerifierKey.parse(OTHERS[1]))


@pytest.mark.parametrize("text", [PETER, *OTHERS])
def test_published_keys_are_read_and_written(text: str) -> None:
    """Their ids follow from name, kind and key."""
    key = VerifierKey.parse(text)
    assert (str(key), key.id.hex()) == (text, text.split("+", 2)[1])
    assert key.kind == (WITNESS if key.name == "remora.n621.de" else LOG)


def test_a_key_that_is_mangled_is_none() -> None:
    """Every part of it, every other letter in it, another kind, another length."""
    mangled = {PETER[i:j] for i in range(len(PETER)) for j in range(i + 1, len(PETER) + 1)}
    mangled |= {PETER[:i] + chr(ord(c) + 1) + PETER[i + 1 :] for i, c in enumerate(PETER)}
    mangled |= {f"{PETER}\n", f" {PETER}", PETER.upper(), PETER.replace("c74f", "C74F")}
    mangled |= {
        "PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==",
        "PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
    }
    for text in mangled - {PETER}:
        with pytest.raises(NoteError):
            VerifierKey.parse(text)


def test_a_checkpoint_is_written_as_the_specification_shows() -> None:
    """Line by line, as docs/record.md has it."""
    assert ONE.text == (
        "meguru/024465\n1234\nAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n"
        "time 2026-11-30T02:50:00.123456Z\n"
    )
    elsewhere = AT.astimezone(dt.timezone(dt.timedelta(hours=9)))
    assert Checkpoint("meguru/024465", 1234, bytes(range(32)), elsewhere).text == ONE.text


@patient
@given(checkpoints)
def test_what_is_written_is_read_back(checkpoint: Checkpoint) -> None:
    """Whatever a checkpoint says."""
    assert Checkpoint.parse(checkpoint.text) == checkpoint


@pytest.mark.parametrize(
    ("part", "other"),
    [
        ("meguru/024465", "meguru 024465"),
        ("meguru/024465", "meguru+024465"),
        ("meguru/024465", ""),
        ("1234", "01234"),
        ("1234", "+1234"),
        ("1234", "１２３４"),
        ("1234", "-1"),
        ("Hh8=", "Hh9="),
        ("Hh8=", "Hh8"),
        ("AAEC", "AA"),
        ("123456Z", "123Z"),
        ("123456Z", "123456+00:00"),
        ("time ", "Time "),
        ("11-30", "11-31"),
        ("Z\n", "Z\nmore\n"),
        ("Z\n", "Z"),
        ("\n1234", "\r\n1234"),
    ],
)
def test_a_checkpoint_written_otherwise_is_none(part: str, other: str) -> None:
    """So there is one text for each, and one hash."""
    assert part in ONE.text
    with pytest.raises(NoteError):
        Checkpoint.parse(ONE.text.replace(part, other, 1))


signers = st.lists(
    st.tuples(names, privates),
    min_size=1,
    max_size=3,
    unique_by=lambda one: (one[0], one[1].private_bytes_raw()),
)


@patient
@given(checkpoints, signers, st.integers(0))
def test_any_byte_that_is_changed_shows(
    checkpoint: Checkpoint, keys: list[tuple[str, Ed25519PrivateKey]], place: int
) -> None:
    """Signed by all, read back as it was; with one byte changed, no note any more or not by them."""
    note = signed(checkpoint.text, keys)
    verifiers = [VerifierKey.of(name, private) for name, private in keys]
    text = str(note)
    assert Note.parse(text) == note
    assert all(is_signed_by(note, key) for key in verifiers)
    data = bytearray(text.encode())
    data[place % len(data)] ^= 1
    try:
        other = Note.parse(data.decode())
    except ValueError:
        return
    assert not all(is_signed_by(other, key) for key in verifiers)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "text\n",
        "text\n\n",
        "text\n\n— a AAAAAAE=",
        "text\n\n- a AAAAAAE=\n",
        "text\n\n— a AAAA\n",
        "text\n\n— a b AAAAAAE=\n",
        "text\n\n— a+b AAAAAAE=\n",
        "text\n\n— a AAAAAAE\n",
        "text\n\n— a AAAAAAE=\n\n",
        "te\txt\n\n— a AAAAAAE=\n",
        "text\n\n— a AAAAAAE=\r\n",
    ],
)
def test_what_is_no_note(text: str) -> None:
    """No text without its end, no signature without its form, no control characters."""
    assert Note.parse("text\n\n— a AAAAAAE=\n")
    with pytest.raises(NoteError):
        Note.parse(text)


@patient
@given(checkpoints, names, privates, st.integers(0, 253402300799))
def test_a_witness_signs_text_and_time(
    checkpoint: Checkpoint, name: str, private: Ed25519PrivateKey, seconds: int
) -> None:
    """Exactly these: no other text, time, key or kind of key."""
    key = VerifierKey.of(name, private, WITNESS)
    line = cosign(checkpoint.text, name, private, seconds)
    assert Signature.parse(str(line)[:-1]) == line
    assert cosigned_at(checkpoint.text, line, key) == dt.datetime.fromtimestamp(seconds, dt.UTC)
    assert cosigned_at(f"{checkpoint.text}more\n", line, key) is None
    later = Signature(name, line.key_id, (seconds + 1).to_bytes(8, "big") + line.data[8:])
    assert cosigned_at(checkpoint.text, later, key) is None
    assert cosigned_at(checkpoint.text, line, VerifierKey.of(name, private, LOG)) is None
    assert cosigned_at(checkpoint.text, sign(checkpoint.text, name, private), key) is None
    short = Signature(name, key.id, b"\0" * 10)
    assert cosigned_at(checkpoint.text, short, key) is None
    assert not is_signed_by(Note(checkpoint.text, (line,)), key)
    log = VerifierKey.of(name, private, LOG)
    posing = Signature(name, log.id, line.data)
    assert cosigned_at(checkpoint.text, posing, log) is None
    posing = Signature(name, key.id, private.sign(checkpoint.text.encode()))
    assert not is_signed_by(Note(checkpoint.text, (posing,)), key)


def test_a_cosignature_signs_the_message_that_c2sp_writes() -> None:
    """Header line, time line, and the note's text."""
    private = Ed25519PrivateKey.from_private_bytes(bytes(32))
    line = cosign(ONE.text, "witness.example", private, 1679315147)
    message = f"cosignature/v1\ntime 1679315147\n{ONE.text}".encode()
    assert line.data == (1679315147).to_bytes(8, "big") + private.sign(message)


def test_what_cannot_be_a_key_is_refused() -> None:
    """Names, kinds and lengths that could not be written."""
    for name, public, kind in (
        ("", bytes(32), LOG),
        ("a b", bytes(32), LOG),
        ("a+b", bytes(32), LOG),
        ("a\u3000b", bytes(32), LOG),
        ("a", bytes(31), LOG),
        ("a", bytes(32), 6),
    ):
        with pytest.raises(NoteError):
            VerifierKey(name, public, kind)
