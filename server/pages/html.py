"""How the pages about accounts look: forms that work without JavaScript."""

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from html import escape
from typing import Any, Final

import segno

from server.pages import frame
from server.pages.frame import Words
from server.pages.moments import minute_ja
from workflows.labels import label
from workflows.stages import Role

_SECRET: Final = re.compile(r"[A-Z2-7]{16,64}")
CODE: Final = ("認証アプリの6桁のコード", "Code of the authenticator app")


def both(words: Words) -> str:
    """Return a text in Japanese with English beside it, as HTML."""
    return frame.both(*words)


def document(town: str, title: Words, *parts: str, bar: str = "") -> str:
    """Return a whole page; `bar` is the navigation of who is signed in."""
    body = "\n".join((f"<h1>{both(title)}</h1>", *parts))
    return frame.page(title[0], body, bar=bar, town=town)


def paragraph(words: Words, kind: str = "") -> str:
    """Return a paragraph; `alert` and `done` are read out at once."""
    role = {"alert": ' role="alert" class="alert"', "done": ' role="status" class="done"'}
    return f"<p{role.get(kind, '')}>{both(words)}</p>"


def error_of(answer: Mapping[str, Any]) -> str:
    """Return an error of the API as a paragraph; nothing where it is none."""
    return paragraph((answer["message"], answer["en"]), "alert") if "message" in answer else ""


def text_input(name: str, words: Words, **attributes: str) -> str:
    """Return a labelled input; attributes are the input's."""
    given = {"type": "text", "required": "", **attributes}
    if given["required"] == "no":
        del given["required"]
    said = " ".join(f'{k}="{escape(v)}"' if v else k for k, v in given.items())
    return f'<label>{both(words)}<input name="{name}" {said}></label>'


def password_input(name: str, words: Words, *, new: bool = False) -> str:
    """Return an input for a password; managers may fill it in."""
    complete = "new-password" if new else "current-password"
    return text_input(name, words, type="password", autocomplete=complete, maxlength="256")


def code_input(words: Words = CODE, *, required: bool = True) -> str:
    """Return an input for a code of the second factor."""
    return text_input(
        "code",
        words,
        autocomplete="one-time-code",
        inputmode="text",
        maxlength="40",
        required="" if required else "no",
    )


def checkbox(name: str, words: Words) -> str:
    """Return a box to be ticked."""
    return f'<label><input type="checkbox" name="{name}" value="1"> {both(words)}</label>'


def form(action: str, button: Words, *inputs: str, **hidden: str) -> str:
    """Return a form that posts."""
    kept = "".join(
        f'<input type="hidden" name="{k}" value="{escape(v)}">' for k, v in hidden.items()
    )
    return (
        f'<form method="post" action="{escape(action)}">{kept}{"".join(inputs)}'
        f'<button type="submit">{both(button)}</button></form>'
    )


def listed(*items: Words) -> str:
    """Return a list of texts."""
    return "<ul>" + "".join(f"<li>{both(item)}</li>" for item in items) + "</ul>"


def section(words: Words, *parts: str) -> str:
    """Return a section with a heading."""
    return f"<section><h2>{both(words)}</h2>{''.join(parts)}</section>"


def offer(offered: Mapping[str, str]) -> str:
    """Return how a second factor is set up: a picture, and the same as text."""
    picture = segno.make(offered["uri"], error="m").svg_data_uri(scale=4, border=2)
    secret = " ".join(offered["secret"][i : i + 4] for i in range(0, len(offered["secret"]), 4))
    return (
        paragraph(
            (
                "認証アプリでこの図を読み取るか、下の文字を入力してください。",
                "Read this with your authenticator app, or type the letters below.",
            )
        )
        + f'<p><img src="{picture}" alt="QRコード / QR code" class="qr"></p>'
        + f"<p><code>{escape(secret)}</code></p>"
    )


def again(offered: Mapping[str, str], shown: str) -> dict[str, str]:
    """Return an offer with the secret that was shown before: the app may have it already."""
    if not _SECRET.fullmatch(shown):
        return dict(offered)
    return {"secret": shown, "uri": offered["uri"].replace(offered["secret"], shown)}


def codes(made: Iterable[str]) -> str:
    """Return recovery codes, which are shown once."""
    items = "".join(f"<li><code>{escape(code)}</code></li>" for code in made)
    return (
        paragraph(
            (
                "回復コードです。印刷するか書き写し、安全な場所に保管してください。二度と表示されません。",
                "Recovery codes: print or copy them and keep them safe. They are not shown again.",
            ),
            "done",
        )
        + f'<ol class="codes">{items}</ol>'
    )


def folded(words: Words, *parts: str) -> str:
    """Return what is shown once somebody asks for it; it needs no JavaScript."""
    return f"<details><summary>{both(words)}</summary>{''.join(parts)}</details>"


def details(*rows: tuple[Words, str]) -> str:
    """Return what is known, each under its name; the values are HTML."""
    told = "".join(f"<div><dt>{both(words)}</dt><dd>{value}</dd></div>" for words, value in rows)
    return f"<dl>{told}</dl>"


def table(words: Words, head: Iterable[Words], rows: Iterable[Iterable[str]]) -> str:
    """Return a table that can be scrolled by keyboard; the cells are HTML."""
    columns = "".join(f'<th scope="col">{both(one)}</th>' for one in head)
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    name = escape(" / ".join(words))
    return (
        f'<div class="wide" role="region" tabindex="0" aria-label="{name}">'
        f"<table><thead><tr>{columns}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def moment(value: str | None) -> str:
    """Return a moment of the API as people in Japan read it; a dash for none."""
    if value is None:
        return "–"
    return minute_ja(dt.datetime.fromisoformat(value))


def appointments(held: Iterable[Mapping[str, Any]]) -> str:
    """Return what a person is appointed to."""
    said = (
        " ".join(
            part
            for part in (label(Role(a["role"])), (a["department"] or {}).get("name", ""))
            if part
        )
        for a in held
    )
    return escape("、".join(said)) or "–"
