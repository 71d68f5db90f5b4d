"""A plan in words: everything that one should know before anything happens."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text

from evwatch.model.arn import arn_name
from evwatch.model.context import Place
from evwatch.model.plan import Plan, PlannedTarget, RedriveRequest
from evwatch.present.figures import MISSING, exactly, plural, span
from evwatch.present.inert import inert_lines, middle, plain
from evwatch.present.page import Page, Section
from evwatch.present.tones import DIM, STRONG, WARN

_LONG = 400
_PAYLOAD_LINES = 12
_UNDER_A_CENT = 0.01


def plan_page(plan: Plan, place: Place | None, command: str, difference: Sequence[Text] = ()) -> Page:
    """The plan in full; `difference` of an edited copy."""
    sections: list[Section] = [("", tuple(_head(plan)))]
    if difference:
        sections.append(("the edit", tuple(("", line) for line in difference)))
    if plan.warnings:
        sections.append((f"▲ {plural(len(plan.warnings), 'warning')}", tuple(_warnings(plan))))
    sections.append(("where they go", tuple(_targets(plan))))
    sections.append(("what it takes", tuple(_costs(plan))))
    if place:
        sections.append(("where this is", tuple(_place(place))))
    if command:
        sections.append(("the same from a script", (("", _command(command)),)))
    return tuple(sections)


def plan_words(plan: Plan) -> str:
    """`about 300 messages`."""
    return f"{'' if plan.exact else 'about '}{exactly(plan.messages, 'message')}"


def begin_lines(plan: Plan, choice: str) -> list[Text]:
    """What is said once more before a name is typed."""
    whereto = ", ".join(dict.fromkeys(arn_name(each.arn) for each in plan.targets)) or "nowhere that is known"
    lines = [Text(f"{plan_words(plan)} ({choice}) to {middle(whereto, 120)}")]
    if plan.request.canary:
        lines.append(Text(f"{plan.request.canary} first; the rest only where none of them comes back"))
    if plan.warnings:
        codes = ", ".join(dict.fromkeys(each.code for each in plan.warnings))
        lines.append(Text(f"▲ {plural(len(plan.warnings), 'warning')}: {plain(codes, 200)}", style=WARN))
    return lines


def watch_words(plan: Plan) -> str:
    """How long, and whether that proves anything."""
    if plan.engine == "native":
        return "none: SQS tells no ids, so nothing that comes back could be recognised"
    if not plan.watch_seconds:
        return "none"
    if plan.bounce_seconds is None:
        return f"{span(plan.watch_seconds)}; how long a bounce takes is not known"
    return f"{span(plan.watch_seconds)}; a bounce takes {span(plan.bounce_seconds)} at most"


def money_words(dollars: float) -> str:
    """What it costs in requests."""
    if dollars <= 0:
        return "nothing"
    return f"${dollars:.6f}" if dollars < _UNDER_A_CENT else f"${dollars:,.2f}"


def how_words(request: RedriveRequest, plan: Plan | None) -> dict[str, str]:
    """What each thing that can be changed is now, by the name of its option."""
    automatic = f"auto: {plan.engine}" if plan else "auto"
    watch = "as long as a bounce takes" if request.watch_seconds is None else span(request.watch_seconds)
    return {
        "to": middle(request.to.name, 60) if request.to else "where each failed",
        "rate": f"{request.rate:g}/s at most" if request.rate else "as fast as it goes",
        "canary": f"{request.canary} first" if request.canary else "none",
        "stop-on-bounce": f"above {request.stop_on_bounce:g} %" if request.stop_on_bounce is not None else "never",
        "watch": "none" if request.watch_seconds == 0 else watch,
        "engine": automatic if request.engine == "auto" else request.engine,
        "reason": plain(request.reason, 120) or MISSING,
    }


def _command(command: str) -> Text:
    """Thousands of ids would bury the rest."""
    if len(command) <= _LONG:
        return Text(plain(command, _LONG))
    told = Text(middle(command, _LONG))
    told.append("  c copies the whole", style=DIM)
    return told


def _head(plan: Plan) -> list[tuple[str, Text]]:
    size = f", {plan.bytes:,} bytes" if plan.bytes is not None else ""
    exact = "" if plan.exact else "  as SQS counts; they were not read"
    return [
        ("messages", Text.assemble((plan_words(plan), STRONG), size, (exact, DIM))),
        ("out of", Text(plain(plan.queue.name, _LONG), style=STRONG)),
        ("engine", Text.assemble((plan.engine, STRONG), (f"  {plain(plan.engine_reason, _LONG)}", DIM))),
    ]


def _warnings(plan: Plan) -> list[tuple[str, Text]]:
    return [(plain(each.code, 18), Text(plain(each.message, _LONG), style=WARN)) for each in plan.warnings]


def _targets(plan: Plan) -> list[tuple[str, Text]]:
    if not plan.targets:
        return [("", Text("nowhere: no target is known, so nothing would be sent", style=WARN))]
    told: list[tuple[str, Text]] = []
    for target in plan.targets:
        reason = f"  {plain(target.reason, _LONG)}" if target.reason else ""
        told.append((_number(target), Text.assemble((plain(target.arn, _LONG), STRONG), (reason, DIM))))
        if target.example is not None:
            said = "this in place of the message:" if target.messages == 1 else "no message as it stands; this of one:"
            told.append(("it would get", Text(said, style=DIM)))
            told += [("", Text(line)) for line in inert_lines(target.example, _PAYLOAD_LINES, _LONG)]
    return told


def _number(target: PlannedTarget) -> str:
    return "some" if target.messages is None else f"{target.messages:,}"


def _costs(plan: Plan) -> list[tuple[str, Text]]:
    rate = f"at most {plan.rate:g} messages a second" if plan.rate else "as fast as it goes"
    canary = [("canary", Text(f"{plan.request.canary} first, then it waits"))] if plan.request.canary else []
    return [
        ("requests that send", Text(f"{plan.batches:,}")),
        ("rate", Text(rate)),
        ("time", Text(f"about {span(plan.estimated_seconds)}")),
        ("price", Text(f"about {money_words(plan.estimated_usd)}")),
        *canary,
        ("watch for bounces", Text(watch_words(plan))),
    ]


def _place(place: Place) -> list[tuple[str, Text]]:
    context, identity = place.context, place.identity
    told = [
        ("account", identity.account if identity else MISSING),
        ("region", context.region),
        ("profile", context.profile or MISSING),
        ("endpoint", context.endpoint_url or "AWS"),
        ("caller", identity.arn if identity else MISSING),
    ]
    return [(label, Text(plain(value, _LONG))) for label, value in told]
