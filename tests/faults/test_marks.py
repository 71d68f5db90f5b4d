"""What is typed or set in confidence is nowhere: MFA code, external id and keys in no picture, file, log or error."""

from __future__ import annotations

import asyncio
from pathlib import Path
from unittest import mock

from evwatch.app import EvwatchApp
from evwatch.cli.dashboard import live
from evwatch.config import ContextRequest, Settings
from tests.emulator.account import Account
from tests.emulator.recording import Recording
from tests.faults.trying import tried
from tests.ui.reading import shows, watching

CODE = "907856"
MARKED = {
    "secret": "marked-secret-5d1f0c77ab",
    "external id": "marked-external-id-7741",
    "MFA code": CODE,
}
EXPIRES = "2099-01-01T00:00:00Z"


def profiles(aws: Account, folder: Path) -> dict[str, str]:
    """A role that wants a code and an external id; the variables that lead there."""
    config = folder / "aws-config"
    config.write_text(
        f"[profile base]\naws_access_key_id = {aws.number}\naws_secret_access_key = {MARKED['secret']}\n"
        f"[profile ops]\nrole_arn = arn:aws:iam::{aws.number}:role/ops\nsource_profile = base\n"
        f"mfa_serial = arn:aws:iam::{aws.number}:mfa/me\nexternal_id = {MARKED['external id']}\n"
        f"region = {aws.region}\n"
    )
    home = {name: str(folder) for name in ("HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME")}
    return {**home, "AWS_CONFIG_FILE": str(config)}


def test_no_mark_is_in_a_picture_a_file_a_log_or_an_error(aws: Account, tmp_path: Path) -> None:
    aws.boto("sqs").create_queue(QueueName="orders")
    recording = Recording()
    pictures: list[str] = []

    async def watch(url: str) -> None:
        request = ContextRequest(profile="ops", region=aws.region, endpoint_url=url)
        settings = Settings(contexts=(request,), state_folder=str(tmp_path / "state"))
        app = EvwatchApp(settings, lambda: live(settings), try_again_seconds=0.2)
        async with watching(app, shown="needs an MFA code") as pilot:
            await pilot.press(*CODE)
            pictures.append(app.export_screenshot())
            await pilot.press("enter")
            await shows(pilot, "● live", "orders")
            pictures.append(app.export_screenshot())
            for key in ("exclamation_mark", "escape", "P"):
                await pilot.press(key)
                pictures.append(app.export_screenshot())

    with aws.threaded_gateway(recording) as url:
        environment = profiles(aws, tmp_path) | {"AWS_ENDPOINT_URL": url}
        with mock.patch.dict("os.environ", environment):
            asyncio.run(watch(url))
        with mock.patch("getpass.getpass", return_value=CODE):
            said = [tried([*words, "--profile", "ops", "--debug"], environment) for words in (["status"], ["doctor"])]
    assumed = [call.parameters for call in recording.of("sts:AssumeRole")]
    assert {"TokenCode": CODE, "ExternalId": MARKED["external id"]}.items() <= assumed[0].items(), "both were used"
    left = {f"picture {number}": text for number, text in enumerate(pictures)}
    left |= {f"{' '.join(each.words)}": each.out + each.err for each in said}
    files = [path for path in tmp_path.rglob("*") if path.is_file() and path.name != "aws-config"]
    left |= {str(path): path.read_bytes().decode(errors="replace") for path in files}
    assert aws.number in pictures[-1], "a picture holds its text as it is read"
    assert any(name.endswith(".log") for name in left), "there is a debug log to look into"
    assert not [f"{what} in {name}" for what, mark in MARKED.items() for name, text in left.items() if mark in text]
