"""What a shell is offered after tab: names that were seen last, never AWS's own answer, which would take too long."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, suppress
from typing import TYPE_CHECKING

import click

from evwatch.cli.invocation import Invocation

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from evwatch.pollers.known_names import Names

Offer = Callable[[click.Context, click.Parameter, str], "list[CompletionItem]"]
_MOST = 500
_RUNS = "SELECT id, kind, queue_name FROM runs ORDER BY started_at DESC LIMIT 100"


def _known() -> Names:
    from evwatch.pollers.known_names import KnownNames, default_folder

    return KnownNames(default_folder()).all()


def _offered(words: Iterable[tuple[str, str]], incomplete: str) -> list[CompletionItem]:
    """Those that begin so, or hold it where none begins so; each once. A name is text from AWS: one that a shell's
    protocol cannot carry is left out."""
    from click.shell_completion import CompletionItem

    found = {word: about for word, about in reversed(list(words)) if word.isprintable() and word}
    ordered = list(reversed(found))
    fitting = [word for word in ordered if word.startswith(incomplete)]
    fitting = fitting or [word for word in ordered if incomplete.casefold() in word.casefold()]
    return [CompletionItem(word, help=found[word] or None) for word in fitting[:_MOST]]


def dlqs(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """DLQs, then the other queues: whoever names one of those has a reason."""
    known = _known()
    return _offered([(name, "DLQ") for name in known.dlqs] + [(name, "queue") for name in known.queues], incomplete)


def queues(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Queues, then DLQs."""
    known = _known()
    return _offered([(name, "queue") for name in known.queues] + [(name, "DLQ") for name in known.dlqs], incomplete)


def functions(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Functions, then queues."""
    known = _known()
    words = [(name, "function") for name in known.functions]
    return _offered(words + [(name, "queue") for name in (*known.dlqs, *known.queues)], incomplete)


def resources(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Everything in the flow."""
    known = _known()
    everything = (*known.queues, *known.dlqs, *known.functions, *known.others)
    return _offered(((name, "") for name in everything), incomplete)


def switches(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Rules and mappings."""
    return _offered(((name, "") for name in _known().switches), incomplete)


def groups(context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Failure groups of the queue that stands on the line, from the last look into it."""
    from click.shell_completion import split_arg_string

    from evwatch.model.naming import name_in

    known = _known().groups
    # An option that still lacks its value ends click's parsing before it has come to the arguments.
    words = split_arg_string(context.ensure_object(Invocation).environ.get("COMP_WORDS", ""))
    queue = next((name for word in words if (name := name_in(word)) in known), "")
    return _offered(known.get(queue, {}).items(), incomplete)


def runs(context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Runs of the journal, newest first."""
    return _offered(_runs(context), incomplete)


def _runs(context: click.Context) -> Iterator[tuple[str, str]]:
    import sqlite3

    from evwatch.redrive.folder import journal_file, journal_folder

    setting = None
    with suppress(Exception):  # whatever is wrong with the settings is told by the command itself
        setting = context.ensure_object(Invocation).load().settings.state_folder
    path = journal_file(journal_folder(setting))
    with suppress(sqlite3.Error), closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as connection:
        for run, kind, queue in connection.execute(_RUNS):
            yield str(run), f"{kind} of {queue}"


def contexts(context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Contexts of the settings file."""
    with suppress(Exception):  # as above
        file = context.ensure_object(Invocation).load().file
        return _offered(((name, str(file.contexts[name].get("region", ""))) for name in file.contexts), incomplete)
    return []


def profiles(context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Profiles of the AWS files."""
    from evwatch.aws.profiles import shared_profiles

    found = shared_profiles(context.ensure_object(Invocation).environ)
    return _offered(((name, values.get("region", "")) for name, values in found.items()), incomplete)


def regions(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Regions of AWS."""
    from evwatch.aws.regions import REGIONS

    return _offered(((name, "") for name in REGIONS), incomplete)


def formats(context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Formats of the command."""
    known = getattr(context.command, "outputs", ("table", "json", "jsonl"))
    return _offered(((name, "") for name in known), incomplete)
