"""A later text of the plan, as the office's page has it: previewed, then taken over."""

import hashlib
from typing import Any

import pytest

from tests.schema.asking import Answer, ask, key
from tests.schema.conftest import Towns
from tests.schema.plan_texts import changed_text, preview, text_as_it_stands
from tests.schema.verbs import Desk
from workflows.records import Event, EventKind, Plan
from workflows.replay import audit


@pytest.fixture
def desk(towns: Towns) -> Desk:
    """Sit down in the larger town."""
    return Desk(towns.large)


async def take_over(desk: Desk, text: str, sha256: str | None, **given: Any) -> Answer:  # noqa: ANN401 - the input's own
    """Return the answer to a text that is taken over."""
    asked = {"text": text, "expectedPreview": sha256 or "", **given}
    return await desk.act("importPlan", given.pop("who", "office"), **asked)


def changes_of(found: Answer) -> dict[str, dict[str, tuple[str, str]]]:
    """Return each changed project's fields, before and after."""
    return {
        one["code"]: {
            c["name"]: ("\n".join(c["before"]), "\n".join(c["after"])) for c in one["changes"]
        }
        for one in found["changed"]
    }


def enlarged(text: str) -> str:
    """Return a text with another title and one project more, in a group that is new."""
    lines = text.split("\n")
    last = max(n for n, line in enumerate(lines) if line.startswith("| 6_01"))
    added = lines[last].replace("6_01", "6_02").replace("八戸市の取組46", "加えた取組")
    lines.insert(last + 1, added.replace("| 総務課 | 行政防災G", "| 税務課 | 新しいG"))
    text = "\n".join(lines).replace("八戸市計画", "八戸市改定計画", 1)
    return text.replace("八戸市の分類6-1 | 1事業", "八戸市の分類6-1 | 2事業")


async def test_a_text_is_previewed_then_taken_over(desk: Desk) -> None:
    """Each field before and after, what is added and what the text lacks; then done, and recorded."""
    text = enlarged(await changed_text(desk.town))
    size = await desk.town.size()
    seen = await preview(desk.town, text)
    assert seen["problems"] == [], seen["problems"]
    assert (seen["problemCount"], seen["isUnchanged"], seen["blockedBy"]) == (0, False, [])
    assert seen["summary"]["projectCount"] == 47
    assert [(one["code"], one["title"], one["project"]) for one in seen["added"]] == [
        ("6_02", "加えた取組", None)
    ]
    changed = changes_of(seen)
    assert changed["1_01"]["content"] == ("八戸市の内容。", "八戸市の改めた内容。")
    project = await desk.project("1_01")
    assert seen["changed"][0]["project"]["id"] == project["id"]
    assert {one["code"] for one in seen["missing"]} == {"1_10", "1_11"}
    assert [one["changes"] for one in seen["headings"]] == [
        [{"name": "title", "before": ["八戸市計画"], "after": ["八戸市改定計画"]}]
    ]
    assert seen["newUnits"] == ["税務課 新しいG"]
    assert await desk.town.size() == size, "a preview writes nothing"

    given = {"idempotencyKey": key()}
    done = await take_over(desk, text, seen["sha256"], **given)
    assert done["__typename"] == "PlanImported", done
    assert (done["addedCount"], done["changedCount"]) == (1, seen["changedCount"])
    assert done["entry"]["__typename"] == "PlanImport"
    assert done["plan"]["title"] == "八戸市改定計画"
    assert done["plan"]["sourceSha256"] == hashlib.sha256(text.encode()).hexdigest()
    again = await take_over(desk, text, seen["sha256"], **given)
    assert again["replayed"] is True
    assert again["entry"] == done["entry"]
    assert (again["addedCount"], again["changedCount"]) == (1, seen["changedCount"])
    assert (await preview(desk.town, text))["isUnchanged"] is True
    assert await audit(desk.town.id) == []


async def test_the_record_says_who_took_it_over(desk: Desk) -> None:
    """The office's person and role stand on the first entry and on each project's."""
    text = await changed_text(desk.town)
    done = await take_over(desk, text, (await preview(desk.town, text))["sha256"])
    asked = """query($sequence: Int!) { entry(sequence: $sequence) { __typename
      actor { person { id } role } } }"""
    first = done["entry"]["sequence"]
    who = {"person": {"id": desk.person("office")}, "role": "OFFICE"}
    for sequence, kind in ((first, "PlanImport"), (first + 1, "ProjectChange")):
        entry = (await ask(desk.town, asked, "auditor", sequence=sequence))["entry"]
        assert entry == {"__typename": kind, "actor": who}


async def test_everything_wrong_is_told_with_its_line(desk: Desk) -> None:
    """In both languages, by line, and again when it is tried; the attempt leaves an entry."""
    text = await changed_text(desk.town)
    broken = text.replace("| 1_03 |", "| 1_04 |", 1).replace("| 2_01 |", "| 2.x |", 1)
    seen = await preview(desk.town, broken)
    kinds = [one["kind"] for one in seen["problems"]]
    assert {"DUPLICATE_PROJECT", "NUMBER_GAP", "MALFORMED_CODE"} <= set(kinds)
    assert seen["problemCount"] == len(kinds)
    assert seen["summary"] is None
    assert seen["sha256"] is None
    assert seen["problems"] == sorted(seen["problems"], key=lambda one: int(one["line"]))
    assert all(one["message"] != one["en"] for one in seen["problems"])
    plan = await Plan.of(desk.town.id).get()
    refused = await take_over(desk, broken, "0" * 64)
    assert refused["__typename"] == "PlanTextRefused"
    assert refused["problems"] == seen["problems"]
    assert (refused["code"], refused["path"]) == ("PLAN_TEXT_REFUSED", ["text"])
    assert f"{len(kinds)}件" in refused["message"]
    assert (await Plan.of(desk.town.id).get()).source_sha256 == plan.source_sha256
    entry = await Event.of(desk.town.id).order_by("-sequence").first()
    assert entry is not None
    assert entry.kind is EventKind.REFUSAL
    given = entry.document["details"]["given"]
    assert given["text"] == hashlib.sha256(broken.encode()).hexdigest(), "not the text itself"


async def test_what_no_text_can_do_is_told(desk: Desk) -> None:
    """Another town, period, owner, category, and a new category: named, and nothing is done."""
    text = await changed_text(desk.town)
    other = text.replace("青森県八戸市", "青森県三戸町", 1).replace("令和30年度", "令和29年度")
    other = other.replace("| 1_03 | 税務課 | -", "| 1_03 | 総務課 | 行政防災G", 1)
    other = other.replace("1-1 八戸市の分類1-1", "1-2 八戸市の分類1-2", 1)
    other = other.replace("八戸市の分類1-1 | 3事業", "八戸市の分類1-1 | 2事業")
    other = other.replace("八戸市の分類1-2 | 3事業", "八戸市の分類1-2 | 4事業")
    seen = await preview(desk.town, other)
    assert seen["problems"] == [], seen["problems"]
    told = {one["kind"]: one["about"] for one in seen["blockedBy"]}
    assert told == {
        "OTHER_TOWN": ["三戸町"],
        "OTHER_PERIOD": ["2047"],
        "OTHER_OWNER": ["1_03"],
        "OTHER_CATEGORY": ["1_01"],
    }
    assert seen["sha256"] is None
    refused = await take_over(desk, other, "0" * 64)
    assert refused["__typename"] == "PlanTextRefused"
    assert refused["obstacles"] == seen["blockedBy"]


async def test_only_what_was_previewed_is_done(desk: Desk) -> None:
    """Another text, or a plan that changed since, is a conflict that tells what would be done now."""
    text = await changed_text(desk.town)
    sha256 = (await preview(desk.town, text))["sha256"]
    longer = text.replace("八戸市の改めた内容。", "八戸市のさらに改めた内容。")
    refused = await take_over(desk, longer, sha256)
    assert refused["__typename"] == "PreviewOutdated"
    assert refused["currentPreview"] == (await preview(desk.town, longer))["sha256"]

    project = await desk.project("1_01")
    amended = {"project": project["id"], "expectedRevision": project["revision"], "content": "別"}
    await desk.done(
        "revisePlan",
        "office",
        summary="見直し",
        reason="国の方針",
        effectiveOn="2027-04-01",
        amendments=[amended],
    )
    outdated = await take_over(desk, text, sha256)
    assert outdated["__typename"] == "PreviewOutdated"
    fresh = await preview(desk.town, text)
    assert changes_of(fresh)["1_01"]["content"] == ("別", "八戸市の改めた内容。")
    assert (await take_over(desk, text, fresh["sha256"]))["__typename"] == "PlanImported"


async def test_the_same_text_again_changes_nothing(desk: Desk) -> None:
    """It is known by its fingerprint, and there is nothing to do."""
    text = await changed_text(desk.town)
    await take_over(desk, text, (await preview(desk.town, text))["sha256"])
    seen = await preview(desk.town, text)
    assert seen["isUnchanged"] is True
    assert seen["sha256"] is None
    refused = await take_over(desk, text, "0" * 64)
    assert [one["code"] for one in refused["blockedBy"]] == ["NO_CHANGE"]


async def test_mends_are_told_with_what_was_there(desk: Desk) -> None:
    """Full-width digits, list markup: line, place, before, after, rule and why."""
    text = await changed_text(desk.town)
    widened = text.replace("| 1_02 |", "| １_０２ |", 1).replace("\n", "\r\n")
    seen = await preview(desk.town, widened)
    rules = {one["rule"]: one for one in seen["mended"]}
    assert {"line-ends", "normalised"} <= rules.keys()
    assert (rules["normalised"]["before"], rules["normalised"]["after"]) == ("１_０２", "1_02")
    assert rules["normalised"]["note"]
    assert rules["normalised"]["en"] != rules["normalised"]["note"]
    assert seen["mendedCount"] == len(seen["mended"])


@pytest.mark.parametrize("who", ["admin", "lead", "auditor", "nobody", None])
async def test_only_the_office_looks_at_texts(desk: Desk, who: str | None) -> None:
    """Others are refused, and are told nothing of the text."""
    answer = await preview(desk.town, "壊れた文書", who)
    assert answer["__typename"] == ("Forbidden" if who else "NotSignedIn")
    asked = {"text": "壊れた文書", "expectedPreview": ""}
    refused = await desk.act("importPlan", who, **asked)
    assert refused["__typename"] == ("Forbidden" if who else "NotSignedIn")


async def test_tried_only_it_changes_nothing(desk: Desk) -> None:
    """`validateOnly` answers as if."""
    text = await changed_text(desk.town)
    sha256 = (await preview(desk.town, text))["sha256"]
    size = await desk.town.size()
    answer = await take_over(desk, text, sha256, validateOnly=True)
    assert answer["__typename"] == "Validated"
    assert await desk.town.size() == size


async def test_names_of_policies_and_categories_follow_the_text(desk: Desk) -> None:
    """They are headings, not projects: told before, and taken over."""
    text = await text_as_it_stands(desk.town)
    text = text.replace("八戸市の分類1-1", "八戸市の新しい分類1-1")
    text = text.replace("八戸市の方針2", "八戸市の新しい方針2")
    seen = await preview(desk.town, text)
    named = {one["code"]: [c["name"] for c in one["changes"]] for one in seen["headings"]}
    assert named == {"2": ["name"], "1-1": ["name", "nameInSource"]}
    await take_over(desk, text, seen["sha256"])
    asked = "{ categories { code name } plan { policies { code name } } }"
    found = await ask(desk.town, asked)
    assert found["categories"][0] == {"code": "1-1", "name": "八戸市の新しい分類1-1"}
    assert found["plan"]["policies"][1] == {"code": "2", "name": "八戸市の新しい方針2"}
    assert await audit(desk.town.id) == []


async def test_no_text_breaks_the_reader(desk: Desk) -> None:
    """Nothing, nonsense, half a character, a long text of faults: told within bounds."""
    for text in ("", "\ud800", "|" * 20_000, "\x00", "|a|\n" * 50_000):
        seen = await preview(desk.town, text)
        assert seen["__typename"] == "PlanPreview"
        assert 0 < len(seen["problems"]) <= 500
        assert seen["problemCount"] >= len(seen["problems"])
