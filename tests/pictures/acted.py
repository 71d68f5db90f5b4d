"""What the pictures show of acting: a plan, and a run whose messages partly come back; both really made in the demo."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import boto3

from evwatch.deadletters.group import grouped
from evwatch.demo.embedded import EmbeddedAws
from evwatch.demo.environment import ACCOUNT
from evwatch.demo.system import names
from evwatch.model.deadletter import DeadLetter
from evwatch.model.look import Look, LookRequest
from evwatch.model.plan import Plan, RedriveRequest
from evwatch.model.queue import Queue
from evwatch.model.report import Report, RunDetails
from evwatch.model.run import Progress
from evwatch.redrive.control import Control
from evwatch.session import Session
from tests.pictures.held import HELD, Holder

_RUN = "20260114-031105-4be2c9"
_REASON = "the ledger is back"
_WATCH_SECONDS = 60.0


@dataclass(frozen=True)
class Acted:
    """A plan for the largest group of the order events' DLQ, and a run of the consumers' DLQ."""

    plan: Plan
    details: RunDetails


async def act(session: Session, aws: EmbeddedAws, look: Look, folder: str) -> Acted:
    """Plan, and redrive: what notifies is given up on again, as its consumer would, and so comes back."""
    found = await session.find(look.queue.name)
    largest = grouped(look.letters)[0].group
    chosen = tuple(letter for letter in look.letters if letter.group == largest)
    guards = LookRequest(fifo=True)
    redriver = session.redriver
    plan = await redriver.plan(found.context, found.queue, RedriveRequest(), guards, chosen=chosen, look=look)
    control = Control()
    moved = asyncio.Event()

    def tell(progress: Progress) -> None:
        if progress.phase == "watching":
            moved.set()
        if progress.bounced:
            control.end("cancel")

    whole = await session.find(names.CONSUMERS_DLQ)
    asked = RedriveRequest(engine="journal", watch_seconds=_WATCH_SECONDS, reason=_REASON)
    running = asyncio.create_task(
        redriver.start(await redriver.plan(whole.context, whole.queue, asked, guards), control, tell)
    )
    await moved.wait()
    await asyncio.to_thread(_give_up, aws, names.NOTIFICATIONS)
    report = await running
    return Acted(plan, _held(await redriver.run(report.run), folder))


def _give_up(aws: EmbeddedAws, queue: str) -> None:
    """Receive until the redrive policy has moved everything."""
    sqs = boto3.client(
        "sqs",
        endpoint_url=aws.endpoint_url,
        region_name=aws.region,
        aws_access_key_id=ACCOUNT,
        aws_secret_access_key="demo",
    )
    url = sqs.get_queue_url(QueueName=queue)["QueueUrl"]
    while "Messages" in sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=0):
        continue
    sqs.close()


def _held(details: RunDetails, folder: str) -> RunDetails:
    """The same at the held moment, under names that are the same whenever it is made."""
    report = details.report
    began = HELD - timedelta(seconds=95)
    details = Holder(report.started_at).hold(details)
    rows = tuple(sorted(details.messages, key=lambda row: (row["bounced_as"] is None, row["outcome"], row["group"])))
    details = replace(
        details,
        messages=rows,
        report=replace(
            details.report,
            run=_RUN,
            host="bastion-1",
            journal=details.report.journal.replace(folder, "~/.local/state/evwatch"),
            started_at=began,
            ended_at=began + timedelta(seconds=3),
        ),
    )
    numbered: RunDetails = Holder(HELD).hold(details)
    return numbered


class HeldRedriver:
    """Shows what was made, and does nothing."""

    def __init__(self, acted: Acted) -> None:
        self._acted = acted

    def require_acting(self, context: str) -> None:
        """It may."""

    async def plan(
        self,
        context: str,
        queue: Queue,
        request: RedriveRequest,
        guards: LookRequest,
        *,
        chosen: tuple[DeadLetter, ...] | None = None,
        look: Look | None = None,
    ) -> Plan:
        """The one that was made."""
        return self._acted.plan

    async def runs(self) -> list[Report]:
        """The one that was made."""
        return [self._acted.details.report]

    async def run(self, run_id: str) -> RunDetails:
        """The one that was made."""
        return self._acted.details

    def __getattr__(self, name: str) -> Callable[..., Any]:
        raise AssertionError(f"no picture shows {name}")
