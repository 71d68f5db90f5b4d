"""When a letter was sent, first received and expires, and what is said where that is not known."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

SENT = datetime(2026, 11, 1, tzinfo=UTC)


def test_a_standard_queue_counts_from_when_the_message_was_first_sent(letter_of: Any, around: Any) -> None:
    letter = letter_of("x", surroundings=around(retention=345_600))
    assert letter.sent_at == SENT
    assert letter.expires_at == SENT + timedelta(days=4)
    assert letter.expires_exact


def test_what_is_overdue_on_a_standard_queue_is_shown_as_such(letter_of: Any, around: Any) -> None:
    letter = letter_of("x", surroundings=around(retention=60))
    assert letter.expires_at == SENT + timedelta(minutes=1)


def test_fifo_restarts_the_clock_so_the_time_is_a_lower_bound(letter_of: Any, around: Any) -> None:
    letter = letter_of("x", surroundings=around(fifo=True))
    assert letter.expires_at == SENT + timedelta(days=14)
    assert not letter.expires_exact
    assert "restarts its clock" in letter.notes[-1]


def test_a_lower_bound_that_has_passed_says_nothing(letter_of: Any, around: Any) -> None:
    letter = letter_of("x", surroundings=around(fifo=True, retention=60))
    assert letter.expires_at is None
    assert "when it was moved is not recorded" in letter.notes[-1]


def test_retention_that_could_not_be_read_leaves_the_expiry_open(letter_of: Any, around: Any) -> None:
    assert letter_of("x", surroundings=around(retention=None)).expires_at is None


@pytest.mark.parametrize("stamp", ["", "soon", "9" * 5000, "-1e9", "1.5"])
def test_a_time_stamp_that_is_none_is_said_and_not_made_up(stamp: str, letter_of: Any, around: Any) -> None:
    letter = letter_of("x", SentTimestamp=stamp, ApproximateFirstReceiveTimestamp=stamp, ApproximateReceiveCount=stamp)
    assert letter.sent_at == around().now
    assert letter.expires_at is None
    assert letter.first_received_at is None
    assert letter.receive_count == 0
    assert "when it was sent was not given" in letter.notes


def test_a_time_beyond_the_calendar_is_no_time(letter_of: Any) -> None:
    assert letter_of("x", SentTimestamp="9" * 30).expires_at is None
    assert letter_of("x", SentTimestamp="253402300799000").expires_at is None


def test_the_first_receive_and_the_group_are_those_of_sqs(letter_of: Any) -> None:
    letter = letter_of("x", ApproximateFirstReceiveTimestamp="1793491260250", MessageGroupId="tenant-1")
    assert letter.first_received_at == SENT + timedelta(seconds=60, milliseconds=250)
    assert letter.message_group_id == "tenant-1"
