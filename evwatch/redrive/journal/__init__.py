"""The journal: every run and what it did with each message, on disk before anything is sent."""

from evwatch.redrive.journal.entries import Claim, Claimed, Memory, Settled, undo_key
from evwatch.redrive.journal.journal import Journal
from evwatch.redrive.journal.reports import Record

__all__ = [
    "Claim",
    "Claimed",
    "Journal",
    "Memory",
    "Record",
    "Settled",
    "undo_key",
]
