"""Figures are short, and what is missing never looks like a zero."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evwatch.present.figures import age, age_short, clock_time, count, money, number, plural, rate, span


@pytest.mark.parametrize(
    ("seconds", "long", "short"),
    [
        (0, "0 s", "0s"),
        (4.9, "4 s", "4s"),
        (60, "1 m", "1m"),
        (192, "3 m 12 s", "3m"),
        (7_200, "2 h", "2h"),
        (7_505, "2 h 5 m", "2h"),
        (90_061, "1 d 1 h", "1d"),
        (-5, "0 s", "0s"),
    ],
)
def test_an_age_says_its_two_largest_units(seconds: float, long: str, short: str) -> None:
    assert (age(seconds), age_short(timedelta(seconds=seconds))) == (long, short)


@pytest.mark.parametrize(
    ("value", "said"),
    [(0, "0"), (9_999, "9999"), (12_345, "12.3k"), (999_999, "1000k"), (4_500_000, "4.5M"), (-20_000, "-20.0k")],
)
def test_a_count_is_exact_while_it_is_short(value: float, said: str) -> None:
    assert count(value) == said


def test_what_is_not_known_is_a_dash_and_not_a_zero() -> None:
    dash = "–"  # noqa: RUF001 - this dash is meant
    assert {count(None), rate(None), number(None), money(None), age(None), age_short(None), clock_time(None, NOW)} == {
        dash
    }


def test_rates_keep_what_is_small_visible() -> None:
    assert [rate(value) for value in (0, 0.02, 0.2, 3, 3.25, 120, 40_000)] == [
        "0",
        "<0.1",
        "0.2",
        "3",
        "3.2",
        "120",
        "40.0k",
    ]


def test_a_price_below_a_cent_is_said_to_be_so() -> None:
    assert [money(value) for value in (0, 0.004, 0.034, 12, 1_234)] == ["$0", "<$0.01", "$0.03", "$12.00", "$1,234"]


def test_configured_times_are_exact() -> None:
    assert [span(value) for value in (0, 30, 930, 1_209_600, 90)] == ["0 s", "30 s", "15 m 30 s", "14 d", "1 m 30 s"]


def test_words_agree_with_their_number() -> None:
    assert (plural(1, "alarm"), plural(0, "alarm"), plural(2, "reply", "replies")) == (
        "1 alarm",
        "0 alarms",
        "2 replies",
    )


NOW = datetime(2026, 10, 7, 3, 12, 40, tzinfo=timezone(timedelta(hours=2)))


def test_times_are_local_and_say_their_day_when_it_is_another() -> None:
    assert clock_time(datetime(2026, 10, 7, 0, 0, 1, tzinfo=UTC), NOW) == "02:00:01"
    assert clock_time(datetime(2026, 10, 6, 12, 0, tzinfo=UTC), NOW) == "6 Oct 14:00"
    assert clock_time(datetime(2025, 1, 2, 3, 4, tzinfo=UTC), NOW) == "2025-01-02 05:04"


@given(st.floats(allow_nan=False, allow_infinity=False, min_value=-1e15, max_value=1e15))
def test_no_figure_is_ever_wider_than_its_column(value: float) -> None:
    assert len(count(value)) <= 9
    assert len(number(value)) <= 9
