"""The line in which a filter is typed, in the place of the keys; it works while one types."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import Input

from evwatch.widgets.field import Field
from evwatch.widgets.keys import KeyHints


class FilterPrompt(Field):
    """Enter keeps the filter and goes back to the list; escape takes it away."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "discard", "Clear the filter", id="filter.clear", show=False),
        Binding("up,down", "submit", "Back to the list", id="filter.keep", show=False),
    ]

    class Typed(Message):
        """Other words."""

        def __init__(self, words: str) -> None:
            super().__init__()
            self.words = words

    class Left(Message):
        """Done; the words that stay."""

        def __init__(self, words: str) -> None:
            super().__init__()
            self.words = words

    def __init__(self, words: str) -> None:
        super().__init__(words, placeholder="filter: plain words over all lists", compact=True, id="filter")
        self._gone = False
        self._hints: tuple[KeyHints, ...] = ()

    def on_mount(self) -> None:
        """The keys come here, and their hints make room."""
        # A rule with `:focus-within` would say it, but Textual 8 does not style anew what stands beside the focus.
        self._hints = tuple(self.screen.query(KeyHints))
        self._make_room(shown=False)
        self.focus()

    def on_unmount(self) -> None:
        """The hints are back."""
        self._make_room(shown=True)

    def _make_room(self, *, shown: bool) -> None:
        for hints in self._hints:
            hints.display = shown

    @on(Input.Changed)
    def _changed(self, event: Input.Changed) -> None:
        event.stop()
        if not self._gone:
            self.post_message(self.Typed(event.value))

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self._leave(self.value)

    def action_discard(self) -> None:
        """No filter."""
        self._leave("")

    def on_blur(self) -> None:
        """A click elsewhere keeps it."""
        self._leave(self.value)

    def _leave(self, words: str) -> None:
        if not self._gone:
            self._gone = True
            self.post_message(self.Left(words))
            self.remove()
