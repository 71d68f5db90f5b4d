"""Signals that end the dashboard, for as long as it runs."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable
from types import FrameType


def hear_signals(told: Callable[[], None]) -> Callable[[], None]:
    """From now on SIGINT, SIGTERM and SIGHUP do nothing but call this; what is returned ends that.

    To be called in the main thread, in the loop in which `told` shall run.
    """
    loop = asyncio.get_running_loop()

    def interrupted(_number: int, _frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(told)

    # Not through the loop: it would hear a Ctrl-C that is for a pager or an editor, whatever stands in the way there.
    before = signal.signal(signal.SIGINT, interrupted)
    loop.add_signal_handler(signal.SIGTERM, told)
    loop.add_signal_handler(signal.SIGHUP, told)

    def end() -> None:
        loop.remove_signal_handler(signal.SIGTERM)
        loop.remove_signal_handler(signal.SIGHUP)
        signal.signal(signal.SIGINT, before)

    return end
