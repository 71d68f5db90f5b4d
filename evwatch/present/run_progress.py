"""A run under way in words: how it gets on, on its own screen and on top of every other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.text import Text

from evwatch.model.run import Phase, Progress, RunKind
from evwatch.present.figures import age, rate, span
from evwatch.present.tones import ACCENT, ALARM, DIM, STRONG, WARN

_BAR = 24
_PHASE: dict[Phase, str] = {
    "starting": "starting",
    "moving": "moving",
    "paused": "paused: nothing is held meanwhile",
    "waiting": "waiting for messages that others hold",
    "cancelling": "ending: SQS goes on for a while after it was told to",
    "releasing": "releasing what was not sent",
    "watching": "watching for what comes back",
    "done": "ended",
}


@dataclass(frozen=True, slots=True)
class Work:
    """One run under way, as the line on top of every screen tells it."""

    kind: RunKind
    queue: str
    progress: Progress | None
    messages: int | None
    watches: bool
    paused: bool


def work_badge(works: Sequence[Work]) -> str:
    """`▶ redrive 120/300`, `◉ watch 2 m 10 s`; empty where nothing is under way."""
    if not works:
        return ""
    first, more = works[0], f" +{len(works) - 1}" if len(works) > 1 else ""
    progress = first.progress
    if first.watches:
        left = age(progress.seconds_left) if progress and progress.seconds_left is not None else ""
        return f"◉ watch {left}{more}".strip()
    word = f"‖ {first.kind}" if first.paused else f"▶ {first.kind}"
    if progress is None:
        return f"{word} …{more}"
    of = progress.expected if progress.expected is not None else first.messages
    return f"{word} {_moved(first.kind, progress)}{f'/{of}' if of is not None else ''}{more}"


def progress_lines(work: Work, *, ending: bool) -> list[Text]:
    """Phase, count, share, rate and time left; then what did not go as meant."""
    progress = work.progress
    if progress is None:
        return [Text("asking AWS before anything is sent …", style=ACCENT)]
    moved = _moved(work.kind, progress)
    of = progress.expected if progress.expected is not None else work.messages
    if progress.phase == "watching" and progress.seconds_left is not None:
        words = "watching the canary" if not work.watches else "everything was moved; watching for what comes back"
        line = Text(f"◉ {words}", style=ACCENT, no_wrap=True, end="")
        line.append(f"  {age(progress.seconds_left)} left", style=STRONG)
    else:
        line = Text(f"▶ {_PHASE[progress.phase]}", style=ACCENT, no_wrap=True, end="")
        line.append("  ")
        line.append_text(_bar(moved + progress.failed + progress.skipped + progress.undecided, of))
        if progress.rate:
            line.append(f"  {rate(progress.rate)}/s", style=DIM)
        if progress.eta_seconds is not None and progress.phase == "moving":
            line.append(f"  about {span(max(1, progress.eta_seconds))} left", style=DIM)
    if work.paused and progress.phase != "paused":
        line.append("   pausing at the next safe point", style=WARN)
    if ending:
        line.append("   ending at the next safe point", style=WARN)
    return [line, _counts(work.kind, progress, of)]


def _moved(kind: RunKind, progress: Progress) -> int:
    return progress.deleted if kind == "delete" else progress.sent


def _counts(kind: RunKind, progress: Progress, of: int | None) -> Text:
    """Zeros are quiet, trouble is not."""
    line = Text(no_wrap=True, end="")
    if kind != "delete":
        line.append(f"sent {progress.sent:,}{f' of about {of:,}' if of is not None else ''}", style=STRONG)
        line.append("  ")
    if kind not in ("undo", "import"):
        line.append(f"deleted {progress.deleted:,}", style=STRONG if kind == "delete" else "")
    figures = (
        ("failed", progress.failed, ALARM),
        ("skipped", progress.skipped, WARN),
        ("undecided", progress.undecided, ALARM),
        ("bounced", progress.bounced, ALARM),
    )
    for word, amount, tone in figures:
        line.append(f"  {word} {amount:,}", style=tone if amount else DIM)
    return line


def _bar(done: int, of: int | None) -> Text:
    if not of:
        return Text("─" * _BAR, style=DIM)
    share = min(1.0, done / of)
    filled = round(share * _BAR)
    bar = Text("━" * filled, style=ACCENT)
    bar.append("─" * (_BAR - filled), style=DIM)
    bar.append(f"  {100 * share:.0f}%", style=DIM)
    return bar
