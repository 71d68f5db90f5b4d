"""Screen 3, the dead letters of one queue: shows what is kept, and reads only when asked, saying what that costs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType

from evwatch.model.deadletter import DeadLetter
from evwatch.model.fault import Fault
from evwatch.model.look import Look, LookRequest
from evwatch.present.faults import fault_line
from evwatch.present.figures import age
from evwatch.present.gone import gone_line
from evwatch.present.key import Key
from evwatch.present.looks import (
    Guard,
    cost_line,
    note_line,
    note_lines,
    nothing_line,
    progress_line,
    sample_words,
    seen_line,
    stale_note,
)
from evwatch.screens.around import Around
from evwatch.screens.guards import known_guards, refused_by
from evwatch.screens.letter_actions import LetterActionsScreen
from evwatch.screens.live import NO_SESSION
from evwatch.screens.looks import Looks, Reading
from evwatch.screens.redrives import Redrives

_BEAT_SECONDS = 0.1
"""How often the count moves while one reads."""
_READ = Binding.Group("reading")


class DeadLettersScreen(LetterActionsScreen):
    """One queue, and the looks into it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+r", "read", "Read again", id="letters.read", group=_READ, tooltip="Asks first"),
    ]

    def __init__(
        self,
        key: Key,
        looks: Looks,
        redrives: Redrives,
        clock: Callable[[], datetime],
        *,
        lease_seconds: int,
        letter: str = "",
        read_only: bool = False,
        demo: bool = False,
    ) -> None:
        super().__init__(key, looks.desk(key[1]), clock, letter=letter, read_only=read_only, demo=demo)
        self._looks = looks
        self.redrives = redrives
        self.lease_seconds = lease_seconds
        self.around = Around(key, looks.snapshot)
        self._reading: Reading | None = None
        self._fault: Fault | None = None

    def on_mount(self) -> None:
        """Show what is kept; where nothing is, ask."""
        self._beat = self.set_interval(_BEAT_SECONDS, self.show_head, pause=True)
        self._follow(self._looks.reading(self.key[1]))
        look = self.around.look
        if look:
            self.show_look(look)
        elif self._reading is None:
            self.call_after_refresh(self.action_read)

    def on_unmount(self) -> None:
        """A look under way ends with what was read, and is kept; `Looks` sees to its release."""
        if self._reading:
            self._reading.tell = _nobody
            self._reading.stop()

    def tick(self) -> None:
        """Time has passed, and the queue may hold another number."""
        self.around = Around(self.key, self._looks.snapshot)
        self.header.places = (self.around.place,) if self.around.place else ()
        self.learn(self.around.log_reasons)
        self._show_gone()
        super().tick()

    def on_screen_resume(self) -> None:
        """What was done meanwhile shows at once."""
        self.tick()

    def show_look(self, look: Look) -> None:
        """Show this one from now on, without what is gone."""
        super().show_look(look)
        self.panels.show_gone({})
        self._show_gone()

    def _show_gone(self) -> None:
        """Messages that a run has taken out of the queue are not shown as still there."""
        shown = self.shown
        if shown and shown.lose(self.redrives.gone(shown.look)):
            self.panels.show_gone(shown.gone)
            self.show_marks()
            self.show_head()

    def head_lines(self, now: datetime) -> list[Text]:
        """What was read and what it has cost, or how the reading gets on, or why there is nothing."""
        shown, reading, width = self.shown, self._reading, max(20, self.size.width - 2)
        lines = []
        if shown:
            seen = seen_line(shown.look, len(shown.letters) if shown.filtered else None, width)
            lines.append(Text.assemble(seen, stale_note(shown.look, self.around.depth)))
            if reading is None:
                lines.append(cost_line(shown.look, now))
                if shown.gone:
                    lines.append(gone_line(shown.gone, len(shown.look.letters)))
                lines += note_lines(shown.look)
        else:
            lines.append(nothing_line(self.name_of_queue, reading is not None, width))
        if reading:
            lines.append(progress_line(reading.progress, reading.stopping))
            if reading.progress and reading.progress.note:
                lines.append(note_line(reading.progress.note))
        if self._fault:
            lines.append(fault_line(self._fault))
        return lines

    def read_so_far(self) -> Iterable[tuple[Key, DeadLetter]]:
        """The letters of every queue that was read."""
        return ((key, letter) for key, look in self._looks.kept() for letter in look.letters)

    def leave(self) -> None:
        """Back to where one came from."""
        self.dismiss()

    def action_back(self) -> None:
        """A look under way ends first."""
        if self._reading and not self._reading.stopping:
            self.action_stop()
        else:
            super().action_back()

    def action_sort(self) -> None:
        """The same key stops a look while one is under way."""
        if self._reading:
            self.action_stop()
        else:
            super().action_sort()

    # Reading.

    def action_read(self) -> None:
        """Say what a look would do, and ask."""
        if self._reading is None:
            self._ask(known_guards(self.around.queue, is_no_dlq=self.around.is_no_dlq))

    def _ask(self, guards: Sequence[Guard]) -> None:
        from evwatch.screens.look_ask import LookAskScreen

        around, sample = self.around, self.around.sample
        sampled = None
        if sample and sample.value and self.shown is None:
            sampled = sample_words(sample.value, age(sample.age(self.clock())))
        asking = LookAskScreen(
            self.name_of_queue,
            around.place,
            queue=around.queue,
            depth=lambda: self.around.depth,
            guards=guards,
            lease_seconds=self.lease_seconds,
            sampled=sampled,
        )
        self.app.push_screen(asking, self._asked)

    def _asked(self, request: LookRequest | None) -> None:
        if request:
            self._fault = None
            reading = self._looks.begin(self.key, self.around.queue, request, _nobody)
            if reading is None:
                self._fault = NO_SESSION
            self._follow(reading)
        elif self.shown is None and self._fault is None:
            self.call_later(self.leave)

    def _follow(self, reading: Reading | None) -> None:
        """Show how a look gets on."""
        self._reading = reading
        self.panels.groups.empty = self.panels.messages.empty = "reading …" if reading else "nothing was read"
        if reading:
            reading.tell = self._told
            self._beat.resume()
        else:
            self._beat.pause()
        self.show_head()

    def _told(self) -> None:
        if self._reading and self._reading.done:
            self.call_later(self._ended, self._reading)

    def _ended(self, reading: Reading) -> None:
        """A look has ended and released: show what it read, or why it did not."""
        if reading is not self._reading:
            return
        self._follow(None)
        reading.raise_defect()
        if reading.look:
            self.show_look(reading.look)
        elif reading.fault:
            guard = refused_by(reading.fault)
            if guard:
                known = known_guards(self.around.queue, is_no_dlq=self.around.is_no_dlq)
                self._ask(tuple(dict.fromkeys((*known, guard))))
            else:
                self._fault = reading.fault
        self.show_head()

    def action_stop(self) -> None:
        """End the look with what was read."""
        if self._reading:
            self._reading.stop()
            self.show_head()


def _nobody() -> None:
    """Nobody listens."""
