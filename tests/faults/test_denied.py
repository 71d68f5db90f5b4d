"""Each IAM action denied, over a command that calls it: it is named, and nothing worse happens."""

from __future__ import annotations

from pathlib import Path

from tests.faults.denied import denied, unnamed


def test_each_denied_action_is_named_by_a_command_that_calls_it(tmp_path: Path) -> None:
    ended = list(denied(4, once=True, folder=tmp_path))
    assert not [found for call, each in ended if (found := unnamed(call, each))]
    assert len({call.iam_action for call, _ in ended}) > 30
