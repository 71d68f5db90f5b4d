"""Every key of the dashboard there is, read-only and acting; a key that is new and that no tour presses fails here."""

from __future__ import annotations

from pathlib import Path

from tests.emulator.account import Account
from tests.faults.tour import acting_tour, read_only_tour
from tests.faults.ways import ACTING_ALONE, ACTS, ELSEWHERE_PROVED

ROOT = Path(__file__).parents[2]


def test_every_key_can_be_pressed_read_only_and_nothing_but_reading_reaches_aws(aws: Account, tmp_path: Path) -> None:
    assert read_only_tour(aws, tmp_path / "state").wrong == []


def test_every_key_that_acts_can_be_pressed_where_one_may_act(aws: Account, tmp_path: Path) -> None:
    assert acting_tour(aws, tmp_path / "state").wrong == []


def test_what_no_tour_presses_is_pressed_where_it_is_said_to_be() -> None:
    for name, (file, key) in ELSEWHERE_PROVED.items():
        assert f'"{key}"' in (ROOT / file).read_text(encoding="utf-8"), name
    assert not ELSEWHERE_PROVED.keys() & (ACTING_ALONE | ACTS)
