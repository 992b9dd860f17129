"""What whoever asks may still ask."""

import datetime as dt

import strawberry


@strawberry.type(
    description="What the viewer's operations may cost in a minute. It is refilled steadily."
)
class Budget:
    """The bucket of costs."""

    limit: int = strawberry.field(description="Points a minute.")
    remaining: int = strawberry.field(
        description="Points that are left now. At none, requests are refused: RATE_LIMITED."
    )
    resets_at: dt.datetime = strawberry.field(
        description="When all of it is there again, if nothing is asked until then."
    )
