"""What needs attention, and why. The rules are the same for the dashboard, `status` and `check`."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from evwatch.model.alarm import Alarm
from evwatch.model.feed import Feed
from evwatch.model.outlook import Outlook
from evwatch.model.queue import Depth

Health = Literal["ok", "warn", "critical", "unknown"]
SEVERITY: dict[Health, int] = {"critical": 0, "warn": 1, "unknown": 2, "ok": 3}


@dataclass(frozen=True, slots=True)
class Verdict:
    """A health and the sentences that justify it; no reasons where all is well."""

    health: Health
    reasons: tuple[str, ...] = ()


def queue_health(
    depth: Feed[Depth] | None,
    heading: Outlook,
    *,
    is_dlq: bool,
    alarms: Collection[Alarm] = (),
    findings: Collection[str] = (),
) -> Verdict:
    """Judge one queue.

    A DLQ that holds anything is critical. In flight counts as well as visible: looking at messages hides them, and a
    look must turn nothing green. `alarms` are those about this queue; one that fires makes it critical. `findings` are
    the critical ones about its configuration.
    """
    reasons = [f"alarm {alarm.name} fires" for alarm in alarms if alarm.fires]
    if depth is None or depth.value is None:
        if reasons:
            return Verdict("critical", tuple(reasons))
        if findings:
            return Verdict("warn", tuple(findings))
        return Verdict("unknown", (depth.fault.message,) if depth and depth.fault else ())
    if is_dlq and depth.value.held:
        reasons.append(f"{depth.value.held} dead letter{'s' if depth.value.held != 1 else ''}")
    if reasons:
        return Verdict("critical", tuple(reasons))
    moves = (heading.words,) if not is_dlq and heading.heading in ("grows", "stuck") else ()
    if moves or findings:
        return Verdict("warn", (*moves, *findings))
    if depth.fault:
        return Verdict("unknown", (depth.fault.message,))
    return Verdict("ok")


def alarm_health(alarm: Alarm) -> Verdict:
    """Judge one alarm: critical where it fires; INSUFFICIENT_DATA is no failure (an idle queue gives no data)."""
    return Verdict("critical", (alarm.reason,) if alarm.reason else ()) if alarm.fires else Verdict("ok")
