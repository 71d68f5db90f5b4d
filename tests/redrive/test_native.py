"""SQS's own redrive: started once, watched, ended when told to, and never said to have failed while it runs."""

from __future__ import annotations

import asyncio
import json

import pytest

from evwatch.demo.gateway.move_task import Pace
from evwatch.model.fault import EvwatchError
from evwatch.model.plan import RedriveRequest
from evwatch.model.report import Report
from evwatch.redrive.control import Control
from tests.emulator.account import Account
from tests.emulator.faults import Fault, Faults, error_after, refused, reset_after, reset_before
from tests.emulator.recording import Recording
from tests.redrive.conftest import Operating, Operator
from tests.redrive.seeding import dead_letter_queue, texts

SLOW = Pace(before_first=0.02, between_batches=0.15, until_cancelled=0.2)
SLOWER = Pace(before_first=0.02, between_batches=1.0, until_cancelled=0.2)
"""For what must be met in the middle, on a busy machine too."""
LATE = Pace(before_first=1.5, between_batches=0.0, until_cancelled=0.05)
"""Whoever cancels at once is in time, however busy the machine is."""


async def test_auto_lets_sqs_move_a_whole_queue_whose_sources_are_queues(aws: Account, operating: Operating) -> None:
    dead = dead_letter_queue(aws)
    dead.fail(texts(35))
    recording = Recording()
    async with operating(recording) as operator:
        plan = await operator.plan(dead.name, RedriveRequest(rate=100))
        assert (plan.engine, plan.exact, plan.messages, plan.watch_seconds) == ("native", False, 35, 0)
        assert [(target.arn, target.messages) for target in plan.targets] == [(dead.source_arn, 35)]
        report = await operator.start(plan)
    assert (report.engine, report.status, report.sent, report.remaining) == ("native", "completed", 35, 0)
    assert report.planned == report.sent
    (start,) = recording.of("sqs:StartMessageMoveTask")
    assert start.parameters == {"SourceArn": dead.dlq_arn, "MaxNumberOfMessagesPerSecond": 100}
    assert not {"sqs:ReceiveMessage", "sqs:SendMessageBatch", "sqs:DeleteMessageBatch"} & set(recording.names)
    assert len(dead.bodies()) == 35


async def test_all_to_one_queue(aws: Account, operating: Operating) -> None:
    dead, other = dead_letter_queue(aws), dead_letter_queue(aws, "other")
    dead.fail(texts(12))
    async with operating() as operator:
        found = await operator.session.find("other")
        to = await operator.session.redriver.queue(found.context, "other")
        report = await operator.start(await operator.plan(dead.name, RedriveRequest(to=to)))
    assert (report.engine, report.sent) == ("native", 12)
    assert len(other.bodies()) == 12


@pytest.mark.parametrize("fault", [reset_after, error_after], ids=["reset", "500"])
async def test_a_start_whose_answer_was_lost_is_found_and_not_repeated(
    aws: Account, operating: Operating, fault: Fault
) -> None:
    dead = dead_letter_queue(aws)
    dead.fail(texts(12))
    recording = Recording()
    faults = Faults().on("sqs:StartMessageMoveTask", fault)
    async with operating(recording, faults) as operator:
        report = await operator.start(await operator.plan(dead.name, RedriveRequest()))
    assert (report.status, report.sent, report.fault) == ("completed", 12, None)
    assert recording.count("sqs:StartMessageMoveTask") == 1


async def test_a_start_that_never_arrived_is_told(aws: Account, operating: Operating) -> None:
    dead = dead_letter_queue(aws)
    dead.fail(texts(3))
    async with operating(Faults().on("sqs:StartMessageMoveTask", reset_before)) as operator:
        report = await operator.start(await operator.plan(dead.name, RedriveRequest()))
    assert (report.status, report.sent, report.remaining) == ("stopped", 0, 3)
    assert report.fault
    assert report.fault.code == "network"


async def test_a_denied_start_is_told_with_the_action(aws: Account, operating: Operating) -> None:
    dead = dead_letter_queue(aws)
    dead.fail(texts(3))
    async with operating(Faults().on("sqs:StartMessageMoveTask", refused("denied"))) as operator:
        report = await operator.start(await operator.plan(dead.name, RedriveRequest()))
    assert report.fault
    assert (report.status, report.fault.message) == ("stopped", "no permission: sqs:StartMessageMoveTask")


async def test_why_sqs_gave_up_is_told_in_words(aws: Account, operating: Operating) -> None:
    dead = dead_letter_queue(aws)
    dead.fail(texts(3))
    dead.sqs.send_message(QueueUrl=dead.dlq_url, MessageBody="by hand")
    async with operating() as operator:
        report = await operator.start(await operator.plan(dead.name, RedriveRequest()))
    assert report.status == "stopped"
    assert report.fault
    assert "does not say which queue it came from" in report.fault.message
    assert report.remaining == 4
    assert report.sent == 0


async def test_a_run_that_is_told_to_stop_cancels_the_task_and_reports_what_was_moved(
    aws: Account, operating: Operating
) -> None:
    dead = dead_letter_queue(aws)
    dead.fail(texts(60))
    async with operating(pace=SLOW) as operator:
        plan = await operator.plan(dead.name, RedriveRequest())
        running = asyncio.create_task(operator.start(plan))
        await operator.moving.wait()
        operator.control.end("interrupt")
        report = await running
        assert report.status == "interrupted"
        assert 0 < report.sent < 60
        assert (report.remaining or 0) + report.sent == 60
        assert "cancelling" in [progress.phase for progress in operator.told]
        again = await operator.session.redriver.resume(report.run, Control(), operator.tell)
        assert (again.status, again.sent, again.remaining) == ("completed", 60, 0)
    assert sorted(json.loads(body)["number"] for body in dead.bodies()) == list(range(60))


async def left_alone(operator: Operator, queue: str) -> Report:
    """A run whose task goes on at SQS after evwatch was cut off."""
    running = asyncio.create_task(operator.start(await operator.plan(queue, RedriveRequest())))
    await operator.moving.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    (left,) = await operator.session.redriver.runs()
    return left


async def test_a_task_that_goes_on_without_evwatch_is_taken_up_again(aws: Account, operating: Operating) -> None:
    dead = dead_letter_queue(aws)
    dead.fail(texts(60))
    recording = Recording()
    async with operating(recording, pace=SLOW) as operator:
        redriver = operator.session.redriver
        left = await left_alone(operator, dead.name)
        assert left.status == "interrupted"
        with pytest.raises(EvwatchError) as refused_:  # SQS allows one redrive of a queue at a time
            await operator.start(await operator.plan(dead.name, RedriveRequest(engine="journal")))
        assert refused_.value.fault.code == "refused"
        report = await redriver.resume(left.run, Control(), operator.tell)
    assert (report.status, report.sent, report.remaining) == ("completed", 60, 0)
    assert recording.count("sqs:StartMessageMoveTask") == 1


async def test_a_task_that_goes_on_without_evwatch_can_be_cancelled_by_its_run(
    aws: Account, operating: Operating
) -> None:
    dead = dead_letter_queue(aws)
    dead.fail(texts(60))
    async with operating(pace=SLOWER) as operator:
        left = await left_alone(operator, dead.name)
        report = await operator.session.redriver.cancel(left.run)
    assert report.status == "cancelled"
    assert 0 < report.sent < 60
    assert report.sent + (report.remaining or 0) == 60


async def test_a_cancel_starts_no_task_and_ends_none_of_somebody_else(aws: Account, operating: Operating) -> None:
    dead = dead_letter_queue(aws)
    dead.fail(texts(60))
    recording = Recording()
    async with operating(recording, pace=SLOWER) as operator:
        redriver = operator.session.redriver
        running = asyncio.create_task(operator.start(await operator.plan(dead.name, RedriveRequest())))
        await operator.moving.wait()
        operator.control.end("interrupt")
        ended = await running
        assert ended.status == "interrupted"
        somebody = aws.boto("sqs", url=operator.session.snapshot.contexts[0].context.endpoint_url)
        await asyncio.to_thread(somebody.start_message_move_task, SourceArn=dead.dlq_arn)
        recording.clear()
        report = await redriver.cancel(ended.run)
    assert (report.status, report.sent) == ("cancelled", ended.sent)
    assert not {"sqs:StartMessageMoveTask", "sqs:CancelMessageMoveTask"} & set(recording.names)


@pytest.mark.parametrize(
    ("request_", "why"),
    [
        (RedriveRequest(canary=1), "canary"),
        (RedriveRequest(stop_on_bounce=10), "come"),
        (RedriveRequest(watch_seconds=5), "come"),
        (RedriveRequest(rate=0.5), "rate"),
        (RedriveRequest(rate=1000), "rate"),
    ],
)
async def test_what_sqs_cannot_do_evwatch_does_and_says_why(
    aws: Account, operating: Operating, request_: RedriveRequest, why: str
) -> None:
    dead = dead_letter_queue(aws)
    async with operating() as operator:
        plan = await operator.plan(dead.name, request_)
    assert plan.engine == "journal"
    assert why in plan.engine_reason


async def test_native_is_refused_where_it_would_send_what_is_undecided(aws: Account, operating: Operating) -> None:
    dead = dead_letter_queue(aws)
    dead.fail(texts(3))
    async with operating(Faults().on("sqs:SendMessageBatch", reset_after)) as operator:
        report = await operator.redrive(dead.name)
        assert len(report.undecided) == 3
        assert (await operator.plan(dead.name, RedriveRequest())).engine == "journal"
        with pytest.raises(EvwatchError) as refused_:
            await operator.plan(dead.name, RedriveRequest(engine="native"))
    assert refused_.value.fault.code == "refused"


async def test_native_is_refused_also_where_that_came_about_after_it_was_planned(
    aws: Account, operating: Operating
) -> None:
    dead = dead_letter_queue(aws)
    dead.fail(texts(3))
    recording = Recording()
    faults = Faults().on("sqs:SendMessageBatch", reset_after)
    async with operating(recording, faults, pace=LATE) as operator:
        plan = await operator.plan(dead.name, RedriveRequest())
        assert plan.engine == "native"
        stopped = Control()
        stopped.end("interrupt")
        left = await operator.session.redriver.start(plan, stopped, operator.tell)
        assert (left.status, recording.count("sqs:StartMessageMoveTask")) == ("interrupted", 1)
        dead.fail(texts(3))
        assert (await operator.redrive(dead.name)).undecided
        with pytest.raises(EvwatchError) as refused_:
            await operator.start(plan)
        with pytest.raises(EvwatchError, match="since this was planned"):
            await operator.session.redriver.resume(left.run, Control(), operator.tell)
    assert (refused_.value.fault.code, refused_.value.fault.hint) == ("refused", "plan again")
    assert recording.count("sqs:StartMessageMoveTask") == 1
    assert "may have been sent" in refused_.value.fault.message
