"""Rows of the overview: joined right, ordered right, and not worked out twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from evwatch.model.alarm import Alarm
from evwatch.model.assessment import assess
from evwatch.model.choice import Choice
from evwatch.model.fault import Fault
from evwatch.model.feed import Feed
from evwatch.model.snapshot import Snapshot
from evwatch.present.alarms import alarm_rows, condition, counts_by_state, reason
from evwatch.present.deadletters import arrivals_words, expiry_words
from evwatch.present.faults import blocking, connecting, unread_words
from evwatch.present.flow_around import flow_around
from evwatch.present.freshness import Limits, freshness, is_stale
from evwatch.present.picture import PictureMaker, lists
from evwatch.present.place import header_text
from evwatch.present.queues import Order, matches
from evwatch.present.search import best
from evwatch.present.status import status
from evwatch.present.summary import summary
from evwatch.widgets.columns import Column, fit
from tests.ui import scenes

NEVER: Feed[int] = Feed()
PICTURE = PictureMaker().picture(scenes.trouble())


def test_rows_say_the_same_as_the_assessment_that_the_commands_print() -> None:
    for scene in (scenes.trouble(), scenes.well(), scenes.large(50), scenes.large(50, read=10)):
        assert tuple(row.assessed for row in PictureMaker().picture(scene).queues) == assess(scene)


def test_a_row_is_worked_out_again_only_when_something_about_it_changed() -> None:
    maker = PictureMaker()
    scene = scenes.large(100)
    before = maker.picture(scene).queues
    assert all(again is first for again, first in zip(maker.picture(scene).queues, before, strict=True))
    context = scene.contexts[0]
    assert context.queues.value
    changed = context.queues.value[7]
    depths = {**context.depths, changed.arn: scenes.depth(5)}
    after = maker.picture(replace(scene, contexts=(replace(context, depths=depths),))).queues
    assert [index for index, (new, old) in enumerate(zip(after, before, strict=True)) if new is not old] == [7]


def test_a_rate_moves_with_time_although_nothing_new_came() -> None:
    maker = PictureMaker()
    scene = scenes.trouble()
    names = {row.queue.name: row.outlook.heading for row in maker.picture(scene).queues}
    assert names["order-events-queue"] == "grows"
    later = maker.picture(replace(scene, taken_at=scene.taken_at + timedelta(hours=1))).queues
    assert {row.queue.name: row.outlook.heading for row in later}["order-events-queue"] == "unknown"


def test_a_dlqs_row_knows_what_gives_up_into_it_and_its_source_how_much_it_holds() -> None:
    rows = {row.queue.name: row for row in PICTURE.queues}
    assert [source.arn for source in rows["order-events-dlq"].assessed.sources] == [
        rows["order-events-queue"].queue.arn
    ]
    assert rows["order-events-queue"].dlq_held == 14
    assert rows["alerting-mail"].dlq_held is None


def test_settings_hide_rows_after_relations_were_worked_out() -> None:
    chosen = PictureMaker(Choice(("order-events-dlq",))).picture(scenes.trouble())
    assert [row.queue.name for row in chosen.queues] == ["order-events-dlq"]
    assert chosen.queues[0].is_dlq
    assert chosen.dead[0].sources == ("order-events-queue",)


@pytest.mark.parametrize(
    ("order", "first"),
    [
        ("problems", ["offboarding.fifo", "order-events-queue", "offboarding-dlq.fifo"]),
        ("name", ["alerting-mail", "audit-copy", "audit-copy-dlq"]),
        ("visible", ["payments-ledger", "order-events-queue", "offboarding.fifo"]),
        ("oldest", ["order-events-dlq", "offboarding.fifo", "order-events-queue"]),
    ],
)
def test_queues_are_ordered_as_asked(order: Order, first: list[str]) -> None:
    found = lists(PICTURE, "", order)
    assert [row.queue.name for row in found.queues][:3] == first


def test_nothing_is_called_clear_before_anything_was_read() -> None:
    said = summary(Snapshot(scenes.NOW), (), (), scenes.NOW, Limits()).plain
    assert said == "nothing was read yet"


def test_every_word_of_a_filter_must_be_found_somewhere() -> None:
    assert matches("DLQ order", "order-events-dlq")
    assert matches("order prd", "order-events", "prd/eu")
    assert not matches("order eng", "order-events", "prd/eu")
    assert [row.alarm.name for row in lists(PICTURE, "latency", "name").alarms] == ["OrderProcessingLatency"]


def test_arrivals_are_what_evwatch_saw_itself_and_expiry_is_a_bound() -> None:
    filled = {row.row.queue.name: row for row in PICTURE.dead}
    assert arrivals_words(filled["order-events-dlq"]) == "+9 in 5 m"
    assert arrivals_words(filled["offboarding-dlq.fifo"]) == ""
    assert expiry_words(filled["order-events-dlq"]) == "≤ 14 d"
    fifo = replace(filled["offboarding-dlq.fifo"], expires_within=90_000.0)
    assert expiry_words(fifo) == "25 h"


def crossed(words: str, comparison: str = "GreaterThanThreshold") -> Alarm:
    return replace(scenes.alarm("x", "ALARM", threshold=1), reason=words, comparison=comparison)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            "Threshold Crossed: 1 out of the last 1 datapoints [12.0 (07/10/26 02:36:00)] was greater than the "
            "threshold (1.0) (minimum 1 datapoint for OK -> ALARM transition).",
            "12 > 1",
        ),
        (
            "Threshold Crossed: 2 out of the last 3 datapoints [1840.5 (07/10/26 03:05:00), 3.0 (07/10/26 03:00:00)] "
            "were greater than the threshold (1000.0) (minimum 2 datapoints for OK -> ALARM transition).",
            "1840 > 1000, 2 of 3 datapoints",
        ),
        (
            "Threshold Crossed: 1 datapoint [0.0 (07/10/26 02:36:00)] was not greater than the threshold (1.0).",
            "Threshold Crossed: 1 datapoint [0.0 (07/10/26 02:36:00)] was not greater than the threshold (1.0).",
        ),
        (
            "arn:aws:cloudwatch:eu-central-1:123456789012:alarm:Latency transitioned to ALARM at Wednesday",
            "Latency went to ALARM",
        ),
        ("Insufficient Data: 1 datapoint was unknown.", "no data to judge by"),
        ("Unchecked: Initial alarm creation", "no data to judge by"),
        ("what\nnobody foresaw", "what nobody foresaw"),
    ],
)
def test_an_alarms_reason_is_short_where_its_form_is_known_and_aws_own_words_otherwise(words: str, said: str) -> None:
    assert reason(crossed(words)) == said


def test_a_condition_says_metric_limit_and_how_often() -> None:
    alarm = replace(
        scenes.alarm("x", "OK", metric=scenes.LATENCY, threshold=1000), evaluation_periods=3, datapoints_to_alarm=2
    )
    assert condition(alarm) == "Duration Average > 1000, 2 of 3 × 5 m"  # noqa: RUF001 - times
    assert condition(replace(alarm, comparison=None, expression="ALARM(a) OR ALARM(b)")) == "ALARM(a) OR ALARM(b)"


def test_states_are_counted_and_those_nobody_is_in_left_out() -> None:
    assert counts_by_state(alarm_rows(scenes.trouble())) == "3 firing, 2 ok, 1 without data"
    muted = replace(scenes.alarm("x", "ALARM"), muted=True)
    rows = alarm_rows(scenes.snapshot(scenes.context_snapshot({}, [muted], {})))
    assert counts_by_state(rows) == "1 muted"
    assert counts_by_state(()) == "none"


def test_a_failed_or_old_reading_is_stale_and_one_never_made_is_not() -> None:
    fresh = Feed(1, scenes.NOW)
    fault = Fault("network", "no answer")
    assert not is_stale(fresh, scenes.NOW + timedelta(seconds=20), 20)
    assert is_stale(fresh, scenes.NOW + timedelta(seconds=21), 20)
    assert is_stale(fresh.failed(fault), scenes.NOW, 20)
    assert not is_stale(NEVER, scenes.NOW, 20)
    assert freshness(replace(NEVER, fault=fault), scenes.NOW, 20).plain == "not read: no answer"
    assert freshness(NEVER, scenes.NOW, 20).plain == "not read yet"


def test_all_clear_is_as_old_as_its_oldest_reading_and_too_old_is_no_clear() -> None:
    base = scenes.well()
    first = base.contexts[0]
    turn = {**first.depths, scenes.QUEUES[0].arn: scenes.depth(0, ago=130)}
    standstill = {**first.depths, scenes.QUEUES[0].arn: scenes.depth(0, ago=700)}
    for depths, said in (
        (turn, "✓ all clear as of 03:10:30"),
        (standstill, "? was clear as of 03:01:00, 11 m 40 s ago"),
    ):
        picture = PictureMaker().picture(scenes.snapshot(replace(first, depths=depths)))
        line = summary(picture.snapshot, picture.queues, picture.alarms, scenes.NOW, Limits())
        assert line.plain == said


def test_nothing_read_and_nothing_wrong_is_connecting_and_nothing_read_with_a_fault_blocks() -> None:
    assert connecting(scenes.nothing())
    assert blocking(scenes.nothing()) is None
    fault = blocking(scenes.no_credentials())
    assert fault is not None
    assert fault.code == "credentials"
    assert blocking(scenes.snapshot(*scenes.no_credentials().contexts, *scenes.well().contexts)) is None


def test_the_gravest_of_several_faults_is_the_one_to_put_right_first() -> None:
    faults = (Fault("permission", "p"), Fault("network", "n"), Fault("credentials", "c"))
    first = scenes.no_credentials().contexts[0]
    assert blocking(scenes.snapshot(replace(first, identity=Feed(), faults=faults))) == faults[2]


def test_sources_not_read_are_counted_by_why() -> None:
    first = scenes.denied().contexts[0]
    more = (*first.faults, Fault("throttled", "t"), Fault("network", "n"))
    assert (
        unread_words(scenes.snapshot(replace(first, faults=more)))
        == "3 of 14 sources not permitted, 1 throttled, 1 not read"
    )
    assert unread_words(scenes.well()) == ""


def test_the_status_line_is_live_only_while_everything_is_fresh() -> None:
    limits = Limits()
    assert status(scenes.well(), scenes.NOW, limits, None).plain.startswith(" ● live")
    later = scenes.NOW + timedelta(minutes=3)
    assert status(scenes.well(), later, limits, None).plain.startswith(" ◌ stale")
    assert status(scenes.well(), later, limits, scenes.NOW).plain.startswith(" ‖ paused for 3 m")
    assert "142 calls/min" in status(scenes.well(), scenes.NOW, limits, None).plain
    assert "$0.03/h" in status(scenes.well(), scenes.NOW, limits, None).plain


@pytest.mark.parametrize("width", [20, 60, 80, 120, 200])
def test_the_account_stands_in_the_header_before_anything_that_may_be_cut(width: int) -> None:
    places = tuple(each.place for each in scenes.many_contexts().contexts)
    line = header_text(places, scenes.NOW, width, read_only=True, demo=False)
    assert line.cell_len == width
    assert ("PROD" in line.plain) or width < 40
    assert ("123456789012" in line.plain) or width < 60
    if width >= 120:
        assert line.plain.count("123456789012") == 2


def test_where_there_is_room_for_one_context_on_top_production_is_that_one() -> None:
    place = next(each.place for each in scenes.many_contexts().contexts)
    eng, prd = (replace(place.context, name=name, production=name == "prd") for name in ("eng", "prd"))
    places = (replace(place, context=eng), replace(place, context=prd))
    line = header_text(places, scenes.NOW, 60, read_only=False, demo=False)
    assert "prd" in line.plain
    assert line.plain.rstrip().endswith("+1")


@pytest.mark.parametrize("width", [80, 100, 160])
@pytest.mark.parametrize("work", ["", "▶ redrive 120/300"])
def test_account_region_context_and_endpoint_stand_whole_on_top_at_eighty_columns_a_run_or_none(
    width: int, work: str
) -> None:
    place = scenes.trouble().contexts[0].place
    place = replace(place, context=replace(place.context, name="demo", endpoint_url="http://127.0.0.1:44149"))
    line = header_text((place,), scenes.NOW, width, read_only=False, demo=True, work=work)
    assert line.cell_len == width
    for told in ("DEMO", work, "123456789012 eu-central-1", "demo", "127.0.0.1:44149"):
        assert told in line.plain
    assert ("03:12:40" in line.plain) is (width > 80 or not work), "the time is what can be missed"


def test_the_flow_around_a_queue_names_sources_consumer_and_dlq_with_trouble_marked() -> None:
    main = scenes.arn("sqs", "order-events-queue")
    lines = [line.plain for line in flow_around(scenes.FLOW, main, 60, 12, lambda _: None)]
    assert lines == [
        "   ╭─ bus orders",
        "╭─ rule order-updated  ‖ disabled",
        "│  ╭─ bus orders",
        "├─ rule order-created",
        "◉ order-events-queue",
        "├─ function process-order",
        "│  ╰─ table orders",
        "╰─ gives up to order-events-dlq",
    ]


@pytest.mark.parametrize("height", range(2, 9))
def test_the_flow_never_takes_more_lines_than_there_are(height: int) -> None:
    main = scenes.arn("sqs", "order-events-queue")
    lines = flow_around(scenes.FLOW, main, 40, height, lambda _: None)
    assert len(lines) <= max(3, height)
    assert any("◉" in line.plain for line in lines)
    assert all(line.cell_len <= 40 for line in lines)


def test_a_loop_in_the_flow_ends() -> None:
    loop = replace(scenes.FLOW, edges=(*scenes.FLOW.edges, replace(scenes.FLOW.edges[0], source="x", target="x")))
    assert flow_around(loop, "x", 40, 10, lambda _: None)


def test_the_closest_name_comes_first() -> None:
    names = ["reorder-dlq", "order-dlq", "orders", "dlq-of-orders", "customer"]
    assert best("order", names, str, 10) == ["orders", "order-dlq", "dlq-of-orders", "reorder-dlq"]
    assert best("odl", names, str, 10)[0] == "order-dlq"
    assert best("dlq order", names, str, 10)[0] == "order-dlq"
    assert best("zzz", names, str, 10) == []
    assert best("", names, str, 2) == names[:2]


@pytest.mark.parametrize("width", range(1, 220, 7))
def test_columns_never_take_more_than_the_width(width: int) -> None:
    columns = (
        Column("a", "", 1, 0),
        Column("name", "", 10, 1, grows=2, most=40),
        Column("short", "", 5, 2),
        Column("long", "", 30, 3, instead_of="short"),
        Column("more", "", 8, 4, grows=1),
    )
    placed = fit(columns, width)
    assert sum(each.width for each in placed) + len(placed) - 1 <= max(width, 1)
    assert not {"short", "long"} <= {each.column.key for each in placed}
