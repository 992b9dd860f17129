"""How something outside answered when it was last asked."""

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tried:
    """When it was asked, and what went wrong; empty where nothing did."""

    at: dt.datetime
    failure: str = ""
