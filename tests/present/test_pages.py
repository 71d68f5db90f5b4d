"""Pages of details: all that is known, wrapped, and harmless whatever it says."""

from __future__ import annotations

import json
import unicodedata
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from evwatch.model.fault import Fault
from evwatch.model.flow import Node
from evwatch.model.metric import Metric
from evwatch.present.alarms import AlarmRow
from evwatch.present.describe import alarm_words, faults_page, metric_words, node_words, queue_words
from evwatch.present.documents import alarm_document, pretty, queue_document
from evwatch.present.page import Page, linked
from evwatch.present.picture import PictureMaker
from tests.ui import scenes

ANYTHING = st.text(
    st.characters() | st.sampled_from("[]@\x1b\x07\x9b\n\r\u202e\u2066\u2028\ud800\u200d\u0301"), max_size=60
)
PICTURE = PictureMaker().picture(scenes.trouble())
ROW = next(row for row in PICTURE.queues if row.queue.name == "order-events-queue")


def assert_harmless(page: Page) -> None:
    for title, told in page:
        for text in (title, *(part for label, value in told for part in (label, value.plain))):
            for character in text:
                assert unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp"), ascii(text)


def said(page: Page) -> dict[str, str]:
    return {label: value.plain for _, told in page for label, value in told}


@settings(max_examples=50, deadline=None)  # a busy machine is no defect
@given(ANYTHING)
def test_no_field_of_any_page_lets_a_control_character_through(text: str) -> None:
    queue = replace(
        ROW.queue,
        name=text,
        arn=text,
        url=text,
        policy=text,
        kms_key_id=text,
        dlq_arn=text or None,
        tags=((text, text),),
        redrive_permission="byQueue",
        redrive_source_arns=(text,),
    )
    assert_harmless(queue_words(replace(ROW, assessed=replace(ROW.assessed, queue=queue)), scenes.NOW))
    alarm = replace(
        (scenes.trouble().contexts[0].alarms.value or ())[0],
        name=text,
        reason=text,
        description=text,
        expression=text,
        action_arns=(text,),
        resource_arns=(text,),
        treat_missing_data=text,
    )
    assert_harmless(alarm_words(AlarmRow(("context", text), alarm), scenes.NOW))
    assert_harmless(node_words(Node(text, "other", text, state=text, detail=((text, text),)), scenes.FLOW))
    assert_harmless(metric_words(Metric.of(text, text, {text: text})))
    assert_harmless(faults_page([Fault("aws", text, text, text, text)]))


@given(ANYTHING)
def test_a_link_is_always_a_plain_http_address(text: str) -> None:
    for span in linked(f"see https://a.example/{text} and javascript:alert(1) file:///etc/passwd").spans:
        link = getattr(span.style, "link", None)
        if link:
            assert link.startswith("https://")
            assert link.isascii()
            assert link.isprintable()
            assert " " not in link


def test_a_link_ends_before_the_full_stop() -> None:
    links = [getattr(span.style, "link", None) for span in linked("(see https://wiki.example/a_b?c=d.)").spans]
    assert [link for link in links if link] == ["https://wiki.example/a_b?c=d"]


def test_a_queues_page_says_its_figures_configuration_and_relations() -> None:
    told = said(queue_words(ROW, scenes.NOW))
    assert told["visible"] == "1284"
    assert told["retention"] == "14 d"
    assert told["receives before DLQ"] == "3"
    assert told["its DLQ"].endswith("order-events-dlq, holds 14")
    assert told["rates"] == "160 in, 121 received, 120 deleted a minute"
    assert told["team"] == "orders"


def test_what_a_queue_does_not_tell_is_a_dash() -> None:
    bare = replace(ROW.queue, retention_seconds=None, visibility_timeout_seconds=None, delay_seconds=None, tags=())
    told = said(queue_words(replace(ROW, assessed=replace(ROW.assessed, queue=bare)), scenes.NOW))
    assert told["retention"] == told["visibility timeout"] == told["delay"] == "–"  # noqa: RUF001 - meant


def test_json_on_the_screen_is_ascii_and_says_null_for_what_is_not_known() -> None:
    document = queue_document(replace(ROW.assessed, depth=None, queue=replace(ROW.queue, name="ä\x1b\u202e")))
    text = pretty(document)
    assert text.isascii()
    assert "\x1b" not in text
    assert json.loads(text)["visible"] is None
    assert json.loads(text)["name"] == "ä\x1b\u202e"


def test_an_alarms_document_has_its_metric_and_since_in_utc() -> None:
    alarm = next(row.alarm for row in PICTURE.alarms if row.alarm.name == "OrderEventsDLQMessages")
    document = alarm_document(alarm)
    assert document["since"] == "2026-10-07T02:41:28.000Z"
    assert document["metric"] == {
        "namespace": "AWS/SQS",
        "name": "ApproximateNumberOfMessagesVisible",
        "dimensions": {"QueueName": "order-events-dlq"},
        "statistic": "Sum",
        "period_seconds": 300,
    }
