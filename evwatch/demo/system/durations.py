"""Lengths of time, in seconds."""

MINUTE, HOUR, DAY = 60, 3_600, 86_400
