"""Windows ask for the finest period that CloudWatch still holds for all of them and that can be drawn."""

from __future__ import annotations

from datetime import timedelta

import pytest

from evwatch.model.window import RETENTION_SECONDS, WINDOWS, Window

PERIODS = {
    "15m": 60,
    "1h": 60,
    "3h": 60,
    "6h": 60,
    "12h": 300,
    "1d": 300,
    "3d": 900,
    "7d": 3600,
    "14d": 3600,
}


@pytest.mark.parametrize("window", WINDOWS, ids=lambda window: window.label)
def test_each_window_has_its_period(window: Window) -> None:
    assert window.period_seconds == PERIODS[window.label]


@pytest.mark.parametrize("days", [1, 14, 15, 16, 30, 62, 63, 64, 100, 455])
def test_no_window_asks_for_points_that_cloudwatch_no_longer_holds(days: int) -> None:
    period = Window("any", timedelta(days=days)).period_seconds
    assert days * 86_400 <= RETENTION_SECONDS[period]


@pytest.mark.parametrize("window", WINDOWS, ids=lambda window: window.label)
def test_no_window_has_more_points_than_can_be_drawn(window: Window) -> None:
    assert window.length.total_seconds() / window.period_seconds <= 360
    assert window.length.total_seconds() % window.period_seconds == 0
