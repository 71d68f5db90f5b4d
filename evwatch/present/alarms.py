"""Alarms in words: what is watched, what was seen, since when."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from evwatch.model.alarm import Alarm, by_urgency
from evwatch.model.arn import arn_name
from evwatch.model.feed import Feed
from evwatch.model.metric import Metric, MetricQuery, Series
from evwatch.model.snapshot import Snapshot
from evwatch.present.figures import count, number, span
from evwatch.present.inert import plain
from evwatch.present.key import Key

_SIGNS = {
    "GreaterThanThreshold": ">",
    "GreaterThanOrEqualToThreshold": "≥",
    "LessThanThreshold": "<",
    "LessThanOrEqualToThreshold": "≤",
}
_CROSSED = re.compile(
    r"Threshold Crossed: (?P<found>\d+) (?:out of the last (?P<of>\d+) )?datapoints? "
    r"\[(?P<newest>[-+0-9.eE]+) .*?\] (?:was|were) (?:not )?(?:greater|less) than .*?\((?P<limit>[-+0-9.eE]+)\)",
    re.DOTALL,
)
_COMPOSITE = re.compile(r"(?P<arn>arn:\S+) transitioned to (?P<state>\w+) at ")
_MISSING_DATA = re.compile(r"(?:Insufficient Data|Unchecked)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class AlarmRow:
    """One alarm, ready to be shown."""

    key: Key
    alarm: Alarm
    trend: Series | None = None

    @property
    def context(self) -> str:
        """Name of the context it was read in."""
        return self.key[0]


def alarm_rows(snapshot: Snapshot) -> tuple[AlarmRow, ...]:
    """Every alarm of every context, what fires first."""
    found: list[AlarmRow] = []
    for context in snapshot.contexts:
        trends = _by_statistic(context.series)
        for alarm in context.alarms.value or ():
            feed = trends.get((alarm.metric.metric, alarm.metric.statistic)) if alarm.metric else None
            found.append(AlarmRow((context.context.name, alarm.id), alarm, feed.value if feed else None))
    return tuple(sorted(found, key=lambda row: by_urgency(row.alarm)))


def sign(alarm: Alarm) -> str:
    """The comparison as a sign; empty where it is not with one fixed limit."""
    return _SIGNS.get(alarm.comparison or "", "")


def condition(alarm: Alarm) -> str:
    """What it watches for: `ApproximateNumberOfMessagesVisible Sum > 1, 2 of 3 x 5 m`; a composite's rule."""
    if alarm.threshold is None or not sign(alarm):
        return plain(alarm.expression, 300)
    what = f"{alarm.metric.metric.name} {alarm.metric.statistic}" if alarm.metric else alarm.expression
    said = f"{what} {sign(alarm)} {number(alarm.threshold)}"
    if alarm.evaluation_periods and alarm.metric:
        needed = alarm.datapoints_to_alarm or alarm.evaluation_periods
        periods = f"{needed} of {alarm.evaluation_periods}" if alarm.evaluation_periods > 1 else ""
        length = span(alarm.metric.period_seconds)
        said += f", {periods} × {length}" if periods else f", for {length}"  # noqa: RUF001 - times, not the letter
    elif alarm.evaluation_periods and alarm.type == "log":
        said += f", {alarm.datapoints_to_alarm or alarm.evaluation_periods} of {alarm.evaluation_periods} results"
    return plain(said.strip(), 300)


def reason(alarm: Alarm) -> str:
    """Why it fires or cannot tell, short: `12 > 1, 2 of 3 datapoints`; CloudWatch's own words where they are others.

    One that is well says what it watches for.
    """
    if alarm.state == "OK":
        return condition(alarm) or plain(" ".join(alarm.reason.split()), 300)
    crossed = _CROSSED.match(alarm.reason)
    if crossed and sign(alarm) and " not " not in crossed[0].split("]", 1)[-1]:
        said = f"{number(float(crossed['newest']))} {sign(alarm)} {number(float(crossed['limit']))}"
        if crossed["of"] and int(crossed["of"]) > 1:
            said += f", {crossed['found']} of {crossed['of']} datapoints"
        return said
    composite = _COMPOSITE.match(alarm.reason)
    if composite:
        return plain(f"{arn_name(composite['arn'])} went to {composite['state']}", 300)
    if _MISSING_DATA.match(alarm.reason):
        return "no data to judge by"
    return plain(" ".join(alarm.reason.split()) or condition(alarm), 300)


def counts_by_state(rows: tuple[AlarmRow, ...]) -> str:
    """`2 firing, 1 muted, 14 ok, 3 without data`; states that nobody is in are left out."""
    firing = sum(row.alarm.fires for row in rows)
    muted = sum(row.alarm.state == "ALARM" and row.alarm.muted for row in rows)
    silent = sum(row.alarm.state == "INSUFFICIENT_DATA" for row in rows)
    well = len(rows) - firing - muted - silent
    parts = ((firing, "firing"), (muted, "muted"), (well, "ok"), (silent, "without data"))
    return ", ".join(f"{count(amount)} {word}" for amount, word in parts if amount) or "none"


def _by_statistic(series: Mapping[MetricQuery, Feed[Series]]) -> dict[tuple[Metric, str], Feed[Series]]:
    return {(query.metric, query.statistic): feed for query, feed in series.items()}
