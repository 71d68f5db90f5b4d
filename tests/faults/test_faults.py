"""A handful of what `python -m tests.faults` does a hundred times: killed redrives, and redrives through trouble."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.emulator.account import Account
from tests.faults.trial import Trial, choose_of_many, kill_and_go_on, through_trouble

Kind = Callable[[Account, Path], Trial]

KINDS: dict[str, Kind] = {
    "killed and resumed": lambda aws, folder: kill_and_go_on(aws, folder, 11, fifo=False, after="resume"),
    "killed and begun anew": lambda aws, folder: kill_and_go_on(aws, folder, 12, fifo=False, after="new run"),
    "FIFO killed and resumed": lambda aws, folder: kill_and_go_on(
        aws, folder, 13, fifo=True, after="resume", messages=80
    ),
    "through trouble": lambda aws, folder: through_trouble(aws, folder, 14, fifo=False, messages=120),
    "FIFO through trouble": lambda aws, folder: through_trouble(aws, folder, 15, fifo=True, messages=30),
}


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_lost_doubled_or_out_of_order_but_what_is_named(aws: Account, tmp_path: Path, kind: str) -> None:
    trial = KINDS[kind](aws, tmp_path)
    assert not trial.wrong, str(trial)
    assert trial.kills or trial.troubles, str(trial)


def test_what_is_chosen_is_redriven_and_the_others_stay_untouched_and_visible(aws: Account, tmp_path: Path) -> None:
    trial = choose_of_many(aws, tmp_path, 16, chosen=120, messages=300)
    assert not trial.wrong, str(trial)
    assert trial.at_target == 120
