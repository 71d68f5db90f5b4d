"""MFA codes are asked for on the terminal, before a screen opens or a reading begins."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from evwatch.config import Settings


def ask_where_needed(settings: Settings, environ: Mapping[str, str]) -> None:
    """Ask for the code of every context whose profile wants one, where there is somebody to ask.

    Raises EvwatchError where a role could not be assumed, KeyboardInterrupt where the operator gave no answer.
    """
    from evwatch.aws.profiles import needs_mfa

    wanting = tuple(request for request in settings.contexts if needs_mfa(request, environ))
    if not wanting or not sys.stdin.isatty():
        return
    from evwatch.aws.credentials import ask_mfa, resolve_contexts

    async def ask() -> None:
        for context in resolve_contexts(wanting, environ):
            await ask_mfa(context)

    # With the usual handler asyncio would turn Ctrl-C into a cancellation, which a prompt that blocks never sees.
    before = signal.signal(signal.SIGINT, _interrupt)
    try:
        asyncio.run(ask())
    finally:
        signal.signal(signal.SIGINT, before)


def _interrupt(_number: int, _frame: object) -> None:
    raise KeyboardInterrupt
