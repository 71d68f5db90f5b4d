"""Failure groups: what failed the same way belongs together, under a fingerprint that never changes."""

from evwatch.deadletters.group.fingerprint import fingerprint
from evwatch.deadletters.group.groups import grouped
from evwatch.deadletters.group.skeleton import skeleton
from evwatch.deadletters.group.title import title

__all__ = ["fingerprint", "grouped", "skeleton", "title"]
