"""`python -m evwatch.demo`: the demo's process, which the command line starts."""

from __future__ import annotations

import argparse
import asyncio
import os

from evwatch.demo.emulator import Emulator
from evwatch.demo.lifeline import when_parent_ends
from evwatch.demo.loopback import refuse_other_hosts


def main() -> None:
    """Run the demo until the parent ends."""
    parser = argparse.ArgumentParser(prog="evwatch.demo")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--speed", type=float, default=1.0)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--frozen", action="store_true")
    asked = parser.parse_args()
    refuse_other_hosts()
    with Emulator() as emulator:
        when_parent_ends(lambda: _end(emulator))
        from evwatch.demo.process import serve  # takes as long to import as the emulator to come up

        asyncio.run(serve(emulator.url, asked.port, asked.seed, asked.speed, frozen=asked.frozen))


def _end(emulator: Emulator) -> None:
    emulator.stop()
    os._exit(0)


if __name__ == "__main__":
    main()
