"""The hand-over: what it says, and that nothing from AWS can be more than text in it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from evwatch.model import catalogue
from evwatch.model.alarm_audience import Listener, audience
from evwatch.model.choice import Choice
from evwatch.model.deadletter import FailureGroup
from evwatch.model.flow import Edge, Flow, Node
from evwatch.model.hand_over import hand_over
from evwatch.model.look import Look
from evwatch.model.report import Failed, Report
from evwatch.model.snapshot import Snapshot
from evwatch.present.markdown import cell, code
from evwatch.present.report import markdown
from tests.cli import snapshots
from tests.cli.conftest import Line
from tests.cli.snapshots import ALARM, FLOW, NOW, ORDERS_DLQ

TOPIC = snapshots.arn("sns", "alerting")
CROSSED = "Threshold Crossed: 1 datapoint [3.0 (21/11/26 03:02:00)] was greater than the threshold (1.0)."
TOLD = replace(ALARM, reason=CROSSED, action_arns=(TOPIC,), description="Runbook: https://wiki.example.com")
LISTENING = Flow(
    (*FLOW.nodes, Node(TOPIC, "topic", "alerting"), Node("email:me@example.com", "external", "email:me@example.com")),
    (*FLOW.edges, Edge(TOPIC, "email:me@example.com", "subscribes", False, (("protocol", "email"),))),
)
GROUP = FailureGroup("g1", "KeyError in ship: 'amount'", "queue", 2, NOW, NOW, "m", target_arn=snapshots.ORDERS.arn)
LOOK = Look(ORDERS_DLQ, (), 3, False, "limit", 20, True, taken_at=NOW - timedelta(minutes=2))
_PIECES = [
    *"ab` |\\<>[]()!*_#&;:/.@\n\r\t\x1b\u202e~$-=1",
    "http://x.y ",
    "www.x.com",
    "@me ",
    "<b>",
    "![",
    "](http://x)",
]
_HOSTILE = st.lists(st.sampled_from(_PIECES), max_size=20).map("".join)


def said(snapshot: Snapshot, groups: tuple[FailureGroup, ...] = ()) -> str:
    return "\n".join(markdown(hand_over(snapshot, Choice(), lambda _: groups)))


def troubled(**changes: object) -> Snapshot:
    snapshot = snapshots.troubled()
    context = replace(snapshot.contexts[0], **changes)  # type: ignore[arg-type]  # fields of ContextSnapshot
    return replace(snapshot, contexts=(context,))


def test_it_says_what_fires_since_when_why_about_what_and_who_hears_of_it() -> None:
    snapshot = snapshots.troubled()
    context = replace(
        snapshot.contexts[0],
        alarms=replace(snapshot.contexts[0].alarms, value=(TOLD,)),
        flow=replace(snapshot.contexts[0].flow, value=LISTENING),
    )
    found = said(replace(snapshot, contexts=(context,)))
    assert "**1 alarm fires" in found
    assert "for 5 m, since 2026-11-21 03:07:40 UTC" in found
    assert "why: `3 > 1`" in found
    assert "about: `order-events-dlq`" in found
    assert "tells: `alerting` (`email` `me@example.com` not confirmed)" in found


def test_who_listens_is_not_claimed_where_the_topic_was_not_read() -> None:
    assert audience(TOLD, None)[0].listeners is None
    assert audience(TOLD, FLOW)[0].listeners is None
    assert audience(TOLD, LISTENING)[0].listeners == (Listener("email:me@example.com", "email", False),)


def test_an_alarm_that_is_muted_or_has_its_actions_off_tells_nobody() -> None:
    for alarm in (replace(TOLD, muted=True), replace(TOLD, actions_enabled=False)):
        feed = replace(snapshots.troubled().contexts[0].alarms, value=(alarm,))
        assert "tells: nobody" in said(troubled(alarms=feed))


def test_dead_letters_are_told_with_their_groups_where_they_were_read_and_as_unknown_where_not() -> None:
    unread, read = said(snapshots.troubled()), said(troubled(looks={ORDERS_DLQ.arn: LOOK}), (GROUP,))
    assert "Not looked into, so that why they failed is not known here: `order-events-dlq`." in unread
    assert "`order-events-dlq`, 0 of about 3 read, 2 m ago:" in read
    assert "- 2 × `KeyError in ship: 'amount'`" in read  # noqa: RUF001 - the sign for times
    assert "goes back to `orders`" in read


def test_what_could_not_be_read_is_told_and_calm_is_called_so_only_with_that() -> None:
    assert "no permission: events:ListRules" in said(snapshots.troubled())
    assert "**Nothing is wrong.**" in said(snapshots.calm())
    denied = replace(snapshots.calm().contexts[0], faults=(snapshots.DENIED,))
    assert "**Nothing is wrong, as far as could be read.**" in said(snapshots.snapshot(denied))


def test_links_lead_to_the_console_of_aws_and_nowhere_for_another_endpoint() -> None:
    real = said(snapshots.troubled())
    assert "https://eu-central-1.console.aws.amazon.com/sqs/v3/home?region=eu-central-1" in real
    context = snapshots.troubled().contexts[0]
    local = replace(context, context=replace(context.context, endpoint_url="http://127.0.0.1:1"))
    assert "console.aws" not in said(snapshots.snapshot(local))


@given(_HOSTILE, _HOSTILE)
@settings(max_examples=150, deadline=None)
def test_text_from_aws_is_text_in_any_place_of_the_document(one: str, two: str) -> None:
    alarm = replace(TOLD, name=one, reason=two, description=one, action_arns=(f"arn:aws:sns:r:1:{two}",))
    queue = replace(ORDERS_DLQ, name=one or "x", retention_seconds=60)
    context = snapshots.context(
        queue,
        depths={queue.arn: snapshots.depth(3)},
        alarms=(alarm,),
        flow=Flow(edges=(Edge(f"arn:aws:sqs:r:1:{two}", queue.arn, "dead-letters"),)),
        faults=(replace(snapshots.DENIED, message=one, hint=two),),
    )
    context = replace(context, looks={queue.arn: LOOK}, context=replace(context.context, endpoint_url="http://x"))
    text = "\n".join(markdown(hand_over(snapshots.snapshot(context), Choice(), lambda _: (replace(GROUP, title=two),))))
    tokens = MarkdownIt("gfm-like").parse(text)
    inner = [child for token in tokens for child in token.children or ()]
    kinds = {token.type for token in [*tokens, *inner]}
    assert kinds.isdisjoint({"link_open", "html_inline", "html_block", "image", "em_open", "fence", "code_block"})
    rows = [token for token in tokens if token.type == "tr_open"]
    cells = [token for token in tokens if token.type in ("td_open", "th_open")]
    assert len(cells) == 5 * len(rows)
    assert len(rows) >= 2
    assert "\x1b" not in text


def test_a_code_span_outlasts_the_backticks_in_it_and_a_bar_splits_no_cell() -> None:
    assert code("a``b") == "```a``b```"
    assert code("`a`") == "`` `a` ``"
    assert code("") == code(" \n ") == "–"  # noqa: RUF001 - what stands for missing
    assert "|" not in cell("a|b")


def test_the_command_prints_markdown_or_one_document(line: Line) -> None:
    text = line("report", snapshots.troubled)
    assert text.code == 0
    assert text.out.startswith("# evwatch hand-over, 2026-11-21 03:12:40 UTC\n")
    found = line("report -o json", snapshots.troubled).document
    assert [alarm["name"] for alarm in found["alarms"]] == ["OrderEventsDLQMessages"]
    assert found["dlqs"][0]["groups"] is None
    assert found["calm"] is False
    (one,) = line("report -o jsonl", snapshots.troubled).out.splitlines()
    assert json.loads(one) == found


def test_where_nothing_could_be_read_there_is_no_report(line: Line) -> None:
    assert line("report", snapshots.unreadable).code == 4


RUN = Report(
    "20261121-0300-ab",
    "redrive",
    "order-events-dlq",
    ORDERS_DLQ.arn,
    "test",
    "journal",
    "completed",
    3,
    2,
    2,
    (Failed("m1", "AccessDenied", "no"),),
    (),
    (),
    ("m9",),
    0,
    "bounced",
    1,
    NOW - timedelta(minutes=12),
    NOW - timedelta(minutes=10),
    "/j",
    reason="fixed | in 4711",
)


def test_what_was_done_lately_and_what_is_not_done_with_is_told() -> None:
    old = replace(RUN, run="old", started_at=NOW - timedelta(days=3))
    lost = replace(old, run="lost", undecided=("m2",))
    broken = replace(old, run="broken", status="interrupted")
    text = "\n".join(markdown(hand_over(snapshots.troubled(), Choice(), lambda _: (), (RUN, old, lost, broken))))
    head = "| run | what | queue | started | status | sent | failed | undecided | came back | why |"
    rows = text.split(head)[1].strip().splitlines()[1:4]
    assert [row.split(" | ")[0].strip("| `") for row in rows] == ["20261121-0300-ab", "lost", "broken"]
    assert "1, bounced" in rows[0]
    assert "in 4711" in rows[0]


def test_hops_that_fail_or_that_an_alarm_is_about_are_told_with_their_figures() -> None:
    function = Node(snapshots.arn("lambda", "function:ship"), "function", "ship")
    flow = replace(FLOW, nodes=(*FLOW.nodes, function))
    errors = catalogue.function_metric("ship", "Errors")
    calls = catalogue.function_metric("ship", "Invocations")
    base = snapshots.troubled().contexts[0]
    changed = replace(base, flow=replace(base.flow, value=flow))
    assert "Other hops in trouble" not in said(snapshots.snapshot(changed))
    read = dict((snapshots.series(errors, [10.0] * 20), snapshots.series(calls, [20.0] * 20)))
    found = said(snapshots.snapshot(replace(changed, series={**base.series, **read})))
    assert "1 other hop in trouble" in found
    assert "| function | `ship`" in found
    assert "10 failed" in found
