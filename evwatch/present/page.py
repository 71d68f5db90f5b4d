"""Pages: sections of labels with what they say, and links in it that can be followed."""

from __future__ import annotations

import re
from collections.abc import Iterable

from rich.style import Style
from rich.text import Text

from evwatch.present.inert import inert_lines, plain
from evwatch.present.tones import ACCENT

Field = tuple[str, Text | str]
Section = tuple[str, tuple[tuple[str, Text], ...]]
"""A title, and labels with what they say; an empty label is a line of its own."""
Page = tuple[Section, ...]
LABEL_CELLS = 20
_LONG = 400
_LINES = 60
# Only what can stand in a URL unescaped and printable: nothing that a terminal would take for the end of the link.
_LINK = re.compile(r"https?://[A-Za-z0-9._~:/?#@!$&*+,;=%\[\]()-]+")
_AFTER_LINK = ".,;:!?)]"


def page_of(text: str) -> Page:
    """A page of inert lines."""
    return (("", tuple(("", Text(plain(line, _LONG * 10))) for line in text.split("\n"))),)


def linked(text: str) -> Text:
    """Inert text in which web addresses can be followed (OSC 8); nothing but http and https is a link."""
    shown = Text(plain(text, _LONG * 2))
    for found in _LINK.finditer(shown.plain):
        address = found[0].rstrip(_AFTER_LINK)
        shown.stylize(Style(link=address, underline=True), found.start(), found.start() + len(address))
        shown.stylize(ACCENT, found.start(), found.start() + len(address))
    return shown


def linked_lines(text: str) -> list[Text]:
    """The same for a text of several lines."""
    return [linked(line) for line in inert_lines(text, _LINES, _LONG * 2)]


def page(*sections: tuple[str, Iterable[Field]]) -> Page:
    """A page of these sections, every text of it inert; a section in which nothing stands is left out."""
    found: list[Section] = []
    for title, fields in sections:
        told = tuple(
            (plain(label, LABEL_CELLS), value if isinstance(value, Text) else Text(plain(value, _LONG)))
            for label, value in fields
        )
        if told:
            found.append((title, told))
    return tuple(found)


def console_section(url: str | None) -> Page:
    """The link to its page in the AWS console; nothing where it has none.

    `url` is of those that `console_url` makes: nothing in it can end the link.
    """
    if not url or not (url.isascii() and url.isprintable()):
        return ()
    return (("AWS console", (("", Text(url, style=Style(link=url, underline=True))),)),)
