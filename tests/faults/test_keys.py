"""Keys at random on answers that are made up: nothing ends the dashboard, nothing is drawn raw, nothing but reading."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.keys import walk_once


@pytest.mark.parametrize(("seed", "wrong"), [(3, 0.0), (5, 0.002)])
def test_keys_of_every_screen_do_nothing_but_read_where_that_is_all_that_they_may(
    tmp_path: Path, seed: int, wrong: float
) -> None:
    walk = walk_once(seed, tmp_path, 60, wrong)
    assert not walk.wrong
    assert len(walk.pressed) > 20
