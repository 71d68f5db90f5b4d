"""What the alarms have done so far, so that their history and their "since" are those of a system that has run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from evwatch.demo.api import Api
from evwatch.demo.functions.weather import DATABASE
from evwatch.demo.system.alarm_evaluation import set_state
from evwatch.demo.system.alarms import DLQ_MESSAGES, PROCESSING_LATENCY
from evwatch.demo.system.build import SYSTEM_AGE
from evwatch.demo.system.dead_letters import DLQ_SINCE
from evwatch.demo.system.durations import DAY, HOUR, MINUTE

_SHOWN = 3 * HOUR
_FIRES_AFTER, _CLEARS_AFTER = 860.0, 1050.0
"""From the beginning of a slow part of the database to the alarm, and to its end."""

Transition = tuple[float, Mapping[str, Any], str, list[float | None]]


def write(api: Api, now: float, story_now: float) -> None:
    """Let each alarm go through its states, oldest first. `story_now` is the second of the story that `now` is."""
    for ago, alarm, state, values in sorted(_transitions(story_now), key=lambda one: -one[0]):
        api.ago(ago)
        set_state(api, alarm, state, values, now - ago)
    api.ago(0)


def _transitions(story_now: float) -> Iterator[Transition]:
    opened = SYSTEM_AGE - 10 * MINUTE
    yield opened, DLQ_MESSAGES, "OK", [0.0]
    yield opened, PROCESSING_LATENCY, "OK", [38.2, 37.9, 41.0]
    yield 5 * DAY, DLQ_MESSAGES, "ALARM", [10.0]
    yield 4.8 * DAY, DLQ_MESSAGES, "OK", [0.0]
    yield DLQ_SINCE - 2 * MINUTE, DLQ_MESSAGES, "ALARM", [4.0]
    slow_from = DATABASE.slow_from - DATABASE.cycle * 10
    while slow_from < story_now:
        for after, state, values in (
            (_FIRES_AFTER, "ALARM", [1184.6, 1407.1, 1409.9]),
            (_CLEARS_AFTER, "OK", [1411.0, 1408.3, 871.4]),
        ):
            ago = story_now - slow_from - after
            if 0 < ago < _SHOWN:
                yield ago, PROCESSING_LATENCY, state, list(values)
        slow_from += DATABASE.cycle
