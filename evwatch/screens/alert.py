"""What reaches an operator who looks elsewhere: the terminal's bell and title, and a word on whatever screen is up."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from textual.app import App

from evwatch.model.alarm_news import AlarmNews, firing
from evwatch.model.snapshot import Snapshot
from evwatch.present.alarms import reason
from evwatch.present.figures import plural
from evwatch.present.inert import plain

_SAVE, _RESTORE = "\x1b[22;2t", "\x1b[23;2t"
"""The terminal's own stack of titles (xterm's window operations); a terminal that has none ignores it."""
_MOST_WORDS = 3
Write = Callable[[str], None]


class Alert:
    """Hears every snapshot. `write` sends to the terminal what is not painted."""

    def __init__(self, app: App[Any], write: Write, *, bell: bool) -> None:
        self._app = app
        self._write = write
        self._bell = bell
        self._news = AlarmNews()
        self._title: str | None = None

    def hear(self, snapshot: Snapshot) -> None:
        """Ring for what is new, once however many there are; keep the title true."""
        new = self._news.of(snapshot)
        self._entitle(snapshot)
        if not new:
            return
        if self._bell:
            self._app.bell()
        for alarm in new[:_MOST_WORDS]:
            words = f"{plain(alarm.name, 80)} fires: {plain(reason(alarm), 160)}"
            self._app.notify(words, severity="error", markup=False, timeout=10)
        if len(new) > _MOST_WORDS:
            words = f"and {plural(len(new) - _MOST_WORDS, 'more alarm')} fire"
            self._app.notify(words, severity="error", markup=False, timeout=10)

    def end(self) -> None:
        """Give the terminal its title back."""
        if self._title is not None:
            self._title = None
            self._write(_RESTORE)

    def _entitle(self, snapshot: Snapshot) -> None:
        amount = firing(snapshot)
        where = ", ".join(
            f"{context.identity.value.account if context.identity.value else ''} {context.context.region}".strip()
            for context in snapshot.contexts[:2]
        )
        state = f"▲ {amount} firing" if amount else "evwatch"
        title = plain(f"{state} - {where}", 100)
        if title == self._title:
            return
        if self._title is None:
            self._write(_SAVE)
        self._title = title
        self._write(f"\x1b]2;{title}\x1b\\")
