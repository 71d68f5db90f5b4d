"""When findings are looked for again."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from evwatch.model.feed import Feed
from evwatch.model.findings import Examined, examine
from evwatch.model.queue import Queue
from evwatch.model.snapshot import Snapshot
from evwatch.present import examination
from evwatch.present.examination import Examiner
from tests.ui import scenes


@pytest.fixture
def looked(monkeypatch: pytest.MonkeyPatch) -> list[Snapshot]:
    """Snapshots that were gone through."""
    seen: list[Snapshot] = []

    def counted(snapshot: Snapshot) -> Examined:
        seen.append(snapshot)
        return examine(snapshot)

    monkeypatch.setattr(examination, "examine", counted)
    return seen


def test_new_depths_are_no_new_configuration(looked: list[Snapshot]) -> None:
    examiner, first = Examiner(), scenes.trouble()
    context = first.contexts[0]
    depths = {arn: scenes.depth(7) for arn in context.depths}
    later = replace(first, contexts=(replace(context, depths=depths),), taken_at=first.taken_at + timedelta(hours=1))
    assert examiner.examined(first) is examiner.examined(later)
    assert len(looked) == 1


def test_a_queue_that_is_configured_otherwise_is_looked_at_at_once(looked: list[Snapshot]) -> None:
    examiner, first = Examiner(), scenes.trouble()
    queues = first.contexts[0].queues.value or ()
    examiner.examined(first)
    examiner.examined(_with(first, (replace(queues[0], retention_seconds=60), *queues[1:]), 0.25))
    assert len(looked) == 2


def test_while_queues_are_read_for_the_first_time_it_is_not_done_at_each_of_them(looked: list[Snapshot]) -> None:
    examiner, whole = Examiner(), scenes.large(20)
    queues = whole.contexts[0].queues.value or ()
    unread = tuple(replace(queue, retention_seconds=None) for queue in queues)
    for step in range(20):
        examiner.examined(_with(whole, (*queues[:step], *unread[step:]), step))
    assert [snapshot.taken_at - whole.taken_at for snapshot in looked] == [
        timedelta(seconds=at) for at in (0, 5, 10, 15)
    ]
    examiner.examined(_with(whole, queues, 20))
    assert looked[-1].contexts[0].queues.value == queues


def test_a_queue_that_comes_meanwhile_is_looked_at_at_once(looked: list[Snapshot]) -> None:
    examiner, whole = Examiner(), scenes.large(20)
    unread = tuple(replace(queue, retention_seconds=None) for queue in whole.contexts[0].queues.value or ())
    examiner.examined(_with(whole, unread[:19], 0))
    examiner.examined(_with(whole, unread, 1))
    assert len(looked) == 2


def _with(snapshot: Snapshot, queues: tuple[Queue, ...], seconds: float) -> Snapshot:
    context = replace(snapshot.contexts[0], queues=Feed(queues, snapshot.taken_at))
    return replace(snapshot, contexts=(context,), taken_at=snapshot.taken_at + timedelta(seconds=seconds))
