"""A profile that wants an MFA code: it is asked for on the terminal, and Ctrl-C there ends evwatch."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.emulator.account import Account
from tests.emulator.recording import Recording
from tests.ui.terminals import TAKE_TERMINAL


@pytest.fixture
def recorded() -> Recording:
    """Every call that is made."""
    return Recording()


@pytest.fixture
def environment(aws: Account, tmp_path: Path, recorded: Recording) -> Iterator[dict[str, str]]:
    """A profile that assumes a role with an MFA device."""
    profiles = tmp_path / "aws-config"
    profiles.write_text(
        f"[profile base]\naws_access_key_id = {aws.number}\naws_secret_access_key = test\n"
        f"[profile ops]\nrole_arn = {aws.arn('iam', 'role/ops').replace(aws.region, '')}\nsource_profile = base\n"
        f"mfa_serial = arn:aws:iam::{aws.number}:mfa/me\nregion = {aws.region}\n"
    )
    with aws.threaded_gateway(recorded) as url:
        yield {**os.environ, "AWS_ENDPOINT_URL": url, "AWS_CONFIG_FILE": str(profiles)}


def answered(answer: bytes, environment: dict[str, str]) -> tuple[int, bytes]:
    """Exit code and standard output of `evwatch queues`, where this is typed at the prompt."""
    controller, terminal = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-c", TAKE_TERMINAL, sys.executable, "-m", "evwatch", "queues", "--profile", "ops"],
        env=environment,
        stdin=terminal,
        stdout=subprocess.PIPE,
        stderr=terminal,
        start_new_session=True,
    )
    os.close(terminal)
    shown = b""
    while b"MFA code" not in shown:
        shown += os.read(controller, 4096)
    os.write(controller, answer)
    out, _ = process.communicate(timeout=60)
    os.close(controller)
    return process.returncode, out


def test_the_code_is_asked_for_before_anything_is_read(
    environment: dict[str, str], recorded: Recording, aws: Account
) -> None:
    answered(b"123456\n", environment)
    assumed = recorded.calls[0]
    assert assumed.name == "sts:AssumeRole"
    assert assumed.parameters["TokenCode"] == "123456"
    assert assumed.parameters["SerialNumber"] == f"arn:aws:iam::{aws.number}:mfa/me"


def test_ctrl_c_at_the_prompt_ends_with_130(environment: dict[str, str]) -> None:
    assert answered(b"\x03", environment) == (130, b"")


def test_without_a_terminal_nobody_is_asked_and_the_end_is_4(environment: dict[str, str]) -> None:
    found = subprocess.run(
        [sys.executable, "-m", "evwatch", "queues", "--profile", "ops"],
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert found.returncode == 4
    assert "MFA code" in found.stderr
    assert len(found.stderr.splitlines()) == 1
