"""Which queue a person means by a name, a URL or an ARN."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import get_close_matches
from typing import Protocol, TypeVar
from urllib.parse import urlsplit

from evwatch.model.arn import parse_arn
from evwatch.model.fault import EvwatchError, Fault
from evwatch.model.queue import Queue


class Placed(Protocol):
    """A queue, and the name of the context that it was found in."""

    @property
    def context(self) -> str:
        """The context's name."""

    @property
    def queue(self) -> Queue:
        """The queue."""


P = TypeVar("P", bound=Placed)


_DLQ_NAME = re.compile(
    r"(dlq|dead[-_.]?letters?|failures?|failed|errors?|poison)([-_.]?queue)?"
    # CloudFormation's tools put a hash behind the name of a resource, and CloudFormation one behind that.
    r"([0-9A-F]{8})?(-[A-Za-z0-9]{8,14})?(\.fifo)?$",
    re.IGNORECASE,
)


def is_called_dlq(name: str) -> bool:
    """Whether a queue is called as people call dead-letter queues."""
    return _DLQ_NAME.search(name) is not None


def name_in(text: str) -> str:
    """The queue's name in what a person wrote: a name, a URL or an ARN."""
    arn = parse_arn(text)
    return arn.name if arn else text.rstrip("/").rsplit("/", 1)[-1]


def find_queue(text: str, queues: Sequence[P], elsewhere: str = "") -> P:
    """The one queue that is meant.

    A URL is known by its account and name, for the host of the same queue differs between endpoints; where several
    queues answer to that, the whole URL decides. Raises EvwatchError: `not-found`, or `usage` with the places where
    several have the name. `elsewhere` is the hint where it may be in a place that was not asked.
    """
    found = _matching(text.strip(), queues)
    if not found:
        near = get_close_matches(text, [each.queue.name for each in queues], n=1)
        hint = f'did you mean "{near[0]}"?' if near else elsewhere or "`evwatch queues` lists those that can be seen"
        raise EvwatchError(Fault("not-found", f'there is no queue "{text}"', hint))
    if len(found) > 1:
        places = ", ".join(f"{each.queue.arn} ({each.context})" for each in found)
        raise EvwatchError(Fault("usage", f'"{text}" is in several contexts: {places}', "name it by its ARN"))
    return found[0]


def _matching(text: str, queues: Sequence[P]) -> list[P]:
    arn = parse_arn(text)
    if arn:
        return [each for each in queues if each.queue.arn == text]
    if "://" not in text:
        return [each for each in queues if each.queue.name == text]
    exact = [each for each in queues if each.queue.url == text]
    if exact:
        return exact
    parts = [part for part in urlsplit(text).path.split("/") if part]
    if len(parts) < 2:
        return []
    return [each for each in queues if (each.queue.account, each.queue.name) == (parts[-2], parts[-1])]
