"""The keys of the screen of one run, and which of them make sense for a run as it stands."""

from __future__ import annotations

from textual.binding import Binding, BindingType

from evwatch.model.report import Report
from evwatch.model.run import SWITCHES
from evwatch.screens.redrives import Running

HINTS = {
    "run.back": "back",
    "help": "help",
    "run.pause": "pause",
    "run.cancel": "end it",
    "run.resume": "take up",
    "run.send-undecided": "send undecided",
    "run.undo": "undo",
    "run.dead-letters": "dead letters",
    "run.copy": "copy command",
    "run.export": "export",
    "run.json": "JSON",
    "run.zoom": "zoom",
    "run.next-panel": "next panel",
    "quit": "quit",
}
_DO = Binding.Group("run")
_TAKE = Binding.Group("take out")
_GO = Binding.Group("look closer")
BINDINGS: list[BindingType] = [
    Binding("p", "pause", "Pause", id="run.pause", group=_DO, tooltip="Hold the run, or let it go on"),
    Binding("x", "cancel", "End it", id="run.cancel", group=_DO, tooltip="At the next safe point"),
    Binding("r", "resume", "Take up", id="run.resume", group=_DO, tooltip="Nothing that was sent is sent again"),
    Binding(
        "S", "send_undecided", "Send undecided", id="run.send-undecided", group=_DO, tooltip="They may arrive twice"
    ),
    Binding("u", "undo", "Undo", id="run.undo", group=_DO, tooltip="Put back what was deleted, once"),
    Binding("ctrl+d", "forget", "Forget", id="run.forget", group=_DO, tooltip="Overwrite its messages in the journal"),
    Binding("y", "json", "JSON", id="run.json", group=_TAKE, tooltip="The report and each message"),
    Binding("c", "copy", "Copy command", id="run.copy", group=_TAKE, tooltip="Or the id of the message (OSC 52)"),
    Binding("C", "copy_id", "Copy run id", id="run.copy-id", group=_TAKE, tooltip="To the clipboard (OSC 52)"),
    Binding("w", "export", "Export", id="run.export", group=_TAKE, tooltip="Each message's outcome, to a file"),
    Binding("d,3", "dead_letters", "Dead letters", id="run.dead-letters", group=_GO, tooltip="Of its queue"),
    Binding("tab", "app.focus_next", "Next panel", id="run.next-panel", group=_GO),
    Binding("z", "zoom", "Zoom", id="run.zoom", group=_GO, tooltip="This panel alone, and back"),
    Binding("escape,backspace", "leave", "Back", id="run.back", group=_GO, tooltip="The run goes on"),
]
_MOVES = ("pause", "cancel", "resume", "send_undecided", "undo", "dead_letters")
_OPEN = ("interrupted", "stopped", "cancelled")


def possible(action: str, report: Report | None, running: Running | None, undone_by: str) -> bool:
    """Whether an action makes sense. A switch of a consumer is done once and moves nothing."""
    if report and report.kind in SWITCHES and action in _MOVES:
        return False
    ended = report is not None and running is None and report.status != "running"
    match action:
        case "pause":
            return running is not None and running.moves
        case "cancel":
            return running is not None or (report is not None and report.status in ("running", "interrupted"))
        case "resume":
            return ended and report is not None and (report.status in _OPEN or bool(report.not_deleted))
        case "send_undecided":
            return ended and report is not None and bool(report.undecided)
        case "undo":
            closed = ended and report is not None and report.status != "interrupted"
            return closed and report is not None and report.kind == "delete" and report.deleted > 0 and not undone_by
        case "forget":
            return ended
        case "json" | "export" | "copy" | "dead_letters":
            return report is not None
    return True
