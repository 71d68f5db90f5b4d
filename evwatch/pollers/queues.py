"""Which queues there are."""

from __future__ import annotations

from collections.abc import Callable

from evwatch.aws import sqs
from evwatch.aws.clients import Caller
from evwatch.aws.errors import AwsError
from evwatch.model.clock import Clock
from evwatch.pollers.state import ContextState

EVERY_SECONDS = 60.0


class QueueListReader:
    """Keeps the state's queues in step with what SQS lists; `found` is called when there are new ones."""

    def __init__(self, caller: Caller, state: ContextState, clock: Clock, found: Callable[[], None]) -> None:
        self._caller = caller
        self._state = state
        self._clock = clock
        self._found = found

    async def read(self) -> None:
        """One listing. Raises AwsError, which the feed holds by then."""
        state, source, asked_at = self._state, sqs.LIST_QUEUES.iam_action, self._clock.now()
        try:
            urls = await sqs.queue_urls(self._caller)
        except AwsError as error:
            state.queue_list = state.queue_list.failed(error.fault)
            state.tried(source, error.fault)
            state.changed()
            raise
        partition = self._caller.partition
        known = state.queues
        state.queues = {
            url: known.get(url) or sqs.unread_queue(url, state.account, state.context.region, partition) for url in urls
        }
        present = {queue.arn for queue in state.queues.values()}
        state.depths = {arn: depth for arn, depth in state.depths.items() if arn in present}
        state.queue_list = state.queue_list.succeeded(urls, asked_at)
        state.tried(source)
        state.changed()
        if known.keys() != state.queues.keys():
            self._found()
