"""How it is said on whose behalf something is done, or looked at (代決)."""

from typing import Annotated

import strawberry

from schema.inputs import ActInput, optional

ON_BEHALF_OF = Annotated[
    strawberry.ID | None,
    strawberry.argument(description="代決: as on behalf of this person, see `viewer { actsFor }`."),
]


@strawberry.input(description="What an act is asked with that may be done on somebody's behalf.")
class ActForInput(ActInput):
    """Common to all acts of staff, leads and the office."""

    on_behalf_of: strawberry.ID | None = optional(
        "代決: the person whose decision it is. Only their appointments count then, and only where "
        "an admin has given the viewer leave that holds today: see `viewer { actsFor }`."
    )
