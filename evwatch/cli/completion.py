"""`--install-completion`: puts the script where the shell looks for it; no start-up file is ever edited."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import click

from evwatch.deadletters.export import write_lines
from evwatch.model.fault import EvwatchError, Fault

_VARIABLE = "_EVWATCH_COMPLETE"


def install(command: click.Command, environ: Mapping[str, str]) -> None:
    """Write the completion script of the user's shell, and say what else has to be done. Raises EvwatchError."""
    from click.shell_completion import BashComplete, FishComplete, ShellComplete, ZshComplete

    shell = Path(environ.get("SHELL", "")).name
    home = Path(environ.get("HOME") or Path.home())
    data = Path(environ.get("XDG_DATA_HOME") or home / ".local/share")
    settings = Path(environ.get("XDG_CONFIG_HOME") or home / ".config")
    kind: type[ShellComplete]
    match shell:
        case "bash":
            kind, path = BashComplete, data / "bash-completion/completions/evwatch"
            then = f"open a new shell; without the bash-completion package add to ~/.bashrc: source {path}"
        case "zsh":
            kind, path = ZshComplete, data / "zsh/site-functions/_evwatch"
            then = f"add to ~/.zshrc: fpath=({path.parent} $fpath); autoload -Uz compinit; compinit"
        case "fish":
            kind, path = FishComplete, settings / "fish/completions/evwatch.fish"
            then = "open a new shell"
        case _:
            raise EvwatchError(
                Fault("usage", f'no completion for the shell "{shell}"', "set SHELL to bash, zsh or fish")
            )
    completion = kind(command, {}, "evwatch", _VARIABLE)
    script = completion.source_template % completion.source_vars()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_lines(path, [script])
    except (OSError, EvwatchError) as error:
        why = error.fault.message if isinstance(error, EvwatchError) else f"cannot write {path} ({error.strerror})"
        raise EvwatchError(Fault("usage", why, "make room there, or the folder writable")) from error
    click.echo(f"wrote {path}: {then}")
