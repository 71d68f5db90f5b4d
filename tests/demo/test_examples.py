"""What help and README give as examples can be tried on the demo, and comes to something there."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from evwatch.cli.examples import EXAMPLES
from tests.demo.conftest import Demo
from tests.faults.trying import shared_models, tried

CHOOSING = ("--where", "--group")
ASKING = ("dlq redrive", "dlq delete", "pause")
NOT_AS_IT_STANDS = ("demo", "dlq import", "config --init", "20260114-", "--id", "--profile", "--context", "resume")
"""These have an AWS of their own, or want a file, a setting, or an id that is new each time."""
LINES = [line for found in EXAMPLES.values() for _, line in found if not any(each in line for each in NOT_AS_IT_STANDS)]


@pytest.fixture(scope="module")
def models() -> Iterator[None]:
    with shared_models():
        yield


@pytest.mark.usefixtures("models")
@pytest.mark.parametrize("line", LINES)
def test_an_example_comes_to_something_on_the_demo(
    frozen: Demo, line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = shlex.split(line)[1:]
    words = words[: next((place for place, word in enumerate(words) if word in ("|", "||", ">")), len(words))]
    monkeypatch.chdir(tmp_path)
    aws = frozen.aws
    environment = {
        "AWS_ENDPOINT_URL": aws.endpoint_url,
        "AWS_REGION": aws.region,
        "AWS_ACCESS_KEY_ID": aws.access_key_id,
        "AWS_SECRET_ACCESS_KEY": aws.secret_access_key,
    }
    ended = tried(words, environment)
    asks = " ".join(words).startswith(ASKING) and "--dry-run" not in words
    assert ended.code in ((3,) if asks else (0, 1)), ended.err
    if options := [option for option in CHOOSING if option in words]:
        choice = [word for option in options for word in (option, words[words.index(option) + 1])]
        look = tried(["dlq", "show", words[2], "--limit", "all", *choice, "-o", "json"], environment)
        assert json.loads(look.out)["matched"] > 0, line
