"""Every benchmark, and one table of what was measured against its bound; ends with 1 where a bound is missed.

    python -m tests.benchmarks [--quick] [NAME ...]

Names run those alone; `--quick` takes fewer rounds, so that its figures scatter more. Each runs in a process of its
own, one after the other. Figures say something on a machine that does nothing else meanwhile.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import subprocess
import sys
from dataclasses import asdict

from tests.benchmarks.table import Row, head, say, tell

NAMES = ("first_frame", "discovery", "scale", "soak", "stalls", "flow_screen", "grouping", "inspector", "redrive")
_ALONE = "--one"


def main() -> int:
    """Run them; returns an exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument(_ALONE, action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("names", nargs="*", metavar="NAME", help=" ".join(NAMES))
    asked = parser.parse_args()
    if unknown := set(asked.names) - set(NAMES):
        parser.error(f"there is no benchmark {', '.join(sorted(unknown))}; there are {' '.join(NAMES)}")
    if asked.one:
        return _one(asked.names[0], quick=asked.quick)
    head()
    missed = 0
    for name in asked.names or NAMES:
        rows, failed = _run(name, quick=asked.quick)
        for row in rows:
            tell(row)
        if failed:
            say(f"{name}: {failed}")
        missed += bool(failed) + sum(not row.held for row in rows)
    say("every bound is held" if not missed else f"{missed} missed")
    return 1 if missed else 0


def _run(name: str, *, quick: bool) -> tuple[list[Row], str]:
    """Run one in a process of its own: its rows, and why it gave none."""
    own = {"AWS_ACCESS_KEY_ID": "bench", "AWS_SECRET_ACCESS_KEY": "bench", "AWS_EC2_METADATA_DISABLED": "true"}
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("AWS_", "EVWATCH_"))}
    command = [sys.executable, "-m", "tests.benchmarks", _ALONE, name, *(["--quick"] if quick else [])]
    done = subprocess.run(command, env=kept | own, stdout=subprocess.PIPE, text=True, check=False)
    rows = [Row(**json.loads(line)) for line in done.stdout.splitlines() if line.startswith("{")]
    return rows, "" if rows and not done.returncode else f"it ended with {done.returncode}"


def _one(name: str, *, quick: bool) -> int:
    for row in importlib.import_module(f"tests.benchmarks.{name}").rows(quick=quick):
        say(json.dumps(asdict(row)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
