"""Makes a plan of facts and a request. Pure: it calls nothing."""

from __future__ import annotations

from dataclasses import replace

from evwatch.model.fault import EvwatchError, Fault
from evwatch.model.plan import Plan, RedriveRequest
from evwatch.model.queue import Queue
from evwatch.redrive.planning import estimates
from evwatch.redrive.planning.cautions import cautions
from evwatch.redrive.planning.destinations import planned_targets
from evwatch.redrive.planning.engine_choice import choose_engine, refuse_fifo_gaps
from evwatch.redrive.planning.facts import Facts


def make_plan(facts: Facts, request: RedriveRequest) -> Plan:
    """What a redrive would do. Raises EvwatchError (`refused`) for what no engine may do."""
    refuse_fifo_gaps(facts)
    _refuse_other_type(facts.queue, request.to)
    engine, why = choose_engine(facts, request)
    native = engine == "native"
    targets = planned_targets(facts, request)
    size, batches = estimates.size_and_batches(facts, request)
    bounce = estimates.bounce_seconds(facts, targets)
    plan = Plan(
        queue=facts.queue,
        context=facts.context,
        engine=engine,
        engine_reason=why,
        exact=facts.chosen is not None,
        messages=facts.messages,
        bytes=size,
        targets=targets,
        rate=request.rate,
        batches=batches,
        estimated_seconds=estimates.seconds(facts, request, native=native, batches=batches),
        estimated_usd=estimates.usd(facts, batches=batches, size=size),
        watch_seconds=estimates.watch_seconds(request, native=native, bounce=bounce),
        bounce_seconds=bounce,
        request=request,
        chosen=facts.chosen,
    )
    return replace(plan, warnings=cautions(plan, facts))


def _refuse_other_type(dlq: Queue, to: Queue | None) -> None:
    if to is None:
        return
    if to.arn == dlq.arn:
        raise EvwatchError(Fault("refused", f"{to.name} is the DLQ itself", "name another queue with --to"))
    if to.fifo != dlq.fifo:
        kinds = {True: "FIFO", False: "standard"}
        message = f"{dlq.name} is {kinds[dlq.fifo]} and {to.name} is {kinds[to.fifo]}"
        raise EvwatchError(Fault("refused", message, "name a queue of the same type with --to"))
