"""Alarms of CloudWatch, with what mutes them."""

from __future__ import annotations

from dataclasses import replace

from evwatch.aws import cloudwatch
from evwatch.aws.clients import Caller
from evwatch.aws.errors import AwsError
from evwatch.model.alarm import by_urgency
from evwatch.model.clock import Clock
from evwatch.pollers.state import ContextState

_MUTES_EVERY_SECONDS = 300.0


class AlarmReader:
    """Fills the state's alarms. Mute rules change seldom and are read less often."""

    def __init__(self, caller: Caller, state: ContextState, clock: Clock) -> None:
        self._caller = caller
        self._state = state
        self._clock = clock
        self._muted: dict[str, str] = {}
        self._muted_at = float("-inf")

    async def read(self) -> None:
        """One reading. Raises AwsError, which the feed holds by then."""
        state, source = self._state, cloudwatch.DESCRIBE_ALARMS.iam_action
        asked_at = self._clock.now()  # an answer may be long on the way, and the mutes come after it
        try:
            alarms = await cloudwatch.alarms(self._caller, state.account)
        except AwsError as error:
            state.cloudwatch_alarms = state.cloudwatch_alarms.failed(error.fault)
            state.tried(source, error.fault)
            state.changed()
            raise
        if alarms:
            await self._read_mutes()
        alarms = tuple(
            replace(alarm, muted=True, muted_by=self._muted[alarm.name]) if alarm.name in self._muted else alarm
            for alarm in alarms
        )
        state.cloudwatch_alarms = state.cloudwatch_alarms.succeeded(tuple(sorted(alarms, key=by_urgency)), asked_at)
        state.tried(source)
        state.changed()

    async def _read_mutes(self) -> None:
        now = self._clock.monotonic()
        if now - self._muted_at < _MUTES_EVERY_SECONDS:
            return
        source = cloudwatch.LIST_MUTE_RULES.iam_action
        try:
            self._muted = await cloudwatch.muted_alarms(self._caller)
        except AwsError as error:
            self._state.tried(source, error.fault)  # and tried again with the next alarms: what is muted must not ring
        else:
            self._muted_at = now
            self._state.tried(source)
