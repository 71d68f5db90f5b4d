"""evwatch as a process of its own: pipes that close, terminals, signals, and a real AWS protocol behind it."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import stat
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from tests.commands import EVWATCH, on_terminal
from tests.emulator.account import Account
from tests.emulator.telling import Telling


def run(
    *arguments: str, environment: Mapping[str, str] | None = None, **settings: Any
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*EVWATCH, *arguments],
        env={**os.environ, **(environment or {})},
        text=True,
        stdin=subprocess.DEVNULL,
        timeout=60,
        check=False,
        **({"capture_output": True} | settings),
    )


def shown(arguments: list[str], environment: Mapping[str, str], columns: int) -> str:
    """Standard output as a terminal of this width shows it."""
    outcome = on_terminal(arguments, environment, columns)
    assert outcome.code in (0, 1), outcome.err
    return outcome.out


@pytest.fixture
def orders(aws: Account) -> Iterator[dict[str, str]]:
    """An account with a queue, its DLQ and dead letters in it; the variables that lead there."""
    sqs = aws.boto("sqs")
    dead = sqs.create_queue(QueueName="orders-dlq")["QueueUrl"]
    policy = {"deadLetterTargetArn": aws.arn("sqs", "orders-dlq"), "maxReceiveCount": 3}
    sqs.create_queue(
        QueueName="orders", Attributes={"RedrivePolicy": json.dumps(policy)}, tags={"team": "orders", "é": "ü"}
    )
    for body in ("a", "b"):
        sqs.send_message(QueueUrl=dead, MessageBody=body)
    with aws.threaded_gateway() as url:
        yield aws.environment(url)


def test_a_reading_over_the_wire_says_what_the_queues_say(orders: dict[str, str], aws: Account) -> None:
    found = run("status", "-o", "json", environment=orders)
    assert (found.returncode, found.stderr) == (0, "")
    document = json.loads(found.stdout)
    assert [(one["name"], one["visible"], one["is_dlq"], one["health"]) for one in document["queues"]] == [
        ("orders", 0, False, "ok"),
        ("orders-dlq", 2, True, "critical"),
    ]
    assert document["contexts"][0]["account"] == aws.number
    assert document["contexts"][0]["endpoint_url"] == orders["AWS_ENDPOINT_URL"]
    assert document["faults"] == []
    assert document["api"]["calls"]["sqs:ListQueues"] >= 1


def test_a_region_that_is_not_watched_a_filter_that_leaves_nothing_and_no_endpoint_are_told(
    orders: dict[str, str], aws: Account
) -> None:
    elsewhere = run("dlq", "show", f"arn:aws:sqs:us-east-1:{aws.number}:orders-dlq", environment=orders)
    assert elsewhere.returncode == 4
    assert "use --region us-east-1" in elsewhere.stderr
    no_queue = run("dlq", "show", f"arn:aws:sns:us-east-1:{aws.number}:orders-dlq", environment=orders)
    assert (no_queue.returncode, "--region" in no_queue.stderr) == (4, False)
    checked = run("check", "--filter", "oders*", environment=orders)
    assert (checked.returncode, checked.stdout) == (0, "")
    assert "nothing was checked" in checked.stderr
    nowhere = run("check", environment={**orders, "AWS_ENDPOINT_URL": "nowhere"})
    assert nowhere.returncode == 4
    assert "an address such as http://localhost:4566" in nowhere.stderr


def test_check_and_dlq_list_over_the_wire(orders: dict[str, str]) -> None:
    check = run("check", environment=orders)
    assert check.returncode == 1
    assert check.stdout.split()[:3] == ["critical", "dlq", "orders-dlq"]
    dlqs = json.loads(run("dlq", "list", "-o", "json", environment=orders).stdout)
    assert [(one["name"], [source["kind"] for source in one["sources"]]) for one in dlqs] == [("orders-dlq", ["queue"])]


def test_the_same_account_and_region_twice_is_one_context(orders: dict[str, str], aws: Account, tmp_path: Path) -> None:
    profiles = tmp_path / "aws-config"
    keys = f"aws_access_key_id = {aws.number}\naws_secret_access_key = test\n"
    profiles.write_text(f"[profile a]\n{keys}[profile b]\n{keys}")
    environment = {"AWS_ENDPOINT_URL": orders["AWS_ENDPOINT_URL"], "AWS_CONFIG_FILE": str(profiles)}
    options = ["--profile", "a", "--profile", "b", "--region", aws.region]
    document = json.loads(run("status", "-o", "json", *options, environment=environment).stdout)
    assert [one["name"] for one in document["contexts"]] == [f"a/{aws.region}"]
    assert [one["name"] for one in document["queues"]] == ["orders", "orders-dlq"]


def test_without_a_region_or_an_endpoint_that_answers_the_end_is_4_with_what_to_do() -> None:
    keys = {"AWS_ACCESS_KEY_ID": "1", "AWS_SECRET_ACCESS_KEY": "x"}
    nowhere = run("queues", "-o", "json", environment=keys)
    assert (nowhere.returncode, json.loads(nowhere.stdout)["error"]["code"]) == (4, "region")
    refused = run("queues", "--endpoint-url", "http://127.0.0.1:9", "--region", "eu-west-1", environment=keys)
    assert refused.returncode == 4
    assert len(refused.stderr.splitlines()) == 1


def test_json_to_a_terminal_is_ascii_and_to_a_pipe_exact(orders: dict[str, str], aws: Account) -> None:
    printed = shown(["queues", "-o", "json"], orders, 80)
    assert printed.isascii()
    piped = run("queues", "-o", "json", environment={**orders, "LC_ALL": "C", "PYTHONUTF8": "0"}).stdout
    assert '"é": "ü"' in piped
    assert json.loads(printed) == json.loads(piped)
    sqs = aws.boto("sqs")
    sqs.send_message(QueueUrl=sqs.get_queue_url(QueueName="orders-dlq")["QueueUrl"], MessageBody="ü")
    assert shown(["dlq", "export", "orders-dlq", "-"], orders, 80).isascii()


def test_a_context_that_every_row_would_repeat_stands_in_a_pipe_alone(orders: dict[str, str]) -> None:
    assert "CONTEXT" not in shown(["queues"], orders, 120)
    assert "CONTEXT" in run("queues", environment=orders).stdout


def test_a_terminal_is_told_how_long_ago_and_a_pipe_when(orders: dict[str, str]) -> None:
    assert re.search(r"  \d+ s ago  ", shown(["dlq", "show", "orders-dlq"], orders, 160))
    assert re.search(r"  20\d\d-\d\d-\d\dT\S+Z  ", run("dlq", "show", "orders-dlq", environment=orders).stdout)


def test_a_narrow_terminal_loses_columns_without_entries_before_the_last_one_is_cut(orders: dict[str, str]) -> None:
    assert "OLDEST" in shown(["queues"], orders, 160)
    narrow = shown(["queues"], orders, 72)
    assert "OLDEST" not in narrow
    assert "2 dead lette…" in narrow
    assert "2 dead letters" in shown(["queues"], orders, 70), "too little room to cut it: the terminal wraps"


def test_what_is_to_be_done_is_never_cut_off(orders: dict[str, str]) -> None:
    doctor = shown(["doctor", "--tier", "observe"], orders, 60)
    assert "`evwatch config --init` writes one\n" in doctor
    assert f"default/{orders['AWS_REGION']}" not in doctor


def test_a_table_on_a_terminal_is_coloured_unless_that_is_not_wanted(orders: dict[str, str]) -> None:
    assert "\x1b[31mcritical\x1b[0m" in shown(["queues"], orders, 120)
    assert "\x1b[31mcritical\x1b[0m" in shown(["queues"], {**orders, "NO_COLOR": ""}, 120)
    assert "\x1b" not in shown(["queues"], {**orders, "NO_COLOR": "1"}, 120)


def test_progress_is_a_line_that_fits_and_nothing_on_a_terminal_that_cannot_draw_over(orders: dict[str, str]) -> None:
    look = ["dlq", "show", "orders-dlq", "--raw"]
    drawn = on_terminal(look, orders, 24, errors_too=True).out
    first = drawn.split("\r\x1b[K")[1].split("\n")[0]
    assert (first[:7], first[-1], len(first)) == ("reading", "…", 23)
    dumb = on_terminal(look, {**orders, "TERM": "dumb"}, 24, errors_too=True)
    assert (dumb.code, sorted(dumb.out.split())) == (0, ["a", "b"])


def test_a_reader_that_leaves_is_no_error(orders: dict[str, str]) -> None:
    reader, writer = os.pipe()
    process = subprocess.Popen(
        [*EVWATCH, "queues"], env={**os.environ, **orders}, stdout=writer, stderr=subprocess.PIPE, text=True
    )
    os.close(writer)
    os.close(reader)
    _, said = process.communicate(timeout=60)
    assert (process.returncode, said) == (141, "")


def test_a_pipe_into_head_ends_quietly_with_what_head_took(aws: Account) -> None:
    with aws.threaded_gateway(Telling(200)) as url:
        piped = subprocess.run(
            ["bash", "-c", '"$@" | head -n 1; echo "${PIPESTATUS[*]}"', "-", *EVWATCH, "queues", "-o", "jsonl"],
            env={**os.environ, **aws.environment(url)},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    first, codes = piped.stdout.splitlines()
    assert json.loads(first)["name"] == "dead-0-dlq"
    assert (codes, piped.stderr) == ("141 0", "")


def test_standard_output_that_was_closed_or_is_full_is_told_in_a_line_or_not_at_all(
    orders: dict[str, str], aws: Account
) -> None:
    sqs = aws.boto("sqs")
    much = "x" * 20_000  # more than any buffer holds
    sqs.send_message(QueueUrl=sqs.get_queue_url(QueueName="orders-dlq")["QueueUrl"], MessageBody=much)
    closed = subprocess.run(
        ["bash", "-c", 'exec "$@" >&-', "-", *EVWATCH, "queues"],
        env={**os.environ, **orders},
        stderr=subprocess.PIPE,
        text=True,
        timeout=60,
        check=False,
    )
    assert (closed.returncode, closed.stderr) == (0, "")
    with Path("/dev/full").open("w") as full:
        found = run("queues", environment=orders, capture_output=False, stdout=full, stderr=subprocess.PIPE)
    assert found.returncode == 2
    told = "evwatch: cannot write the result (No space left on device): redirect it elsewhere\n"
    assert found.stderr == told
    for words in (("dlq", "export", "orders-dlq", "-"), ("dlq", "show", "orders-dlq", "-o", "json")):
        with Path("/dev/full").open("w") as full:
            found = run(*words, environment=orders, capture_output=False, stdout=full, stderr=subprocess.PIPE)
        assert (found.returncode, found.stderr) == (2, told)


def test_debug_logs_to_a_private_file_whose_path_is_printed_and_holds_no_secret(orders: dict[str, str]) -> None:
    environment = {**orders, "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI", "AWS_SESSION_TOKEN": "IQoJb3JpZ2luX2Vj"}
    found = run("status", "--debug", environment=environment)
    assert found.returncode == 0
    assert found.stderr.startswith("evwatch: logging to ")
    path = Path(found.stderr.split()[-1])
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    logged = path.read_text()
    assert "Python" in logged
    assert "wJalrXUtnFEMI" not in logged
    assert "IQoJb3JpZ2luX2Vj" not in logged


@pytest.mark.parametrize("start", [(), ("sh", "-c", "trap '' INT; exec \"$@\"", "sh")], ids=["usual", "background"])
async def test_ctrl_c_while_aws_hangs_ends_at_once_with_130(aws: Account, start: tuple[str, ...]) -> None:
    asked, released = asyncio.Event(), asyncio.Event()

    @web.middleware
    async def hang(request: web.Request, handler: Any) -> web.StreamResponse:
        asked.set()
        await released.wait()
        response: web.StreamResponse = await handler(request)
        return response

    async with aws.gateway(hang) as url:
        process = await asyncio.create_subprocess_exec(
            *start,
            *EVWATCH,
            "status",
            env={**os.environ, **aws.environment(url)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        await asyncio.wait_for(asked.wait(), 30)
        process.send_signal(signal.SIGINT)
        out, said = await asyncio.wait_for(process.communicate(), 30)
        released.set()
    assert (process.returncode, out, said) == (130, b"", b"evwatch: interrupted\n")
