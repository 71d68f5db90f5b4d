"""An alarm's states on a time line, and what lies beyond its limit."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from evwatch.model.alarm import Alarm, AlarmState
from evwatch.model.alarm_history import AlarmEvent, AlarmHistory, fired, stretches

NOW = datetime(2026, 11, 21, 4, tzinfo=UTC)
END = NOW.timestamp()
ALARM = Alarm("a", "Late", "metric", "ALARM", "1", "r", since=NOW - timedelta(minutes=10))
_STATES: list[AlarmState] = ["OK", "ALARM", "INSUFFICIENT_DATA"]


def change(minutes_ago: float, state: AlarmState, before: AlarmState = "OK") -> AlarmEvent:
    return AlarmEvent(NOW - timedelta(minutes=minutes_ago), "state", "", state, before)


def history(*events: AlarmEvent, complete: bool = True) -> AlarmHistory:
    return AlarmHistory(events, complete, NOW)


def minutes(alarm: Alarm, of: AlarmHistory | None) -> list[tuple[float, float, AlarmState | None]]:
    """The last hour, in minutes ago."""
    found = stretches(alarm, of, END - 3600, END)
    return [(round((END - each.start) / 60), round((END - each.end) / 60), each.state) for each in found]


def test_without_history_the_state_since_its_last_change_is_known_and_what_was_before_is_not() -> None:
    assert minutes(ALARM, None) == [(60, 10, None), (10, 0, "ALARM")]
    assert minutes(replace(ALARM, since=NOW - timedelta(days=1)), None) == [(60, 0, "ALARM")]


def test_the_history_tells_each_stretch_and_how_it_began() -> None:
    known = history(change(10, "ALARM"), change(40, "OK", "INSUFFICIENT_DATA"))
    assert minutes(ALARM, known) == [(60, 40, "INSUFFICIENT_DATA"), (40, 10, "OK"), (10, 0, "ALARM")]


def test_what_came_before_a_history_that_was_cut_off_is_not_known() -> None:
    known = history(change(10, "ALARM"), complete=False)
    assert minutes(ALARM, known) == [(60, 10, None), (10, 0, "ALARM")]


def test_a_state_newer_than_the_history_counts() -> None:
    known = history(change(30, "OK", "ALARM"))
    assert minutes(ALARM, known) == [(60, 30, "ALARM"), (30, 10, "OK"), (10, 0, "ALARM")]


@given(
    st.lists(st.tuples(st.floats(0, 200), st.sampled_from(_STATES), st.sampled_from(_STATES)), max_size=8),
    st.sampled_from(_STATES),
    st.none() | st.floats(0, 200),
    st.booleans(),
)
def test_stretches_fill_the_whole_time_without_overlap(
    changes: list[tuple[float, AlarmState, AlarmState]], state: AlarmState, since: float | None, complete: bool
) -> None:
    events = [change(*each) for each in sorted(changes, key=lambda each: each[0])]
    alarm = replace(ALARM, state=state, since=None if since is None else NOW - timedelta(minutes=since))
    found = stretches(alarm, history(*events, complete=complete), END - 3600, END)
    assert found[0].start == END - 3600
    assert found[-1].end == END
    assert all(one.end == other.start for one, other in itertools.pairwise(found))


def test_how_often_and_how_long_it_fired() -> None:
    known = history(change(10, "ALARM"), change(20, "OK", "ALARM"), change(50, "ALARM"), change(300, "OK"))
    assert fired(known, END - 3600) == (2, 40 * 60)
    assert fired(known, END - 30 * 60) == (1, 20 * 60)
