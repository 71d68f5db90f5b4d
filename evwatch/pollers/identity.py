"""Who the caller is: read first, and again now and then, because a renewed login can be another account."""

from __future__ import annotations

from evwatch.aws import sts
from evwatch.aws.clients import Caller
from evwatch.aws.errors import AwsError
from evwatch.model.clock import Clock
from evwatch.pollers.state import ContextState

EVERY_SECONDS = 300.0


class IdentityReader:
    """Fills the state's identity."""

    def __init__(self, caller: Caller, state: ContextState, clock: Clock) -> None:
        self._caller = caller
        self._state = state
        self._clock = clock

    async def read(self) -> None:
        """One reading. Raises AwsError, which the feed holds by then."""
        source = sts.WHO_AM_I.iam_action
        try:
            identity = await sts.identity(self._caller)
        except AwsError as error:
            self._state.identity = self._state.identity.failed(error.fault)
            self._state.tried(source, error.fault)
            raise
        else:
            self._state.identity = self._state.identity.succeeded(identity, self._clock.now())
            self._state.tried(source)
        finally:
            self._state.changed()
