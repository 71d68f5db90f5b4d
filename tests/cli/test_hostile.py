"""Every command over an account in which all texts are hostile: on a terminal they are shown, and do nothing."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.emulator.account import Account
from tests.emulator.hostile import DLQ, FUNCTION, MARK, ORDERS, RULE_ARN, Hostile
from tests.emulator.made_up import ACCOUNT
from tests.faults.commands import UNTRIED, every_command, leaves
from tests.faults.trying import Ended, shared_models, tried

QUIET = {"iam-policy", "config"}
"""These show no text of an account."""
CONFIRMED = {name for name, words in every_command(Path()).items() if "--yes" in words}
_ACTS = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")

Try = Callable[..., Ended]


@pytest.fixture(scope="module")
def attempt(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Try]:
    """Runs one of `every_command` over that account, with a run in the journal; what is typed replaces --yes."""
    folder = tmp_path_factory.mktemp("hostile")
    aws = Account(ACCOUNT, "http://127.0.0.1:9")
    with shared_models(), aws.threaded_gateway(hostile := Hostile()) as url:
        environment = {
            **aws.environment(url),
            "EVWATCH_STATE_FOLDER": str(folder / "state"),
            "HOME": str(folder),
            "NO_COLOR": "1",
            "TERM": "dumb",  # no colour and no progress: whatever acts there now is not evwatch's own
        }
        words = every_command(folder, queue=DLQ, function=FUNCTION, rule=RULE_ARN, to=ORDERS)

        def attempt(name: str, *more: str, terminal: bool = False, typed: str = "") -> Ended:
            left = folder / "letters.jsonl"
            left.unlink(missing_ok=True)
            hostile.fill()
            said = [run_id if word == stand_in else word for word in words[name] if word != "--yes" or not typed]
            return tried([*said, *more], environment, terminal=terminal, typed=typed)

        stand_in = words["dlq run"][-1]
        run_id = ""
        assert attempt("dlq export").code == 0
        (folder / "letters.jsonl").rename(folder / "import.jsonl")
        run_id = str(json.loads(tried([*words["dlq delete"], "-o", "json"], environment).out)["run"])
        yield attempt
    aws.close()


def acting(ended: Ended) -> set[str]:
    return {sign for sign in ended.out + ended.err if unicodedata.category(sign) in _ACTS and sign != "\n"}


@pytest.mark.parametrize("name", sorted(leaves() - UNTRIED))
def test_no_text_of_an_account_does_anything_to_a_terminal(attempt: Try, name: str) -> None:
    ended = attempt(name, terminal=True)
    assert not ended.wrong()
    assert not acting(ended)
    assert (MARK in ended.out + ended.err) is (name not in QUIET)


@pytest.mark.parametrize("name", ["status", "flow", "logs", "dlq show", "dlq redrive"])
def test_json_on_a_terminal_holds_it_escaped(attempt: Try, name: str) -> None:
    ended = attempt(name, "-o", "json", terminal=True)
    assert not ended.wrong()
    assert not acting(ended)
    assert ended.out.isascii()
    assert MARK in ended.out


@pytest.mark.parametrize("name", sorted(CONFIRMED - {"resume"}))  # the rule is on already: nothing to ask
def test_nothing_acts_where_a_name_is_to_be_typed(attempt: Try, name: str) -> None:
    ended = attempt(name, terminal=True, typed="no\n")
    assert ended.code == 3
    assert not acting(ended)
    assert MARK in ended.err, "what it is about is said before"
