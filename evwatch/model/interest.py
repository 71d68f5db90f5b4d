"""What is on screen: polling follows it, because metrics for everything would cost a hundred dollars a day."""

from __future__ import annotations

from dataclasses import dataclass

from evwatch.model.metric import MetricQuery
from evwatch.model.window import DEFAULT_WINDOW, Window


@dataclass(frozen=True, slots=True)
class Interest:
    """Told to the session whenever the view changes. Equal interests cost nothing to repeat."""

    queues: frozenset[str] = frozenset()
    """ARNs of the queues on screen: their depths are read most often, and their rates and ages are asked for."""
    chart_context: str = ""
    """Name of the context that the chart's queries belong to."""
    chart: tuple[MetricQuery, ...] = ()
    window: Window = DEFAULT_WINDOW
    """The window of the chart; rows use a fixed one of three hours."""
    custom_metrics: bool = False
    """True once the operator has asked for a metric by name: only then are custom namespaces listed."""
    resources: frozenset[str] = frozenset()
    """ARNs of the resources on screen, queues among them, whose figures stand beside them in the flow."""
