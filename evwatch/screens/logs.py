"""Screen 5, the log lines of a function: of the last minutes, around an alarm, or around a dead letter's failure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import Screen
from textual.widgets import Static

from evwatch.model.context import Place
from evwatch.model.fault import EvwatchError, Fault
from evwatch.model.log_lines import LogLine, LogReading, LogRequest
from evwatch.model.log_reason import reason_in
from evwatch.present.inert import plain
from evwatch.present.log_text import head_lines, matching, nothing, parts
from evwatch.present.tones import DIM, STALE, STRONG
from evwatch.screens import clipboard
from evwatch.screens.live import NO_SESSION
from evwatch.widgets.header import HeaderBar
from evwatch.widgets.keys import KeyHints, show_keys
from evwatch.widgets.log_view import LogView

if TYPE_CHECKING:
    from evwatch.screens.live import LiveSession
    from evwatch.widgets.prompt import FilterPrompt

_SPANS = tuple(timedelta(minutes=minutes) for minutes in (5, 15, 60, 180, 720, 1440))
_RECENT = timedelta(minutes=2)
_HINTS = {
    "logs.back": "back",
    "help": "help",
    "logs.filter": "filter",
    "logs.search": "search",
    "logs.wrap": "wrap",
    "logs.next-failure": "next failure",
    "logs.copy": "copy line",
    "logs.copy-all": "copy all",
    "logs.longer": "longer",
    "logs.read": "read again",
    "quit": "quit",
}
_LOOK = Binding.Group("look closer")
_READ = Binding.Group("reading")


class LogsScreen(Screen[None]):
    """Reads once when it opens, and again when asked."""

    CSS_PATH = "logs.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "filter", "Filter", id="logs.filter", group=_LOOK, tooltip="Lines that hold every word"),
        Binding("s", "search", "Search CloudWatch", id="logs.search", group=_LOOK, tooltip="For one text, case counts"),
        Binding("w", "wrap", "Wrap", id="logs.wrap", group=_LOOK, tooltip="Long lines whole, or cut"),
        Binding("n", "failure(1)", "Next failure", id="logs.next-failure", group=_LOOK),
        Binding("N", "failure(-1)", "Failure before", id="logs.failure-before", group=_LOOK),
        Binding("c", "copy", "Copy line", id="logs.copy", group=_LOOK, tooltip="To the clipboard (OSC 52)"),
        Binding("C", "copy_all", "Copy all", id="logs.copy-all", group=_LOOK, tooltip="The lines that are shown"),
        Binding("escape,backspace", "back", "Back", id="logs.back", group=_READ, tooltip="From a filter first"),
        Binding("ctrl+r", "read", "Read again", id="logs.read", group=_READ),
        Binding("left_square_bracket", "span(-1)", "Shorter time", id="logs.shorter", group=_READ),
        Binding("right_square_bracket", "span(1)", "Longer time", id="logs.longer", group=_READ),
    ]

    def __init__(
        self,
        session: LiveSession | None,
        request: LogRequest,
        title: str,
        clock: Callable[[], datetime],
        *,
        places: tuple[Place, ...] = (),
        read_only: bool = False,
        demo: bool = False,
    ) -> None:
        """`request` says whose lines; the time that it names may be made longer."""
        super().__init__()
        self._session = session
        self._request = request
        self._called = title
        self._clock = clock
        self._reading: LogReading | None = None
        self._fault: Fault | None = None
        self._lines: tuple[LogLine, ...] = ()
        self._filter = ""
        self._searching = False
        self._ends_now = clock() - request.end <= _RECENT
        self._header = HeaderBar(read_only=read_only, demo=demo)
        self._header.places = places
        self._said = Static(id="logs-said", markup=False)
        self._view = LogView(id="log-lines")

    def compose(self) -> ComposeResult:
        """Where one is, whose lines these are, the lines, the keys."""
        with Vertical(id="logs-head"):
            yield self._header
            yield self._said
        yield self._view
        with Vertical(id="logs-foot"):
            yield KeyHints()

    def on_mount(self) -> None:
        """Read."""
        self._view.focus()
        self.set_interval(1.0, self._tick)
        self._tick()
        self.action_read()
        self.call_after_refresh(self._tell_keys)

    @property
    def lines(self) -> tuple[LogLine, ...]:
        """The lines that are shown."""
        return self._lines

    def _tick(self) -> None:
        self._header.now = self._clock()

    # Reading.

    def action_read(self) -> None:
        """Read the lines, once more where they were; what ended now ends now again."""
        if self._ends_now and not self._request.letter:
            late = self._clock() - self._request.end
            self._request = replace(self._request, start=self._request.start + late, end=self._clock())
        self._view.empty = "reading …"
        self._fault = None
        self._show()
        self._read()

    @work(exclusive=True, group="logs")
    async def _read(self) -> None:
        try:
            if self._session is None:
                raise EvwatchError(NO_SESSION)
            self._reading = await self._session.logs(self._request)
        except EvwatchError as error:
            self._fault = error.fault
        self._view.empty = nothing(self._reading) if self._reading else "nothing was read"
        self._show()
        self._go_to_failure()

    def action_span(self, step: int) -> None:
        """A shorter or longer time: what ends now begins earlier, what began at an alarm ends later."""
        if self._request.letter:
            self.notify("a dead letter says itself when it failed", markup=False, timeout=3)
            return
        length = self._request.end - self._request.start
        place = min(range(len(_SPANS)), key=lambda index: abs((_SPANS[index] - length).total_seconds()))
        wanted = _SPANS[min(max(place + step, 0), len(_SPANS) - 1)]
        start, end, now = self._request.start, self._request.end, self._clock()
        if self._ends_now:
            start = end - wanted
        else:
            end = min(now, start + wanted)
        self._request = replace(self._request, start=start, end=end)
        self.action_read()

    # Showing.

    def _show(self) -> None:
        now = self._clock()
        reading = self._reading
        self._lines = matching(reading.lines, self._filter) if reading else ()
        told = (
            [Text.assemble((self._called, STRONG))] if reading is None else head_lines(reading, len(self._lines), now)
        )
        if reading and reading.clue is None and self._request.letter and not reading.lines:
            told.insert(0, Text(self._called, style=STRONG))
        if self._filter:
            told.append(Text(f"filter: {plain(self._filter, 80)}", style=DIM))
        if self._fault:
            told.append(Text(plain(str(self._fault), 300), style=STALE))
        self._said.update(Text("\n").join(told))
        self._view.parts = parts(self._lines, now)

    def _go_to_failure(self) -> None:
        """Begin at what failed; where nothing did, at the newest line."""
        failed = [index for index, line in enumerate(self._lines) if reason_in(line.text)]
        self.call_after_refresh(self._view.show_line, failed[-1] if failed else len(self._lines) - 1)

    def _tell_keys(self) -> None:
        show_keys(self, _HINTS)

    # Keys.

    def action_back(self) -> None:
        """From a filter first, then to where one came from."""
        if self._filter:
            self._filter = ""
            self._show()
        else:
            self.dismiss()

    def action_filter(self) -> None:
        """Ask for words."""
        from evwatch.widgets.prompt import FilterPrompt

        self.query_one("#logs-foot").mount(FilterPrompt(self._filter))

    def action_search(self) -> None:
        """Ask for a text that CloudWatch Logs is to look for: of many lines only those that hold it are read."""
        from evwatch.widgets.prompt import FilterPrompt

        if self._request.letter:
            self.notify("a dead letter says itself what to look for", markup=False, timeout=3)
            return
        self._searching = True
        prompt = FilterPrompt(self._request.term)
        prompt.placeholder = "search CloudWatch for this text; upper and lower case count"
        self.query_one("#logs-foot").mount(prompt)

    def on_filter_prompt_typed(self, event: FilterPrompt.Typed) -> None:
        """A filter works while one types; a search costs a request, and waits."""
        if not self._searching:
            self._filter = event.words
            self._show()

    def on_filter_prompt_left(self, event: FilterPrompt.Left) -> None:
        """Back to the lines."""
        if self._searching:
            self._searching = False
            if event.words != self._request.term:
                self._request = replace(self._request, term=event.words)
                self.action_read()
        else:
            self._filter = event.words
            self._show()
        self._view.focus()

    def action_wrap(self) -> None:
        """Long lines whole, or cut at the width."""
        self._view.wrap = not self._view.wrap

    def action_failure(self, step: int) -> None:
        """The next line that tells of a failure, or the one before."""
        failed = [index for index, line in enumerate(self._lines) if reason_in(line.text)]
        there = [index for index in failed if (index - self._view.cursor) * step > 0]
        if there:
            self._view.show_line(there[0] if step > 0 else there[-1])
        else:
            self.notify("no further line tells of a failure", markup=False, timeout=3)

    def action_copy(self) -> None:
        """The line under the cursor, exactly."""
        self._copy(self._lines[self._view.cursor : self._view.cursor + 1], "the line")

    def action_copy_all(self) -> None:
        """Every line that is shown."""
        self._copy(self._lines, f"{len(self._lines)} lines")

    def _copy(self, lines: tuple[LogLine, ...], called: str) -> None:
        if not lines:
            self.notify("there is no line to copy", markup=False, timeout=3)
            return
        clipboard.put(self, "\n".join(line.text for line in lines))
        self.notify(f"copied {called}", markup=False, timeout=3)
