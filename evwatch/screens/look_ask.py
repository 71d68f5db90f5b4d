"""Before a look: what it would do, and how far it shall go."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from evwatch.model.context import Place
from evwatch.model.look import LookRequest
from evwatch.model.queue import Depth, Queue
from evwatch.present.inert import middle
from evwatch.present.looks import Guard, exact, guard_words, what_it_costs, what_it_holds
from evwatch.present.tones import DIM, STRONG, WARN
from evwatch.screens.dialog import Dialog
from evwatch.screens.guards import lifted

_LIMITS = (10, 100, None)
_BEAT_SECONDS = 1.0


class LookAskScreen(Dialog[LookRequest | None]):
    """Gives back the look that is wanted, with the guards lifted that were asked about; nothing where it is not."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,n", "dismiss(None)", "No", id="ask.no"),
        Binding("1", "choose(0)", "The first 10", id="ask.ten", show=False),
        Binding("2", "choose(1)", "The first 100", id="ask.hundred", show=False),
        Binding("3,a", "choose(2)", "All", id="ask.all", show=False),
        Binding("down,j", "move(1)", "Down", id="list.down", show=False),
        Binding("up,k", "move(-1)", "Up", id="list.up", show=False),
    ]
    CSS = """
    #ask { width: 74; }
    #ask OptionList { height: auto; background: $panel; border: none; padding: 0; background-tint: $panel 0%; }
    #ask OptionList > .option-list--option { padding: 0; }
    #ask OptionList > .option-list--option-highlighted { background: $cursor; color: $foreground; text-style: none; }
    """

    def __init__(
        self,
        name: str,
        place: Place | None,
        *,
        queue: Queue | None,
        depth: Callable[[], Depth | None],
        guards: Sequence[Guard],
        lease_seconds: int,
        sampled: Text | None = None,
    ) -> None:
        """`depth` is asked again and again: the queue may fill, or empty, while one thinks."""
        super().__init__()
        self._called = name
        self._place = place
        self._queue = queue
        self._depth = depth
        self._shown = depth()
        self._holds = Static(self._question())
        self._guards = tuple(guards)
        self._lease_seconds = lease_seconds
        self._sampled = sampled
        self._list = OptionList(*self._options())

    def compose(self) -> ComposeResult:
        """Where, what it costs, why one should think twice, how far."""
        with self.box("ask"):
            yield self.header((self._place,) if self._place else ())
            yield self._holds
            yield Static(what_it_costs(self._lease_seconds, self._guards))
            if self._sampled:
                yield Static(self._sampled)
            for guard in self._guards:
                yield Static(Text.assemble(("▲ ", WARN), (guard_words(guard, self._queue), WARN)))
            yield self._list

    def on_mount(self) -> None:
        """Where there is reason to think twice, enter alone does nothing: one has to choose."""
        self._list.highlighted = None if self._guards else 0
        self._list.focus()
        self.set_interval(_BEAT_SECONDS, self._beat)

    def _beat(self) -> None:
        if self._depth() != self._shown:
            self._shown = self._depth()
            self._holds.update(self._question())
            for index, option in enumerate(self._options()):
                self._list.replace_option_prompt_at_index(index, option.prompt)

    def _question(self) -> Text:
        held = what_it_holds(self._held, self._shown)
        return Text.assemble("Look into ", (middle(self._called, 60), STRONG), "? ", held)

    @property
    def _held(self) -> int | None:
        return self._shown.total if self._shown else None

    def _options(self) -> list[Option]:
        all_the_same = ", all the same" if self._guards else ""
        about = f", about {exact(self._held)}" if self._held else ""
        shown = [
            Option(Text.assemble((f" {key} ", "ev.key"), f" {words}{all_the_same}", end=""))
            for key, words in zip("123", ("read the first 10", "read the first 100", f"read all{about}"), strict=True)
        ]
        return [*shown, Option(Text.assemble((" esc ", "ev.key"), ("no", DIM), end=""))]

    def action_move(self, steps: int) -> None:
        """The choice moves whatever has the keys."""
        if steps > 0:
            self._list.action_cursor_down()
        else:
            self._list.action_cursor_up()

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        self.action_choose(event.option_index)

    def action_choose(self, index: int) -> None:
        """Look so far, or not at all."""
        if index >= len(_LIMITS):
            self.dismiss(None)
        else:
            self.dismiss(lifted(LookRequest(_LIMITS[index], self._lease_seconds), self._guards))
