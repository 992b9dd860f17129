"""期待される効果: from one cell to a list of effects."""

import re

from seed.values import MendRule

_LIST = re.compile(r"<ul\b[^<>]*>", re.IGNORECASE)
_LIST_END = re.compile(r"</ul\s*>", re.IGNORECASE)
_ITEM = re.compile(r"</?li\b[^<>]*>", re.IGNORECASE)
_BULLET = re.compile(r"(?:^|(?<=\s))・")
_SPACE = re.compile(r"\s+")
_OPENING = "([{（［｛「『【〈《〔"
_CLOSING = ")]}）］｝」』】〉》〕"


def effects(cell: str) -> tuple[tuple[str, ...], MendRule | None]:
    """Return the effects, and the rule by which they were parted (None: the cell is one effect).

    - `・` begins an item at the start or after white space; elsewhere it stands inside a word
      (夜間・休日).
    - Under `<ul …>`, closed or not, `<li>` begins an item. Where a conversion has dropped it, white
      space parts two items, as Japanese has none of its own; but not inside or before brackets,
      between two Latin letters or after a wholly foreign word (EBPM (Policy Making) の推進).
    """
    match = _LIST.match(cell)
    text = _LIST_END.sub("", cell[match.end() :]).strip() if match else cell
    if match and _ITEM.search(text):
        items = _ITEM.split(text)
    elif _BULLET.search(text):
        items = _BULLET.split(text)
    elif match:
        items = _part_at_spaces(text)
    else:
        return ((text,) if text else (), None)
    kept = tuple(stripped for item in items if (stripped := item.strip()))
    return kept, MendRule.LIST_MARKUP if match else MendRule.BULLETS


def _part_at_spaces(text: str) -> list[str]:
    items = []
    start = depth = position = 0
    for gap in _SPACE.finditer(text):
        word = text[position : gap.start()]
        position = gap.end()
        depth = max(0, depth + _balance(word))
        if depth == 0 and _parts_items(word, text[position]):
            items.append(text[start : gap.start()])
            start = position
    return [*items, text[start:]]


def _parts_items(word: str, following: str) -> bool:
    latin = (word[-1] + following).isascii() and word[-1].isalpha() and following.isalpha()
    return not (word.isascii() or latin or following == "(")


def _balance(word: str) -> int:
    return sum((letter in _OPENING) - (letter in _CLOSING) for letter in word)
