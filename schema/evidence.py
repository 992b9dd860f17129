"""Evidence (証拠書類): files that show what a part of a cycle's sheet says."""

import datetime as dt
from typing import Final

import strawberry

from schema.available import capacities_of_viewer
from schema.context import Info
from schema.ids import optional_uuid_of
from schema.nodes import Node, backed_by, field, later, plain
from schema.on_behalf import ON_BEHALF_OF
from schema.people import Person
from schema.proofs import sha256
from schema.scalars import Hash
from workflows import records
from workflows.authority import ROLES, Act, Capacity, may
from workflows.stages import SheetPart, Stage

Parent = strawberry.Parent[records.Evidence]
PATH: Final = "/evidence"
"""Where files are sent to, and beneath which they are fetched."""


def url_of(evidence: records.Evidence) -> str:
    """Return where the file is, on this server."""
    return f"{PATH}/{evidence.public_id}"


def _url(parent: Parent) -> str:
    return url_of(parent)


def bare_type(media_type: str) -> str:
    """Return a media type without its parameters."""
    return media_type.partition(";")[0]


def charset_of(media_type: str) -> str | None:
    """Return the charset of a media type, in small letters; None where it has none."""
    return media_type.partition("charset=")[2] or None


def _media_type(parent: Parent) -> str:
    return bare_type(parent.media_type)


def _charset(parent: Parent) -> str | None:
    return charset_of(parent.media_type)


def _sha256(parent: Parent) -> Hash:
    return sha256(parent.sha256)


async def _cycle(parent: Parent, info: Info) -> records.Cycle | None:
    return await info.context.loaders.row(records.Cycle, parent.cycle_id)


async def _project(parent: Parent, info: Info) -> records.Project | None:
    return await info.context.loaders.row(records.Project, parent.project_id)


async def _attached_by(parent: Parent, info: Info) -> records.Person | None:
    return await info.context.loaders.row(records.Person, parent.attached_by_id)


@strawberry.type(description="A file that shows what a part of a cycle's sheet says (証拠書類).")
class Evidence(Node):
    """The file itself is fetched at `url`."""

    is_type_of = backed_by(records.Evidence, "Evidence")
    part: SheetPart = plain("The part of the sheet that it belongs to.")
    name: str = plain("The file's name, as its owner called it.")
    note: str = plain("What its owner says of it; may be empty.")
    media_type = field(
        _media_type, str, "What it is, by its content, for instance application/pdf or text/csv."
    )
    charset = field(_charset, str | None, "Of text: utf-8 or shift_jis; null for other files.")
    size: int = plain("In bytes.")
    sha256 = field(_sha256, Hash, "Of the file; the record is bound to it by this.")
    url: str = strawberry.field(
        resolver=_url,
        description="Where it is fetched, on this server, by who may see it: always as a download.",
    )
    attached_at: dt.datetime = plain("When it was attached.")
    attached_by = field(
        _attached_by, Person | None, "Who attached it; null for who may not see people."
    )
    withdrawn: bool = plain("Whether it was withdrawn: it does not count any more, and stays.")
    cycle = field(_cycle, later("Cycle", "schema.cycles"), "Whose evidence it is.")
    project = field(_project, later("Project", "schema.projects"), "Whose cycle it is.")


async def evidence_of_cycle(
    parent: strawberry.Parent[records.Cycle], info: Info
) -> list[records.Evidence]:
    """Return the evidence of a cycle, the earliest first."""
    return await info.context.loaders.evidence(parent.id)


async def viewer_can_attach(
    parent: strawberry.Parent[records.Cycle], info: Info, on_behalf_of: ON_BEHALF_OF = None
) -> bool:
    """Return whether the viewer may attach evidence to the parts that a cycle has come to."""
    if parent.stage is Stage.CLOSED or info.context.person_id is None:
        return False
    owner = await info.context.loaders.owner(parent.project_id)
    held = capacities_of_viewer(info, optional_uuid_of(on_behalf_of, records.Person))
    roles, today = ROLES[Act.ATTACH_EVIDENCE], info.context.today
    return isinstance(may(roles, held, today, owner.department_id), Capacity)
