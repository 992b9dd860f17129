"""From a cell to a list of effects: the rule for each style, and where it must not part."""

import time

import pytest

from seed.effects import effects
from seed.values import MendRule

LIST = MendRule.LIST_MARKUP
BULLETS = MendRule.BULLETS
UL = '<ul style="list-style-type: none">'


@pytest.mark.parametrize(
    ("cell", "items", "rule"),
    [
        ("負担の軽減", ("負担の軽減",), None),
        ("負担の軽減 費用の削減", ("負担の軽減 費用の削減",), None),
        ("", (), None),
        ("・負担の軽減", ("負担の軽減",), BULLETS),
        ("・夜間・休日の取得 ・調査・研究", ("夜間・休日の取得", "調査・研究"), BULLETS),
        ("・負担の軽減\u3000・ 費用の削減", ("負担の軽減", "費用の削減"), BULLETS),
        ("負担の軽減 ・費用の削減", ("負担の軽減", "費用の削減"), BULLETS),
        ("・", (), BULLETS),
        (f"{UL} 負担の軽減 費用の削減", ("負担の軽減", "費用の削減"), LIST),
        (f"{UL} 時間の削減。 PC版の活用", ("時間の削減。", "PC版の活用"), LIST),
        (f"{UL}負担の軽減\u3000費用の削減</ul>", ("負担の軽減", "費用の削減"), LIST),
        ("<UL> 効果1 効果2", ("効果1", "効果2"), LIST),
        (f"{UL} ・負担の軽減 ・費用の 削減", ("負担の軽減", "費用の 削減"), LIST),
        (f"{UL}<li>費用の 削減</li><li>負担の軽減</li></ul>", ("費用の 削減", "負担の軽減"), LIST),
        (f"{UL} Policy Making の推進 普及", ("Policy Making の推進", "普及"), LIST),
        (f"{UL} EBPM (Policy Making) の推進", ("EBPM (Policy Making) の推進",), LIST),
        (f"{UL} 政策のEBPM (Policy Making) 化", ("政策のEBPM (Policy Making) 化",), LIST),
        (f"{UL} 町のPolicy Making", ("町のPolicy Making",), LIST),
        (f"{UL} 推進（夜間 休日） 普及", ("推進（夜間 休日）", "普及"), LIST),
        (f"{UL} 推進） 普及", ("推進）", "普及"), LIST),
        (f"{UL}", (), LIST),
    ],
)
def test_effects(cell: str, items: tuple[str, ...], rule: MendRule | None) -> None:
    """Each style gives its items and says by which rule."""
    assert effects(cell) == (items, rule)


@pytest.mark.parametrize("unit", [" ", "・", " ・", "<", "<li", "<ul ", "(", "a ", "あ "])
def test_long_cells_take_no_longer_than_their_length(unit: str) -> None:
    """A hundred thousand characters of what the rules look for are read at once."""
    started = time.perf_counter()
    effects(f"{UL} あ{unit * (100_000 // len(unit))}")
    effects(f"あ{unit * (100_000 // len(unit))}い")
    assert time.perf_counter() - started < 2
