"""A look into a queue in words: what it would cost, how it gets on, what it showed, and what it has cost."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import datetime
from typing import Literal

from rich.text import Text

from evwatch.model.fault import Fault
from evwatch.model.look import Incomplete, Look, LookProgress, Sample
from evwatch.model.queue import Depth, Queue
from evwatch.present.figures import age, clock_time, count, exactly, plural, rate
from evwatch.present.inert import middle, plain
from evwatch.present.tones import ACCENT, DIM, OK, STALE, STRONG, WARN

Guard = Literal["source", "moves-on", "fifo"]
"""A reason to ask before a look: a source queue, a redrive policy of its own, FIFO."""

_WHY_INCOMPLETE: dict[Incomplete, str] = {
    "limit": "only so many were asked for",
    "group-locked": "a FIFO group shows only its first messages while they are held",
    "hidden-by-others": "others hold the rest",
    "interrupted": "stopped",
}
_BAR = 24
_PLACE = re.compile(r"(.*?) at column (\d+):")


def exact(value: int) -> str:
    """A number of messages with its thousands set apart; it is compared with another, so nothing is rounded."""
    return f"{value:,}"


def seen_line(look: Look, matched: int | None, width: int) -> Text:
    """`order-events-dlq  seen 5,000 of about 5,000, complete`; `matched` where a filter is on."""
    line = Text(no_wrap=True, end="")
    line.append(middle(look.queue.name, max(16, width - 50)), style=STRONG)
    line.append(f"  seen {exact(len(look.letters))} of about {exact(look.approximate)}")
    if look.complete:
        line.append(", complete", style=OK)
    else:
        line.append(f", not complete: {_WHY_INCOMPLETE[look.reason or 'interrupted']}", style=WARN)
    if matched is not None:
        line.append(f"  {exact(matched)} match", style=ACCENT)
    return line


def cost_line(look: Look, now: datetime) -> Text:
    """When it was read, and what that has cost."""
    line = Text(no_wrap=True, end="")
    if look.taken_at:
        line.append(f"read {clock_time(look.taken_at, now)}, {age(now - look.taken_at)} ago, nothing since")
    counts = [letter.receive_count for letter in look.letters]
    if counts:
        line.append(f"   receives {_span([each - 1 for each in counts])} → {_span(counts)}", style=DIM)
    if look.letters and look.released:
        line.append(", all released", style=DIM)
    elif look.letters:
        line.append(f"   ▲ not all released: hidden for {look.lease_seconds} s at most", style=WARN)
    return line


def note_lines(look: Look) -> list[Text]:
    """What the operator should know, a line each."""
    return [note_line(note) for note in look.notes]


def note_line(note: str) -> Text:
    """One thing that the operator should know."""
    return Text(f"▲ {plain(note, 400)}", style=WARN, no_wrap=True, end="")


def progress_line(progress: LookProgress | None, stopping: bool) -> Text:
    """Count, rate, how much of it, and how to stop."""
    line = Text(no_wrap=True, end="")
    if progress is None:
        line.append("asking AWS what this queue is …", style=ACCENT)
        return line
    share = min(1.0, progress.seen / progress.approximate) if progress.approximate else 1.0
    done = round(share * _BAR)
    word = "releasing" if progress.phase == "releasing" else "reading"
    line.append(f"{word} {exact(progress.seen)} of about {exact(progress.approximate)}", style=ACCENT)
    line.append("  ")
    line.append("━" * done, style=ACCENT)
    line.append("─" * (_BAR - done), style=DIM)
    line.append(f"  {rate(progress.per_second)}/s", style=DIM)
    if stopping or progress.phase != "reading":
        line.append("   stopping; what was read is released" if stopping else "", style=DIM)
    else:
        line.append("   esc", style="ev.key")
        line.append(" stops; what was read stays on screen", style=DIM)
    return line


def nothing_line(name: str, reading: bool, width: int) -> Text:
    """Before anything was read."""
    line = Text(middle(name, max(16, width - 50)), style="", no_wrap=True, end="")
    line.stylize(STRONG)
    if not reading:
        line.append_text(Text.assemble(("  nothing was read yet; ", DIM), ("ctrl+r", "ev.key"), (" asks", DIM)))
    return line


def what_it_holds(held: int | None, depth: Depth | None) -> str:
    """How much there is to read, as far as that is known."""
    if held is None:
        return "How many messages it holds is not known."
    hidden = f", {exact(depth.in_flight)} of them in flight" if depth and depth.in_flight else ""
    return f"It holds about {exactly(held, 'message')}{hidden}."


def what_it_costs(lease_seconds: int, guards: Collection[Guard]) -> str:
    """What a look does, plainly, before it is taken."""
    untouched = "changed" if "moves-on" in guards else "moved, changed"
    return (
        "SQS has no look without a cost: each message that is read counts as received once more, and is hidden from "
        f"everybody else while evwatch reads ({lease_seconds} s at a time). Then all are released. "
        f"Nothing is {untouched} or deleted."
    )


def guard_words(guard: Guard, queue: Queue | None) -> str:
    """Why one asks."""
    match guard:
        case "source":
            return (
                "Nothing is known that gives up into this queue, so its messages may belong to a live consumer. "
                "Reading would hide them from it and bring each nearer to being given up."
            )
        case "moves-on":
            most = count(queue.max_receive_count) if queue and queue.max_receive_count else "some"
            return f"It has a redrive policy of its own: after {most} receives a message moves on, and a look is one."
        case _:
            return "It is FIFO: reading locks its message groups meanwhile, and may change the order between them."


def sample_words(sample: Sample, ago: str) -> Text:
    """What a short look told before."""
    if not sample.groups:
        return Text(f"A short look {ago} ago showed nothing.", style=DIM)
    title = plain(sample.groups[0].title, 160)
    return Text(f"A short look at {plural(sample.seen, 'message')} {ago} ago: mostly {title}", style=DIM)


def wrong_expression(fault: Fault) -> str:
    """What is wrong with an expression, on one line. It stands under what was typed, so the place is enough."""
    placed = _PLACE.match(fault.message)
    what = f"column {placed[2]}: {placed[1]}" if placed else fault.message
    return plain(f"{what}; {fault.hint}" if fault.hint else what, 300)


def stale_note(look: Look, depth: Depth | None) -> Text:
    """Where the queue holds another number by now."""
    if depth is None or look.taken_at is None or depth.taken_at <= look.taken_at or depth.held == look.approximate:
        return Text()
    return Text(f"   holds {exact(depth.held)} by now", style=STALE)


def _span(counts: list[int]) -> str:
    low, high = min(counts), max(counts)
    return str(low) if low == high else f"{low}–{high}"  # noqa: RUF001 - an en dash stands for a range
