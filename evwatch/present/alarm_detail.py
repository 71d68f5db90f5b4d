"""All that is known of an alarm, with its history, its tree, the datapoints that breached and who is told."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from rich.text import Text

from evwatch.model.alarm import Alarm
from evwatch.model.alarm_audience import Told
from evwatch.model.alarm_history import AlarmEvent, AlarmHistory, fired
from evwatch.model.alarm_rule import alarm_name
from evwatch.model.alarm_tree import Branch
from evwatch.model.fault import Fault
from evwatch.present.alarms import condition, reason, sign
from evwatch.present.badges import alarm_badge
from evwatch.present.chart import Chart
from evwatch.present.figures import age, clock_time, number, plural, span
from evwatch.present.inert import plain
from evwatch.present.page import Page, Section, console_section, linked, linked_lines
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
            (_suppressed(alarm), alarm.suppressed_by),
            ("muted by rule " + plain(alarm.muted_by, 60), alarm.muted_by),
            ("muted", alarm.muted and not alarm.suppressed_by and not alarm.muted_by),
            ("actions switched off", not alarm.actions_enabled),
            (plain(alarm.evaluation_state, 60).replace("_", " ").lower(), alarm.evaluation_state),
        )
        if holds
    )


def _suppressed(alarm: Alarm) -> str:
    """What holds a composite's actions, in words."""
    by = plain(alarm_name(alarm.suppressor), 60) or "another alarm"
    waits = {"WaitPeriod": f"waiting for {by} to fire", "ExtensionPeriod": f"suppressed, {by} was well just now"}
    return waits.get(alarm.suppressed_by, f"suppressed by {by}")


def detail(
    alarm: Alarm,
    now: datetime,
    *,
    rule: Branch | None = None,
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
            ("its rule", tuple(("", line) for line in _tree(rule))),
            ("about", tuple(("", Text(plain(arn, _LONG))) for arn in alarm.resource_arns)),
            ("tells", tuple(_tells(alarm, told))),
            ("fires for", tuple(_contributors(history, now))),
            ("beyond the limit", tuple(_beyond(alarm, own, now))),
            ("history", tuple(_history(history, fault, now))),
            *console_section(console),
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


_JOINS = {"AND": "all of", "OR": "any of", "NOT": "not", "TRUE": "always", "FALSE": "never"}
_HOLDS = {True: ("✓", ALARM), False: ("·", DIM), None: ("?", STALE)}


def _tree(branch: Branch | None, before: str = "", own: str = "") -> Iterator[Text]:
    """One line a part: a check mark where it holds."""
    if branch is None:
        return
    glyph, tone = _HOLDS[branch.holds]
    line = Text.assemble((before + own, DIM), (f"{glyph} ", tone))
    rule = branch.rule
    if branch.alarm:
        line.append_text(alarm_badge(branch.alarm).text)
        line.append(f"  {plain(branch.alarm.name, 120)}", style=ALARM if branch.alarm.fires else "")
        line.append("" if rule.word == "ALARM" else f"  wanted {rule.word}", style=WARN)
        line.append(f"  {reason(branch.alarm)}", style=DIM)
    elif rule.name:
        line.append(f"{plain(alarm_name(rule.name), 120)}  no such alarm was read", style=STALE)
    elif rule.word == "AT_LEAST":
        line.append(f"at least {rule.least}{' %' if rule.percent else ''} of {len(rule.below)}", style=STRONG)
    else:
        line.append(_JOINS[rule.word], style=STRONG)
    yield line
    deeper = before + {"": "", "├ ": "│ ", "└ ": "  "}[own]
    for index, part in enumerate(branch.below, 1):
        yield from _tree(part, deeper, "└ " if index == len(branch.below) else "├ ")


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


def _contributors(history: AlarmHistory | None, now: datetime) -> Iterator[tuple[str, Text]]:
    if history is None:
        return
    if history.contributors_fault:
        yield "", Text(plain(str(history.contributors_fault), _LONG), style=STALE)
    for each in history.contributors[:_EVENTS]:
        words = Text.assemble((plain(each.name, 120), ALARM), f"  {plain(each.reason, _LONG)}")
        yield clock_time(each.since, now), words
    if len(history.contributors) > _EVENTS:
        yield "", Text(f"and {len(history.contributors) - _EVENTS} more", style=DIM)


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
