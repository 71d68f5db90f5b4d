"""What was read is told quickly while somebody waits for it, and once a second while nobody does."""

from __future__ import annotations

from evwatch.pollers.beat import CALM_SECONDS, LIVELY_SECONDS, QUICK_SECONDS, Beat


class Hands:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_it_is_quick_at_the_start_and_after_a_stir_and_calm_else() -> None:
    clock = Hands()
    beat = Beat(clock)
    beat.told()
    assert beat.rest == QUICK_SECONDS
    clock.now += 60
    assert beat.rest == QUICK_SECONDS, "the first change after a silence waits for nobody"
    beat.told()
    assert beat.rest == CALM_SECONDS
    clock.now += CALM_SECONDS / 2
    assert beat.rest == CALM_SECONDS / 2
    beat.stir()
    assert beat.rest == QUICK_SECONDS
    clock.now += LIVELY_SECONDS
    beat.told()
    assert beat.rest == CALM_SECONDS
