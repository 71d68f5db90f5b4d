"""What is known of one context so far. Readers write it, and the session takes frozen pictures of it."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import timedelta
from operator import is_
from typing import TypeVar

from evwatch.model.access import Access
from evwatch.model.alarm import Alarm
from evwatch.model.context import Context, Identity
from evwatch.model.deadletter import DeadLetter
from evwatch.model.fault import Fault
from evwatch.model.feed import Feed
from evwatch.model.flow import Flow
from evwatch.model.interest import Interest
from evwatch.model.log_lines import LogReading, LogReason
from evwatch.model.look import Look, Sample
from evwatch.model.metric import Metric, MetricQuery, Series
from evwatch.model.queue import Depth, Queue
from evwatch.model.snapshot import ContextSnapshot

_SECONDARY = frozenset({"credentials", "network", "region"})
"""Where one of these stops every source, one sentence says it; the same from each source would bury the rest."""

_REASONS_KEPT = 1_000
_READINGS_KEPT = 5
_LINES_KEPT = 2_000
"""Of each reading, the newest."""
_LOOKS_CHARACTERS = 64_000_000
"""Of the messages in all looks that are kept beside the newest."""
_LETTER_CHARACTERS = 4_000
"""What a letter takes beside its body, as far as memory goes."""

T = TypeVar("T")


class ContextState:
    """Owned by the session, one for each context; `changed` is called after every change."""

    def __init__(self, context: Context, changed: Callable[[], None]) -> None:
        self.context = context
        self.interest = Interest()
        self.identity: Feed[Identity] = Feed()
        self.queues: dict[str, Queue] = {}
        """By URL."""
        self.queue_list: Feed[tuple[str, ...]] = Feed()
        """Their URLs, as they were listed."""
        self.depths: dict[str, Feed[Depth]] = {}
        """By ARN."""
        self.cloudwatch_alarms: Feed[tuple[Alarm, ...]] = Feed()
        self.local_alarms: tuple[Alarm, ...] = ()
        self.flow: Feed[Flow] = Feed()
        self.access = Access()
        self.tags: dict[str, tuple[tuple[str, str], ...]] = {}
        """By ARN."""
        self.series: dict[MetricQuery, Feed[Series]] = {}
        self.chart: dict[MetricQuery, Feed[Series]] = {}
        self.custom_metrics: Feed[tuple[Metric, ...]] = Feed()
        self.samples: dict[str, Feed[Sample]] = {}
        """By ARN of the DLQ."""
        self.log_reasons: dict[str, LogReason] = {}
        """By MessageId, the newest last."""
        self.log_readings: deque[LogReading] = deque(maxlen=_READINGS_KEPT)
        self.looks: dict[str, Look] = {}
        """By queue ARN, the newest last."""
        self._shown_queues: tuple[Queue, ...] = ()
        self._shown_alarms: tuple[Alarm, ...] = ()
        self._shown_series: Mapping[MetricQuery, Feed[Series]] = {}
        self._faults: dict[str, Fault] = {}
        self._sources: set[str] = set()
        self._minutes_ahead = 0
        self._changed = changed

    @property
    def account(self) -> str:
        """The account id, or empty while the identity is not known."""
        return self.identity.value.account if self.identity.value else ""

    def changed(self) -> None:
        """Tell the session that something is new."""
        self._changed()

    def clock_ahead(self, ahead: timedelta | None) -> None:
        """How far this machine's clock was found to be ahead of AWS's."""
        minutes = round((ahead or timedelta(0)).total_seconds() / 60)
        if minutes != self._minutes_ahead:
            self._minutes_ahead = minutes
            self.changed()

    def tried(self, source: str, fault: Fault | None = None) -> None:
        """Note how the newest attempt at a source ended."""
        self._sources.add(source)
        if fault is None:
            self._faults.pop(source, None)
        else:
            self._faults[source] = fault

    def denied(self) -> tuple[str, ...]:
        """Sources that the caller may not read, sorted."""
        return tuple(sorted(name for name, fault in self._faults.items() if fault.code == "permission"))

    def snapshot(self, endpoint_url: str | None) -> ContextSnapshot:
        """A frozen picture of now. Queues, alarms and series are the same objects as last time where nothing of them
        is new: whoever works something out of thousands of them can tell at a glance.
        """
        queues = tuple(sorted(self.queues.values(), key=lambda queue: queue.name))
        queues = self._shown_queues = _kept(self._shown_queues, queues)
        alarms = (*(self.cloudwatch_alarms.value or ()), *self.local_alarms)
        alarms = self._shown_alarms = _kept(self._shown_alarms, alarms)
        self._shown_series = _kept_series(self._shown_series, self.series)
        known = self.cloudwatch_alarms.value is not None or self.local_alarms
        listed = self.queue_list.value is not None
        return ContextSnapshot(
            context=replace(self.context, endpoint_url=endpoint_url),
            identity=self.identity,
            queues=Feed(queues if listed else None, self.queue_list.taken_at, self.queue_list.fault),
            depths=dict(self.depths),
            alarms=replace(self.cloudwatch_alarms, value=alarms if known else None),
            flow=self.flow,
            access=self.access,
            tags=self.tags,
            series=self._shown_series,
            chart=dict(self.chart),
            custom_metrics=self.custom_metrics,
            samples=dict(self.samples),
            looks=dict(self.looks),
            log_reasons=dict(self.log_reasons),
            log_readings=tuple(self.log_readings),
            faults=self.faults(),
            sources=len(self._sources),
            clock_minutes_ahead=self._minutes_ahead,
        )

    def keep_look(self, look: Look) -> None:
        """Keep what was read of a queue; of what was read of others before, the newest, as far as there is room."""
        self.looks.pop(look.queue.arn, None)
        room = _LOOKS_CHARACTERS
        for arn, each in reversed(list(self.looks.items())):
            room -= sum(len(letter.message.body) + _LETTER_CHARACTERS for letter in each.letters)
            if room < 0:
                del self.looks[arn]
        self.looks[look.queue.arn] = look

    def keep_logs(self, reading: LogReading, letter: DeadLetter | None = None) -> None:
        """Keep log lines that were read, and what they say of why a dead letter failed."""
        if reading.lines:
            self.log_readings.appendleft(replace(reading, lines=reading.lines[-_LINES_KEPT:]))
            self.changed()
        if letter and reading.reason and reading.clue:
            self.log_reasons.pop(letter.id, None)
            self.log_reasons[letter.id] = LogReason(letter.group, reading.reason, reading.clue, reading.functions[0])
            for oldest in list(self.log_reasons)[:-_REASONS_KEPT]:
                del self.log_reasons[oldest]
            self.changed()

    def faults(self) -> tuple[Fault, ...]:
        """One for each source that could not be read; what stops all of them is said once."""
        found = sorted(self._faults.values(), key=lambda fault: (fault.code not in _SECONDARY, fault.source))
        if len(found) > 1 and len(found) == len(self._sources) and {fault.code for fault in found} == {"network"}:
            others = f"{found[0].message}, nor can the other {len(found) - 1} sources"
            return (replace(found[0], message=others),)
        said: set[tuple[str, str]] = set()
        kept = []
        for fault in found:
            same = (fault.code, fault.message)
            if fault.code not in _SECONDARY or same not in said:
                kept.append(fault)
            said.add(same)
        return tuple(kept)


def _kept(before: tuple[T, ...], now: tuple[T, ...]) -> tuple[T, ...]:
    return before if _all_the_same(before, now) else now


def _kept_series(
    before: Mapping[MetricQuery, Feed[Series]], now: Mapping[MetricQuery, Feed[Series]]
) -> Mapping[MetricQuery, Feed[Series]]:
    same = _all_the_same(before.values(), now.values()) and _all_the_same(before, now)
    return before if same else dict(now)


def _all_the_same(before: Collection[object], now: Collection[object]) -> bool:
    return len(before) == len(now) and all(map(is_, before, now))
