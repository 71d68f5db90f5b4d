"""An error message without its variable parts: what two failures of one cause have in common.

The rules here decide the fingerprints that people keep in notes and scripts: a stored corpus holds them still.
"""

from __future__ import annotations

import re

GAP = "…"
MAX_LENGTH = 300
"""Characters of the result that count."""

_MAX_READ = 1_500

_CODE_IN_QUOTES = frozenset(
    {
        "AttributeError",
        "ImportError",
        "KeyError",
        "ModuleNotFoundError",
        "NameError",
        "NullPointerException",
        "ReferenceError",
        "TypeError",
        "UnboundLocalError",
    }
)
"""Errors that quote the program and not the data: which field is missing, which type it met. There the quoted name is
the reason itself."""

_IDENTIFIER = re.compile(r"[A-Za-z_$][A-Za-z_$-]*(?:\.[A-Za-z_$-]+)*")

_PARTS = r"""
    (?P<quoted>
        "(?:[^"\\]|\\.)*+" | (?<!\w)'(?:[^'\\]|\\.)*+'(?!\w) | `[^`]*+` | \\"[^"\\]*+\\"
      | \u201c[^\u201d]*+\u201d | \u2018[^\u2019]*+\u2019 | «[^»]*+»
    )
  | (?<!\w)(?:
        (?P<status> (?:http|status(?:[ _-]?code)?)["']?[ :=]{1,3}[1-5]\d\d(?!\w) )
      | (?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6},?\s+)? (?:\d{1,2}[\s-]+)?
            (?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.?[\s-]+\d[\w:.,+-]*+
      | (?<!-)(?:[^\W\d_]++[-_])*+[a-f]{6,}+(?![\w-])  # hexadecimal that happens to have no digit
      | (?=[\w+.~/\\-])(?![a-z]++(?:[\s,;)]|$))(?:  # most words are plain, and passed over here
            (?P<name> (?<!-)(?:
                utf-?(?:8|16|32) | base(?:32|64) | sha-?(?:1|256|384|512) | md5 | u?int(?:8|16|32|64)
              | float(?:16|32|64) | s3 | ec2 | ipv[46] | oauth2 | iso-8859-\d{1,2} | latin-?1 | x86_64 | arm64 | k8s
              | http/[123](?:\.[01])?
              | (?:af|ap|ca|cn|eu|il|me|mx|sa|us)-(?:gov-)?(?:(?:north|south)?(?:east|west)?|central|north|south)-\d
            )(?![\w-]) )
          | [a-z][a-z0-9+.-]{1,15}://[^\s"'<>]++
          | arn:aws[\w-]*:[^\s"',;<>()\[\]{}]++
          | (?<![.+%-])[\w.+%-]++@[\w-]+(?:\.[\w-]+)+
          | (?<![./\\])(?:[a-z]:|~|\.{1,2})?(?:[\\/][\w.@%+=~$-]++){2,}[\\/]?
          | (?<![./\\<])(?:~|\.{1,2})?/[\w.@%+=~$-]++/?
          | (?<![.@%+=~$/\\-])[\w.@%+=~$-]++(?:/[\w.@%+=~$-]++){2,}
          | (?<![.@%+=~$/\\-])[\w@%+=~$-]++/[\w@%+=~$-]++\.\w{1,5}(?!\w)
          | (?<!-)[+-]?(?:[^\W\d]|-)*+\d[\w-]*+(?:[.,:+/@\#=][\w-]*\d[\w-]*)*+%?
        )
    )
"""
_FLAGS = re.VERBOSE | re.IGNORECASE
_WHOLE = re.compile(_PARTS, _FLAGS)
_CUT = re.compile(_PARTS.replace('*+"', r'*+(?:"|\Z)').replace("*+'", r"*+(?:'|\Z)"), _FLAGS)
"""For a message that is cut off while it is read: a quotation may have lost its end."""
_RUNS = re.compile(r"(['\"`]?)…\1(?:[\s,;:/|+=-]*\1…\1)+")
_CLOSING = "\"'`\u201d\u2019»"
_SPACE = re.compile(r"\s+")


def skeleton(message: str, error_type: str | None = None) -> str:
    """The message with a gap for each id, number, time, quoted value, path, address, ARN and e-mail.

    Linear in the length of the message, of which only so much is read as can count.
    """
    parts = _WHOLE if len(message) <= _MAX_READ else _CUT
    name = error_type.rsplit(".", 1)[-1] if error_type else None
    text = parts.sub(_keep_code if name in _CODE_IN_QUOTES else _gap, message[:_MAX_READ])
    if text.count(GAP) > 1:
        text = _RUNS.sub(r"\1…\1", text)
    return _SPACE.sub(" ", text).strip()[:MAX_LENGTH]


def _gap(part: re.Match[str]) -> str:
    match part.lastgroup:
        case "quoted":
            opening, closing = part[0].lstrip("\\")[0], part[0][-1]
            return f"{opening}{GAP}{closing if closing in _CLOSING else opening}"
        case "status" | "name":
            return part[0]
        case _:
            return GAP


def _keep_code(part: re.Match[str]) -> str:
    found = part[0]
    if part.lastgroup == "quoted" and len(found) <= 60 and _IDENTIFIER.fullmatch(found, 1, len(found) - 1):
        return found
    return _gap(part)
