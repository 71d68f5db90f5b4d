"""Metrics of what is on screen or in alarm, and of the chart; never the same one twice within a minute."""

from __future__ import annotations

import bisect
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from evwatch.aws import cloudwatch
from evwatch.aws.clients import Caller
from evwatch.aws.errors import AwsError
from evwatch.model import catalogue, flow_figures
from evwatch.model.clock import Clock
from evwatch.model.feed import Feed
from evwatch.model.flow import Flow
from evwatch.model.metric import MetricQuery, Series
from evwatch.model.window import DEFAULT_WINDOW, Window
from evwatch.pollers.state import ContextState

_AGAIN_SECONDS = 600
"""How much of a known series is read again: values of the last minutes still converge."""
POINTS_AT_ONCE = 9_000
"""Parsed in one go they take about a frame; more would stall the screen."""

_FRESH_SECONDS = 53.0
"""CloudWatch has nothing newer within a minute; a little less, so that a reading that comes early by jitter counts."""
_KEPT_SECONDS = 300.0
"""What left the screen is kept for a while: whoever scrolls back sees it at once, and pays for its end alone."""


_ROW = "row"
_Key = tuple[MetricQuery, str]
"""A query, and what it is for: a row, or the chart over the window of that name."""


class MetricReader:
    """Fills the state's series, for rows over three hours, and its chart, over the window that was chosen."""

    def __init__(
        self,
        caller: Caller,
        state: ContextState,
        clock: Clock,
        extra: Callable[[], Iterable[MetricQuery]] = tuple,
        row_window: Window = DEFAULT_WINDOW,
    ) -> None:
        self._caller = caller
        self._state = state
        self._clock = clock
        self._extra = extra
        self._row_window = row_window
        self._window = DEFAULT_WINDOW
        self._read_at: dict[_Key, float] = {}
        self._wanted_at: dict[_Key, float] = {}

    async def read(self) -> None:
        """Read whatever is wanted and older than a minute. Raises AwsError, which the feeds hold by then."""
        state = self._state
        rows, chart = self._rows(), self._chart()
        if state.interest.window != self._window:
            state.chart, self._window = {}, state.interest.window
        self._forget({(query, _ROW) for query in rows} | {(query, self._window.label) for query in chart})
        state.series = {query: feed for query, feed in state.series.items() if (query, _ROW) in self._wanted_at}
        state.chart = {query: feed for query, feed in state.chart.items() if self._charted(query)}
        await self._fill(state.chart, chart, self._window, self._window.label)
        await self._fill(state.series, rows, self._row_window, _ROW)

    def _forget(self, wanted: set[_Key]) -> None:
        """Let go of what nobody has wanted for a while."""
        now = self._clock.monotonic()
        self._wanted_at.update(dict.fromkeys(wanted, now))
        windows = (_ROW, self._window.label)
        self._wanted_at = {
            key: at for key, at in self._wanted_at.items() if at >= now - _KEPT_SECONDS and key[1] in windows
        }
        self._read_at = {key: at for key, at in self._read_at.items() if key in self._wanted_at}

    def _charted(self, query: MetricQuery) -> bool:
        return (query, self._window.label) in self._wanted_at

    def _rows(self) -> dict[MetricQuery, None]:
        state = self._state
        names = [queue.name for queue in state.queues.values() if queue.arn in state.interest.queues]
        queries = [query for name in names for query in catalogue.queue_row(name)]
        queries += [
            MetricQuery(part.metric, part.statistic)
            for alarm in state.cloudwatch_alarms.value or ()
            if alarm.state == "ALARM" and (part := alarm.metric)
        ]
        flow = state.flow.value
        if flow:
            for arn in sorted(state.interest.resources):
                queries += flow_figures.queries(flow.node(arn), flow)
        return dict.fromkeys((*queries, *self._extra()))

    def _chart(self) -> dict[MetricQuery, None]:
        interest = self._state.interest
        mine = interest.chart_context == self._state.context.name
        return dict.fromkeys(interest.chart if mine else ())

    async def _fill(
        self, feeds: dict[MetricQuery, Feed[Series]], queries: Iterable[MetricQuery], window: Window, purpose: str
    ) -> None:
        """Read what is missing over the whole window, and of what is known only the end."""
        now = self._clock.monotonic()
        by_period: dict[int, list[MetricQuery]] = {}
        for query in queries:
            if now - self._read_at.get((query, purpose), -1e9) >= _FRESH_SECONDS:
                by_period.setdefault(window.period_of(query.period_seconds), []).append(query)
        for period, due in by_period.items():
            await self._fill_in(feeds, due, window, purpose, period)

    async def _fill_in(
        self,
        feeds: dict[MetricQuery, Feed[Series]],
        due: Iterable[MetricQuery],
        window: Window,
        purpose: str,
        period: int,
    ) -> None:
        now = self._clock.monotonic()
        end = (self._clock.now().timestamp() // period + 1) * period
        start = end - max(window.length.total_seconds(), period)
        again = end - max(_AGAIN_SECONDS, 3 * period)
        whole: list[MetricQuery] = []
        rest: list[MetricQuery] = []
        for query in due:
            (rest if _reaches(feeds.get(query), start, again, period) else whole).append(query)
        for part, since in ((whole, start), (rest, again)):
            size = max(1, int(POINTS_AT_ONCE // max(1.0, (end - since) / period)))
            for i in range(0, len(part), size):
                await self._read(feeds, part[i : i + size], since, start, end, period)
                self._read_at.update({(query, purpose): now for query in part[i : i + size]})

    async def _read(
        self,
        feeds: dict[MetricQuery, Feed[Series]],
        queries: list[MetricQuery],
        since: float,
        start: float,
        end: float,
        period: int,
    ) -> None:
        state, source, now = self._state, cloudwatch.GET_METRIC_DATA.iam_action, self._clock.now()
        try:
            found = await cloudwatch.read_series(self._caller, queries, since, end, period, now)
        except AwsError as error:
            for query in queries:
                feeds[query] = feeds.get(query, Feed()).failed(error.fault)
            state.tried(source, error.fault)
            state.changed()
            raise
        for query, series in found.items():
            feed = feeds.get(query, Feed())
            feeds[query] = feed.succeeded(_joined(feed.value, series, start, since), now)
        state.tried(source)
        state.changed()


class CustomMetricReader:
    """Lists the metrics outside AWS's namespaces, once somebody asked for one by name."""

    def __init__(self, caller: Caller, state: ContextState, clock: Clock) -> None:
        self._caller = caller
        self._state = state
        self._clock = clock

    async def read(self) -> None:
        """One listing, if it is wanted. Raises AwsError, which the feed holds by then."""
        state, source = self._state, cloudwatch.LIST_METRICS.iam_action
        if not state.interest.custom_metrics:
            return
        asked_at = self._clock.now()
        try:
            metrics = await cloudwatch.custom_metrics(self._caller)
        except AwsError as error:
            state.custom_metrics = state.custom_metrics.failed(error.fault)
            state.tried(source, error.fault)
            state.changed()
            raise
        state.custom_metrics = state.custom_metrics.succeeded(metrics, asked_at)
        state.tried(source)
        state.changed()


def within_one_request(flow: Flow, named: Iterable[str], busy_queues: int) -> Iterator[str]:
    """As many of the resources as fit into one request beside the rows of queues: each metric is paid for."""
    left = cloudwatch.QUERIES_PER_CALL - busy_queues * len(catalogue.queue_row(""))
    for arn in named:
        left -= len(flow_figures.queries(flow.node(arn), flow))
        if left < 0:
            return
        yield arn


def _reaches(feed: Feed[Series] | None, start: float, again: float, period: int) -> bool:
    """True where a series covers the window but for its end, so that the end alone need be read."""
    series = feed.value if feed else None
    return series is not None and series.period_seconds == period and series.start <= start and series.end >= again


def _joined(known: Series | None, new: Series, start: float, since: float) -> Series:
    """The known series with everything since that time replaced by the new one, cut to the window."""
    if known is None or since <= start:
        return new
    first, last = bisect.bisect_left(known.times, start), bisect.bisect_left(known.times, since)
    return replace(
        new,
        start=start,
        times=known.times[first:last] + new.times,
        values=known.values[first:last] + new.values,
    )
