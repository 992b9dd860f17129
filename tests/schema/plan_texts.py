"""Later texts of the larger town's plan, written as things stand."""

from typing import Final

from tests.schema.asking import Answer, ask
from tests.schema.towns import small_plan
from tests.town import Town
from workflows.records import Ownership

PREVIEW: Final = """query($input: PreviewPlanInput!) { previewPlan(input: $input) {
  __typename
  ... on PlanPreview {
    summary { title published municipalityName lastFiscalYear policyCount categoryCount projectCount
      departmentCount }
    problems { line kind message en: message(lang: EN) } problemCount
    mended { line where rule before after note en: note(lang: EN) } mendedCount
    isUnchanged
    added { code title owner project { id } changes { name } } addedCount
    changed { code title owner project { id } changes { name before after } } changedCount
    missing { code title owner project { id } } missingCount
    headings { code name changes { name before after } }
    newUnits blockedBy { kind about message en: message(lang: EN) } sha256
  }
  ... on UserError { code path message }
  ... on Forbidden { requiredRoles }
} }"""


async def text_as_it_stands(town: Town, name: str = "八戸市", size: int = 46) -> str:
    """Return the text that a town was founded with, every project under its owner of today."""
    lines = small_plan(name, size).decode().split("\n")
    owned = Ownership.of(town.id).filter(ends_on__isnull=True)
    for one in await owned.select_related("project", "department", "group"):
        for number, line in enumerate(lines):
            cells = line.split(" | ")
            if cells[0] == f"| {one.project.code}":
                cells[1:3] = [one.department.name, one.group.name if one.group else "-"]
                lines[number] = " | ".join(cells)
    return "\n".join(lines)


async def changed_text(town: Town) -> str:
    """Return a text that changes what the first project is about."""
    text = await text_as_it_stands(town)
    return text.replace("八戸市の内容。", "八戸市の改めた内容。", 1)


async def preview(town: Town, text: str, who: str | None = "office") -> Answer:
    """Return what is said of a text."""
    found: Answer = (await ask(town, PREVIEW, who, input={"text": text}))["previewPlan"]
    return found


async def valid_import(town: Town) -> Answer:
    """Return what importPlan can be asked with."""
    text = await changed_text(town)
    return {"text": text, "expectedPreview": (await preview(town, text))["sha256"]}
