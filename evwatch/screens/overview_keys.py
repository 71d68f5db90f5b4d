"""The keys of the overview, in the groups in which help shows them."""

from __future__ import annotations

from textual.binding import Binding, BindingType

HINTS = {
    "help": "help",
    "open": "details",
    "dead-letters": "dead letters",
    "redrive": "redrive",
    "filter": "filter",
    "jump": "jump",
    "sort": "sort",
    "logs": "logs",
    "screen.flow": "flow",
    "screen.alarms": "alarms",
    "chart.zoom": "chart",
    "window.longer": "window",
    "zoom": "zoom",
    "pause": "pause",
    "refresh": "refresh",
    "hand-over": "hand-over",
    "quit": "quit",
}
NEEDS_PANELS = frozenset(
    (
        "open",
        "dead_letters",
        "redrive",
        "logs",
        "flow",
        "alarms",
        "json",
        "copy",
        "copy_name",
        "copy_console",
        "filter",
        "sort",
        "zoom",
        "zoom_chart",
        "window",
        "next_chart",
        "save_chart",
        "pause",
    )
)
_LOOK = Binding.Group("look closer")
_LIST = Binding.Group("lists")
_CHART = Binding.Group("chart")
_READ = Binding.Group("reading")
BINDINGS: list[BindingType] = [
    Binding("enter", "open", "Details", id="open", group=_LOOK, tooltip="All that is known of it"),
    Binding("d,3", "dead_letters", "Dead letters", id="dead-letters", group=_LOOK, tooltip="Of it, or of its DLQ"),
    Binding("r", "redrive", "Redrive", id="redrive", group=_LOOK, tooltip="Opens the plan, of it or of its DLQ"),
    Binding("l,5", "logs", "Logs", id="logs", group=_LOOK, tooltip="Of a function, or of what consumes a queue"),
    Binding("2", "flow", "Flow", id="screen.flow", group=_LOOK, tooltip="Every way of an event, and the findings"),
    Binding("4", "alarms", "Alarms", id="screen.alarms", group=_LOOK, tooltip="Since when, why, and their history"),
    Binding("y", "json", "JSON", id="json", group=_LOOK, tooltip="The same as JSON"),
    Binding("c", "copy", "Copy ARN", id="copy", group=_LOOK, tooltip="To the clipboard (OSC 52)"),
    Binding("C", "copy_name", "Copy name", id="copy.name", group=_LOOK, tooltip="To the clipboard (OSC 52)"),
    Binding(
        "u", "copy_console", "Copy console link", id="copy.console", group=_LOOK, tooltip="Its page in the console"
    ),
    Binding("!", "faults", "Not read", id="faults", group=_LOOK, tooltip="What could not be read, and why"),
    Binding("/", "filter", "Filter", id="filter", group=_LIST, tooltip="Plain words over all lists"),
    Binding("escape", "back", "Back", id="back", group=_LIST, tooltip="From a zoom, then from a filter"),
    Binding("s", "sort", "Sort", id="sort", group=_LIST, tooltip="Problems, name, visible, oldest"),
    Binding("z", "zoom", "Zoom", id="zoom", group=_LIST, tooltip="This panel alone, and back"),
    Binding("tab", "app.focus_next", "Next panel", id="panel.next", group=_LIST),
    Binding("shift+tab", "app.focus_previous", "Previous panel", id="panel.previous", group=_LIST),
    Binding("left_square_bracket", "window(-1)", "Shorter window", id="window.shorter", group=_CHART),
    Binding("right_square_bracket", "window(1)", "Longer window", id="window.longer", group=_CHART),
    Binding("v", "zoom_chart", "Chart alone", id="chart.zoom", group=_CHART, tooltip="And back"),
    Binding("m", "next_chart", "Next chart", id="chart.next", group=_CHART, tooltip="Its other metrics"),
    Binding("w", "save_chart", "Save chart", id="chart.save", group=_CHART, tooltip="Its data as CSV, to a file"),
    Binding("p", "pause", "Pause", id="pause", group=_READ, tooltip="Hold or resume reading"),
    Binding("ctrl+r", "refresh_all", "Refresh", id="refresh", group=_READ, tooltip="Read all again now"),
]
