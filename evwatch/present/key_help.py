"""A page of keys, in as many columns as fit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.text import Text

from evwatch.present.tones import DIM, STRONG

_KEYS_CELLS = 12
_COLUMN_CELLS = 34
_TOOLTIP_CELLS = 34


@dataclass(frozen=True, slots=True)
class KeyLine:
    """One action with its keys."""

    keys: str
    words: str
    more: str = ""


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
    return max(1, width // _COLUMN_CELLS)


def _shared(blocks: list[list[Text]], columns: int) -> list[list[Text]]:
    """Blocks in order over at most so many columns, the highest column as low as it can be."""
    height = max((len(block) for block in blocks), default=1)
    while True:
        shared: list[list[Text]] = [[]]
        for block in blocks:
            if shared[-1] and len(shared[-1]) + len(block) > height:
                shared.append([])
            shared[-1].extend(block)
        if len(shared) <= columns:
            return shared
        height += 1


def _block(title: str, lines: Sequence[KeyLine], width: int) -> list[Text]:
    block = [Text(title, style=STRONG)]
    for each in lines:
        line = Text(no_wrap=True)
        line.append(f"{each.keys:>{_KEYS_CELLS}}  ", style="ev.key")
        line.append(each.words)
        if each.more and width >= _KEYS_CELLS + len(each.words) + _TOOLTIP_CELLS:
            line.append(f"  {each.more}", style=DIM)
        block.append(line)
    return block
