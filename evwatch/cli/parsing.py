"""From the words of a command line to the command that they mean; what click finds wrong becomes a fault."""

from __future__ import annotations

import click

from evwatch.cli import exits
from evwatch.cli.commands import root
from evwatch.cli.invocation import Invocation
from evwatch.config.spelling import meant
from evwatch.model.fault import EvwatchError, Fault

PROGRAM = "evwatch"


def parsed_and_run(arguments: list[str], invocation: Invocation) -> int:
    """Run the command; returns its exit code. Raises EvwatchError, and KeyboardInterrupt where it was broken off."""
    group = root()
    try:
        with group.make_context(PROGRAM, arguments, obj=invocation) as context:
            result = group.invoke(context)
    except click.exceptions.Exit as exit_:
        return exit_.exit_code
    except click.Abort:
        raise KeyboardInterrupt from None
    except click.UsageError as error:
        raise EvwatchError(_usage(error)) from error
    except click.ClickException as error:
        raise EvwatchError(Fault("usage", _sentence(error.format_message()))) from error
    return result if isinstance(result, int) else exits.DONE


def complete(invocation: Invocation, instruction: str) -> int:
    """Answer a shell that asks how a line could go on."""
    from click.shell_completion import shell_complete

    return shell_complete(root(), {"obj": invocation}, PROGRAM, "_EVWATCH_COMPLETE", instruction)


def _usage(error: click.UsageError) -> Fault:
    path = error.ctx.command_path if error.ctx else PROGRAM
    hint = f"see `{path} --help`"
    message = _sentence(error.format_message())
    if isinstance(error, click.NoSuchOption) and error.ctx:
        known = [name for option in error.ctx.command.get_params(error.ctx) for name in option.opts]
        message = f"no such option {error.option_name}{meant(error.option_name, known)}"
    return Fault("usage", message, hint)


def _sentence(text: str) -> str:
    """click's sentences begin with a capital and end with a stop; ours stand after `evwatch:`."""
    text = " ".join(text.split()).rstrip(".").replace("is not a valid float range", "is no number")
    text = text.replace("is not a valid integer range", "is no whole number")
    return text[:1].lower() + text[1:]
