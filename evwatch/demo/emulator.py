"""The emulator (ministack) in a process of its own, on the loopback, for as long as its parent lives.

`python -m evwatch.demo.emulator` is that process; `Emulator` starts it. Functions run as children of it, in its process
group, and go with it.
"""

from __future__ import annotations

import asyncio
import json
import os
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path

from evwatch.demo import clock
from evwatch.demo.clock import App, Message, Receive, Send
from evwatch.demo.environment import ACCOUNT, REGION, WITHOUT_SDK, scrubbed_environment
from evwatch.demo.lifeline import when_parent_ends
from evwatch.demo.loopback import refuse_other_hosts

READY_SECONDS = 30.0

# Interpreters that the emulator starts for functions read this before anything else: they are held to the loopback too,
# and one that says it needs no SDK is spared the import, which costs more than all that it does.
_GUARD = f"""
import os, sys
from evwatch.demo.loopback import refuse_other_hosts

refuse_other_hosts()
if {WITHOUT_SDK!r} in os.environ:
    sys.modules["botocore"] = None
"""


class EmulatorError(RuntimeError):
    """The emulator did not come up; carries what it said."""


class Emulator:
    """A context manager: inside it the emulator answers at `url`, after it nothing of it is left."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._url = ""

    @property
    def url(self) -> str:
        """Where it answers; waits until it does. Raises EmulatorError where it does not come up."""
        if self._process is None:
            raise EmulatorError("the emulator is not running")
        if not self._url:
            self._url = f"http://127.0.0.1:{_ready_port(self._process)}"
        return self._url

    @property
    def pid(self) -> int:
        """Process id of the emulator, which leads a process group of its own."""
        if self._process is None:
            raise EmulatorError("the emulator is not running")
        return self._process.pid

    def __enter__(self) -> Emulator:
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", __spec__.name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=scrubbed_environment(os.environ),
            start_new_session=True,
        )
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """End it, and wait until it has ended."""
        process, self._process, self._url = self._process, None, ""
        if process is None:
            return
        if process.stdin:
            process.stdin.close()
        try:
            process.wait(timeout=3)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        for stream in (process.stdout, process.stderr):
            if stream:
                stream.close()


def _ready_port(process: subprocess.Popen[bytes]) -> int:
    assert process.stdout
    assert process.stderr
    readable, _, _ = select.select([process.stdout], [], [], READY_SECONDS)
    line = process.stdout.readline() if readable else b""
    if not line:
        process.kill()
        said = process.stderr.read().decode(errors="replace").strip()
        raise EmulatorError(said or f"nothing was heard of the emulator for {READY_SECONDS:.0f} s")
    return int(json.loads(line)["port"])


def main() -> None:
    """Serve until standard input ends. Prints one line, `{"port": N}`, once requests are answered."""
    refuse_other_hosts()
    if os.getpgrp() != os.getpid():
        os.setpgid(0, 0)  # the end takes the whole group along: it must hold nothing but what is ours
    folder = Path(tempfile.mkdtemp(prefix="evwatch-demo-"))
    end = _ending(folder)
    when_parent_ends(end)
    signal.signal(signal.SIGTERM, lambda *_: end())
    (folder / "guard").mkdir()
    (folder / "guard" / "sitecustomize.py").write_text(_GUARD)

    listener = socket.create_server(("127.0.0.1", 0), backlog=1024)
    port = listener.getsockname()[1]
    os.environ.update(
        BIND_HOST="127.0.0.1",
        GATEWAY_PORT=str(port),
        MINISTACK_ACCOUNT_ID=ACCOUNT,
        MINISTACK_REGION=REGION,
        LOG_LEVEL="ERROR",
        LAMBDA_EXECUTOR="local",
        DOCKER_HOST=f"unix://{folder}/no-docker.sock",
        IOT_MTLS_ENABLED="0",
        SFTP_ENABLED="0",
        S3_DATA_DIR=str(folder / "s3"),
        TMPDIR=str(folder),
        PYTHONPATH=os.pathsep.join(filter(None, [str(folder / "guard"), os.environ.get("PYTHONPATH", "")])),
    )
    tempfile.tempdir = str(folder)
    asyncio.run(_serve(listener.detach(), port))


async def _serve(descriptor: int, port: int) -> None:
    from hypercorn.asyncio import serve
    from hypercorn.config import Config
    from ministack.app import app  # reads the environment when imported
    from ministack.services import cloudwatch, lambda_svc

    # It judges each alarm by every metric of that name, whatever its dimensions, and measures only functions that are
    # invoked over the API. Both are done from outside instead.
    cloudwatch._evaluate_alarm = lambda _: None
    lambda_svc._emit_lambda_metrics = lambda *_, **__: None
    clock.install()

    config = Config()
    config.bind = [f"fd://{descriptor}"]
    config.keep_alive_timeout = 75
    config.loglevel = "ERROR"
    config.errorlog = None
    forever = asyncio.Event().wait  # given a trigger, hypercorn leaves the signals to us
    announced = _announcing(clock.following_requests(app), port)
    await serve(announced, config, shutdown_trigger=forever)  # type: ignore[arg-type]  # its own names for the shapes


def _announcing(app: App, port: int) -> App:
    async def announcing(scope: Message, receive: Receive, send: Send) -> None:
        async def heard(message: Message) -> None:
            await send(message)
            if message["type"] == "lifespan.startup.complete":
                _announce(port)

        await app(scope, receive, heard if scope["type"] == "lifespan" else send)

    return announcing


def _announce(port: int) -> None:
    """Say the port, then let go of what the parent gave: nothing else that is printed may reach the user's terminal."""
    os.write(1, json.dumps({"port": port}).encode() + b"\n")
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1)
    os.dup2(silence, 2)
    os.close(silence)


def _ending(folder: Path) -> Callable[[], None]:
    """What ends this process at once, with every function that still runs, and leaves no file."""
    begun = threading.Lock()

    def end() -> None:
        if not begun.acquire(blocking=False):
            return  # our own SIGTERM to the group arrives here too
        os.killpg(0, signal.SIGTERM)
        shutil.rmtree(folder, ignore_errors=True)
        os.killpg(0, signal.SIGKILL)

    return end


if __name__ == "__main__":
    main()
