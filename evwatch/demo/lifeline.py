"""A child process that must not outlive its parent, however the parent ends.

The parent holds the writing end of the child's standard input and never writes. When the parent is gone, even by
SIGKILL, the kernel closes that end and the child reads the end of file.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable


def when_parent_ends(act: Callable[[], None], descriptor: int = 0) -> None:
    """Call `act` from a thread of its own once the parent's end of standard input is closed."""

    def watch() -> None:
        while True:
            try:
                if not os.read(descriptor, 1024):
                    break
            except OSError:
                break
        act()

    threading.Thread(target=watch, name="lifeline", daemon=True).start()
