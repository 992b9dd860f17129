"""Scalars: what they accept, on their own and in an input, and how they are written back."""

import datetime as dt
from typing import Any, Final

import pytest

from tests.schema.asking import Answer, ask, error_codes, key
from tests.schema.conftest import Towns
from tests.schema.verbs import VERBS, Desk
from tests.town import Town

BAD: Final = ["BAD_USER_INPUT"]
HISTORY_FROM: Final = "query($v: DateTime) { history(where: {recordedFrom: $v}) { totalCount } }"
OWNED_ON: Final = "query($v: Date) { departments { projects(on: $v) { id } } }"


async def accepted(town: Town, document: str, values: list[object]) -> None:
    """Check that values are accepted."""
    for value in values:
        assert await error_codes(town, document, v=value) == [], value


async def refused(town: Town, document: str, values: list[object]) -> None:
    """Check that values are refused, with a message that says what the scalar wants."""
    for value in values:
        assert await error_codes(town, document, v=value) == BAD, value


async def test_a_moment_exists_and_has_an_offset(read_towns: Towns) -> None:
    """RFC 3339: what has no offset could be any moment of a day."""
    town = read_towns.small
    fine = ["2026-04-01T09:00:00+09:00", "2026-04-01t00:00:00.123456789z", "2026-04-01T00:00:00Z"]
    await accepted(town, HISTORY_FROM, [*fine, None])
    await refused(
        town,
        HISTORY_FROM,
        [
            *("2026", "2026-04-01", "2026-04-01T09:00:00", "2026-04-01 09:00:00Z", "", "x", 2026),
            *("2026-02-30T00:00:00Z", "2026-04-01T25:00:00Z", "2026-04-01T00:00:00+99:99", True),
            *(
                "２０２６-04-01T00:00:00Z",
                "2026-04-01T00:00:00Z\n",
                "\0",
                "\ud800",
                10**40,
                [1],
                {},
            ),
            *("0001-01-01T00:00:00+09:00", "9999-12-31T23:59:59-12:00", "0000-01-01T00:00:00Z"),
        ],
    )


async def test_a_day_exists(read_towns: Towns) -> None:
    """YYYY-MM-DD, and in the calendar."""
    await accepted(
        read_towns.small, OWNED_ON, ["2026-04-01", "2024-02-29", "0001-01-01", "9999-12-31"]
    )
    await refused(
        read_towns.small,
        OWNED_ON,
        [
            *("2026-02-29", "2026-4-1", "20260401", "2026-W01-1", "２０２６-04-01", "", "x", 1, []),
            *("0000-01-01", "10000-01-01", "2026-04-01T00:00:00Z", "2026-04-01\n", "\0", True),
        ],
    )


async def test_a_moment_means_the_same_in_every_offset(read_towns: Towns) -> None:
    """It is written in UTC, and compared as a moment and not as a text."""
    town = read_towns.small
    document = "{ history(first: 30) { nodes { sequence recordedAt } } }"
    entry = (await ask(town, document, "auditor"))["history"]["nodes"][-1]
    assert entry["recordedAt"].endswith("Z")
    moment = dt.datetime.fromisoformat(entry["recordedAt"])
    counts = set()
    for hours in (-12, 0, 9, 14):
        zone = dt.timezone(dt.timedelta(hours=hours))
        asked = {"v": moment.astimezone(zone).isoformat()}
        counts.add((await ask(town, HISTORY_FROM, "auditor", **asked))["history"]["totalCount"])
    assert counts == {30}


@pytest.mark.parametrize(
    "value",
    [
        *(
            "",
            "x",
            "0" * 31,
            "0" * 33,
            "{" + "0" * 32 + "}",
            "urn:uuid:" + "0" * 32,
            "0" * 30 + "1_",
        ),
        *("０" * 32, " " + "0" * 31, "+" + "0" * 31, "\0" * 32, 1, True, None, [], {}),
    ],
)
async def test_a_key_is_a_uuid(read_towns: Towns, value: object) -> None:
    """Thirty-two hexadecimal digits with or without their hyphens, and nothing that looks alike."""
    asked = {"name": "新任", "staffNumber": "1", "idempotencyKey": value}
    assert await error_codes(read_towns.small, VERBS["registerPerson"], "admin", input=asked) == BAD


async def planned(desk: Desk, **values: object) -> Answer:
    """Return what editing a plan with one indicator answers."""
    cycle = await desk.cycle("1_05")
    asked = {"cycle": cycle["id"], "expectedRevision": cycle["revision"]}
    indicator = {"name": "一", **{k: v for k, v in values.items() if k != "budgetYen"}}
    part: Answer = {"indicators": [indicator]}
    if "budgetYen" in values:
        part["budgetYen"] = values["budgetYen"]
    return await desk.act("editSheet", "lead", **asked, part={"plan": part})


async def test_decimals_are_kept_as_they_were_given(towns: Towns) -> None:
    """Numbers and texts, full-width and with separators; never rounded on the way."""
    desk = Desk(towns.small)
    document = """{ project(ref: {code: "1_05"}) { currentCycle { indicators { baseline } } } }"""
    for given, kept in (
        ("12.5", "12.5"),
        (12.5, "12.5"),
        (12, "12"),
        ("１２．５０", "12.50"),
        ("1,234,567", "1234567"),
        ("-0.000001", "-0.000001"),
        ("123456789012345.123456", "123456789012345.123456"),
        ("0.1", "0.1"),
        ("", None),
        (None, None),
    ):
        answer = await planned(desk, baseline=given, unit=str(kept))
        assert answer["__typename"] == "SheetEdited", answer
        told = (await ask(desk.town, document, "office"))["project"]["currentCycle"]["indicators"]
        assert told == [{"baseline": kept}]
    for wrong in ("1e5", "NaN", "Infinity", "1.2.3", "十二", "1" * 16, "1,23", 1e300, 10**20, "\0"):
        answer = await planned(desk, baseline=wrong)
        path = ["part", "plan", "indicators", "0", "baseline"]
        assert (answer["__typename"], answer["path"]) == ("InvalidInput", path), wrong


async def test_yen_are_whole_and_not_negative(towns: Towns) -> None:
    """Up to fifteen digits, as a number; what is left out stays, and null takes it away."""
    desk = Desk(towns.small)
    for number, amount in enumerate((0, 1, 999_999_999_999_999)):
        answer = await planned(desk, budgetYen=amount, unit=str(number))
        assert answer["cycle"]["sheet"]["budgetYen"] == amount
    assert (await planned(desk, unit="円"))["cycle"]["sheet"]["budgetYen"] == 999_999_999_999_999
    assert (await planned(desk, budgetYen=None))["cycle"]["sheet"]["budgetYen"] is None
    for wrong in (-1, 10**15):
        answer = await planned(desk, budgetYen=wrong)
        assert (answer["__typename"], answer["path"][-1]) == ("InvalidInput", "budgetYen")
    for bad in (1.5, "100", True, 2**53 + 1, -(2**70), [], {}):
        cycle = await desk.cycle("1_05")
        part = {"plan": {"budgetYen": bad}}
        asked = {"cycle": cycle["id"], "expectedRevision": cycle["revision"], "part": part}
        document, made = VERBS["editSheet"], {"idempotencyKey": key()}
        assert await error_codes(desk.town, document, "lead", input={**asked, **made}) == BAD, bad


@pytest.mark.parametrize(
    "argument",
    [
        f"where: {{inStageLongerThanDays: {2**31}}}",
        "fiscalYear: 2147483648",
        "fiscalYear: 2026.5",
        'fiscalYear: "2026"',
        "first: 1" + "0" * 5_000,
        "where: {stage: [START]}",
        "where: {stage: [null]}",
        "where: {code: 1}",
        "where: {overdue: 1}",
        "orderBy: [{direction: ASC}]",
        'where: {search: "\\u{D800}"}',
    ],
)
async def test_literals_are_checked_before_anything_is_read(
    read_towns: Towns, argument: str
) -> None:
    """A document with a value of another type is not valid."""
    document = f"{{ projects({argument}) {{ totalCount }} }}"
    codes = await error_codes(read_towns.small, document)
    assert codes[0] in {"GRAPHQL_VALIDATION_FAILED", "GRAPHQL_PARSE_FAILED"}


async def test_literals_of_our_scalars_are_checked(towns: Towns) -> None:
    """Written into the document, they are refused as they are in variables."""
    for literal in ('"2026-04-01"', "5", "1.5", "{}", "[]", "true", "x", "1" + "0" * 5_000):
        document = f"{{ history(where: {{recordedFrom: {literal}}}) {{ totalCount }} }}"
        codes = await error_codes(towns.small, document)
        assert codes in (["GRAPHQL_VALIDATION_FAILED"], BAD), literal[:20]
    indicators: Any = '[{name: "一", baseline: %s}]'
    for literal, typename in (("12.5", None), ("1" + "0" * 5_000, None), ("true", None)):
        document = f"""mutation {{ editSheet(input: {{ idempotencyKey: "{key()}", cycle: "cyc_",
          expectedRevision: 1, part: {{plan: {{indicators: {indicators % literal}}}}} }})
          {{ __typename }} }}"""
        codes = await error_codes(towns.small, document, "lead")
        assert codes in ([], ["GRAPHQL_VALIDATION_FAILED"], BAD), (literal[:20], typename)
