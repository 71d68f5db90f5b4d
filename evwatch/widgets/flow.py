"""The flow around what the cursor is on."""

from __future__ import annotations

from rich.text import Text
from textual.reactive import reactive
from textual.widget import Widget

from evwatch.model.flow import Flow
from evwatch.present.flow_around import Remark, flow_around, neighbours
from evwatch.present.tones import DIM


def _silent(_arn: str) -> Text | None:
    return None


class FlowAround(Widget):
    """Sources, the resource, consumers and DLQ, a line each."""

    flow: reactive[Flow | None] = reactive(None)
    arn: reactive[str] = reactive("")
    remark: reactive[Remark] = reactive(lambda: _silent)

    @property
    def asks_for(self) -> frozenset[str]:
        """ARNs of the hops whose figures are shown; none while there is no room for the panel."""
        if self.flow is None or not self.arn or not self.size:
            return frozenset()
        return neighbours(self.flow, self.arn)

    def render(self) -> Text:
        """As much as fits."""
        if self.flow is None or not self.arn:
            return Text("not read yet" if self.arn else "", style=DIM)
        width, height = self.content_size
        return Text("\n").join(flow_around(self.flow, self.arn, max(20, width), max(2, height), self.remark))
