"""The tree of commands."""

from __future__ import annotations

import click

from evwatch.cli.framework import Group, Invocation, Late, collect

ROOT = {
    "demo": Late("evwatch.cli.demo", "demo", "The dashboard on an embedded AWS with a live order system in it."),
    "status": Late("evwatch.cli.watch", "status", "One complete reading: contexts, queues, alarms, faults, calls."),
    "queues": Late("evwatch.cli.watch", "queues", "The queues of that reading alone."),
    "alarms": Late("evwatch.cli.watch", "alarms", "The alarms of that reading alone."),
    "check": Late("evwatch.cli.watch", "check", "What needs attention; exit 1 where something does."),
    "flow": Late("evwatch.cli.flow", "flow", "The way of events, whole or around one resource, with live figures."),
    "dlq": Late("evwatch.cli.dlq", "dlq", "Dead-letter queues."),
    "logs": Late("evwatch.cli.logs", "logs", "A function's log lines, or those around a dead letter's failure."),
    "report": Late("evwatch.cli.report", "report", "A hand-over of now, as Markdown."),
    "pause": Late("evwatch.cli.switch", "pause", "Pause a consumer (an event source mapping) or switch off a rule."),
    "resume": Late("evwatch.cli.switch", "resume", "Let a paused consumer, or a rule, go on."),
    "iam-policy": Late("evwatch.cli.iam_policy", "iam_policy", "The least IAM policy for what evwatch is to do."),
    "doctor": Late("evwatch.cli.doctor", "doctor", "What works here, and what to do about the rest."),
    "config": Late("evwatch.cli.settings", "config", "The effective settings, and where each came from."),
}


def _version(context: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted and not context.resilient_parsing:
        from evwatch import __version__

        click.echo(f"evwatch {__version__}")
        context.exit()


def _install_completion(context: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted and not context.resilient_parsing:
        from evwatch.cli.completion import install

        install(context.command, context.ensure_object(Invocation).environ)
        context.exit()


def _root() -> int | None:
    context = click.get_current_context()
    if context.invoked_subcommand is not None:
        return None
    from evwatch.cli.dashboard import dashboard

    return dashboard(context.ensure_object(Invocation))


def root() -> Group:
    """evwatch itself: without a command it is the dashboard."""
    return Group(
        name="evwatch",
        help="Watch event flow on AWS: what fires, where events pile up, what died. Without a command: the dashboard.",
        callback=_root,
        invoke_without_command=True,
        late=ROOT,
        params=[
            click.Option(
                ["--sample-dlqs"],
                is_flag=True,
                expose_value=False,
                help="Look at ten messages of a DLQ that has grown, at most every 5 minutes; each look is a receive.",
                callback=collect("sample_dlqs"),
            ),
            click.Option(
                ["--version"],
                is_flag=True,
                is_eager=True,
                expose_value=False,
                help="Print the version.",
                callback=_version,
            ),
            click.Option(
                ["--install-completion"],
                is_flag=True,
                is_eager=True,
                expose_value=False,
                help="Install completion for your shell, bash, zsh or fish.",
                callback=_install_completion,
            ),
        ],
    )
