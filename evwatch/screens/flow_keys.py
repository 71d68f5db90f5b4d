"""The keys of the flow, in the groups in which help shows them."""

from __future__ import annotations

from textual.binding import Binding, BindingType

HINTS = {
    "flow.back": "back",
    "help": "help",
    "flow.open": "its figures",
    "flow.around": "its way alone",
    "flow.all": "unfold all",
    "flow.filter": "filter",
    "flow.next-panel": "findings",
    "flow.dead-letters": "dead letters",
    "flow.operate": "pause/resume it",
    "quit": "quit",
}
_LOOK = Binding.Group("look closer")
_LIST = Binding.Group("lists")
_CHART = Binding.Group("chart")
_READ = Binding.Group("reading")
_ACT = Binding.Group("act")
BINDINGS: list[BindingType] = [
    Binding("enter", "open", "Its figures", id="flow.open", group=_LOOK, tooltip="All figures and charts of it"),
    Binding("d,3", "dead_letters", "Dead letters", id="flow.dead-letters", group=_LOOK, tooltip="Of it, or its DLQ"),
    Binding("l,5", "logs", "Logs", id="flow.logs", group=_LOOK, tooltip="Of a function, or of what reads a queue"),
    Binding("4", "alarms", "Alarms", id="flow.alarms", group=_LOOK, tooltip="Since when, why, and their history"),
    Binding("y", "json", "JSON", id="flow.json", group=_LOOK, tooltip="The resource as JSON"),
    Binding("c", "copy", "Copy ARN", id="flow.copy", group=_LOOK, tooltip="To the clipboard (OSC 52)"),
    Binding("C", "copy_name", "Copy name", id="flow.copy-name", group=_LOOK, tooltip="To the clipboard (OSC 52)"),
    Binding("!", "faults", "Not read", id="flow.faults", group=_LOOK, tooltip="What could not be read, and why"),
    Binding("u", "copy_console", "Copy console link", id="flow.console", group=_LOOK, tooltip="To the clipboard"),
    Binding("a", "around", "Its way alone", id="flow.around", group=_LIST, tooltip="Up- and downstream, and back"),
    Binding("/", "filter", "Filter", id="flow.filter", group=_LIST, tooltip="Plain words over names and kinds"),
    Binding("space", "unfold", "Fold", id="flow.toggle", group=_LIST, tooltip="Fold or unfold"),
    Binding("E", "all", "Unfold all", id="flow.all", group=_LIST, tooltip="And back to where trouble is"),
    Binding("tab", "app.focus_next", "Findings", id="flow.next-panel", group=_LIST, tooltip="The next panel"),
    Binding("escape,backspace", "back", "Back", id="flow.back", group=_READ, tooltip="First to the whole flow"),
    Binding("2", "leave", "Overview", id="flow.leave", group=_READ),
    Binding("left_square_bracket", "window(-1)", "Shorter window", id="flow.shorter", group=_CHART),
    Binding("right_square_bracket", "window(1)", "Longer window", id="flow.longer", group=_CHART),
    Binding("m", "next_chart", "Next chart", id="flow.next-chart", group=_CHART, tooltip="Its other metrics"),
    Binding("w", "save_chart", "Save chart", id="flow.save-chart", group=_CHART, tooltip="Its data as CSV, to a file"),
    Binding("p", "pause", "Pause reading", id="flow.pause", group=_READ),
    Binding("ctrl+r", "refresh_all", "Refresh", id="flow.refresh", group=_READ, tooltip="Discover all again now"),
    Binding("o", "operate", "Pause or resume", id="flow.operate", group=_ACT, tooltip="A consumer, or a rule"),
]
