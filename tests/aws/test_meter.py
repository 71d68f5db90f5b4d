"""The meter counts for as long as evwatch lives, and does not grow with it."""

from __future__ import annotations

import tracemalloc

from evwatch.aws.meter import Meter

_HOURS = 30


def test_a_run_of_hours_that_asks_for_no_figures_is_counted_and_takes_no_more_memory() -> None:
    seconds = 0.0
    meter = Meter(lambda: seconds)
    tracemalloc.start()
    try:
        for second in range(_HOURS * 3600):
            seconds = float(second)
            meter.attempt("sqs:SendMessageBatch", "ok")
            meter.spend(1e-6)
        held, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    usage = meter.usage()
    assert dict(usage.calls) == {"sqs:SendMessageBatch": _HOURS * 3600}
    assert abs(usage.calls_per_minute - 60) <= 1
    assert held < 2_000_000, "an hour's prices are kept, and nothing more"
