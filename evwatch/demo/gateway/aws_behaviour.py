"""All that makes the emulator answer as AWS does: the middlewares that every gateway of the demo has."""

from __future__ import annotations

from aiohttp.typedefs import Middleware

from evwatch.demo.gateway.dlq_sources import dlq_sources
from evwatch.demo.gateway.message_handles import message_handles
from evwatch.demo.gateway.move_task import Pace
from evwatch.demo.gateway.move_tasks import move_tasks
from evwatch.demo.gateway.pipe_parameters import pipe_parameters
from evwatch.demo.gateway.trace_headers import trace_headers


def aws_behaviour(pace: Pace | None = None) -> list[Middleware]:
    """Fresh middlewares, holding their own state: one list for one gateway."""
    return [move_tasks(pace or Pace()), dlq_sources(), message_handles(), pipe_parameters(), trace_headers()]
