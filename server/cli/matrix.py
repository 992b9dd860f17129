"""The matrix of who may see and do what, as Markdown: printed from the tables that decide."""

from collections.abc import Iterable
from typing import Final

import typer

from schema.rights import RIGHTS
from workflows.authority import ROLES
from workflows.readings import ENTRIES, READINGS, ROWS, Audience, Reading
from workflows.records import EventKind
from workflows.shown import CHANGES, RAW
from workflows.stages import MOVES, SCOPED_ROLES, Role

YES, NO, DEPARTMENT, OWN = "yes", "–", "own department", "own"
MEANINGS: Final[dict[Reading, str]] = {
    Reading.PUBLISHED: (
        "the plan; projects with stage, status, owner and moves; "
        "of sheets, what the stages that are over say (above)"
    ),
    Reading.DRAFT: "the part of a sheet that the stage leaves open, and what is younger",
    Reading.STAFF_DIRECTORY: "people, appointments, delegations, who evaluated",
    Reading.NAMES: "who did what, in the history",
    Reading.COMMENTS: "reasons, interim reports, approval numbers, most changes",
    Reading.COOPERATION: "rollouts, their entries, corrections",
    Reading.EDITS: "edits of sheets, the sheet before a move, what a move changed",
    Reading.EVIDENCE: "evidence with its files, and entries about it",
    Reading.FINDINGS: "findings with their answers, and entries about them",
    Reading.DISCUSSION: "comments, and entries about them",
    Reading.REFUSALS: "refused attempts",
    Reading.PERSONNEL: "entries about people and appointments",
    Reading.ACCOUNTS: "entries about accounts, sessions and tokens",
    Reading.COPIES: "copies of the record that were taken, and entries about them",
    Reading.INSTALLATION: "how the installation is set up, and how it fares",
    Reading.RAW_WORK: "the canonical text of entries about the plan and its projects",
    Reading.RAW_REFUSALS: "the canonical text of refused attempts",
    Reading.RAW_PEOPLE: "the canonical text of entries about people and accounts",
}


def row(cells: Iterable[str]) -> str:
    """Return one line of a table."""
    return f"| {' | '.join(cells)} |"


def table(head: tuple[str, ...], rows: Iterable[Iterable[str]]) -> list[str]:
    """Return a table's lines."""
    return [row(head), row("---" for _ in head), *map(row, rows)]


def seen(audience: Audience, role: Role | None) -> str:
    """Return how far somebody in a role, or without any, sees something."""
    if audience.anybody or role in audience.anywhere:
        return YES
    own = [OWN] if audience.own else []
    return ", ".join([DEPARTMENT, *own] if role in audience.own_department else own) or NO


def reading() -> list[str]:
    """Return who may see what."""
    head = ("what", "", "anonymous", "no role", *Role)
    return table(
        head,
        (
            (
                f"`{what}`",
                MEANINGS[what],
                YES if audience.anybody else NO,
                seen(audience, None),
                *(seen(audience, role) for role in Role),
            )
            for what, audience in READINGS.items()
        ),
    )


def entries() -> list[str]:
    """Return what it takes to see an entry of each kind, its changes and its text."""
    return table(
        ("entry", "that there is one", "its changes", "its text (`body`)"),
        (
            (f"`{kind}`", *(f"`{w}`" for w in (ENTRIES[kind], CHANGES[kind], RAW[ENTRIES[kind]])))
            for kind in EventKind
        ),
    )


def rows() -> list[str]:
    """Return what it takes to see a row of each table."""
    return table(
        ("rows of", "what it takes"),
        ((f"`{model.__name__}`", f"`{what}`") for model, what in ROWS.items()),
    )


def may(roles: Iterable[Role], *, anybody: bool = False, own: bool = False) -> list[str]:
    """Return the cells of an act: who may."""
    roles = frozenset(roles)
    rest = YES if anybody else OWN if own else NO
    allowed = [
        (DEPARTMENT if role in SCOPED_ROLES else YES) if role in roles else rest for role in Role
    ]
    return [YES if anybody else NO, rest, *allowed]


def acting() -> list[str]:
    """Return who may do what: each mutation, each move, each other deed."""
    head = ("anonymous", "no role", *Role)
    moves: dict[str, frozenset[Role]] = {}
    for move in MOVES:
        moves[move.trigger] = moves.get(move.trigger, frozenset()) | move.roles
    mutations = (
        (f"`{name}`", *may(right.roles, anybody=right.anybody, own=right.own))
        for name, right in RIGHTS.items()
    )
    return [
        *table(("mutation", *head), mutations),
        "",
        *table(("move", *head), ((f"`{name}`", *may(roles)) for name, roles in moves.items())),
        "",
        *table(("deed", *head), ((f"`{act}`", *may(roles)) for act, roles in ROLES.items())),
    ]


def text() -> str:
    """Return the whole matrix."""
    parts = (
        ("Who may see what", reading()),
        ("What it takes to see an entry of the record", entries()),
        ("What it takes to see other rows", rows()),
        ("Who may do what", acting()),
    )
    return "\n".join("\n".join((f"## {title}", "", *lines, "")) for title, lines in parts)


def run() -> None:
    """Print the matrix."""
    typer.echo(text(), nl=False)
