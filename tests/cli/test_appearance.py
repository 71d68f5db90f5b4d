"""Themes and bindings that the settings name: a wrong one is told before the screen opens."""

from __future__ import annotations

from pathlib import Path

import pytest

from evwatch.cli.appearance import binding_ids, check_looks
from evwatch.config import Loaded, load
from evwatch.model.fault import EvwatchError


def loaded(folder: Path, text: str) -> Loaded:
    path = folder / "config.toml"
    path.write_text(text)
    return load({}, path=path)


def test_a_theme_and_a_binding_that_exist_are_taken(tmp_path: Path) -> None:
    check_looks(loaded(tmp_path, 'theme = "nord"\n[keymap]\nrefresh = "f5"\nwindow.shorter = "comma"\n'))


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ('\ntheme = "nrod"', 2, 'there is no theme "nrod": did you mean "nord"?'),
        ('[keymap]\nquit = "x"\nrefersh = "f5"', 3, 'there is no binding "refersh": did you mean "refresh"?'),
    ],
)
def test_one_that_does_not_is_told_with_its_line_and_what_there_is(
    tmp_path: Path, text: str, line: int, says: str
) -> None:
    with pytest.raises(EvwatchError) as raised:
        check_looks(loaded(tmp_path, text))
    assert str(raised.value).startswith(f"{tmp_path / 'config.toml'}:{line}: {says}")
    assert "known here: " in str(raised.value)


@pytest.mark.parametrize("key", ["f5", "ctrl+r", "question_mark", "ß", "ctrl+shift+f3", "+", "full_stop"])
def test_a_key_that_exists_is_taken(tmp_path: Path, key: str) -> None:
    check_looks(loaded(tmp_path, f'[keymap]\nrefresh = ["f6", "{key}"]'))


@pytest.mark.parametrize(("key", "meant"), [("pagedwn", "pagedown"), ("crtl+r", "ctrl"), ("f99", "f9")])
def test_a_key_that_does_not_is_told_with_what_is_near(tmp_path: Path, key: str, meant: str) -> None:
    with pytest.raises(EvwatchError) as raised:
        check_looks(loaded(tmp_path, f'[keymap]\nrefresh = "{key}"'))
    assert f'config.toml:2: there is no key "{key}": did you mean "{meant}"?' in str(raised.value)


def test_every_binding_of_every_panel_can_be_named() -> None:
    assert {"quit", "refresh", "filter", "list.down"} <= binding_ids()


def test_a_keymap_that_was_found_good_is_not_judged_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    good = loaded(tmp_path, '[keymap]\nrefresh = "f7"')
    check_looks(good)
    monkeypatch.setattr("evwatch.cli.appearance.binding_ids", lambda: pytest.fail("it was judged again"))
    check_looks(good)
