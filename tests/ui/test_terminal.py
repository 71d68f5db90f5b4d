"""What a terminal can do to the dashboard: be tiny, and be of another locale."""

from __future__ import annotations

from tests.ui.terminals import Terminal


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
