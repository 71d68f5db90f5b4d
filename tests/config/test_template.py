"""The default settings file and the README's tables, both made from the declarations."""

from __future__ import annotations

import dataclasses
import re
import tomllib
from pathlib import Path

import pytest

from evwatch.config import Settings, load
from evwatch.config.declared import CADENCE, CONTEXT, REDRIVE, TABLES, THRESHOLDS, TOP, Setting
from evwatch.config.settings import Cadence, ContextRequest, RedriveDefaults
from evwatch.config.template import default_file, settings_table
from evwatch.model.threshold import THRESHOLD_METRICS


def test_the_default_file_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text(default_file())
    assert load({}, path=path).settings == dataclasses.replace(Settings(), path=path)


@pytest.mark.parametrize("setting", [s for table in TABLES for s in table.settings], ids=lambda s: s.key)
def test_each_line_of_the_default_file_is_a_value_that_the_setting_takes(setting: Setting) -> None:
    written = re.search(rf"^# ({setting.key} = .*)$", default_file(), re.MULTILINE)
    assert written
    setting.kind.read(tomllib.loads(written.group(1))[setting.key])


def test_defaults_are_values_that_their_settings_take() -> None:
    for setting in (*TOP.settings, *CADENCE.settings, *REDRIVE.settings):
        if setting.default not in (None, ()):
            assert setting.kind.read(setting.default) == setting.default


def test_every_field_that_a_file_fills_is_declared() -> None:
    assert set(REDRIVE.known) == {field.name for field in dataclasses.fields(RedriveDefaults)}
    assert set(CADENCE.known) == {field.name for field in dataclasses.fields(Cadence)}
    assert set(CONTEXT.known) | {"name"} == {field.name for field in dataclasses.fields(ContextRequest)}
    assert set(THRESHOLDS.known) == {*THRESHOLD_METRICS, "metric", "above", "below", "name"}


def test_the_tables_name_every_setting() -> None:
    text = settings_table()
    for table in TABLES:
        assert table.heading in text or table is TOP
        for setting in table.settings:
            assert f"| `{setting.key}` |" in text
