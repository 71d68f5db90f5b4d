"""What needs attention, and why."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from evwatch.model.alarm import Alarm, by_urgency
from evwatch.model.fault import Fault
from evwatch.model.feed import Feed
from evwatch.model.health import Verdict, alarm_health, queue_health
from evwatch.model.outlook import Outlook
from evwatch.model.queue import Depth

NOW = datetime(2026, 11, 21, 3, 12, tzinfo=UTC)
STEADY = Outlook("steady")
ALARM = Alarm("a", "TooDeep", "metric", "ALARM", "1", "r", reason="12 > 1")
DENIED = Fault("permission", "no permission: sqs:GetQueueAttributes")


def held(visible: int, in_flight: int = 0) -> Feed[Depth]:
    return Feed(Depth(visible, in_flight, 0, NOW), NOW)


@pytest.mark.parametrize(
    ("depth", "outlook", "is_dlq", "alarms", "verdict"),
    [
        (held(0), STEADY, True, (), Verdict("ok")),
        (held(1), STEADY, True, (), Verdict("critical", ("1 dead letter",))),
        (held(0, 3), STEADY, True, (), Verdict("critical", ("3 dead letters",))),  # hidden by a look, and still there
        (held(500), STEADY, False, (), Verdict("ok")),
        (held(500), Outlook("grows", 40), False, (), Verdict("warn", ("grows 40 a minute",))),
        (
            held(5),
            Outlook("stuck", stuck_minutes=12),
            False,
            (),
            Verdict("warn", ("stuck: nothing received for 12 min",)),
        ),
        (held(0), Outlook("unknown"), False, (), Verdict("ok")),
        (held(0), STEADY, False, (ALARM,), Verdict("critical", ("alarm TooDeep fires",))),
        (held(0), STEADY, False, (replace(ALARM, muted=True),), Verdict("ok")),
        (held(0), STEADY, False, (replace(ALARM, state="INSUFFICIENT_DATA"),), Verdict("ok")),
        (held(2), STEADY, True, (ALARM,), Verdict("critical", ("alarm TooDeep fires", "2 dead letters"))),
        (None, STEADY, True, (), Verdict("unknown")),
        (Feed(None, None, DENIED), STEADY, True, (), Verdict("unknown", (DENIED.message,))),
        (Feed(None, None, DENIED), STEADY, True, (ALARM,), Verdict("critical", ("alarm TooDeep fires",))),
        (held(0).failed(DENIED), STEADY, False, (), Verdict("unknown", (DENIED.message,))),
        (held(4).failed(DENIED), STEADY, True, (), Verdict("critical", ("4 dead letters",))),
    ],
)
def test_a_queue_is_judged_by_its_worst_news(
    depth: Feed[Depth] | None, outlook: Outlook, is_dlq: bool, alarms: tuple[Alarm, ...], verdict: Verdict
) -> None:
    assert queue_health(depth, outlook, is_dlq=is_dlq, alarms=alarms) == verdict


def test_an_alarm_is_critical_only_where_it_fires() -> None:
    assert alarm_health(ALARM) == Verdict("critical", ("12 > 1",))
    assert alarm_health(replace(ALARM, muted=True)).health == "ok"
    assert alarm_health(replace(ALARM, state="INSUFFICIENT_DATA")).health == "ok"


def test_what_fires_comes_first_the_newest_on_top() -> None:
    early, late = (replace(ALARM, id=str(hour), name=str(hour), since=NOW.replace(hour=hour)) for hour in (1, 3))
    muted = replace(late, id="muted", name="muted", muted=True)
    quiet = replace(late, id="quiet", name="quiet", state="OK")
    silent = replace(ALARM, id="silent", name="silent", state="INSUFFICIENT_DATA", since=None)
    order = [alarm.name for alarm in sorted([quiet, early, silent, muted, late], key=by_urgency)]
    assert order == ["3", "1", "muted", "silent", "quiet"]
