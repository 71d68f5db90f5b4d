"""Recognises among messages of a DLQ what a run has sent."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from evwatch.deadletters.decode import Surroundings, decode_all
from evwatch.model.deadletter import Message
from evwatch.redrive.engine.tools import Shift
from evwatch.redrive.journal.entries import Met
from evwatch.redrive.targets.names import known_names


class CameBack(NamedTuple):
    """MessageIds under which messages are in the DLQ again."""

    proved: set[str]
    probable: set[str]
    """They failed as messages of the run did, but carry no id that proves where they came from."""


async def came_back(shift: Shift, received: Sequence[Message]) -> CameBack:
    """What of this the run has sent; it is written down as such. Raises EvwatchError."""
    tools, job = shift.tools, shift.job
    letters = await decode_all(received, Surroundings(job.dlq, job.flow, tools.clock.now()))
    met = [Met(letter.id, letter.group, known_names(letter)) for letter in letters]
    return CameBack(*await tools.journal.met_again(job.run, met))
