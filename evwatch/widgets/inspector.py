"""The inspector: one dead letter, from why it failed to its last attribute."""

from __future__ import annotations

from datetime import datetime

from textual.reactive import reactive

from evwatch.model.deadletter import DeadLetter
from evwatch.present.sheet import Payload, Sheet
from evwatch.widgets.rows_view import RowsView


class Inspector(RowsView):
    """Facts, then the payload under the chosen way of looking, then the attributes."""

    HELP = "The message: why it failed, where a redrive would put it, its event, its attributes. x peels its envelope."

    now: reactive[datetime | None] = reactive(None, repaint=False)

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self.letter: DeadLetter | None = None
        self._payload: Payload | None = None
        self._position = ""
        self._said: list[str] = []
        self._log: tuple[str, ...] = ()

    def inspect(
        self, letter: DeadLetter | None, payload: Payload | None, position: str, log: tuple[str, ...] = ()
    ) -> None:
        """Show a message, or another way of looking at the same one; `log` is what the log says of it."""
        same = letter is not None and self.letter is not None and letter.id == self.letter.id
        other_payload = payload is not self._payload
        self.letter, self._payload, self._position, self._log = letter, payload, position, log
        sheet = self._sheet()
        if same and other_payload and sheet:
            # However deep one was in the other text: this one begins at its beginning.
            self.action_scroll_to_row(min(self.top, len(sheet.head(self._width)) - 1))
        self._show(from_top=not same)

    def watch_now(self) -> None:
        """Times move on; painted anew only where words have changed."""
        sheet = self._sheet()
        if sheet and [row.plain for row in sheet.head(self._width)] != self._said:
            self._show(from_top=False)

    def show_attributes(self) -> None:
        """To the attributes, and back to the top from there."""
        sheet = self._sheet()
        row = sheet.attributes_at(self._width) if sheet else None
        if row is None:
            self.action_scroll_to_last()
        elif self.top and self.top >= min(row, int(self.max_scroll_y)):
            self.action_scroll_to_row(0)
        else:
            self.reveal(row)

    def _sheet(self) -> Sheet | None:
        if self.letter is None or self._payload is None or self.now is None:
            return None
        return Sheet(self.letter, self._payload, self.now, self._position, self._log)

    def _show(self, *, from_top: bool) -> None:
        sheet = self._sheet()
        self._said = [row.plain for row in sheet.head(self._width)] if sheet and self._width else []
        self.show(sheet, from_top=from_top)
