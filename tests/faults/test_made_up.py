"""Answers that are strange, hostile or not what AWS's model says: every command ends in a way that it may end in."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.emulator.made_up import ACCOUNT, MadeUp
from tests.faults.commands import UNTRIED, every_command, leaves
from tests.faults.made_up import commands_against


def test_every_command_is_tried(tmp_path: Path) -> None:
    assert every_command(tmp_path).keys() == leaves() - UNTRIED


@pytest.mark.parametrize(("seed", "wrong"), [(1, 0.0), (2, 0.002)], ids=["strange", "wrong"])
def test_no_answer_makes_a_defect_of_a_command(tmp_path: Path, seed: int, wrong: float) -> None:
    made_up = MadeUp(seed, wrong)
    ended = commands_against(made_up, tmp_path)
    assert not [found for each in ended if (found := each.wrong())]
    assert {call.access_key_id for call in made_up.calls} == {ACCOUNT}
    assert len({call.name for call in made_up.calls}) > 30, "most of what is declared was called"
