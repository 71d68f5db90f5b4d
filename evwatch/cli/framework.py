"""What every command shares: the options taken before or after its name, its formats, and being imported late."""

from __future__ import annotations

import gc
import importlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from evwatch.cli import completing
from evwatch.cli.invocation import Chooser as Chooser
from evwatch.cli.invocation import Invocation as Invocation
from evwatch.cli.invocation import Reader as Reader
from evwatch.config.spelling import meant

FORMATS = ("table", "json", "jsonl")
Recorder = Callable[[click.Context, click.Parameter, Any], None]


def collect(key: str) -> Recorder:
    """An option's callback that puts what was given over the setting of this key."""

    def record(context: click.Context, _: click.Parameter, value: Any) -> None:
        if value:
            flags = context.ensure_object(Invocation).flags
            flags[key] = (*flags.get(key, ()), *value) if isinstance(value, tuple) else value

    return record


def _set(name: str) -> Recorder:
    def record(context: click.Context, _: click.Parameter, value: Any) -> None:
        if value:
            setattr(context.ensure_object(Invocation), name, value)

    return record


def everywhere(outputs: Sequence[str] = FORMATS) -> list[click.Option]:
    """The options of every command. A repeatable one adds to what stood before; of another the last one counts."""
    usual, *others = outputs or FORMATS
    formats = f"{usual} (the default)" + "".join(f", {each}" for each in others[:-1]) + f" or {others[-1]}."
    many: dict[str, Any] = {"multiple": True}
    flag: dict[str, Any] = {"is_flag": True}
    path: dict[str, Any] = {"type": click.Path(path_type=Path)}
    write = "Allow acting in contexts that are marked as production, which are read-only otherwise."
    return [
        _shared("--profile", "NAME", "AWS profile; repeatable.", collect("profiles"), completing.profiles, **many),
        _shared("--region", "NAME", "Region; repeatable.", collect("regions"), completing.regions, **many),
        _shared("--endpoint-url", "URL", "One endpoint for every service.", collect("endpoint_url")),
        _shared(
            "--context",
            "NAME",
            "A context of the settings file; repeatable.",
            collect("watch"),
            completing.contexts,
            **many,
        ),
        _shared("--config", "FILE", "Settings file.", _set("config"), **path),
        _shared("--filter", "GLOB", "Only resources whose name matches; repeatable.", collect("filters"), **many),
        _shared("--tag", "KEY[=VALUE]", "Only resources with this tag; repeatable.", collect("tags"), **many),
        _shared("--read-only", None, "Refuse every operation but reading ones.", collect("read_only"), **flag),
        _shared("--write", None, write, collect("write"), **flag),
        _shared("-o/--output", "FORMAT", formats, _set("output"), completing.formats, hidden=not outputs),
        _shared("--debug", None, "Log to a file whose path is printed.", _set("debug"), **flag),
    ]


def _shared(
    names: str,
    metavar: str | None,
    help: str,
    callback: Recorder,
    complete: completing.Offer | None = None,
    **more: Any,
) -> click.Option:
    """An option whose callback takes note of it, so that commands do not get it as an argument."""
    return click.Option(
        names.split("/"),
        metavar=metavar,
        help=help,
        callback=callback,
        shell_complete=complete,
        expose_value=False,
        **more,
    )


class _Everywhere(click.Command):
    """Shows the options of every command under a heading of their own."""

    common: Sequence[click.Option]

    def format_options(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        own = [each for each in self.get_params(context) if isinstance(each, click.Option) and each not in self.common]
        for heading, options in (("Options", own), ("Everywhere", self.common)):
            records = [record for option in options if (record := option.get_help_record(context))]
            if records:
                with formatter.section(heading):
                    formatter.write_dl(records)

    def format_epilog(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        """Lines that can be copied, so none of them is wrapped."""
        from evwatch.cli.examples import EXAMPLES

        examples = EXAMPLES.get(context.command_path, ())
        if examples:
            with formatter.section("Examples"):
                for about, line in examples:
                    formatter.write(f"  # {about}\n  {line}\n")


class Command(_Everywhere):
    """A command of evwatch. `outputs` are the formats that it prints; none where it has a screen of its own."""

    def __init__(self, *arguments: Any, outputs: tuple[str, ...] = FORMATS, **settings: Any) -> None:
        settings.setdefault("context_settings", {"help_option_names": ["-h", "--help"]})
        super().__init__(*arguments, **settings)
        self.outputs = outputs
        self.common = everywhere(outputs)
        self.params.extend(self.common)

    def invoke(self, context: click.Context) -> Any:
        """Run the command once its format is known to be one of its own."""
        gc.enable()  # main holds it back for the dashboard's sake
        invocation = context.ensure_object(Invocation)
        if invocation.output == "table" and self.outputs and "table" not in self.outputs:
            invocation.output = None  # what this command prints for people, whatever that is called
        output = invocation.output
        if output is not None and output not in self.outputs:
            allowed = f"its formats are {' '.join(self.outputs)}" if self.outputs else "it prints no result"
            raise click.UsageError(f"-o {output} is no format of `{context.command_path}`; {allowed}", context)
        return super().invoke(context)


@dataclass(frozen=True, slots=True)
class Late:
    """Where a command is, and the line about it that stands in the help before it was ever imported."""

    module: str
    attribute: str
    about: str


class Group(_Everywhere, click.Group):
    """Commands that are imported when they are run."""

    def __init__(self, *arguments: Any, late: Mapping[str, Late], **settings: Any) -> None:
        settings.setdefault("context_settings", {"help_option_names": ["-h", "--help"]})
        # Naming no command is a mistake like any other, told in one line; click would print the help as the error.
        settings.setdefault("no_args_is_help", False)
        super().__init__(*arguments, **settings)
        self.late = late
        self.common = everywhere()
        self.params.extend(self.common)

    def list_commands(self, context: click.Context) -> list[str]:
        """Their names, in the order in which they were declared."""
        return list(self.late)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        """Import one."""
        if name not in self.late:
            return None
        late = self.late[name]
        command = getattr(importlib.import_module(late.module), late.attribute)
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, context: click.Context, arguments: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does, but an unknown name is answered with the one that was probably meant."""
        name = arguments[0]
        if name not in self.late and not name.startswith("-"):
            raise click.UsageError(f'no such command "{name}"{meant(name, self.late)}', context)
        return super().resolve_command(context, arguments)

    def format_options(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        """Commands first: they are what help is asked for."""
        self.format_commands(context, formatter)
        super().format_options(context, formatter)

    def format_commands(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands, without importing one."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, late.about) for name, late in self.late.items()])
