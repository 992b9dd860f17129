"""A reshuffle (人事異動): the appointments that are wanted from a day on, held against those there are.

Pure: what is wanted and how things stand go in, what is to be done comes out. Doing it makes every
named person hold, on each day from that day on, what the list says and nothing else, and changes
nothing about the days before; planning it anew then finds nothing to do.
"""

from workflows.reshuffle.named import Known
from workflows.reshuffle.plan import Plan, Step, StepKind, plan
from workflows.reshuffle.situation import Held, Situation
from workflows.reshuffle.spans import Span

__all__ = ["Held", "Known", "Plan", "Situation", "Span", "Step", "StepKind", "plan"]
