"""The read-only guard. It sits on the client, below every key and command, and knows only what was declared."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from typing import Any

from evwatch.aws.errors import AwsError
from evwatch.aws.service import Call
from evwatch.model.context import Context
from evwatch.model.fault import Fault

_LOOKS = ("ReceiveMessage", "ChangeMessageVisibility", "ChangeMessageVisibilityBatch")


class ReadOnlyGuard:
    """Refuses each operation that is not declared as one that reads, before the SDK makes a request of it."""

    def __init__(self, context: Context, calls: Iterable[Call], may_look: Callable[[str], bool]) -> None:
        """`may_look` says of a queue's URL whether a read-only operator may look into it."""
        self._context = context
        self._calls = {call.name: call for call in calls}
        self._may_look = may_look

    def watch(self, client: Any, service: str) -> None:
        """Stand before every operation of a client (botocore's `before-call` and `provide-client-params`)."""
        client.meta.events.register("before-call", functools.partial(self._refuse_writes, service))
        for call in self._calls.values():
            if call.service == service and call.operation in _LOOKS:
                refuse = functools.partial(self._refuse_looks, call.iam_action)
                client.meta.events.register(f"provide-client-params.{service}.{call.operation}", refuse)

    def _refuse_writes(self, service: str, model: Any, **_: Any) -> None:
        call = self._calls.get(f"{service}:{model.name}")
        if call is None or not call.reads:
            source = call.iam_action if call else f"{service}:{model.name}"
            raise self._refusal(source, how_to_act(self._context))

    def _refuse_looks(self, source: str, params: dict[str, Any], **_: Any) -> None:
        """A read-only operator may look into DLQs, but not where a look can move messages on or starve a consumer."""
        if not self._may_look(str(params.get("QueueUrl"))):
            hint = "read-only allows to look only into a DLQ that has no redrive policy of its own"
            raise self._refusal(source, hint)

    def _refusal(self, source: str, hint: str) -> AwsError:
        fault = Fault("refused", f"read-only: {source} was not sent", hint, source, self._context.name)
        return AwsError(fault, not_done=True)


def how_to_act(context: Context) -> str:
    """What to do where a read-only context refused to act."""
    if context.production:
        return "this context is production: start with --write to act, and without --read-only"
    return "start without --read-only, and outside a read-only context, to act"
