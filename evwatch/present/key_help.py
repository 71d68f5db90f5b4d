"""A page of keys, in as many columns as fit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.text import Text

from evwatch.present.tones import DIM, STRONG

_KEYS_CELLS = 15
_COLUMN_CELLS = 37


@dataclass(frozen=True, slots=True)
class KeyLine:
    """One action with its keys."""

    keys: str
    words: str
    more: str = ""
    off: bool = False
    """It does nothing here now; `more` says why."""


def key_page(groups: Sequence[tuple[str, Sequence[KeyLine]]], width: int) -> Text:
    """Groups one under the other, broken into columns of about the same height."""
    blocks = [[*_block(title, lines, width // columns_for(width)), Text("")] for title, lines in groups if lines]
    shared = _shared(blocks, columns_for(width))
    column_width = width // len(shared)
    page: list[Text] = []
    for row in range(max(len(column) for column in shared)):
        line = Text(no_wrap=True, end="")
        for index, column in enumerate(shared):
            cell = column[row].copy() if row < len(column) else Text("")
            cell.truncate(column_width - 1, overflow="ellipsis")
            line.append(" " * max(0, index * column_width - line.cell_len))
            line.append_text(cell)
        page.append(line)
    return Text("\n").join(page)


def columns_for(width: int) -> int:
    """How many columns of keys fit."""
    return 1 if width < 2 * _COLUMN_CELLS else 2


def _shared(blocks: list[list[Text]], columns: int) -> list[list[Text]]:
    """Each block under the column that is the shortest so far."""
    shared: list[list[Text]] = [[] for _ in range(min(columns, max(1, len(blocks))))]
    for block in blocks:
        min(shared, key=len).extend(block)
    for column in shared:
        if column:
            column.pop()
    return shared


def _block(title: str, lines: Sequence[KeyLine], width: int) -> list[Text]:
    block = [Text(title, style=STRONG)]
    for each in lines:
        line = Text(no_wrap=True)
        line.append(f"{each.keys:>{_KEYS_CELLS}}  ", style=DIM if each.off else "ev.key")
        if each.off:
            line.append(f"{each.words}: off, {each.more}", style=DIM)
        else:
            line.append(each.words)
        if each.more and not each.off and width > line.cell_len + 2 + len(each.more):
            line.append(f"  {each.more}", style=DIM)
        block.append(line)
    return block
