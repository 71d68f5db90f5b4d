"""A role's session has ended, or never began, and its MFA code is asked for on the screen."""

from __future__ import annotations

from typing import Any, ClassVar

from rich.text import Text
from textual import on
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Input, Static

from evwatch.model.snapshot import Snapshot
from evwatch.present.inert import middle
from evwatch.present.tones import DIM, STRONG
from evwatch.screens.dialog import Dialog
from evwatch.screens.live import LiveSession
from evwatch.widgets.field import Field


class MfaAskScreen(Dialog[str]):
    """Gives back the code; an empty text where none is given now."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss('')", "Not now", id="mfa.later"),
    ]
    CSS = "#mfa { width: 74; }"

    def __init__(self, context: str, device: str, *, again: bool) -> None:
        super().__init__()
        self._called = context
        self._device = device
        self._again = again
        self._field = Field(password=True)

    def compose(self) -> ComposeResult:
        """For what, of which device, and a line to type in that shows nothing."""
        with self.box("mfa"):
            words = " was not taken, or its session has ended: it needs a new MFA code" if self._again else ""
            said = "The code of " if self._again else "The role of "
            yield Static(Text.assemble(said, (middle(self._called, 40), STRONG), words or " needs an MFA code"))
            yield Static(Text(middle(self._device, 68), style=DIM))
            yield Static(Text.assemble("Type it and press enter; ", ("esc", "ev.key"), (" later", DIM)))
            yield self._field

    def on_mount(self) -> None:
        """Only typing goes on."""
        self._field.focus()

    @on(Input.Submitted)
    def _typed(self, event: Input.Submitted) -> None:
        if code := event.value.strip():
            self.dismiss(code)


class MfaAsker:
    """Hears every snapshot, and asks for one code at a time; whoever puts it off is asked again when they refresh."""

    def __init__(self, app: App[Any], session: LiveSession) -> None:
        self._app = app
        self._session = session
        self._put_off: set[str] = set()
        self._asking: MfaAskScreen | None = None

    def hear(self, _snapshot: Snapshot) -> None:
        """Something was read, or could not be."""
        wanted = self._session.codes.wanted
        if not wanted:
            self._put_off.clear()
        context = next((name for name in wanted if name not in self._put_off), None)
        if context is None or self._asking:
            return
        again = self._session.codes.refused(context)
        self._asking = MfaAskScreen(context, wanted[context], again=again)
        self._app.push_screen(self._asking, lambda code: self._answered(context, code or ""))

    def _answered(self, context: str, code: str) -> None:
        self._asking = None
        if code:
            self._session.codes.give(context, code)
            self._session.refresh()
        else:
            self._put_off.add(context)

    def end(self) -> None:
        """The session ends, and with it what it asks."""
        if self._asking and self._asking.is_current:
            self._asking.dismiss("")
