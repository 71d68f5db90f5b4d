"""What a run is begun with, as it is kept so that it can be told of and taken up again."""

from __future__ import annotations

import json
import socket
from typing import Any

from evwatch.aws import sqs
from evwatch.model.arn import parse_arn
from evwatch.model.fault import EvwatchError, Fault
from evwatch.model.plan import RedriveRequest
from evwatch.model.run import Engine, Run, RunKind
from evwatch.pollers.watch import ContextWatch


def new_run(
    watch: ContextWatch,
    kind: RunKind,
    engine: Engine,
    *,
    arn: str,
    name: str,
    url: str = "",
    kept: dict[str, Any],
    reason: str = "",
) -> Run:
    """A run that begins now in this context: who does it, where, to what, and why."""
    now = watch.eye.clock.now()
    identity = watch.state.identity.value
    return Run(
        id=f"{now:%Y%m%d-%H%M%S}-{watch.eye.random.getrandbits(24):06x}",
        kind=kind,
        engine=engine,
        queue_arn=arn,
        queue_url=url,
        queue_name=name,
        context=watch.state.context.name,
        endpoint_url=watch.eye.caller.endpoint_url,
        started_at=now,
        caller_arn=identity.arn if identity else "",
        host=socket.gethostname(),
        reason=reason,
        request=json.dumps(kept),
    )


def kept(request: RedriveRequest, *, whole: bool, bounce_seconds: float | None) -> dict[str, Any]:
    """The request as JSON keeps it."""
    return {
        "to": request.to.arn if request.to else None,
        "rate": request.rate,
        "canary": request.canary,
        "stop_on_bounce": request.stop_on_bounce,
        "watch_seconds": request.watch_seconds,
        "bounce_seconds": bounce_seconds,
        "lease_seconds": request.lease_seconds,
        "edits": dict(request.edits),
        "whole": whole,
    }


async def of_run(run: Run, watch: ContextWatch) -> RedriveRequest:
    """The request again. Raises EvwatchError where its target is not there any more."""
    found: dict[str, Any] = json.loads(run.request)
    to = None
    if found.get("to"):
        parts = parse_arn(found["to"])
        queue = await sqs.find_queue(watch.eye.caller, parts.name, parts.account) if parts else None
        if queue is None:
            raise EvwatchError(Fault("not-found", f"the target {found['to']} is not there any more"))
        to, _ = await sqs.read_queue(watch.eye.caller, queue, watch.eye.clock.now())
    return RedriveRequest(
        to=to,
        rate=found.get("rate"),
        canary=found.get("canary") or 0,
        stop_on_bounce=found.get("stop_on_bounce"),
        watch_seconds=found.get("watch_seconds"),
        engine=run.engine,
        reason=run.reason,
        lease_seconds=found.get("lease_seconds") or RedriveRequest().lease_seconds,
        edits=tuple((found.get("edits") or {}).items()),
    )
