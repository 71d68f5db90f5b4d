"""The ways of looking at one message: its raw body, each layer, its event."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from evwatch.deadletters.decode import LayerText, layers
from evwatch.deadletters.decode.reading import read_json
from evwatch.model.deadletter import DeadLetter
from evwatch.present.sheet import Payload


@dataclass(frozen=True, slots=True)
class View:
    """One way of looking."""

    title: str
    text: str
    """Exactly as it stands in the message."""
    raw: bool = False
    """Shown as it stands, although it may be JSON."""


class Peeling:
    """Begins at the event; each step goes to the raw body and from there inward again."""

    def __init__(self, letter: DeadLetter) -> None:
        self.letter = letter
        self._payloads: dict[int, Payload] = {}
        self._chosen = len(self.views) - 1

    @cached_property
    def views(self) -> tuple[View, ...]:
        """From outside in."""
        found = _texts(self.letter)
        inside = [layer.name for layer in found[1:]]
        views = [View("raw body", found[0].text, raw=True)]
        for index, layer in enumerate(found):
            last = index == len(found) - 1
            name = f"inside {', '.join(inside[:index])}" if index else "body"
            views.append(View(self._title(name, last=last), layer.text))
        return tuple(views)

    @property
    def view(self) -> View:
        """The one that is shown."""
        return self.views[self._chosen]

    @property
    def position(self) -> str:
        """Which one that is."""
        return f"{self._chosen + 1} of {len(self.views)}, x peels"

    @property
    def payload(self) -> Payload:
        """What is shown, laid out where it is JSON."""
        payload = self._payloads.get(self._chosen)
        if payload is None:
            view = self.view
            is_json = not view.raw and (self._holds_the_event(view) or read_json(view.text).found)
            self._payloads[self._chosen] = payload = Payload(view.title, view.text, is_json=is_json)
        return payload

    def peel(self, step: int) -> None:
        """The next layer inward, or outward; from the event on it begins again at the raw body."""
        self._chosen = (self._chosen + step) % len(self.views)

    def _holds_the_event(self, view: View) -> bool:
        """What was read once need not be read again to know that it is JSON; bytes in disguise are none."""
        event = self.letter.event
        return view is self.views[-1] and (type(event) is list or (type(event) is dict and "base64" not in event))

    def _title(self, name: str, *, last: bool) -> str:
        if not last:
            return name
        if self.letter.event is None:
            return f"{name}, which holds no event"
        return "event" if name == "body" else f"event, {name}"


def _texts(letter: DeadLetter) -> tuple[LayerText, ...]:
    """From outside in. Where nothing can be taken off, a megabyte need not be read to find that out again."""
    if letter.envelope in ((), ("eventbridge",)) and not letter.encodings:
        return (LayerText("body", letter.message.body),)
    return layers(letter.message)
