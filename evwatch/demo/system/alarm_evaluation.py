"""Evaluates the metric alarms as CloudWatch does, and sets their state over the API when it changes.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from evwatch.demo.api import Api
from evwatch.demo.system.alarms import METRIC_ALARMS

_WORDS = {"GreaterThanThreshold": "greater than"}


class AlarmEvaluation:
    """Knows the state of each alarm, and looks at its metric when asked to."""

    def __init__(self, api: Api) -> None:
        self._api = api
        described = api.client("cloudwatch").describe_alarms(AlarmTypes=["MetricAlarm"])["MetricAlarms"]
        self._states = {alarm["AlarmName"]: alarm["StateValue"] for alarm in described}

    def evaluate(self, now: float) -> None:
        """Judge every alarm by its last full periods."""
        end = now // 60 * 60
        for alarm in METRIC_ALARMS:
            values = self._values(alarm, end)
            state = judged(values, alarm)
            if state is not None and state != self._states[alarm["AlarmName"]]:
                self._states[alarm["AlarmName"]] = state
                set_state(self._api, alarm, state, values, end)

    def _values(self, alarm: Mapping[str, Any], end: float) -> list[float | None]:
        """The statistic of each period, oldest first. The last ends with the last minute: CloudWatch has them slide."""
        period, count = alarm["Period"], alarm["EvaluationPeriods"]
        metric = {key: alarm[key] for key in ("Namespace", "MetricName", "Dimensions")}
        queries = [
            {"Id": name.lower(), "MetricStat": {"Metric": metric, "Period": 60, "Stat": name}}
            for name in ("Sum", "SampleCount")
        ]
        start = end - period * count
        answer = self._api.client("cloudwatch").get_metric_data(
            MetricDataQueries=queries,
            StartTime=datetime.fromtimestamp(start, UTC),
            EndTime=datetime.fromtimestamp(end, UTC),
        )
        sums, samples = ([0.0] * count for _ in range(2))
        for result in answer["MetricDataResults"]:
            into = sums if result["Id"] == "sum" else samples
            for at, value in zip(result["Timestamps"], result["Values"], strict=True):
                into[int((at.timestamp() - start) // period)] += value
        average = alarm["Statistic"] == "Average"
        return [
            (total / seen if average else total) if seen else None for total, seen in zip(sums, samples, strict=True)
        ]


def judged(values: Sequence[float | None], alarm: Mapping[str, Any]) -> str | None:
    """The state that these periods justify; None leaves it as it is."""
    missing = alarm["TreatMissingData"] == "breaching"
    known = [value for value in values if value is not None]
    if not known:
        return {"notBreaching": "OK", "breaching": "ALARM", "missing": "INSUFFICIENT_DATA"}.get(
            alarm["TreatMissingData"]
        )
    breaching = [missing if value is None else value > alarm["Threshold"] for value in values]
    return "ALARM" if all(breaching) else "OK"


def set_state(api: Api, alarm: Mapping[str, Any], state: str, values: Sequence[float | None], at: float) -> None:
    """Set a state with the reason that CloudWatch gives."""
    stamp = datetime.fromtimestamp(at, UTC)
    begins = [stamp - timedelta(seconds=alarm["Period"] * back) for back in range(len(values), 0, -1)]
    points = [value for value in values if value is not None]
    written = ", ".join(
        f"{round(value, 2)} ({begin:%d/%m/%y %H:%M:%S})"
        for value, begin in reversed(list(zip(values, begins, strict=True)))
        if value is not None
    )
    word = "was" if len(points) == 1 else "were"
    relation = "" if state == "ALARM" else "not "
    reason = (
        f"Threshold Crossed: {len(points)} out of the last {len(points)} datapoints [{written}] {word} {relation}"
        f"{_WORDS[alarm['ComparisonOperator']]} the threshold ({alarm['Threshold']})."
    )
    data = {
        "version": "1.0",
        "queryDate": stamp.isoformat(timespec="milliseconds").replace("+00:00", "+0000"),
        "statistic": alarm["Statistic"],
        "period": alarm["Period"],
        "recentDatapoints": points,
        "threshold": alarm["Threshold"],
    }
    api.client("cloudwatch").set_alarm_state(
        AlarmName=alarm["AlarmName"], StateValue=state, StateReason=reason, StateReasonData=json.dumps(data)
    )
