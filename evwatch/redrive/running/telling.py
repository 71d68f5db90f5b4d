"""Tells whoever started a run how it gets on."""

from __future__ import annotations

from evwatch.model.run import Phase, Progress
from evwatch.redrive.engine.tools import Tally
from evwatch.redrive.running.speed import Speed
from evwatch.redrive.running.turn import Turn


class Teller:
    """Makes progress of what was counted: how fast it is, and how long what is `expected` still takes."""

    def __init__(self, turn: Turn) -> None:
        self.expected: int | None = None
        """Messages that the run is about, as far as is known."""
        self._turn = turn
        self._speed = Speed(turn.watch.eye.clock.monotonic)

    def say(self, phase: Phase, tally: Tally, seconds_left: float | None = None) -> None:
        """Tell it; `seconds_left` of a phase that ends by the clock."""
        run = self._turn.run
        moved = tally.deleted if run.kind == "delete" else tally.sent
        rate = self._speed.of(moved)
        left = None
        if self.expected is not None:
            left = max(0, self.expected - moved - tally.failed - tally.skipped - tally.undecided)
        self._turn.tell(
            Progress(
                run=run.id,
                phase=phase,
                kind=run.kind,
                sent=moved,
                deleted=tally.deleted,
                failed=tally.failed,
                undecided=tally.undecided,
                skipped=tally.skipped,
                bounced=tally.bounced,
                expected=self.expected,
                rate=rate,
                eta_seconds=round(left / rate, 1) if left is not None and rate else None,
                seconds_left=seconds_left,
            )
        )
