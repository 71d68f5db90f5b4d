"""Five in a hundred answers go wrong: keys are answered, nothing old looks new, and all is fresh again afterwards."""

from __future__ import annotations

from pathlib import Path

from tests.faults.weather import spell


def test_the_dashboard_lives_through_bad_weather_and_never_shows_old_as_new(tmp_path: Path) -> None:
    found = spell(3, tmp_path, seconds=8)
    assert not found.wrong
    assert sum(found.met.values()) > 5, str(found)
    assert {"depth", "alarms", "flow"} <= {kind for kind, count in found.renewed.items() if count > 2}
    assert found.rows_read > 100
