"""`doctor`: what of evwatch works here, and what to do about the rest; safe to paste into a bug report."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import click

from evwatch.aws.service import TIERS, Tier
from evwatch.cli import exits, machine
from evwatch.cli.appearance import check_looks
from evwatch.cli.framework import Command, Invocation
from evwatch.cli.mfa import ask_where_needed
from evwatch.cli.output import Column, emit, table_lines
from evwatch.model.diagnosis import Diagnosis
from evwatch.model.fault import EvwatchError, Fault
from evwatch.model.timestamp import timestamp

if TYPE_CHECKING:
    from evwatch.config import Settings
    from evwatch.model.context import Context

_MOST_SKEW = timedelta(minutes=4)
"""SQS and its kin refuse signatures that are more than five minutes off."""
_SAYS = {"ok": "ok", "wrong": "WRONG", "untried": "untried"}
_ADDRESS = re.compile(r"(?<=://)[^/@\s]+@")
COLUMNS = (
    Column("", lambda row: _SAYS[row["state"]]),
    Column("CONTEXT", lambda row: row["context"] or None),
    Column("WHAT", lambda row: row["subject"]),
    Column("", lambda row: f"{row['said']}: {row['hint']}" if row["hint"] else row["said"]),
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
        found.append(_wrong("settings", error.fault))
    else:
        found += _of_settings(settings)
        ask_where_needed(settings, invocation.environ)
        found += asyncio.run(_contexts(settings, invocation.environ, tier, clean))
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
    from evwatch.redrive.journal import journal_folder

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


async def _contexts(
    settings: Settings, environ: Mapping[str, str], tier: Tier | None, clean: Cleaner
) -> list[Diagnosis]:
    from evwatch.aws.credentials import resolve_contexts

    found: list[Diagnosis] = []
    for request in settings.contexts:
        try:
            (context,) = resolve_contexts((request,), environ)
        except EvwatchError as error:
            found.append(_wrong(error.fault.code, error.fault, request.name or request.profile or ""))
            continue
        found += [each async for each in _context(context, settings, tier, clean)]
    return found


async def _context(context: Context, settings: Settings, tier: Tier | None, clean: Cleaner) -> AsyncIterator[Diagnosis]:
    """One context; where it cannot be spoken to at all, the permissions are one line."""
    from evwatch.aws import iam, sts
    from evwatch.aws.catalogue import SERVICES
    from evwatch.aws.clients import Caller
    from evwatch.aws.meter import Meter
    from evwatch.aws.regions import region_words
    from evwatch.aws.skew import ServerClock
    from evwatch.aws.trials import try_each

    clock = ServerClock(lambda: datetime.now(UTC))
    read_only = settings.read_only or context.read_only
    caller = Caller(
        context,
        (*SERVICES, iam.SERVICE),
        Meter(time.monotonic),
        time.monotonic,
        read_only=True,  # whatever goes wrong here, nothing that acts can leave
        may_look=lambda _: True,
        hear_headers=clock.hear,
    )
    name = context.name
    async with caller:
        try:
            keys = await caller.keys()
            clean.learn(keys.secrets)
            yield Diagnosis("credentials", "ok", _keys_words(keys.method, keys.ending, keys.expires_at), "", name)
        except EvwatchError as error:
            yield _wrong("credentials", error.fault, name)
            yield _place(context, None)
            yield Diagnosis("permissions", "untried", "they need credentials first", "", name)
            return
        unknown = region_words(context.region)
        reached: Fault | None = None
        arn = ""
        try:
            who = await sts.identity(caller)
            arn = who.arn
            yield Diagnosis("identity", "ok", f"{who.arn} in account {who.account}", "", name)
        except EvwatchError as error:
            reached = error.fault
            yield _wrong("identity", reached, name)
        yield _place(context, caller.endpoint_url)
        if unknown and not caller.endpoint_url:
            yield Diagnosis("region", "wrong" if reached else "ok", unknown, "", name)
        yield _clock(clock.ahead, name)
        if reached and reached.code != "permission":
            yield Diagnosis("permissions", "untried", f"first: {reached.message}", "", name)
            return
        least: Tier = tier or ("inspect" if read_only else "operate")
        async for each in try_each(caller, least, datetime.now(UTC), arn):
            yield each


def _clock(ahead: timedelta | None, context: str) -> Diagnosis:
    """How far the clocks are apart."""
    from evwatch.present.figures import age

    if ahead is None:
        return Diagnosis("clock", "untried", "no answer told the time", "", context)
    seconds = ahead.total_seconds()
    if abs(seconds) < 2:
        return Diagnosis("clock", "ok", "as the server's", "", context)
    said = f"{age(abs(seconds))} {'ahead of' if seconds > 0 else 'behind'} the server's"
    if abs(ahead) <= _MOST_SKEW:
        return Diagnosis("clock", "ok", said, "", context)
    return Diagnosis("clock", "wrong", said, "set this machine's clock: AWS refuses signatures 5 min off", context)


def _place(context: Context, endpoint: str | None) -> Diagnosis:
    endpoint = endpoint or context.endpoint_url
    said = [context.region, f"custom endpoint {endpoint}" if endpoint else "AWS's own endpoints"]
    said += [f"profile {context.profile}"] if context.profile else []
    said += [f"role {context.role_arn}"] if context.role_arn else []
    said += ["read-only"] if context.read_only else []
    said += ["production"] if context.production else []
    return Diagnosis("place", "ok", ", ".join(said), "", context.name)


def _keys_words(method: str, ending: str, expires_at: datetime | None) -> str:
    left = ""
    if expires_at:
        minutes = (expires_at - datetime.now(UTC)).total_seconds() / 60
        left = f", renewed or over in {minutes:.0f} min"
    return f"by {method}, key id ending in {ending}{left}"


def _wrong(subject: str, fault: Fault, context: str = "") -> Diagnosis:
    return Diagnosis(subject, "wrong", fault.message, fault.hint, context)


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
