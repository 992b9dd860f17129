"""What people do with a project's sheet and its stages, as they do it on the page."""

import re

from playwright.sync_api import Locator, Page, expect


def record(dialog: Locator, button: str) -> None:
    """Press the button that records what a dialog asks, and see it close."""
    dialog.get_by_role("button", name=button, exact=True).click()
    expect(dialog).to_have_count(0)


def write(page: Page, part: str, **values: str) -> None:
    """Fill fields of the part that is open, by their labels, and save."""
    fill(page, part, **values)
    save(page)


def fill(page: Page, part: str, **values: str) -> None:
    """Fill fields of the part that is open, by their labels."""
    page.get_by_role("button", name=f"{part}を記入する").click()
    form = page.locator("form.sheet")
    for label, value in values.items():
        choice = form.get_by_role("combobox", name=label, exact=True)
        field = form.get_by_role("textbox", name=label, exact=True)
        expect(choice.or_(field)).to_be_visible()
        if choice.count():
            choice.select_option(label=value)
        else:
            field.fill(value)


def save(page: Page) -> None:
    """Save the part that is open."""
    page.get_by_role("button", name="保存する").click()
    expect(page.get_by_role("button", name="保存する")).to_have_count(0)


def move(page: Page, name: str, reason: str = "", approval: str = "") -> None:
    """Choose a move of the project that is shown, and record it."""
    dialog = choose(page, name)
    if reason:
        dialog.get_by_role("textbox", name="理由").fill(reason)
    if approval:
        dialog.get_by_label("決裁番号").fill(approval)
    record(dialog, name)


def choose(page: Page, name: str) -> Locator:
    """Choose a move of the project that is shown; return the dialog that will record it."""
    page.get_by_role("button", name="段階を動かす").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("radio", name=re.compile(name)).check()
    return dialog
