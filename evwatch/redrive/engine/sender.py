"""Sends parcels to one target until each has an outcome, and tries again only what is proved not to have arrived."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from evwatch.aws.errors import AwsError
from evwatch.aws.sending import Accepted, Answer, Refused, Unclear
from evwatch.deadletters.lease import Lease
from evwatch.model.fault import Fault, FaultCode
from evwatch.model.report import SkipCode
from evwatch.redrive.engine.health import Health
from evwatch.redrive.engine.tools import Shift
from evwatch.redrive.engine.width import Width
from evwatch.redrive.journal import Settled
from evwatch.redrive.targets import Parcel

_TRIES = 9
_FIRST_WAIT = 0.1
_LONGEST_WAIT = 5.0
_CLOSED = ("permission", "not-found", "refused", "region")
_ENDING_TRIES = 2
"""Once the run is to end: enough for a target that recognises repetitions to settle what is in doubt."""


class Sender:
    """One for each run."""

    def __init__(self, shift: Shift, width: Width, health: Health) -> None:
        self._tools = shift.tools
        self._job = shift.job
        self._halt = shift.halt
        self._width = width
        self._health = health
        self.closed: dict[str, Fault] = {}
        """Targets that refuse everything, by ARN, and why."""

    async def deliver(
        self, lease: Lease | None, parcels: Sequence[Parcel], repeatable_until: Mapping[str, float]
    ) -> list[Settled]:
        """Send parcels that have one target and fit one request. Raises nothing that AWS or the network does.

        Without a lease they are in no queue now, and nothing runs out. `repeatable_until` says by MessageId until when,
        in monotonic seconds, the target recognises a repetition.
        """
        return await _Delivery(self, lease, parcels, repeatable_until).settled()

    async def pause(self, attempt: int) -> None:
        """Wait longer with each attempt."""
        wait = min(_LONGEST_WAIT, _FIRST_WAIT * 2**attempt)
        await self._tools.control.sleep(wait * self._tools.random.uniform(0.5, 1.0))

    async def may(self) -> bool:
        """Wait until sending makes sense; False where the run is to end instead."""
        return await self._health.passed()

    async def request(self, parcels: Sequence[Parcel]) -> Answer:
        """One request."""
        answer = await parcels[0].target.send([parcel.outgoing for parcel in parcels], self._job.send_seconds)
        if any(isinstance(outcome, Accepted) for outcome in answer.outcomes):
            self._health.good()
            self._width.grow()
        if any(isinstance(outcome, Refused) and outcome.transient for outcome in answer.outcomes):
            self._width.shrink()
        if all(isinstance(outcome, Unclear) for outcome in answer.outcomes):
            self._width.shrink()
            self._health.doubtful(answer.error.fault if answer.error else None)
        return answer

    def close(self, arn: str, error: AwsError) -> None:
        """Take note that a target refuses whatever is sent to it."""
        self.closed[arn] = error.fault

    def give_up(self, attempt: int) -> bool:
        """Whether there were attempts enough."""
        return attempt >= (_ENDING_TRIES if self._tools.control.stop else _TRIES)

    def now(self) -> float:
        """Monotonic seconds."""
        return self._tools.clock.monotonic()

    def lacks_lease(self, lease: Lease | None, parcel: Parcel) -> bool:
        """Whether a message could be shown to others before it would be deleted."""
        return lease is not None and lease.left(parcel.letter.id) < self._job.least_left

    def halt(self, fault: Fault) -> None:
        """End the run."""
        self._halt.because(fault)


class _Delivery:
    """Parcels on their way together."""

    def __init__(
        self, sender: Sender, lease: Lease | None, parcels: Sequence[Parcel], repeatable_until: Mapping[str, float]
    ) -> None:
        self._sender = sender
        self._lease = lease
        self._repeatable_until = repeatable_until
        self._pending = list(parcels)
        self._target = parcels[0].target
        self._doubts: dict[str, str] = {}
        """By MessageId, why it may have arrived although it is not known to."""
        self._settled: list[Settled] = []

    async def settled(self) -> list[Settled]:
        attempt = 0
        while self._pending:
            if attempt:
                await self._sender.pause(attempt - 1)
            if not await self._sender.may():
                self._withdraw_all("run-ended")
                break
            self._leave_behind()  # what is sent next has waited until now
            if not self._pending:
                break
            answer = await self._sender.request(self._pending)
            attempt += 1
            if answer.error and not await self._whole(answer.error, attempt):
                continue
            for parcel, outcome in zip(list(self._pending), answer.outcomes, strict=True):
                self._one(parcel, outcome, self._sender.give_up(attempt))
        return self._settled

    def _leave_behind(self) -> None:
        """What it is too late to send."""
        for parcel in list(self._pending):
            doubt = self._doubts.get(parcel.letter.id)
            if self._sender.lacks_lease(self._lease, parcel):
                self._withdraw(parcel, "lease-ran-out")
            elif doubt and self._sender.now() >= self._repeatable_until[parcel.letter.id]:
                self._settle(parcel, Settled(parcel.letter.id, "undecided", doubt))

    async def _whole(self, error: AwsError, attempt: int) -> bool:
        """What a request that failed as a whole means for the run; False where it was dealt with here."""
        if not error.not_done:
            return True
        if error.fault.code in ("credentials", "throttled"):
            if self._sender.give_up(attempt):
                self._sender.halt(error.fault)
                self._withdraw_all(error.fault.code)
            return False
        if error.fault.code in _CLOSED:
            self._sender.close(self._target.arn, error)
        elif len(self._pending) > 1:  # too much together, or one of them is what the target does not take
            half = len(self._pending) // 2
            parts = (self._pending[:half], self._pending[half:])
            self._pending = []
            for part in parts:
                half_way = _Delivery(self._sender, self._lease, part, self._repeatable_until)
                half_way._doubts = self._doubts
                self._settled += await half_way.settled()
            return False
        return True

    def _one(self, parcel: Parcel, outcome: Accepted | Refused | Unclear, enough: bool) -> None:
        message_id = parcel.letter.id
        match outcome:
            case Accepted(given):
                self._settle(parcel, Settled(message_id, "sent", sent_id=given))
            case Refused(code, said, transient):
                if not transient or enough:
                    self._settle(parcel, self._refused(message_id, Settled(message_id, "failed", code, said)))
            case Unclear(why):
                self._doubts.setdefault(message_id, why)
                if not self._target.repeatable or enough:
                    self._settle(parcel, Settled(message_id, "undecided", why))

    def _withdraw_all(self, code: SkipCode | FaultCode) -> None:
        for parcel in list(self._pending):
            self._withdraw(parcel, code)

    def _withdraw(self, parcel: Parcel, code: SkipCode | FaultCode) -> None:
        self._settle(parcel, self._refused(parcel.letter.id, Settled(parcel.letter.id, "withdrawn", code)))

    def _refused(self, message_id: str, otherwise: Settled) -> Settled:
        """A refusal now says nothing of an attempt before."""
        doubt = self._doubts.get(message_id)
        return Settled(message_id, "undecided", doubt) if doubt else otherwise

    def _settle(self, parcel: Parcel, outcome: Settled) -> None:
        self._pending.remove(parcel)
        self._settled.append(outcome)
