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

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._painted = Text()

    @property
    def asks_for(self) -> frozenset[str]:
        """ARNs of the hops whose figures are shown; none while there is no room for the panel."""
        if self.flow is None or not self.arn or not self.size:
            return frozenset()
        return neighbours(self.flow, self.arn)

    def look_again(self) -> None:
        """What is to be said about the hops may be another thing now."""
        if self._said() != self._painted:
            self.refresh()

    def render(self) -> Text:
        """As much as fits."""
        self._painted = self._said()
        return self._painted

    def _said(self) -> Text:
        if self.flow is None or not self.arn:
            return Text("not read yet" if self.arn else "", style=DIM)
        width, height = self.content_size
        return Text("\n").join(flow_around(self.flow, self.arn, max(20, width), max(2, height), self.remark))
