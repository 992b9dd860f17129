"""The reader gives back exactly what was written, whatever the plan's shape."""

from collections.abc import Iterable

from hypothesis import given, settings
from hypothesis import strategies as st

from seed.reader import Mended, PlanText, ProjectText, read
from seed.values import MendRule
from tests.seed.plans import COLUMNS, Plan, plans

few = settings(max_examples=40, deadline=None)
many = settings(max_examples=100, deadline=None)


def _values(plan: PlanText) -> tuple[object, ...]:
    return (
        (plan.title, plan.prefecture, plan.municipality_name, plan.last_fiscal_year),
        [(policy.code, policy.name) for policy in plan.policies],
        [
            (each.policy_code, each.code, each.name, each.name_in_source, each.project_count)
            for each in plan.categories
        ],
        [
            (
                each.code,
                each.department,
                each.group,
                each.category_code,
                each.title,
                each.content,
                each.expected_effects,
            )
            for each in plan.projects
        ],
    )


def _written_values(plan: Plan) -> tuple[object, ...]:
    return (
        (plan.title, plan.prefecture, plan.municipality, 2018 + plan.year),
        list(plan.policies.items()),
        [
            (policy, each.code, each.name, each.name, each.count)
            for policy, entries in plan.categories.items()
            for each in entries
        ],
        [
            (
                each.code,
                each.department,
                each.group,
                each.category.code,
                each.title,
                each.content,
                each.effects,
            )
            for each in plan.projects
        ],
    )


@many
@given(plans())
def test_the_reader_gives_back_what_was_written(plan: Plan) -> None:
    """Any number of policies, categories, tables and rows, columns in any order, both styles."""
    written = plan.write()
    text = read(written.raw())
    assert _values(text) == _written_values(plan)
    places = {each.code: each.line for each in text.categories}
    places |= {each.code: each.line for each in text.projects}
    assert places == {code: written.line_of[code] for code in places}
    assert {policy.line for policy in text.policies} == {
        written.line_of[f"policy {policy}"] for policy in plan.policies
    }
    assert all(each.raw == written.lines[each.line - 1] for each in text.projects)


@few
@given(plans())
def test_departments_are_listed_as_they_first_appear(plan: Plan) -> None:
    """Each department once, with each of its groups once."""
    text = read(plan.write().raw())
    names = list(dict.fromkeys(project.department for project in plan.projects))
    assert [each.name for each in text.departments] == names
    for each in text.departments:
        groups = [p.group for p in plan.projects if p.department == each.name and p.group]
        assert list(each.groups) == list(dict.fromkeys(groups))


@few
@given(plan=plans(), mark=st.booleans(), windows=st.booleans())
def test_byte_order_mark_and_windows_line_ends_are_listed(
    *, plan: Plan, mark: bool, windows: bool
) -> None:
    """They change no value, and each is listed once."""
    written = plan.write()
    raw = b"\xef\xbb\xbf" * mark + written.raw("\r\n" if windows else "\n")
    text = read(raw)
    assert _values(text) == _written_values(plan)
    assert all(each.raw == written.lines[each.line - 1] for each in text.projects)
    rules = [each.rule for each in text.mended]
    assert rules.count(MendRule.BYTE_ORDER_MARK) == mark
    assert rules.count(MendRule.LINE_ENDS) == windows


_WIDE = str.maketrans("0123456789_-", "０１２３４５６７８９＿－")


@few
@given(plans())
def test_full_width_codes_and_counts_are_read_and_listed(plan: Plan) -> None:
    """Each full-width code, count and date stands in the list with its usual form."""
    written = plan.write()
    for code, line in written.line_of.items():
        index = line - 1
        if "_" in code or "-" in code:
            for part in (code, "2事業", "1事業", "3事業"):
                cell = f"| {part} "
                written.lines[index] = written.lines[index].replace(cell, cell.translate(_WIDE))
    for project in plan.projects:
        index = written.line_of[project.code] - 1
        cell = f"{project.category.code} {project.category.name} |"
        usual = written.lines[index]
        written.lines[index] = usual.replace(cell, cell[:4].translate(_WIDE) + cell[4:])
    wide = read(written.raw())
    assert _values(wide) == _written_values(plan)
    listed = {each.where: each.after for each in wide.mended if each.rule is MendRule.NORMALISED}
    for project in plan.projects:
        assert listed[f"{project.code} No."] == project.code
        assert f"{project.code} 分類" in listed
    assert MendRule.CATEGORY_NAME not in {each.rule for each in wide.mended}
    for entry in (entry for entries in plan.categories.values() for entry in entries):
        assert listed[f"{entry.code} 分類"] == entry.code
        assert listed[f"{entry.code} 事業数"] == f"{entry.count}事業"


def replayed(project: ProjectText, order: tuple[str, ...], mended: Iterable[Mended]) -> list[str]:
    """Return the raw cells of a project after its mends, in the order of COLUMNS."""
    raw = project.raw.replace(r"\|", "\0").strip("| ").split("|")
    cells = {name: cell.strip().replace("\0", r"\|") for name, cell in zip(order, raw, strict=True)}
    for each in mended:
        column = each.where.removeprefix(f"{project.code} ")
        if each.line == project.line:
            assert each.before in cells[column]
            cells[column] = cells[column].replace(each.before, each.after, 1)
    return [cells[name] for name in COLUMNS]


def check_nothing_is_mended_silently(
    project: ProjectText, order: tuple[str, ...], plan: PlanText
) -> None:
    """Assert that the raw row and the list of mends together give the values."""
    names = {category.code: category.name for category in plan.categories}
    assert replayed(project, order, plan.mended) == [
        project.code,
        project.department,
        project.group or "",
        f"{project.category_code} {names[project.category_code]}",
        project.title,
        project.content,
        "\n".join(project.expected_effects),
    ]


@many
@given(plans())
def test_nothing_is_mended_silently(plan: Plan) -> None:
    """Replaying the list of mends over the raw cells gives the values."""
    text = read(plan.write().raw())
    orders: list[tuple[str, ...]] = []
    for number, (size, order) in enumerate(plan.tables):
        last = number == len(plan.tables) - 1
        orders += [order] * (len(plan.projects) if last else size)
    for project, order in zip(text.projects, orders, strict=False):
        check_nothing_is_mended_silently(project, order, text)
