"""What of the flow is shown: which of its ways are open, around what, and which words narrow it."""

from __future__ import annotations

from evwatch.present.flow_lines import FlowView, flow_view
from evwatch.present.key import Key
from evwatch.present.picture import Picture


class Folds:
    """As the operator left it; what was never touched is open where there is trouble."""

    def __init__(self) -> None:
        self.words = ""
        self.centre = ""
        """ARN of the resource around which the flow is shown; empty for the whole."""
        self._opened: dict[Key, bool] = {}
        self._everything = False

    def view(self, picture: Picture) -> FlowView:
        """The flow of a picture, so folded."""
        return flow_view(picture, self._opened, words=self.words, centre=self.centre, everything=self._everything)

    @property
    def narrowed(self) -> bool:
        """Whether a part alone is shown."""
        return bool(self.words or self.centre)

    def widen(self) -> None:
        """The whole flow again."""
        self.words = self.centre = ""

    def turn(self, key: Key, *, is_open: bool) -> None:
        """Open or fold one way."""
        self._opened[key] = is_open

    def open_to(self, view: FlowView, path: tuple[Key, ...]) -> None:
        """Open whatever hides the end of this path."""
        self._opened.update(dict.fromkeys(view.hides(path), True))

    def turn_all(self) -> None:
        """Everything open, or only what is in trouble."""
        self._everything = not self._everything
        self._opened.clear()

    def turn_around(self, arn: str) -> None:
        """Up- and downstream of a resource alone; and back."""
        self.centre = "" if self.centre else arn
        self.words = ""
