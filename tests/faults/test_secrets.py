"""No credential is ever printed, logged or written down: marked values are looked for in all that commands leave."""

from __future__ import annotations

from pathlib import Path

from tests.emulator.account import Account
from tests.emulator.faults import Faults, refused
from tests.emulator.made_up import ACCOUNT, REGION, MadeUp
from tests.faults.commands import every_command
from tests.faults.made_up import NOWHERE
from tests.faults.trying import shared_models, tried

MARKED = {
    "AWS_ACCESS_KEY_ID": "AKIAMARKEDKEYID00000",
    "AWS_SECRET_ACCESS_KEY": "marked-secret-" + "s" * 26,
    "AWS_SESSION_TOKEN": "marked-token-" + "t" * 200,
}


def test_no_command_leaves_a_credential_anywhere_not_even_where_it_is_debugged_or_refused(tmp_path: Path) -> None:
    expired = Faults()
    said: dict[str, str] = {}
    home = {name: str(tmp_path / "home") for name in ("HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME")}
    with shared_models(), Account(ACCOUNT, NOWHERE).threaded_gateway(expired, MadeUp(1)) as url:
        environment = {**MARKED, **home, "AWS_ENDPOINT_URL": url, "AWS_REGION": REGION}
        for name, words in every_command(tmp_path).items():
            ended = tried([*words, "--debug"], environment)
            said[name] = ended.out + ended.err
        expired.on("*", refused("expired"), times=None)
        for name in ("status", "dlq show", "doctor", "logs"):
            ended = tried([*every_command(tmp_path)[name], "--debug"], environment)
            said[f"{name}, expired"] = ended.out + ended.err
    said |= {str(path): path.read_bytes().decode(errors="replace") for path in tmp_path.rglob("*") if path.is_file()}
    assert any(name.endswith(".log") for name in said), "there is a debug log to look into"
    leaks = [f"{variable} in {name}" for variable, value in MARKED.items() for name in said if value in said[name]]
    assert not leaks
