"""Columns of a list, and which of them fit into a width."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

GAP = 1


@dataclass(frozen=True, slots=True)
class Column:
    """One column. Where the width does not allow all, those of the highest `rank` go first."""

    key: str
    title: str
    width: int
    """In cells; the least it may have where `grows` is set."""
    rank: int
    justify: Literal["left", "right"] = "left"
    grows: int = 0
    """Its share of the cells that are left over."""
    most: int = 200
    instead_of: str = ""
    """Key of a shorter column that this one replaces once it fits."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A column with the width that it got."""

    column: Column
    width: int


def fit(columns: Sequence[Column], width: int) -> tuple[Placed, ...]:
    """Choose columns by rank while they fit, then share what is left among those that grow; order is kept."""
    chosen: list[Column] = []
    room = width
    for column in sorted(columns, key=lambda each: each.rank):
        replaced = next((each for each in chosen if each.key == column.instead_of), None)
        freed = replaced.width + GAP if replaced else 0
        if column.instead_of and replaced is None:
            continue
        if column.width + GAP <= room + freed or not chosen:
            if replaced:
                chosen.remove(replaced)
            chosen.append(column)
            room -= column.width + GAP - freed
    room += GAP
    widths = {column.key: column.width for column in chosen}
    growing = [column for column in chosen if column.grows]
    while room > 0 and growing:
        shares = sum(column.grows for column in growing)
        given = 0
        for column in list(growing):
            extra = min(max(1, room * column.grows // shares), column.most - widths[column.key], room - given)
            widths[column.key] += max(0, extra)
            given += max(0, extra)
            if widths[column.key] >= column.most:
                growing.remove(column)
        room -= given
        if not given:
            break
    return tuple(Placed(column, widths[column.key]) for column in columns if column in chosen)
