"""What a terminal can do to the dashboard: be tiny, be of another locale, be none that one can draw on."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Line
from tests.ui.terminals import Terminal

pytest_plugins = ["tests.cli.conftest"]


def test_it_draws_in_any_locale_and_lives_through_a_window_that_nearly_vanishes() -> None:
    ascii_only = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    with Terminal(ascii_only) as terminal:
        terminal.shows("\N{BLACK UP-POINTING TRIANGLE} No region")
        assert "\\u25" not in terminal.text
        terminal.resize(20, 5)
        terminal.forget()
        for key in ("2", "d", "v"):
            terminal.press(key)
            terminal.look()
        terminal.resize(120, 40)
        terminal.shows("No region")
        terminal.press("q")
        assert terminal.ends() == 0


def test_a_terminal_that_cannot_be_drawn_on_is_told(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "dumb")
    outcome = line("")
    assert outcome.code == 2
    assert "TERM=dumb: set TERM to what yours is, or run `evwatch status`" in outcome.err
