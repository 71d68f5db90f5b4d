"""The demo lives in processes of its own, which see nothing of the user's AWS, reach nobody, and end with evwatch."""

from __future__ import annotations

import asyncio
import json
import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3
import pytest

from evwatch.demo.embedded import EmbeddedAws
from evwatch.model.fault import EvwatchError
from tests.demo.conftest import processes_of
from tests.emulator.account import Account

OWNER = """
import asyncio, json
from evwatch.demo.embedded import EmbeddedAws

async def main():
    async with EmbeddedAws() as aws:
        print(json.dumps({"url": aws.endpoint_url, "pid": aws.pid}), flush=True)
        await asyncio.Event().wait()

asyncio.run(main())
"""


def wait_until(is_so: Callable[[], object], seconds: float = 20.0) -> None:
    """Poll, and fail where it is not so within that time."""
    ends = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < ends, "it did not come to pass"
        time.sleep(0.05)


@contextmanager
def killed(command: list[str], environment: Mapping[str, str]) -> Iterator[subprocess.Popen[str]]:
    """A process that is gone afterwards, without a chance to clean up."""
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def answers(url: str) -> bool:
    port = int(url.rpartition(":")[2])
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def child_of(pid: int) -> int:
    listed = subprocess.run(["ps", "-e", "-o", "ppid=,pid="], capture_output=True, text=True, check=True).stdout
    return next(int(child) for parent, child in map(str.split, listed.splitlines()) if parent == str(pid))


def test_kill_minus_nine_of_its_owner_leaves_nothing_and_the_owners_aws_is_not_seen(tmp_path: Path) -> None:
    """One live demo, started among everything that could lead it astray."""
    touched = tmp_path / "touched"
    settings = tmp_path / ".aws" / "config"
    settings.parent.mkdir()
    settings.write_text(f"[default]\nregion = us-east-1\ncredential_process = touch {touched}\n")
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    poisoned = {
        "HOME": str(tmp_path),
        "TMPDIR": str(temporary),
        "AWS_PROFILE": "nobody",
        "AWS_CONFIG_FILE": str(settings),
        "AWS_ENDPOINT_URL": "http://203.0.113.1",
        "AWS_ENDPOINT_URL_SQS": "http://203.0.113.1",
        "AWS_ACCESS_KEY_ID": "AKIAUSER",
        "AWS_SECRET_ACCESS_KEY": "users-secret",
        "AWS_SESSION_TOKEN": "users-token",
        "HTTP_PROXY": "http://203.0.113.1:3128",
        "HTTPS_PROXY": "http://203.0.113.1:3128",
        "http_proxy": "http://203.0.113.1:3128",
        "MINISTACK_ACCOUNT_ID": "999999999999",
        "LAMBDA_EXECUTOR": "docker",
    }
    with killed([sys.executable, "-c", OWNER], os.environ | poisoned) as owner:
        assert owner.stdout
        said = json.loads(owner.stdout.readline())
        demo = int(said["pid"])
        emulator = child_of(demo)
        for pid in (demo, emulator):
            environment = Path(f"/proc/{pid}/environ")
            if environment.exists():
                seen = environment.read_text()
                assert "203.0.113.1" not in seen
                assert "user" not in seen.replace("/usr", "").replace(str(tmp_path), "").lower()
        sqs = client("sqs", said["url"])
        table = client("dynamodb", said["url"])
        assert client("sts", said["url"]).get_caller_identity()["Account"] == "424242424242"
        wait_until(lambda: table.scan(TableName="orders", Limit=1)["Count"])  # a function has written an order
        dlq = sqs.get_queue_url(QueueName="order-events-queue")["QueueUrl"]
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        depth = sqs.get_queue_attributes(QueueUrl=dlq, AttributeNames=names)["Attributes"]
        assert sum(map(int, depth.values())) >= 3  # on their last receive before the DLQ
        assert any("_worker.py" in line for line in processes_of(emulator))
        assert list(temporary.iterdir())
    wait_until(lambda: not processes_of(demo) + processes_of(emulator))
    assert not answers(said["url"])
    assert not list(temporary.iterdir())
    assert not touched.exists()


def client(service: str, url: str) -> Any:
    return boto3.session.Session().client(
        service,
        endpoint_url=url,
        region_name="eu-central-1",
        aws_access_key_id="any",
        aws_secret_access_key="any",
    )


def test_serve_says_where_in_one_line_and_ends_on_ctrl_c() -> None:
    code = "import asyncio; from evwatch.demo.embedded import serve; asyncio.run(serve(frozen=True))"
    with killed([sys.executable, "-c", code], os.environ) as served:
        assert served.stdout
        readable, _, _ = select.select([served.stdout], [], [], 60)
        assert readable
        said = json.loads(served.stdout.readline())
        assert set(said) == {"endpoint_url", "region", "account"}
        assert answers(said["endpoint_url"])
        demo = child_of(served.pid)
        emulator = child_of(demo)
        served.send_signal(signal.SIGINT)
        assert served.wait(timeout=15) == 0
        assert served.stdout.read() == ""
    wait_until(lambda: not processes_of(demo) + processes_of(emulator))
    assert not answers(said["endpoint_url"])


async def test_a_port_in_use_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(EvwatchError, match="in use") as refused:
        async with EmbeddedAws(frozen=True, port=taken.getsockname()[1]):
            pass
    assert refused.value.fault.code == "usage"
    assert "--port" in refused.value.fault.hint


async def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(EvwatchError, match=r"pip install 'evwatch\[demo\]'"):
        async with EmbeddedAws():
            pass


def test_importing_it_costs_nothing() -> None:
    code = "import sys, evwatch.demo.embedded; print(sorted(sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    for heavy in ("boto3", "botocore", "aiohttp", "aiobotocore", "ministack", "hypercorn"):
        assert f"'{heavy}'" not in loaded


@pytest.mark.parametrize(
    ("code", "refused"),
    [
        ("socket.create_connection(('203.0.113.1', 80))", True),
        ("socket.create_connection(('example.com', 80))", True),
        ("socket.getaddrinfo('example.com', 80)", True),
        ("socket.create_server(('0.0.0.0', 0))", True),
        ("socket.socket(type=socket.SOCK_DGRAM).sendto(b'', ('203.0.113.1', 53))", True),
        ("socket.create_server(('127.0.0.1', 0)); socket.create_server(('::1', 0), family=socket.AF_INET6)", False),
        ("socket.getaddrinfo('localhost', 80)", False),
        ("socket.socketpair()", False),
    ],
)
def test_a_guarded_process_reaches_nothing_but_this_host(code: str, refused: bool) -> None:
    guard = "import socket; from evwatch.demo.loopback import refuse_other_hosts; refuse_other_hosts(); "
    ran = subprocess.run([sys.executable, "-c", guard + code], capture_output=True, text=True, check=False)
    assert ("not to '" in ran.stderr or "this, not" in ran.stderr) == refused
    assert (ran.returncode != 0) == refused


def test_a_function_reaches_nothing_but_this_host(aws: Account, tmp_path: Path) -> None:
    source = tmp_path / "index.py"
    source.write_text(
        "import socket\n"
        "def handler(event, context):\n"
        "    try:\n"
        "        socket.create_connection(('203.0.113.1', 80), timeout=1)\n"
        "    except OSError as error:\n"
        "        return type(error).__name__\n"
    )
    archive = tmp_path / "code.zip"
    subprocess.run([sys.executable, "-m", "zipfile", "-c", str(archive), str(source)], check=True)
    lambda_ = aws.boto("lambda")
    lambda_.create_function(
        FunctionName="f",
        Runtime="python3.12",
        Role=aws.arn("iam", "role/r"),
        Handler="index.handler",
        Code={"ZipFile": archive.read_bytes()},
    )
    assert json.load(lambda_.invoke(FunctionName="f")["Payload"]) == "NotLoopbackError"


async def test_leaving_it_leaves_nothing() -> None:
    async with EmbeddedAws(frozen=True) as aws:
        demo = aws.pid
        emulator = await asyncio.to_thread(child_of, demo)
        assert answers(aws.endpoint_url)
    assert not await asyncio.to_thread(processes_of, demo)
    assert not await asyncio.to_thread(processes_of, emulator)
