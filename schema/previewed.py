"""What an act that is looked at before it is done is asked with."""

import dataclasses
import hashlib

from schema.context import Info
from workflows.unit import Request


def looking(info: Info, act: str) -> Request:
    """Return what a preview is asked with: it writes nothing, so it has no key and no input."""
    return Request(
        municipality_id=info.context.municipality_id,
        act=act,
        actor_id=info.context.person_id,
        credential=info.context.credential,
    )


def by_fingerprint(asked: Request, name: str, text: str) -> Request:
    """Return the same with a text's SHA-256 in its place: no record need hold the text itself."""
    digest = hashlib.sha256(text.encode(errors="replace")).hexdigest()
    return dataclasses.replace(asked, given=asked.given | {name: digest})
