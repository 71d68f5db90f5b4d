"""Whoever was to hear of a run is gone, or the disk that its report goes to is full: the run is done all the same."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.commands import EVWATCH
from tests.redrive.seeding import Dead
from tests.redrive.test_commands import JOURNAL, Line, dead, line

__all__ = ["dead", "line"]


def on_a_full_disk(words: Sequence[str]) -> tuple[int, str]:
    with Path("/dev/full").open("w") as full:
        found = subprocess.run(
            [*EVWATCH, *words], stdin=subprocess.DEVNULL, stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    return found.returncode, found.stderr


@pytest.mark.parametrize("output", ["json", "jsonl"])
def test_a_report_that_cannot_be_written_is_1_and_says_that_the_run_is_done(
    line: Line, dead: Dead, output: str
) -> None:
    code, said = on_a_full_disk(["dlq", "redrive", dead.name, *JOURNAL, "-o", output])
    assert line("dlq", "runs") == 0
    (report,) = line.document
    assert (report["status"], report["sent"], dead.depth()) == ("completed", 12, (0, 0))
    full = "cannot write the result (No space left on device)"
    told = f"evwatch: run {report['run']} is completed, but {full}: `evwatch dlq run {report['run']}` has its report"
    assert (code, said.splitlines()[-1]) == (1, told)


def test_a_reader_that_leaves_in_the_middle_ends_no_run(line: Line, dead: Dead) -> None:
    words = ["dlq", "redrive", dead.name, *JOURNAL, "--rate", "4", "-o", "jsonl"]
    with subprocess.Popen(
        [*EVWATCH, *words], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        assert process.stderr
        run = json.loads(process.stdout.readline())["run"]
        process.stdout.close()
        said = process.stderr.read()
    assert process.returncode == 141
    assert f"run {run} is completed, but who read the result has left: `evwatch dlq run {run}` has" in said
    assert (dead.depth(), len(dead.bodies())) == ((0, 0), 12)


def test_a_reader_that_left_does_not_hide_how_the_run_ended() -> None:
    code = (
        "import sys, time\n"
        "from evwatch.cli.progress import Teller\n"
        "from evwatch.model.run import Progress\n"
        "teller = Teller('jsonl')\n"
        "sys.stdin.read()\n"
        "teller.tell(Progress('a', 'redrive', 'sending'))\n"
        "sys.exit(4)"
    )
    buffered = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    with subprocess.Popen(
        [sys.executable, "-c", code],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=buffered,
    ) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.close()
        _, said = process.communicate()
    assert (process.returncode, said) == (4, b"")


def test_what_else_was_done_is_said_too(line: Line, dead: Dead, tmp_path: Path) -> None:
    file = tmp_path / "letters.jsonl"
    code, said = on_a_full_disk(["dlq", "export", dead.name, str(file)])
    assert (code, len(file.read_text().splitlines())) == (1, 12)
    assert f"12 messages written to {file}, but cannot write the result" in said
    assert line("dlq", "redrive", dead.name, *JOURNAL) == 0
    run = line.document["run"]
    code, said = on_a_full_disk(["dlq", "runs", "--forget", run])
    assert (code, line("dlq", "run", run)) == (1, 4)
    assert f"{run} is forgotten, but cannot write the result" in said
