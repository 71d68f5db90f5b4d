"""Text from AWS that tries to be something else: it is shown, and does nothing, wherever it stands."""

from __future__ import annotations

import itertools
import unicodedata
from dataclasses import replace

import pytest

from evwatch.app import EvwatchApp
from evwatch.model.alarm import Alarm
from evwatch.model.context import Context
from evwatch.model.fault import Fault
from evwatch.model.feed import Feed
from evwatch.model.flow import Edge, Flow
from evwatch.model.metric import Metric
from evwatch.model.queue import Queue
from evwatch.model.snapshot import Snapshot
from evwatch.widgets.keys import KeyHints
from tests.ui import scenes
from tests.ui.fakes import FakeSession, make_app
from tests.ui.reading import shows, watching, whole

HOSTILE = (
    "[/foo] [@click=app.quit]x[/]",
    "[red]k[/red] {'k':[red]} [link=https://evil.example]l[/link]",
    "\x1b[31mred\x1b[0m \x1b]0;title\x07 \x1b[2J\x1bc",
    "\x1b]52;c;ZXZpbA==\x07 \x1bP+q544e\x1b\\",
    "\u202egnp.exe\u2066x\u2069 \u200f\u061c",
    "\x9b31m \x9d52;c;ZXZpbA==\x9c \x85",
    "lone \ud83d surrogate \udfff",
    "many\nlines\r\nof\u2028text\u2029\ttabs",
    "\u0301\u0301\u0301\u0301zalgo\u0336\u0336\u0336\u0336\u0336 漢字漢字 👩‍👩‍👧",
    "A" * 5_000,
)


def poisoned(first: int = 0) -> Snapshot:
    """A system in trouble in which every text that AWS could choose is hostile; each row has another one."""
    base = scenes.trouble().contexts[0]
    texts = itertools.cycle((*HOSTILE[first:], *HOSTILE[:first]))

    def queue(each: Queue) -> Queue:
        text = next(texts)
        return replace(
            each,
            name=f"{text} {each.name}",
            url=text,
            tags=((text, text),),
            policy=text,
            kms_key_id=text,
            redrive_permission="byQueue",
            redrive_source_arns=(text,),
        )

    def alarm(each: Alarm) -> Alarm:
        text = next(texts)
        return replace(
            each,
            name=f"{text} {each.name}",
            reason=text,
            description=f"{text} https://ok.example/{text}",
            expression=text,
            action_arns=(text,),
            suppressed_by=text,
            evaluation_state=text,
            treat_missing_data=text,
            resource_arns=(*each.resource_arns, text),
        )

    nodes = tuple(
        replace(each, name=f"{text} {each.name}", state=text, detail=((text, text),))
        for each, text in zip(scenes.FLOW.nodes, texts, strict=False)
    )
    main = scenes.QUEUES[8].arn
    edges = [
        *scenes.FLOW.edges,
        *(Edge(text, main, "targets") for text in HOSTILE),
        Edge(main, next(texts), "consumes"),
    ]
    faults = tuple(Fault("permission", text, text, text, text) for text in HOSTILE)
    context = Context(next(texts), next(texts), profile=next(texts), endpoint_url=next(texts))
    poison = replace(
        base,
        context=context,
        queues=Feed(tuple(map(queue, scenes.QUEUES)), scenes.NOW, faults[0]),
        alarms=Feed(tuple(map(alarm, base.alarms.value or ())), scenes.NOW, faults[1]),
        flow=Feed(Flow(nodes, tuple(edges)), scenes.NOW, faults[2]),
        custom_metrics=Feed(tuple(Metric.of(text, text, {text: text}) for text in HOSTILE), scenes.NOW),
        faults=faults,
    )
    return scenes.snapshot(poison, replace(poison, context=replace(context, name=next(texts))))


def assert_inert(app: EvwatchApp) -> None:
    """What goes to the terminal: no control character, no action but those of the keys below, no link but http."""
    width = app.size.width
    strips = app.screen._compositor.render_strips()
    keys = {row for hints in app.screen.query(KeyHints) for row in range(hints.region.y, hints.region.bottom)}
    for number, strip in enumerate(strips):
        assert strip.cell_length == width
        for segment in strip:
            assert segment.control is None
            for character in segment.text:
                assert unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp"), ascii(segment.text)
            if segment.style and "@click" in segment.style.meta:
                assert number in keys, "only the keys at the bottom can be clicked"
            if segment.style and segment.style.link:
                assert segment.style.link.startswith("https://")
                assert segment.style.link.isascii()
                assert segment.style.link.isprintable()


@pytest.mark.parametrize("first", [0, 4])
async def test_hostile_text_in_every_field_does_nothing_on_any_screen(first: int) -> None:
    app = make_app(FakeSession(poisoned(first)))
    async with watching(app, size=(160, 50)) as pilot:
        assert_inert(app)
        for keys in (
            ["j", "j", "enter"],
            ["y"],
            ["escape", "shift+tab", "enter"],
            ["y"],
            ["escape", "exclamation_mark"],
            ["escape", "question_mark"],
            ["escape", "colon", "o"],
            ["escape", "c"],
            ["C"],
            ["slash", "o"],
        ):
            await pilot.press(*keys)
            await pilot.pause()
            assert_inert(app)
        await pilot.press("escape")
        await shows(pilot, "Queues")


async def test_a_hostile_error_is_shown_and_does_nothing() -> None:
    text = "\n".join(HOSTILE)
    app = make_app(FakeSession(scenes.blocked(Fault("credentials", text, text, text, text))))
    async with watching(app, size=(80, 40), shown="No valid AWS credentials") as pilot:
        await shows(pilot, "[/foo] [@click=app.quit]x[/]", "␛]52;c;ZXZpbA==␇")
        assert_inert(app)


async def test_a_hostile_name_that_was_copied_is_text_where_it_is_pasted() -> None:
    base = scenes.well().contexts[0]
    queue = replace(scenes.QUEUES[0], name="\n\x1b]0;title\x07 \u202ename\nsecond")
    app = make_app(FakeSession(scenes.snapshot(replace(base, queues=Feed((queue,), scenes.NOW)))))
    async with watching(app) as pilot:
        app.copy_to_clipboard(queue.name)
        await pilot.press("slash", "ctrl+v")
        await shows(pilot, "␛]0;title␇")
        assert_inert(app)


async def test_clicking_on_markup_in_a_name_is_a_click_on_its_row() -> None:
    text = "[@click=app.quit]x[/]"
    base = scenes.well().contexts[0]
    queue = replace(scenes.QUEUES[0], name=text)
    app = make_app(FakeSession(scenes.snapshot(replace(base, queues=Feed((queue,), scenes.NOW)))))
    async with watching(app) as pilot:
        assert text in whole(app)
        await pilot.click("#queues", offset=(6, 1))
        await pilot.pause()
        assert app.is_running
        await shows(pilot, "Chart  [@click=ap…quit]x[/]")
