"""What is kept of a context for as long as evwatch lives, and what makes room."""

from __future__ import annotations

from dataclasses import replace

from evwatch.model.look import Look
from evwatch.pollers.state import ContextState
from tests.ui import scenes
from tests.ui.letter_scenes import look, odd


def of_queue(name: str, characters: int) -> Look:
    """A look at one message of this size."""
    made = look([odd(1)], scenes.queue(name))
    (letter,) = made.letters
    return replace(made, letters=(replace(letter, message=replace(letter.message, body="x" * characters)),))


def test_the_newest_looks_are_kept_as_far_as_there_is_room_and_the_last_in_any_case() -> None:
    state = ContextState(scenes.CONTEXT, lambda: None)
    for name, characters in (("a", 30_000_000), ("b", 30_000_000), ("c", 30_000_000)):
        state.keep_look(of_queue(name, characters))
    assert [each.queue.name for each in state.looks.values()] == ["a", "b", "c"]
    state.keep_look(of_queue("a", 1_000))
    assert [each.queue.name for each in state.looks.values()] == ["b", "c", "a"]
    state.keep_look(of_queue("d", 30_000_000))
    state.keep_look(of_queue("e", 70_000_000))
    assert [each.queue.name for each in state.looks.values()] == ["c", "a", "d", "e"]
    state.keep_look(of_queue("f", 1_000))
    assert [each.queue.name for each in state.looks.values()] == ["f"]
