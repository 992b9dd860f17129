"""A checkpoint on paper (A4), for the minutes of a meeting: what is printed cannot be rewritten."""

import datetime as dt
from html import escape
from pathlib import Path
from string import Template
from typing import Final

import segno
from segno import DataOverflowError

from server.pages.moments import day_ja
from workflows.fiscal import TOKYO
from workflows.notes import Note, Signature
from workflows.records import Checkpoint, Municipality

_TEMPLATE: Final = Template(
    (Path(__file__).parent / "checkpoint_sheet.html").read_text(encoding="utf-8")
)
_GROUP: Final = 8
_OWN: Final = 64
"""Bytes of a signature by the record's own key; a witness's has its time before it."""


def render(town: Municipality, checkpoint: Checkpoint) -> str:
    """Return the page."""
    note = Note.parse(checkpoint.note)
    origin = note.text.partition("\n")[0]
    groups = [checkpoint.root[i : i + _GROUP] for i in range(0, len(checkpoint.root), _GROUP)]
    at = checkpoint.signed_at
    return _TEMPLATE.substitute(
        town=escape(f"{town.prefecture} {town.name}"),
        origin=escape(origin),
        size=f"{checkpoint.size:,}",
        time_ja=moment_ja(at),
        time_en=at.astimezone(dt.UTC).strftime("%Y-%m-%d %H:%M:%S UTC"),
        root="".join(f"<span>{group}</span> " for group in groups),
        signers="".join(map(_signer, note.signatures)),
        note=escape(checkpoint.note),
        qr=_qr(note),
        address=f"/record/checkpoint/{checkpoint.size}",
    )


def moment_ja(moment: dt.datetime) -> str:
    """Return a moment in Japan with its era's year, for instance 令和8年11月30日 11時50分00秒."""
    return f"{day_ja(moment)} {moment.astimezone(TOKYO):%H時%M分%S秒}（日本時間）"


def _signer(signature: Signature) -> str:
    is_own = len(signature.data) == _OWN
    kind = "記録の鍵" if is_own else "立会人"
    kind_en = "the record’s key" if is_own else "witness"
    key_id = f"<code>{signature.key_id.hex()}</code>"
    return f'<li>{escape(signature.name)} {key_id}（{kind} <span lang="en">{kind_en}</span>）</li>'


def _qr(note: Note) -> str:
    """Return a picture that holds the note; without witnesses' lines where all do not fit."""
    try:
        code = segno.make(str(note), error="m", encoding="utf-8", micro=False)
    except DataOverflowError:
        own = tuple(one for one in note.signatures if len(one.data) == _OWN)
        code = segno.make(str(Note(note.text, own)), error="l", encoding="utf-8", micro=False)
    return str(code.svg_data_uri(scale=4, border=4))
