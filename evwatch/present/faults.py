"""What went wrong: as one line; when it stands in the way of everything, and how it is counted otherwise."""

from __future__ import annotations

from collections.abc import Iterable

from rich.text import Text

from evwatch.model.fault import Fault
from evwatch.model.snapshot import ContextSnapshot, Snapshot
from evwatch.present.figures import count
from evwatch.present.inert import plain
from evwatch.present.tones import ALARM, DIM

_GRAVITY = ("credentials", "region", "network", "settings", "permission", "throttled", "not-found", "aws")

_MOST_NAMED = 3
_LONG = 400
TITLES = {
    "credentials": "No valid AWS credentials",
    "region": "No region, or one that does not exist",
    "network": "AWS cannot be reached",
    "permission": "Nothing may be read here",
    "throttled": "AWS is throttling every call",
    "settings": "The settings do not fit",
}


def fault_line(fault: Fault) -> Text:
    """What is wrong, and what to do about it."""
    line = Text(f"▲ {plain(fault.message, _LONG)}", style=ALARM)
    if fault.hint:
        line.append(f"  {plain(fault.hint, _LONG)}", style=DIM)
    return line


def known(context: ContextSnapshot) -> bool:
    """True once anything worth showing was read in this context, however old it is by now."""
    return context.queues.value is not None or context.alarms.value is not None


def faults_of(context: ContextSnapshot) -> tuple[Fault, ...]:
    """Every fault of a context, the feeds' own among them, each once."""
    feeds = (context.identity, context.queues, context.alarms, context.flow)
    own = [feed.fault for feed in feeds if feed.fault is not None]
    return tuple(dict.fromkeys((*own, *context.faults)))


def blocking(snapshot: Snapshot) -> Fault | None:
    """The gravest fault where nothing at all could be read in any context; None while anything is known."""
    if any(known(context) for context in snapshot.contexts):
        return None
    found = [fault for context in snapshot.contexts for fault in faults_of(context)]
    return min(found, key=gravity, default=None)


def connecting(snapshot: Snapshot) -> bool:
    """True while nothing was read and nothing went wrong."""
    return blocking(snapshot) is None and not any(known(context) for context in snapshot.contexts)


def gravity(fault: Fault) -> int:
    """A sort key, the gravest first."""
    return _GRAVITY.index(fault.code) if fault.code in _GRAVITY else len(_GRAVITY)


def unread_words(snapshot: Snapshot) -> str:
    """`3 of 14 sources not permitted, 1 not reachable`; empty where all was read."""
    found = [fault for context in snapshot.contexts for fault in context.faults]
    total = sum(context.sources for context in snapshot.contexts)
    denied = sum(fault.code == "permission" for fault in found)
    throttled = sum(fault.code == "throttled" for fault in found)
    other = len(found) - denied - throttled
    of = f" of {count(total)} sources" if total else (" source" if len(found) == 1 else " sources")
    return ", ".join(_numbered(((denied, "not permitted"), (throttled, "throttled"), (other, "not read")), of))


def unread_named(snapshot: Snapshot) -> str:
    """The same with the names of the first few: `1 of 14 sources not permitted: lambda:GetPolicy`."""
    words = unread_words(snapshot)
    faults = [fault for context in snapshot.contexts for fault in context.faults]
    names = sorted({plain(fault.source, 60) for fault in faults if fault.source})
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    return f"{words}: {', '.join(names[:_MOST_NAMED])}{more}" if words and names else words


def _numbered(parts: Iterable[tuple[int, str]], of: str) -> list[str]:
    said: list[str] = []
    for amount, word in parts:
        if amount:
            said.append(f"{amount}{of if not said else ''} {word}")
    return said
