"""Dead letters that try to be something else: in body, attributes, names and errors they are shown, and do nothing."""

from __future__ import annotations

import itertools
import json
from dataclasses import replace

from evwatch.model.deadletter import Message, MessageAttribute
from evwatch.model.fault import EvwatchError, Fault
from evwatch.screens.dead_letters import DeadLettersScreen
from evwatch.screens.wanted import DeadLettersWanted
from tests.ui import letter_scenes, scenes
from tests.ui.fakes import make_app
from tests.ui.letter_scenes import ReadableSession
from tests.ui.reading import shows, until, watching, whole
from tests.ui.test_hostile import HOSTILE, assert_inert


def poisoned() -> list[Message]:
    """Messages of every origin in which each text that a sender could choose is hostile."""
    texts = itertools.cycle(HOSTILE)
    base = letter_scenes.mixed(len(HOSTILE))
    found = []
    for number, (each, text) in enumerate(zip(base, texts, strict=False)):
        body = text if number % 3 == 0 else json.dumps({text: [text, {text: text}], "error": text}, ensure_ascii=False)
        if number % 3 == 1:
            body = json.dumps(letter_scenes.destination(number, text, text), ensure_ascii=bool(number % 2))
        attributes = {
            text: MessageAttribute(f"String.{text}", text),
            f"{text}2": MessageAttribute(f"Binary.{text}", text.encode("utf-8", "replace")),
            "RULE_ARN": MessageAttribute("String", f"arn:aws:events:eu-central-1:1:rule/{text}"),
            "TARGET_ARN": MessageAttribute("String", f"arn:aws:lambda:eu-central-1:1:function:{text}"),
            "ERROR_CODE": MessageAttribute("String", text),
            "ERROR_MESSAGE": MessageAttribute("String", text),
        }
        system = {**each.system, "SenderId": text, "MessageGroupId": text, text: text}
        found.append(replace(each, id=f"{text}-{number}", body=body, attributes=attributes, system=system))
    return found


async def test_hostile_text_in_every_field_of_a_message_does_nothing_on_any_panel() -> None:
    base = scenes.trouble()
    queue = replace(letter_scenes.queue_of(base), name=HOSTILE[0])
    look = letter_scenes.look(poisoned(), queue, notes=HOSTILE)
    app = make_app(ReadableSession(letter_scenes.with_look(base, look)))
    async with watching(app, size=(160, 50)) as pilot:
        app.screen.post_message(DeadLettersWanted(letter_scenes.KEY))
        await shows(pilot, "Groups  ")
        screen = app.screen
        assert isinstance(screen, DeadLettersScreen)
        for number, row in enumerate(screen.panels.messages.rows):
            screen.go_to(row.letter.id)
            await until(pilot, lambda row=row: screen.panels.inspector.letter is row.letter)  # type: ignore[misc]  # mypy cannot type a default that binds the loop's value
            await pilot.pause()
            assert_inert(app)
            for _ in screen.peeling.views if screen.peeling and number < len(HOSTILE) else ():
                screen.action_peel(1)
                await pilot.pause()
                assert_inert(app)
        for keys in (["a"], ["y"], ["escape", "i"], ["escape", "c"]):
            await pilot.press(*keys)
            await pilot.pause()
            assert_inert(app)
        await pilot.press("asterisk", "w")
        assert_inert(app)
        await pilot.press("escape")
        await pilot.press("slash")
        assert_inert(app)


async def test_a_hostile_reason_why_nothing_could_be_read_does_nothing() -> None:
    session = ReadableSession(scenes.trouble(), letter_scenes.mixed(4))
    text = "\n".join(HOSTILE)
    session.refusals = [EvwatchError(Fault("aws", text, text, text, text))]
    app = make_app(session)
    async with watching(app) as pilot:
        app.screen.post_message(DeadLettersWanted(letter_scenes.KEY))
        await shows(pilot, "Look into")
        await pilot.press("1")
        await shows(pilot, "▲ [/foo] [@click=app.quit]x[/]")
        assert_inert(app)


async def test_a_click_on_markup_in_a_body_or_an_error_runs_nothing() -> None:
    text = "[@click=app.quit]xxxxxxxxxxxxxxxxxxxx[/]"
    base = scenes.trouble()
    message = letter_scenes.message(1, letter_scenes.destination(1, text, text))
    look = letter_scenes.look([message], letter_scenes.queue_of(base))
    app = make_app(ReadableSession(letter_scenes.with_look(base, look)))
    async with watching(app) as pilot:
        app.screen.post_message(DeadLettersWanted(letter_scenes.KEY))
        await shows(pilot, text)
        for widget in ("#groups", "#messages", "#inspector"):
            for line in range(1, 8, 2):
                await pilot.click(widget, offset=(30, line))
        await pilot.pause()
        assert app.is_running
        assert text in whole(app)
