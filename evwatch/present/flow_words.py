"""What is said of one hop of the flow: its kind, whether it is in trouble, and its figures."""

from __future__ import annotations

from dataclasses import dataclass

from rich.text import Text

from evwatch.model.figures import ERRORS, THROTTLES
from evwatch.model.flow import Edge, Node
from evwatch.model.flow_assessment import AssessedFlow, AssessedNode
from evwatch.present.badges import Badge, health_badge
from evwatch.present.figures import age_short, count, plural, rate
from evwatch.present.flow_names import is_off
from evwatch.present.flow_rows import Trouble
from evwatch.present.tones import ALARM, DIM, STALE, WARN

_RATES = (
    "sent_per_minute",
    "triggered_per_minute",
    "invocations_per_minute",
    "published_per_minute",
    "started_per_minute",
    "events_per_minute",
    "records_per_minute",
    "attempts_per_minute",
    "group_attempts_per_minute",
)
_LATENCIES = ("duration_p99_ms", "latency_p99_ms")


@dataclass(frozen=True, slots=True)
class Hop:
    """The figures of one resource, the same few for every kind, so that they can stand in columns."""

    per_minute: float | None = None
    """What comes in, or is started."""
    out_per_minute: float | None = None
    """What a queue's consumers delete."""
    errors: float | None = None
    throttled: float | None = None
    to_dlq: float | None = None
    waiting: float | None = None
    in_flight: float | None = None
    oldest_seconds: float | None = None
    """Age of the oldest message, or how far who reads a stream is behind."""
    latency_ms: float | None = None
    """The slowest of a hundred."""


def hop(of: AssessedNode | None) -> Hop:
    """The figures of a resource; None where nothing is known."""
    reading = of.reading if of else {}
    errors = [reading[name] for name in ERRORS if name in reading]
    throttles = [reading[name] for name in THROTTLES if name in reading]
    lag = reading.get("lag_ms")
    return Hop(
        per_minute=next((reading[name] for name in _RATES if name in reading), None),
        out_per_minute=reading.get("deleted_per_minute"),
        errors=sum(errors) if errors else None,
        throttled=sum(throttles) if throttles else None,
        to_dlq=reading.get("to_dlq_per_minute"),
        waiting=reading.get("visible"),
        in_flight=reading.get("in_flight"),
        oldest_seconds=reading.get("oldest_age_seconds", None if lag is None else lag / 1000),
        latency_ms=next((reading[name] for name in _LATENCIES if name in reading), None),
    )


class Troubles:
    """Whether the eye should go to a resource or link: health, failures of the last minutes, and what is off.

    Each resource is judged once: a flow is laid out in several passes.
    """

    def __init__(self, flow: AssessedFlow) -> None:
        self._flow = flow
        self._known: dict[str, Trouble] = {}

    def __call__(self, node: Node, edge: Edge | None) -> Trouble:
        own = self._known.get(node.arn)
        if own is None:
            own = self._known[node.arn] = self._of(node)
        return "warn" if own == "none" and edge is not None and not edge.enabled else own

    def _of(self, node: Node) -> Trouble:
        of = self._flow.of(node.arn)
        if of is None:
            return "none"
        if of.verdict.health in ("critical", "warn"):
            return of.verdict.health
        if is_off(node):
            return "warn"
        return "warn" if of.readings and _fails(hop(of)) else "none"


def _fails(figures: Hop) -> bool:
    return bool(figures.errors or figures.throttled)


def badge(of: AssessedNode | None, edge: Edge | None = None) -> Badge:
    """One glyph for a resource: a link that is off shows that, unless something worse is to be shown."""
    if of is None:
        return health_badge("unknown")
    if of.verdict.health != "critical" and is_off(of.node, edge):
        return Badge("‖", "off", WARN)
    figures = hop(of)
    if of.verdict.health in ("ok", "unknown") and (figures.errors or figures.throttled):
        return Badge("◆", "fails", WARN)
    if not of.node.met:
        return Badge("○", "not seen", DIM)
    return health_badge(of.verdict.health)


def figure_words(of: AssessedNode | None, *, is_dlq: bool) -> Text:
    """All figures of a hop on one line; those that mean trouble stand out."""
    said = Text(no_wrap=True, end="")
    if of is None:
        return said
    figures = hop(of)
    held = (figures.waiting or 0) + (figures.in_flight or 0)
    if of.node.kind == "queue":
        if is_dlq and held:
            _add(said, f"▲ {plural(int(held), 'dead letter')}", ALARM)
        elif figures.waiting is None:
            _add(said, "not read", STALE)
        else:
            _add(said, f"{count(figures.waiting)} waiting", "" if figures.waiting else DIM)
            if figures.in_flight:
                _add(said, f"{count(figures.in_flight)} in flight", DIM)
        if figures.oldest_seconds:
            _add(said, f"oldest {age_short(figures.oldest_seconds)}", DIM)
        if figures.per_minute is not None and not is_dlq:
            _add(said, f"{rate(figures.per_minute)} in, {rate(figures.out_per_minute)} out a minute", DIM)
        return said
    if figures.per_minute is not None:
        _add(said, f"{rate(figures.per_minute)} a minute", DIM)
    if figures.errors:
        _add(said, f"◆ {rate(figures.errors)} failed", WARN)
    if figures.throttled:
        _add(said, f"◆ {rate(figures.throttled)} throttled", WARN)
    if figures.to_dlq:
        _add(said, f"{rate(figures.to_dlq)} to DLQ", WARN)
    if figures.oldest_seconds:
        _add(said, f"{age_short(figures.oldest_seconds)} behind", DIM)
    if figures.latency_ms is not None:
        _add(said, latency(figures.latency_ms), DIM)
    return said


def latency(milliseconds: float | None) -> str:
    """`340 ms`, `1.2 s`, `4 m`."""
    if milliseconds is None:
        return ""
    if milliseconds < 1000:
        return f"{milliseconds:.0f} ms"
    seconds = milliseconds / 1000
    return f"{seconds:.1f} s" if seconds < 60 else age_short(seconds)


def _add(said: Text, words: str, tone: str) -> None:
    if said.cell_len:
        said.append("  ")
    said.append(words, style=tone)
