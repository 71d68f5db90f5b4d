"""A message that several runs had to do with comes back from one of them alone, and no doubt about it is forgotten."""

from __future__ import annotations

import json
from dataclasses import replace

from evwatch.model.plan import RedriveRequest
from evwatch.redrive.control import Control
from tests.emulator.account import Account
from tests.emulator.faults import Faults, partial, refused, reset_after
from tests.redrive.conftest import Operating
from tests.redrive.seeding import dead_letter_queue, texts


def numbers(bodies: list[str]) -> list[int]:
    return sorted(json.loads(body)["number"] for body in bodies)


async def test_what_a_delete_could_not_delete_and_a_redrive_sent_is_not_put_back(
    aws: Account, operating: Operating
) -> None:
    dead = dead_letter_queue(aws)
    dead.fail(texts(15))
    async with operating(Faults().on("sqs:DeleteMessageBatch", refused("denied"), after=1)) as operator:
        report = await operator.delete(dead.name)
        assert (report.status, report.deleted, len(report.failed)) == ("stopped", 10, 5)
        redriven = await operator.redrive(dead.name)
        assert (redriven.sent, redriven.remaining) == (5, 0)
        undone = await operator.undo(report.run)
    assert undone.sent == 10
    assert numbers([*dead.bodies(), *dead.bodies(dead.dlq_url)]) == list(range(15)), "each is in one place, once"


async def test_what_two_deletes_have_saved_is_put_back_by_the_one_that_deleted_it(
    aws: Account, operating: Operating
) -> None:
    dead = dead_letter_queue(aws)
    dead.fail(texts(5))
    faults = Faults().on("sqs:DeleteMessageBatch", refused("denied"))
    async with operating(faults) as operator:
        first = await operator.delete(dead.name)
        assert (first.status, first.deleted, len(first.failed)) == ("stopped", 0, 5)
        second = await operator.delete(dead.name)
        assert (second.deleted, second.remaining) == (5, 0)
        assert (await operator.delete(dead.name)).planned == 0, "and it was seen that nothing is left"
        backs = [(await operator.undo(run)).sent for run in (first.run, second.run)]
    assert backs == [0, 5]
    assert numbers(dead.bodies(dead.dlq_url)) == list(range(5))


async def test_what_may_have_been_sent_is_still_in_doubt_after_it_was_deleted_and_put_back(
    aws: Account, operating: Operating
) -> None:
    dead = dead_letter_queue(aws)
    dead.fail(texts(6))
    faults = Faults().on("sqs:SendMessageBatch", reset_after)
    async with operating(faults) as operator:
        doubtful = await operator.redrive(dead.name)
        assert len(doubtful.undecided) == 6
        deleted = await operator.delete(dead.name)
        assert deleted.deleted == 6
        memory = await operator.session.redriver.journal.memory(dead.dlq_arn)
        assert memory.undecided == 0, "the queue holds none of them now"
        assert (await operator.undo(deleted.run)).sent == 6
        again = await operator.redrive(dead.name)
        assert (again.sent, len(again.undecided), again.remaining) == (0, 6, 6)
        assert numbers(dead.bodies()) == list(range(6)), "the first answer alone was lost"
        asked = await operator.session.redriver.resume(again.run, Control(), operator.tell, send_undecided=True)
    assert (asked.sent, asked.undecided, dead.depth()) == (6, (), (0, 0))


async def test_what_a_choice_has_met_and_left_is_not_taken_for_gone(aws: Account, operating: Operating) -> None:
    dead = dead_letter_queue(aws)
    dead.fail(texts(4))
    async with operating(Faults().on("sqs:SendMessageBatch", reset_after)) as operator:
        doubtful = await operator.redrive(dead.name)
        assert len(doubtful.undecided) == len(dead.bodies()) == 4
        dead.fail([{"MessageBody": '{"number": 8}'}, {"MessageBody": '{"number": 9}'}])
        look = await operator.look(dead.name)
        chosen = tuple(letter for letter in look.letters if json.loads(letter.message.body)["number"] >= 8)
        # One of the two is not there any more, so the run looks for it to the queue's end.
        gone = replace(chosen[1], message=replace(chosen[1].message, id="deleted-meanwhile"))
        request = RedriveRequest(engine="journal", watch_seconds=0)
        report = await operator.start(await operator.plan(dead.name, request, (chosen[0], gone), look))
        assert (report.sent, [each.code for each in report.skipped], report.remaining) == (1, ["gone"], 5)
        assert (await operator.session.redriver.journal.memory(dead.dlq_arn)).undecided == 4
        assert (await operator.plan(dead.name, RedriveRequest())).engine == "journal", "SQS would send them again"


async def test_an_undo_in_fifo_puts_nothing_before_what_it_could_not_put(aws: Account, operating: Operating) -> None:
    dead = dead_letter_queue(aws, fifo=True)
    dead.fail(
        {**message, "MessageGroupId": f"g{place % 2}", "MessageDeduplicationId": f"d{place}"}
        for place, message in enumerate(texts(8))
    )
    faults = Faults()
    async with operating(faults) as operator:
        report = await operator.delete(dead.name)
        assert report.deleted == 8
        faults.on("sqs:SendMessageBatch", partial({0}, "InvalidMessageContents", sender=True), after=2)
        undone = await operator.undo(report.run)
        assert (len(undone.failed), {each.code for each in undone.skipped}) == (1, {"group-stopped"})
        assert undone.planned == undone.sent + 1 + len(undone.skipped) == 8
        more = await operator.session.redriver.resume(undone.run, Control(), operator.tell)
        assert (more.sent, more.clean) == (8, True)
    back = [json.loads(body)["number"] for body in dead.bodies(dead.dlq_url)]
    assert [number for number in back if number % 2] == [1, 3, 5, 7]
    assert [number for number in back if not number % 2] == [0, 2, 4, 6]
