"""All that is known of an alarm, with its history, its tree, the datapoints that breached and who is told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from rich.style import Style
from rich.text import Text

from evwatch.model.alarm import Alarm
from evwatch.model.alarm_audience import Told
from evwatch.model.alarm_history import AlarmEvent, AlarmHistory, Branch, fired
from evwatch.model.fault import Fault
from evwatch.present.alarms import condition, reason, sign
from evwatch.present.badges import alarm_badge
from evwatch.present.chart import Chart
from evwatch.present.describe import Page, Section, linked, linked_lines
from evwatch.present.figures import age, clock_time, number, plural, span
from evwatch.present.inert import plain
from evwatch.present.tones import ALARM, DIM, STALE, STRONG, WARN

_EVENTS = 40
_POINTS = 8
_LONG = 400


def headline(alarm: Alarm, now: datetime) -> Text:
    """State, name, since when; what keeps it from telling anybody."""
    line = Text.assemble(alarm_badge(alarm).text, "  ", (plain(alarm.name, 120), STRONG), no_wrap=True, end="")
    if alarm.since:
        line.append(f"  for {age(now - alarm.since)}", style=ALARM if alarm.fires else DIM)
        line.append(f", since {clock_time(alarm.since, now)}", style=DIM)
    for words in quiet(alarm):
        line.append(f"  {words}", style=WARN)
    return line


def quiet(alarm: Alarm) -> tuple[str, ...]:
    """What keeps it from telling anybody, or from being judged properly."""
    return tuple(
        words
        for words, holds in (
            ("suppressed by " + plain(alarm.suppressed_by, 60), alarm.suppressed_by),
            ("muted by a rule", alarm.muted and not alarm.suppressed_by),
            ("actions switched off", not alarm.actions_enabled),
            (plain(alarm.evaluation_state, 60).replace("_", " ").lower(), alarm.evaluation_state),
        )
        if holds
    )


def detail(
    alarm: Alarm,
    now: datetime,
    *,
    branches: Sequence[Branch] = (),
    told: Sequence[Told] = (),
    own: Chart | None = None,
    history: AlarmHistory | None = None,
    fault: Fault | None = None,
    console: str | None = None,
) -> Page:
    """The page below the time line. `own` is the chart of what it judges.

    `history` None: not read yet, or `fault` says why not.
    """
    return tuple(
        section
        for section in (
            _why(alarm),
            ("description", tuple(("", line) for line in linked_lines(alarm.description))),
            ("its rule", tuple(("", line) for line in _tree(branches, 0))),
            ("about", tuple(("", Text(plain(arn, _LONG))) for arn in alarm.resource_arns)),
            ("tells", tuple(_tells(alarm, told))),
            ("beyond the limit", tuple(_beyond(alarm, own, now))),
            ("history", tuple(_history(history, fault, now))),
            ("AWS console", (("", link_words(console)),) if console else ()),
        )
        if section[1]
    )


def _why(alarm: Alarm) -> Section:
    told: list[tuple[str, Text]] = [("why", Text(reason(alarm), style=ALARM if alarm.fires else ""))]
    if (watched := condition(alarm)) != reason(alarm) and watched:
        told.append(("watches", Text(watched)))
    if alarm.reason and plain(" ".join(alarm.reason.split()), 300) != reason(alarm):
        told.append(("in AWS's words", linked(" ".join(alarm.reason.split()))))
    if alarm.treat_missing_data:
        told.append(("missing data", Text(plain(alarm.treat_missing_data, 60))))
    for words in quiet(alarm):
        told.append(("note", Text(words, style=WARN)))
    return ("now", tuple(told))


def _tree(branches: Iterable[Branch], depth: int) -> Iterator[Text]:
    for branch in branches:
        line = Text("  " * depth + "└ " if depth else "", style=DIM)
        if branch.alarm:
            line.append_text(alarm_badge(branch.alarm).text)
            line.append(f"  {plain(branch.name, 120)}", style=ALARM if branch.alarm.fires else "")
            line.append(f"  {reason(branch.alarm)}", style=DIM)
        else:
            line.append("?", style=STALE)
            line.append(f" {plain(branch.name, 120)}  no such alarm was read", style=STALE)
        yield line
        yield from _tree(branch.below, depth + 1)


def _beyond(alarm: Alarm, own: Chart | None, now: datetime) -> Iterator[tuple[str, Text]]:
    """The newest datapoints beyond the limit, in the alarm's own period."""
    if own is None or own.threshold is None or not own.lines[0].points:
        return
    over, points = own.lines[0].beyond, own.lines[0].points
    length = span(own.end - own.start)
    if not over:
        yield "", Text(f"none of {plural(len(points), 'datapoint')} in {length}", style=DIM)
        return
    said = f"{len(over)} of {plural(len(points), 'datapoint')} in {length}, {sign(alarm)} {number(own.threshold)}"
    yield "", Text(said, style=DIM)
    for at, value in reversed(over[-_POINTS:]):
        moment = datetime.fromtimestamp(at, now.tzinfo)
        yield clock_time(moment, now), Text(number(value), style=ALARM)
    if len(over) > _POINTS:
        yield "", Text(f"and {len(over) - _POINTS} earlier", style=DIM)


def _tells(alarm: Alarm, told: Sequence[Told]) -> Iterator[tuple[str, Text]]:
    if not told:
        yield "", Text("nobody: it has no actions", style=WARN)
        return
    if not alarm.actions_enabled:
        yield "", Text("nobody: its actions are switched off", style=WARN)
    for each in told:
        yield "", Text(plain(each.name, 120))
        if each.listeners is None:
            yield "", Text("  who listens there was not read", style=DIM)
        elif not each.listeners:
            yield "", Text("  nobody listens there", style=WARN)
        for listener in each.listeners or ():
            name = plain(listener.name.removeprefix(f"{listener.protocol}:"), 120)
            line = Text.assemble(("  └ ", DIM), (f"{plain(listener.protocol, 20)} ", DIM), name)
            line.append("" if listener.confirmed else "  not confirmed, hears nothing", style=WARN)
            yield "", line


def _history(history: AlarmHistory | None, fault: Fault | None, now: datetime) -> Iterator[tuple[str, Text]]:
    if fault:
        yield "", Text(plain(str(fault), _LONG), style=STALE)
    if history is None:
        if not fault:
            yield "", Text("reading …", style=DIM)
        return
    times, seconds = fired(history, now.timestamp() - 7 * 86_400)
    if times:
        yield "", Text(f"went to ALARM {plural(times, 'time')} in 7 d, {age(seconds)} in all", style=DIM)
    for event in history.events[:_EVENTS]:
        yield clock_time(event.at, now), _event(event)
    if not history.events:
        yield "", Text("CloudWatch holds none", style=DIM)
    elif len(history.events) > _EVENTS or not history.complete:
        yield "", Text("and earlier", style=DIM)


def _event(event: AlarmEvent) -> Text:
    if event.state is None:
        return Text(plain(event.summary or event.kind, _LONG), style=DIM)
    arrow = f"{event.before} → {event.state}" if event.before else event.state
    line = Text.assemble((arrow, ALARM if event.state == "ALARM" else ""))
    line.append(f"  {plain(' '.join(event.reason.split()), _LONG)}", style=DIM)
    return line


def link_words(url: str) -> Text:
    """An address that can be followed (OSC 8), of those that `console_url` makes: nothing in it can end the link."""
    return Text(url, style=Style(link=url, underline=True)) if url.isascii() and url.isprintable() else Text("")
