"""Pausing and resuming consumers and rules: the first thing one wants when a dead-letter queue fills."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Sequence

from evwatch.aws import events, functions
from evwatch.aws.clients import Caller
from evwatch.aws.errors import AwsError
from evwatch.model.arn import Arn, parse_arn
from evwatch.model.fault import EvwatchError, Fault
from evwatch.model.switch import Switch, Switched
from evwatch.pollers.watch import ContextWatch, watch_of
from evwatch.redrive.journal import Journal
from evwatch.redrive.journal.lock import locked
from evwatch.redrive.planning.refusals import refuse_read_only
from evwatch.redrive.running.requests import new_run

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_MAPPING = "event-source-mapping:"
SETTLE_SECONDS = 60.0
"""AWS carries out a change of a mapping within seconds, mostly."""
_ASK_AGAIN_SECONDS = 1.0


class Switcher:
    """Finds and switches over all contexts of a session; each switch is a run in the journal, though of no messages."""

    def __init__(self, watches: Callable[[], Sequence[ContextWatch]], journal: Journal) -> None:
        self._watches = watches
        self._journal = journal

    async def find(self, text: str) -> Switch:
        """The mapping or rule that somebody means by a UUID or ARN, as it is now.

        The ARN of a queue, stream or function means its mapping where it has one alone. Raises EvwatchError:
        `not-found`, `usage` where there are several, or what AWS refused where no context has it.
        """
        arn = parse_arn(text)
        if arn is None and not _UUID.fullmatch(text):
            hint = (
                "name an event source mapping by its UUID or ARN, or a rule by its ARN; `evwatch flow -o json` has both"
            )
            raise EvwatchError(Fault("usage", f'"{text}" is neither a UUID nor an ARN', hint))
        watches = [each for each in self._watches() if arn is None or arn.region in ("", each.state.context.region)]
        answers = await asyncio.gather(
            *(_found(watch.eye.caller, text, arn) for watch in watches), return_exceptions=True
        )
        found = [switch for answer in answers if isinstance(answer, tuple) for switch in answer]
        refused = next((answer for answer in answers if isinstance(answer, BaseException)), None)
        if not found and refused:
            raise refused
        if not found:
            places = ", ".join(watch.state.context.name for watch in watches) or "the contexts that are watched"
            hint = "check region and profile; `evwatch flow` shows what there is"
            raise EvwatchError(Fault("not-found", f'there is no mapping or rule "{text}" in {places}', hint))
        if len(found) > 1:
            listed = ", ".join(f"{each.id} ({each.name}, {each.context})" for each in found)
            raise EvwatchError(Fault("usage", f'"{text}" means several: {listed}', "name one by its UUID"))
        return found[0]

    def require_acting(self, switch: Switch, *, on: bool) -> None:
        """Raises EvwatchError (`refused`) where it may not, or cannot, be switched now."""
        refuse_read_only(self._watch(switch))
        if switch.managed_by:
            hint = "switch the feature off in that service"
            raise _refused(f"rule {switch.name} belongs to {switch.managed_by}", hint)
        if not switch.settled and switch.on != on:
            hint = "wait until that has ended, then try again"
            raise _refused(f"{switch.name}: AWS is still carrying out a change ({switch.state})", hint)

    async def switch(
        self, switch: Switch, *, on: bool, reason: str = "", settle_seconds: float = SETTLE_SECONDS
    ) -> Switched:
        """Switch it, and wait until AWS has carried that out, but no longer than so many seconds.

        What is so already is left alone. Written down before and after, and not done where it cannot be. Raises
        EvwatchError.
        """
        self.require_acting(switch, on=on)
        if switch.on == on:
            return Switched(switch, switch, changed=False)
        watch = self._watch(switch)
        caller = watch.eye.caller
        await watch.know()
        names = {"arn": switch.arn, "name": switch.name}
        kept = {"of": switch.kind, "source": switch.source_arn, "target": switch.target_arn}
        run = new_run(watch, "resume" if on else "pause", "native", **names, kept=kept, reason=reason)
        with locked(self._journal.path.parent, switch.arn, switch.name):
            await self._journal.settle_the_dead(switch.arn)
            await self._journal.begin(run, {}, 0, before=switch.state)
            try:
                after = await self._carry_out(caller, switch, on, settle_seconds)
            except AwsError as error:
                await self._journal.end(run.id, "stopped", remaining=None, fault=error.fault)
                raise
            except asyncio.CancelledError:
                await self._journal.end(run.id, "interrupted", remaining=None)
                raise
            await self._journal.update(run.id, after=after.state)
            await self._journal.end(run.id, "completed", remaining=None)
        watch.refresh()
        return Switched(switch, after, changed=True, record=run.id)

    async def _carry_out(self, caller: Caller, switch: Switch, on: bool, seconds: float) -> Switch:
        after = switch
        if switch.kind == "mapping":
            after = await functions.switch_mapping(caller, switch, on=on)
        else:
            await events.switch_rule(caller, switch, on=on)
        try:
            async with asyncio.timeout(seconds):
                while True:
                    after = await _read(caller, switch) or after
                    if after.settled and after.on == on:
                        return after
                    await asyncio.sleep(_ASK_AGAIN_SECONDS)
        except TimeoutError:
            return after

    def _watch(self, switch: Switch) -> ContextWatch:
        return watch_of(self._watches(), switch.context)


async def _read(caller: Caller, switch: Switch) -> Switch | None:
    if switch.kind == "mapping":
        return await functions.read_mapping(caller, switch.id)
    return await events.read_rule(caller, switch.arn)


async def _found(caller: Caller, text: str, arn: Arn | None) -> tuple[Switch, ...]:
    if arn is None or (arn.service == "lambda" and arn.resource.startswith(_MAPPING)):
        uuid = arn.resource.removeprefix(_MAPPING) if arn else text
        mapping = await functions.read_mapping(caller, uuid)
        return (mapping,) if mapping else ()
    if arn.service == "events" and arn.resource.startswith("rule/"):
        rule = await events.read_rule(caller, text)
        return (rule,) if rule else ()
    if arn.service == "lambda" and arn.resource.startswith("function:"):
        return await functions.find_mappings(caller, FunctionName=text)
    if arn.service in ("sqs", "kinesis", "dynamodb"):
        return await functions.find_mappings(caller, EventSourceArn=text)
    hint = "an event source mapping, a rule, a queue, a stream or a function can be named"
    raise EvwatchError(Fault("usage", f'"{text}" cannot be paused or resumed', hint))


def _refused(message: str, hint: str) -> EvwatchError:
    return EvwatchError(Fault("refused", message, hint))
