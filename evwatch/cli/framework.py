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


def collect(key: str) -> Callable[[click.Context, click.Parameter, Any], None]:
    """An option's callback that puts what was given over the setting of this key."""

    def record(context: click.Context, _: click.Parameter, value: Any) -> None:
        if value:
            flags = context.ensure_object(Invocation).flags
            flags[key] = (*flags.get(key, ()), *value) if isinstance(value, tuple) else value

    return record


def _set(name: str) -> Callable[[click.Context, click.Parameter, Any], None]:
    def record(context: click.Context, _: click.Parameter, value: Any) -> None:
        if value:
            setattr(context.ensure_object(Invocation), name, value)

    return record


def everywhere() -> list[click.Option]:
    """The options of every command. A repeatable one adds to what stood before; of another the last one counts."""
    many: dict[str, Any] = {"multiple": True, "expose_value": False}
    one: dict[str, Any] = {"expose_value": False}
    return [
        click.Option(
            ["--profile"],
            metavar="NAME",
            help="AWS profile; repeatable.",
            callback=collect("profiles"),
            shell_complete=completing.profiles,
            **many,
        ),
        click.Option(
            ["--region"],
            metavar="NAME",
            help="Region; repeatable.",
            callback=collect("regions"),
            shell_complete=completing.regions,
            **many,
        ),
        click.Option(
            ["--endpoint-url"],
            metavar="URL",
            help="One endpoint for every service.",
            callback=collect("endpoint_url"),
            **one,
        ),
        click.Option(
            ["--context"],
            metavar="NAME",
            help="A context of the settings file; repeatable.",
            callback=collect("watch"),
            shell_complete=completing.contexts,
            **many,
        ),
        click.Option(
            ["--config"],
            metavar="FILE",
            help="Settings file.",
            callback=_set("config"),
            type=click.Path(path_type=Path),
            **one,
        ),
        click.Option(
            ["--filter"],
            metavar="GLOB",
            help="Only resources whose name matches; repeatable.",
            callback=collect("filters"),
            **many,
        ),
        click.Option(
            ["--tag"],
            metavar="KEY[=VALUE]",
            help="Only resources with this tag; repeatable.",
            callback=collect("tags"),
            **many,
        ),
        click.Option(
            ["--read-only"],
            is_flag=True,
            help="Refuse every operation but reading ones.",
            callback=collect("read_only"),
            **one,
        ),
        click.Option(
            ["--write"],
            is_flag=True,
            help="Allow acting in contexts that are marked as production, which are read-only otherwise.",
            callback=collect("write"),
            **one,
        ),
        click.Option(
            ["-o", "--output"],
            metavar="FORMAT",
            help="table, json or jsonl.",
            callback=_set("output"),
            shell_complete=completing.formats,
            **one,
        ),
        click.Option(
            ["--debug"], is_flag=True, help="Log to a file whose path is printed.", callback=_set("debug"), **one
        ),
    ]


class _Everywhere(click.Command):
    """Shows the options of every command under a heading of their own."""

    common: Sequence[click.Option]

    def format_options(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        own = [option for option in self.get_params(context) if option not in self.common]
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
        self.common = everywhere()
        self.params.extend(self.common)

    def invoke(self, context: click.Context) -> Any:
        """Run the command once its format is known to be one of its own."""
        gc.enable()  # main holds it back for the dashboard's sake
        output = context.ensure_object(Invocation).output
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
