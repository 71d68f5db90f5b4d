"""`doctor`: what of evwatch works here, and what to do about the rest; safe to paste into a bug report."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from evwatch.aws.service import TIERS, Tier
from evwatch.cli import exits, machine, reach
from evwatch.cli.appearance import check_looks
from evwatch.cli.framework import Command, Invocation
from evwatch.cli.mfa import ask_where_needed
from evwatch.cli.output import emit
from evwatch.cli.table import Column, table_lines
from evwatch.model.diagnosis import Diagnosis
from evwatch.model.fault import EvwatchError
from evwatch.model.timestamp import timestamp

if TYPE_CHECKING:
    from evwatch.config import Settings

_SAYS = {"ok": "ok", "wrong": "WRONG", "untried": "untried"}
_ADDRESS = re.compile(r"(?<=://)[^/@\s]+@")
COLUMNS = (
    Column("", lambda row: _SAYS[row["state"]]),
    Column("CONTEXT", lambda row: row["context"] or None, same_left_out=True),
    Column("WHAT", lambda row: row["subject"]),
    Column("", lambda row: f"{row['said']}: {row['hint']}" if row["hint"] else row["said"], whole=True),
)


@click.command(cls=Command)
@click.option(
    "--tier",
    type=click.Choice(TIERS),
    help="Ask only for the permissions of this tier and those below it; the default is what the context may do.",
)
@click.pass_obj
def doctor(invocation: Invocation, tier: Tier | None) -> int:
    """What works here: versions, terminal, settings, identity, region, endpoint, clock, and each permission.

    Permissions to read are tried with the cheapest call there is. What changes something, and receiving a message, is
    never called: IAM is asked to simulate it where that is allowed. Exit 4 where something is wrong, else 0.

    The output holds account, names and folders, but no credential: paste it whole into a bug report.
    """
    found = list(_machine(invocation))
    clean = Cleaner(invocation.environ)
    try:
        loaded = invocation.load()
        settings = loaded.settings
        check_looks(loaded)
    except EvwatchError as error:
        if error.fault.code != "settings":
            raise
        found.append(reach.wrong("settings", error.fault))
    else:
        found += _of_settings(settings)
        ask_where_needed(settings, invocation.environ)
        found += asyncio.run(reach.contexts(settings, invocation.environ, tier, clean.learn))
    rows = [_row(each, clean) for each in found]
    bad = any(each.state == "wrong" for each in found)
    document = {"ok": not bad, "taken_at": timestamp(datetime.now(UTC)), "checks": rows}
    emit(document, rows, lambda: _lines(rows), invocation.output)
    return exits.UNREACHABLE if bad else exits.DONE


def _machine(invocation: Invocation) -> Iterator[Diagnosis]:
    yield machine.versions()
    yield machine.terminal(invocation.environ)
    yield from machine.network(invocation.environ)


def _of_settings(settings: Settings) -> Iterator[Diagnosis]:
    from evwatch.config import default_path
    from evwatch.redrive.folder import journal_folder

    yield machine.settings_file(settings.path, default_path())
    yield machine.state_folder(journal_folder(settings.state_folder))


class Cleaner:
    """Takes out of every text what is a credential: of this process, of the contexts read, or by its look."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        from evwatch.cli.log_files import Redacting

        self._redacting = Redacting(environ)
        self._secrets: set[str] = set()

    def learn(self, secrets: tuple[str, ...]) -> None:
        """Further secrets. An emulator's `test` is too short to be one."""
        self._secrets.update(secret for secret in secrets if len(secret) > 8 and not secret.isdigit())

    def __call__(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, "[redacted]")
        return self._redacting.redact(_ADDRESS.sub("", text))


def _row(each: Diagnosis, clean: Callable[[str], str]) -> dict[str, Any]:
    return {
        "subject": each.subject,
        "state": each.state,
        "said": clean(each.said),
        "hint": clean(each.hint),
        "context": each.context,
    }


def _lines(rows: list[dict[str, Any]]) -> Iterator[str]:
    lines = iter(table_lines(COLUMNS, rows))
    next(lines)  # a line for each thing, and no other
    yield from lines
