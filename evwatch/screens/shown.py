"""The letters of one look as the screen lists them: chosen by a filter, grouped, ordered, marked."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping

from evwatch.deadletters.group import grouped
from evwatch.deadletters.query import Order, Where, Words, ordered, parse_filter
from evwatch.model.deadletter import DeadLetter, FailureGroup
from evwatch.model.log_lines import LogReason
from evwatch.model.look import Look
from evwatch.present.gone import Gone
from evwatch.present.letters import ALL, GroupRow, LetterRow, group_rows
from evwatch.present.log_reasons import group_log, log_source, log_words
from evwatch.screens.breath import Breath


class Shown:
    """Rows of a look. What was worked out once is kept: thousands of letters are listed again at each key."""

    def __init__(self, look: Look, marked: set[str]) -> None:
        self.look = look
        self.arn = look.queue.arn
        self.marked = marked
        self._reasons: Mapping[str, LogReason] = {}
        self.query: Where | Words | None = None
        self.failed = 0
        """Letters on which the filter could not be worked out."""
        self.by_id = {letter.id: letter for letter in look.letters}
        marked.intersection_update(self.by_id)
        self.gone: Mapping[str, Gone] = {}
        """By MessageId, what a run has taken out of the queue since the look."""
        self._rows: dict[str, LetterRow] = {}
        self._ordered: dict[Order, tuple[DeadLetter, ...]] = {}
        self.letters: tuple[DeadLetter, ...] = ()
        self.groups: tuple[FailureGroup, ...] = ()
        self._choose(look.letters)

    @property
    def filtered(self) -> bool:
        """Whether a filter hides anything."""
        return len(self.letters) != len(self.look.letters)

    async def narrow(self, words: str, timer: Callable[[], float] = time.perf_counter) -> None:
        """Choose by what was typed; the keys are heard meanwhile. Raises EvwatchError where an expression is wrong."""
        if not words.strip():
            self.query, self.failed = None, 0
            self._choose(self.look.letters)
            return
        query = parse_filter(words)
        chosen: list[DeadLetter] = []
        failed = 0
        breath = Breath(timer)
        for letter in self.look.letters:
            selection = query.select((letter,))
            chosen += selection.letters
            failed += selection.failed
            await breath.take()
        self.query, self.failed = query, failed
        self._choose(tuple(chosen))

    def learn(self, reasons: Mapping[str, LogReason]) -> bool:
        """Why messages failed, as logs say it, by MessageId; False where nothing of that is new."""
        if reasons == self._reasons:
            return False
        self._reasons = reasons
        self._rows = {}
        return True

    def log_of(self, letter: DeadLetter) -> tuple[str, ...]:
        """What the log says of a message: its own, else what was read for others of its group."""
        own = self._reasons.get(letter.id)
        if own:
            return log_words(own), log_source(own)
        others = self._logs().get(letter.group)
        return (others, "read for other messages of its group") if others else ()

    def group_rows(self) -> tuple[GroupRow, ...]:
        """All messages, then each group."""
        marked = Counter(self.by_id[each].group for each in self.marked)
        gone = Counter(letter.group for letter in self.letters if letter.id in self.gone)
        return group_rows(self.arn, self.groups, len(self.letters), marked, self._logs(), gone)

    def _logs(self) -> dict[str, str]:
        by_group: dict[str, list[LogReason]] = {}
        for reason in self._reasons.values():
            by_group.setdefault(reason.group, []).append(reason)
        return {group: group_log(reasons) for group, reasons in by_group.items()}

    def letter_rows(self, group: str, order: Order) -> tuple[LetterRow, ...]:
        """The messages of a group, or of all."""
        return tuple(self._row(letter) for letter in self.members(group, order))

    def members(self, group: str, order: Order = "age") -> tuple[DeadLetter, ...]:
        """The letters of a group, or of all."""
        if order not in self._ordered:
            self._ordered[order] = ordered(self.letters, order)
        listed = self._ordered[order]
        return listed if group == ALL else tuple(letter for letter in listed if letter.group == group)

    def lose(self, gone: Mapping[str, Gone]) -> bool:
        """These are not in the queue any more; returns whether that is news. No mark stays on them."""
        news = gone.keys() != self.gone.keys()
        self.gone = gone
        self.marked.difference_update(gone)
        return news

    def mark(self, letters: Iterable[DeadLetter]) -> None:
        """Mark these, or take the marks away where all of them are marked."""
        ids = {letter.id for letter in letters} - self.gone.keys()
        if ids <= self.marked:
            self.marked -= ids
        else:
            self.marked |= ids

    def _choose(self, letters: tuple[DeadLetter, ...]) -> None:
        self.letters = letters
        self.groups = grouped(letters)
        self._titles = {group.group: group.title for group in self.groups}
        self._ordered = {}
        self._rows = {}

    def _row(self, letter: DeadLetter) -> LetterRow:
        row = self._rows.get(letter.id)
        if row is None:
            title = self._titles.get(letter.group, "")
            own = self._reasons.get(letter.id)
            log = log_words(own) if own else ""
            self._rows[letter.id] = row = LetterRow((self.arn, letter.id), letter, title, log)
        return row
