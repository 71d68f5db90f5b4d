"""By what a row of a list is known while its figures change."""

from __future__ import annotations

Key = tuple[str, str]
"""Where it is, and what it is called there: context and ARN (or alarm id); queue ARN and MessageId."""
