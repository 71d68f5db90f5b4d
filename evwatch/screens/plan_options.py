"""What of a plan can be changed, and what may be typed for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import get_args

from evwatch.model.plan import EngineChoice, RedriveRequest

_ENGINES: tuple[EngineChoice, ...] = get_args(EngineChoice)


@dataclass(frozen=True, slots=True)
class Option:
    """One thing that can be changed, by the name of its flag."""

    name: str
    title: str
    hint: str
    text: Callable[[RedriveRequest], str]
    """What it is now, as it would be typed."""
    wrong: Callable[[str], str]
    """What is wrong with a text; empty where nothing is."""
    changed: Callable[[RedriveRequest, str], RedriveRequest]
    """The request with what was typed; of `to` that is found out by asking AWS."""


def _number(text: str, *, least: float, most: float = float("inf"), whole: bool = False) -> str:
    if not text:
        return ""
    try:
        value = float(text)
    except ValueError:
        return f"{text} is no number"
    if value != value or value < least or value > most:
        return f"it must be at least {least:g}{f' and at most {most:g}' if most != float('inf') else ''}"
    return "it must be a whole number" if whole and value != int(value) else ""


def _shown(value: float | None) -> str:
    return "" if value is None else f"{value:g}"


def _engine(request: RedriveRequest, text: str) -> RedriveRequest:
    return replace(request, engine=next((each for each in _ENGINES if each == text), "auto"))


OPTIONS: tuple[Option, ...] = (
    Option(
        "to",
        "Send all to one queue",
        "A queue's name, URL or ARN; nothing typed: each message where it failed.",
        lambda request: request.to.name if request.to else "",
        lambda text: "",
        lambda request, text: request,
    ),
    Option(
        "rate",
        "Messages a second at most",
        "A number; nothing or 0: as fast as it goes.",
        lambda request: _shown(request.rate),
        lambda text: _number(text, least=0),
        lambda request, text: replace(request, rate=float(text or 0) or None),
    ),
    Option(
        "canary",
        "Send a few first",
        "How many. They are watched, and the rest goes only where none of them comes back. Nothing or 0: all at once.",
        lambda request: str(request.canary or ""),
        lambda text: _number(text, least=0, whole=True),
        lambda request, text: replace(request, canary=int(float(text)) if text else 0),
    ),
    Option(
        "stop-on-bounce",
        "Stop when too many come back",
        "Percent of what was sent; nothing typed: never.",
        lambda request: _shown(request.stop_on_bounce),
        lambda text: _number(text, least=0, most=100),
        lambda request, text: replace(request, stop_on_bounce=float(text) if text else None),
    ),
    Option(
        "watch",
        "Watch for what comes back",
        "Seconds; 0: not at all; nothing typed: as long as a bounce takes.",
        lambda request: _shown(request.watch_seconds),
        lambda text: _number(text, least=0),
        lambda request, text: replace(request, watch_seconds=float(text) if text else None),
    ),
    Option(
        "engine",
        "Who moves the messages",
        "journal: evwatch, message by message; native: SQS itself, all of it; auto: native where that does it all.",
        lambda request: request.engine,
        lambda text: "" if text in ("", *_ENGINES) else f"one of {', '.join(_ENGINES)}",
        _engine,
    ),
    Option(
        "reason",
        "Why, for the record",
        "It stands in the journal and in the list of runs.",
        lambda request: request.reason,
        lambda text: "",
        lambda request, text: replace(request, reason=text),
    ),
)
