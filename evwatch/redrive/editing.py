"""Editing what a dead letter is about: what may be edited, and how an edit leaves alone what was not edited."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise, takewhile
from typing import Any

from evwatch.deadletters.decode.payload import payload
from evwatch.deadletters.decode.reading import read_json
from evwatch.model.deadletter import DeadLetter
from evwatch.redrive.targets.records import sns_records

_SPACE = " \t\r\n\ufeff"
_TOKEN = re.compile(rf'([{_SPACE}]*)("[^"\\]*+(?:\\.[^"\\]*+)*+"?|[{{}}\[\],:]|[^{_SPACE}"{{}}\[\],:]+)', re.DOTALL)
_COMPARED = 4_000
"""Tokens between the first and the last difference that are matched one by one: it takes the square of that."""
_DEEPEST = 200


@dataclass(frozen=True, slots=True)
class Wrong:
    """Why a text is no JSON, and where."""

    message: str
    line: int
    column: int


def editable(letter: DeadLetter) -> str | None:
    """What a redrive would give its target, as far as that is the message's own; None where it does not hold it."""
    if letter.origin == "topic" and ":lambda:" in (letter.target_arn or ""):
        return sns_records(letter)
    return payload(letter)


def is_json(text: str) -> bool:
    """Whether a text is an object or array, which must stay one."""
    return text.lstrip(_SPACE)[:1] in ("{", "[") and read_json(text).found


def wrong_json(text: str) -> Wrong | None:
    """What keeps a text from being JSON that every consumer reads; None where nothing does."""
    try:
        json.loads(text.removeprefix("\ufeff"), parse_constant=_refused)
    except json.JSONDecodeError as error:
        return Wrong(error.msg, error.lineno, error.colno)
    except ValueError as error:
        return Wrong(str(error), 1, 1)
    except RecursionError:
        return Wrong(f"nested deeper than {_DEEPEST} levels", 1, 1)
    return None


def laid_out(text: str) -> str:
    """JSON on one line as an editor wants it: a member or element a line, each token as it stands."""
    if not is_json(text) or "\n" in text.strip():
        return text
    lines, line, depth = [], "", 0
    tokens = [token for _, token in _TOKEN.findall(text)]
    for place, token in enumerate(tokens):
        opens, closes = token in ("{", "["), token in ("}", "]")
        empty = closes and place > 0 and tokens[place - 1] in ("{", "[")
        if closes:
            depth -= 1
            if not empty:
                lines.append(line)
                line = "  " * depth
        line += ": " if token == ":" else token
        if opens:
            depth += 1
        follows = tokens[place + 1] if place + 1 < len(tokens) else ""
        if token == "," or (opens and follows not in ("}", "]")):
            lines.append(line)
            line = "  " * depth
    return "\n".join([*lines, line]) + "\n"


def taken_back(original: str, edited: str) -> str:
    """What was typed, in the layout of the original: whatever was not edited is byte for byte what it was.

    An editor that ends the last line by itself has edited nothing.
    """
    if not original.endswith("\n") and edited.endswith("\n"):
        edited = edited[:-1].removesuffix("\r")
    if edited == original or not is_json(original) or "\n" in original.strip():
        return edited
    before, after = _TOKEN.findall(original), _TOKEN.findall(edited)
    return "".join(_merged(before, after)) + original[len(original.rstrip(_SPACE)) :]


def _merged(before: Sequence[tuple[str, str]], after: Sequence[tuple[str, str]]) -> list[str]:
    """The tokens of `after`, each with the space that stood before it in `before` where it stood there."""
    old, new = [token for _, token in before], [token for _, token in after]
    most = min(len(old), len(new))
    start = sum(1 for _ in takewhile(lambda at: old[at] == new[at], range(most)))
    end = sum(1 for _ in takewhile(lambda at: old[-1 - at] == new[-1 - at], range(most - start)))
    spaces: list[str | None] = [space for space, _ in before[:start]]
    spaces += _between(before[start : len(old) - end], new[start : len(new) - end])
    spaces += [space for space, _ in before[len(old) - end :]]
    usual = _usual(before)
    found = []
    for place, (space, token) in enumerate(zip(spaces, new, strict=True)):
        follows = new[place - 1] if place else ""
        found.append((usual.get(follows, "") if space is None else space) + token)
    return found


def _between(before: Sequence[tuple[str, str]], new: Sequence[str]) -> list[str | None]:
    spaces: list[str | None] = [None] * len(new)
    if len(before) <= _COMPARED and len(new) <= _COMPARED:
        matcher = SequenceMatcher(None, [token for _, token in before], new, autojunk=False)
        for _, at, end, new_at, new_end in matcher.get_opcodes():
            if end - at == new_end - new_at:  # the same, or one in the place of another
                spaces[new_at:new_end] = [space for space, _ in before[at:end]]
    return spaces


def _usual(before: Sequence[tuple[str, str]]) -> dict[str, str]:
    """The space that this text has after a colon and after a comma."""
    found: dict[str, str] = {}
    for (_, token), (space, _) in pairwise(before):
        if token in (":", ","):
            found.setdefault(token, space)
    return found


def _refused(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")
