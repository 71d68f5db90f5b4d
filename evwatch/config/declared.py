"""Every setting, declared once: loader, `evwatch config`, default file and README come from here."""

from __future__ import annotations

from dataclasses import dataclass

from evwatch.config.kinds import Choice, Choices, Colour, Kind, Number, RoleArn, Switch, Tags, Text, Texts, Url
from evwatch.config.settings import LISTS, PANELS, Cadence, ContextRequest, RedriveDefaults, Settings
from evwatch.model.window import WINDOWS

_DEFAULTS = Settings()
_CADENCE = Cadence()
_REDRIVE = RedriveDefaults()


@dataclass(frozen=True, slots=True)
class Setting:
    """One key of the settings file."""

    key: str
    kind: Kind
    default: object
    """None or empty where it is not set unless someone sets it."""
    about: str
    flag: str = ""
    example: object = None
    """What the default file shows, commented out, where there is no default to show."""


@dataclass(frozen=True, slots=True)
class Table:
    """A group of settings: the top of the file, or one table of it."""

    name: str
    """As it stands in brackets; empty for the top. `NAME` is whatever the operator calls it."""
    settings: tuple[Setting, ...]
    about: str
    repeated: bool = False
    """True for an array of tables (`[[thresholds]]`)."""

    @property
    def known(self) -> dict[str, Setting]:
        """The settings by key."""
        return {setting.key: setting for setting in self.settings}

    @property
    def heading(self) -> str:
        """The table's line in the file."""
        return f"[[{self.name}]]" if self.repeated else f"[{self.name}]"


TOP = Table(
    "",
    (
        Setting(
            "watch",
            Texts(),
            (),
            "Contexts of this file to watch where the command line names none.",
            "--context",
            ("production",),
        ),
        Setting("profiles", Texts(), (), "AWS profiles; none: the SDK's own rules.", "--profile", ("on-call",)),
        Setting("regions", Texts(), (), "Regions; none: the SDK's own rules.", "--region", ("eu-central-1",)),
        Setting(
            "endpoint_url",
            Url(),
            None,
            "One endpoint for every service, an emulator's for instance.",
            "--endpoint-url",
            "http://localhost:4566",
        ),
        Setting("read_only", Switch(), _DEFAULTS.read_only, "Refuse every operation but reading ones.", "--read-only"),
        Setting(
            "filters", Texts(), (), "Globs: only resources whose name matches one of them.", "--filter", ("order*",)
        ),
        Setting("tags", Tags(), (), "Only resources that carry all of these tags.", "--tag", (("team", "orders"),)),
        Setting(
            "lease_seconds",
            Number(1, 43_200, whole=True),
            _DEFAULTS.lease_seconds,
            "How long a look into a queue hides messages from others; renewed while it lasts, released after it.",
        ),
        Setting(
            "state_folder",
            Text(),
            None,
            "Folder of the journal, which holds every redrive and the messages that it moved; none: your state folder.",
            example="~/.local/state/evwatch",
        ),
        Setting(
            "sample_dlqs",
            Switch(),
            _DEFAULTS.sample_dlqs,
            "Look at ten messages of each DLQ that is not empty now and then, to name its biggest failure group. "
            "Each look counts as a receive and hides those messages for a moment.",
        ),
        Setting("theme", Text(), _DEFAULTS.theme, "The dashboard's colours: a Textual theme by name."),
        Setting(
            "window",
            Choice(tuple(window.label for window in WINDOWS)),
            _DEFAULTS.window,
            "The window that charts open with.",
        ),
        Setting(
            "panels",
            Choices(PANELS, LISTS),
            _DEFAULTS.panels,
            "Panels of the overview, in this order; what is left out is not shown.",
        ),
        Setting("bell", Switch(), _DEFAULTS.bell, "Ring the terminal's bell when something new turns critical."),
    ),
    "General",
)

CADENCE = Table(
    "cadence",
    (
        Setting("alarms", Number(1, 3600), _CADENCE.alarms, "Seconds between two readings of the alarms."),
        Setting(
            "metrics",
            Number(10, 3600),
            _CADENCE.metrics,
            "Seconds between two readings of metrics. CloudWatch has nothing newer than a minute, and bills each.",
        ),
        Setting(
            "flow", Number(10, 86_400), _CADENCE.flow, "Seconds between two discoveries of how resources are linked."
        ),
        Setting(
            "depths",
            Number(1, 3600),
            _CADENCE.depths,
            "Seconds between two readings of the queues on screen, in alarm, and of every DLQ; all others go in turn.",
        ),
        Setting(
            "depth_reads_per_second",
            Number(0.1, 500),
            _CADENCE.depth_reads_per_second,
            "Queue readings a second that each context may make.",
        ),
    ),
    "How often each source is read, and how much",
)

REDRIVE = Table(
    "redrive",
    (
        Setting("rate", Number(0.1, 100_000), None, "Messages a second at most; none: as fast as it goes.", example=50),
        Setting(
            "canary", Number(0, 10_000, whole=True), _REDRIVE.canary, "So many are sent first, and watched; 0: none."
        ),
        Setting(
            "watch_seconds",
            Number(0, 86_400),
            None,
            "Seconds to watch for what comes back; none: as long as it takes.",
            example=120,
        ),
        Setting(
            "stop_on_bounce",
            Number(0, 100),
            None,
            "A run ends when more than this percentage of what was sent has come back; none: it never does.",
            example=5,
        ),
        Setting(
            "engine",
            Choice(("auto", "native", "journal")),
            _REDRIVE.engine,
            "SQS's own move task, or evwatch's journal.",
        ),
    ),
    "What a redrive is planned with where nothing else is said",
)

LINES = Table(
    "panel_lines",
    (
        Setting(
            "alarms",
            Number(1, 100, whole=True),
            None,
            "Of the alarms at most; none: those that fire, up to a quarter of the screen.",
            example=8,
        ),
        Setting(
            "dead",
            Number(1, 100, whole=True),
            None,
            "Of the dead letters at most, where they stand above the flow or below the queues; none: as they fit.",
            example=6,
        ),
        Setting(
            "chart",
            Number(4, 100, whole=True),
            None,
            "Of the chart, and of the dead letters and the flow beside it; none: 13, more on a large screen.",
            example=20,
        ),
    ),
    "Lines of the overview's panels, for as long as the queues keep a few",
)

CONTEXT = Table(
    "contexts.NAME",
    (
        Setting("profile", Text(), None, "AWS profile; none: the SDK's own rules.", example="on-call"),
        Setting("region", Text(), None, "Region; none: the SDK's own rules.", example="eu-central-1"),
        Setting("endpoint_url", Url(), None, "One endpoint for every service.", example="http://localhost:4566"),
        Setting("role_arn", RoleArn(), None, "A role to assume.", example="arn:aws:iam::123456789012:role/on-call"),
        Setting("read_only", Switch(), ContextRequest().read_only, "As above, for this context alone."),
        Setting(
            "production",
            Switch(),
            ContextRequest().production,
            "Mark it as production: red on every screen, and read-only unless `--write` is given.",
        ),
        Setting("colour", Colour(), None, "What its name wears on top of every screen.", example="green"),
    ),
    "A context by name, for `--context NAME` and `watch`",
)

THRESHOLDS = Table(
    "thresholds",
    (
        Setting("queue", Text(), None, "Glob over queue names; or one of the next two.", example="*-dlq"),
        Setting("rule", Text(), None, "Glob over rule names.", example="order-*"),
        Setting("function", Text(), None, "Glob over function names.", example="process-*"),
        Setting("metric", Text(), None, "Which figure of it; the list is below.", example="oldest_age_seconds"),
        Setting("above", Number(), None, "In ALARM while the figure is above this.", example=60),
        Setting("below", Number(), None, "In ALARM while the figure is below this.", example=1),
        Setting("name", Text(), None, "What the alarm list calls it.", example="Dead letters wait"),
    ),
    "A local threshold: an alarm that evwatch keeps by itself, listed as `local` beside CloudWatch's",
    repeated=True,
)

KEYMAP = Table("keymap", (), "Other keys for the dashboard's bindings, by binding id")
"""Its keys are binding ids, which the dashboard knows and the loader does not."""

TABLES = (TOP, CADENCE, REDRIVE, LINES, CONTEXT, THRESHOLDS, KEYMAP)


def variable(key: str) -> str:
    """The environment variable of a setting of the top table."""
    return f"EVWATCH_{key.upper()}"


CONFIG_VARIABLE = "EVWATCH_CONFIG"
"""Names the settings file, as `--config` does."""
