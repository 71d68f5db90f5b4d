"""Where a queue is heading: drains, grows, stuck, steady, or honestly not known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from evwatch.model import catalogue
from evwatch.model.feed import Feed
from evwatch.model.metric import MetricQuery, Series, complete_points
from evwatch.model.queue import Depth

Heading = Literal["empty", "drains", "grows", "stuck", "steady", "unknown"]

RATE_MINUTES = 5
STUCK_MINUTES = 10
_NOISE_PER_MINUTE = 1.0
_NOISE_SHARE = 0.05


@dataclass(frozen=True, slots=True)
class Rates:
    """Messages per minute over the last five complete minutes; None where CloudWatch has nothing to say."""

    sent: float | None = None
    received: float | None = None
    deleted: float | None = None


@dataclass(frozen=True, slots=True)
class Outlook:
    """Where a queue is heading, and how fast."""

    heading: Heading
    per_minute: float = 0.0
    """Messages a minute by which it grows or drains."""
    drains_in_seconds: float | None = None
    rates: Rates = Rates()
    stuck_minutes: int = 0

    @property
    def stuck_for(self) -> str:
        """How long nothing was received, in words."""
        return _span(self.stuck_minutes * 60)

    @property
    def words(self) -> str:
        """The sentence for the screen."""
        match self.heading:
            case "empty":
                return "empty"
            case "drains":
                return f"drains in {_span(self.drains_in_seconds or 0.0)}"
            case "grows":
                return f"grows {self.per_minute:.0f} a minute"
            case "stuck":
                return f"stuck: nothing received for {self.stuck_for}"
            case "steady":
                return "steady"
            case "unknown":
                return "not known yet"


def outlook(queue: str, depth: Depth | None, series: Mapping[MetricQuery, Feed[Series]], now: float) -> Outlook:
    """Work out a queue's heading from its newest depth and its metrics of the last minutes.

    CloudWatch says nothing about a queue that was silent for six hours, and takes up to fifteen minutes to begin again
    (AWS/SQS: inactive queues emit no metrics), so no datapoints means not known, whatever the depth.
    """
    if not series:
        # Of thousands of queues only those on screen have metrics; asking for each series by name would cost as much.
        return Outlook("empty" if depth is not None and depth.total == 0 else "unknown")
    rates = Rates(*(_per_minute(series, query(queue), queue, now, RATE_MINUTES) for query in _COUNTERS))
    if depth is None:
        return Outlook("unknown", rates=rates)
    if depth.total == 0:
        return Outlook("empty", rates=rates)
    if rates.sent is None or rates.deleted is None:
        return Outlook("unknown", rates=rates)
    received = _per_minute(series, catalogue.received(queue), queue, now, STUCK_MINUTES)
    if depth.visible and received == 0 and _minutes_known(series, queue, now) >= STUCK_MINUTES:
        return Outlook("stuck", rates=rates, stuck_minutes=_silent_minutes(series, queue, now))
    net = rates.sent - rates.deleted
    noise = max(_NOISE_PER_MINUTE, _NOISE_SHARE * rates.sent)
    if net > noise:
        return Outlook("grows", net, rates=rates)
    if net < -noise:
        return Outlook("drains", -net, depth.held / -net * 60, rates)
    return Outlook("steady", rates=rates)


_COUNTERS = (catalogue.sent, catalogue.received, catalogue.deleted)


def _minutes_known(series: Mapping[MetricQuery, Feed[Series]], queue: str, now: float) -> int:
    """For how many of the last complete minutes the queue was alive in CloudWatch's eyes."""
    feed = series.get(catalogue.visible(queue))
    points = complete_points(feed.value, now, STUCK_MINUTES + 1) if feed and feed.value else None
    return len(points or ())


def _per_minute(
    series: Mapping[MetricQuery, Feed[Series]], query: MetricQuery, queue: str, now: float, minutes: int
) -> float | None:
    feed = series.get(query)
    if feed is None or feed.value is None or feed.value.period_seconds != 60:
        return None
    points = complete_points(feed.value, now, minutes)
    if points is None or (not points and not _minutes_known(series, queue, now)):
        return None
    return sum(value for _, value in points) / minutes


def _silent_minutes(series: Mapping[MetricQuery, Feed[Series]], queue: str, now: float) -> int:
    """Minutes since something was last received; the window's length where nothing was."""
    feed = series.get(catalogue.received(queue))
    if feed is None or feed.value is None:
        return STUCK_MINUTES
    last = max((t for t, v in zip(feed.value.times, feed.value.values, strict=True) if v > 0), default=None)
    since = feed.value.start if last is None else last
    return int((now - since) // 60)


def _span(seconds: float) -> str:
    minutes = max(1, round(seconds / 60))
    if minutes < 120:
        return f"{minutes} min"
    hours = round(minutes / 60)
    return f"{hours} h" if hours < 48 else f"{round(hours / 24)} days"
