"""What one does with dead letters that were read: peel, find, copy, export."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.binding import Binding, BindingType

from evwatch.deadletters.document import document, dumps, group_document
from evwatch.model.deadletter import DeadLetter, JsonValue
from evwatch.model.log_lines import LogRequest
from evwatch.present.figures import plural
from evwatch.present.key import Key
from evwatch.present.letters import ALL
from evwatch.screens import taking
from evwatch.screens.letter_lists import LetterListsScreen
from evwatch.screens.wanted import DeadLettersWanted, LogsWanted

if TYPE_CHECKING:
    from pathlib import Path

    from evwatch.screens.find import Found

_OPEN = Binding.Group("look closer")
_TAKE = Binding.Group("take out")


class LettersScreen(LetterListsScreen):
    """The lists, and all that leads out of them."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("x", "peel(1)", "Peel", id="letters.peel", group=_OPEN, tooltip="Raw body, each layer, event"),
        Binding("X", "peel(-1)", "Peel back", id="letters.peel-back", group=_OPEN, tooltip="The same, outward"),
        Binding("a", "attributes", "Attributes", id="letters.attributes", group=_OPEN, tooltip="And back to the top"),
        Binding("i", "find", "Find an id", id="letters.find", group=_OPEN, tooltip="In every queue that was read"),
        Binding("l,5", "logs", "Logs", id="letters.logs", group=_OPEN, tooltip="Of the invocation that failed on it"),
        Binding("y", "json", "JSON", id="json", group=_TAKE, tooltip="Message or group as a document"),
        Binding("c", "copy", "Copy", id="copy", group=_TAKE, tooltip="Its id, or the inspector's text (OSC 52)"),
        Binding("C", "copy_body", "Copy body", id="letters.copy-body", group=_TAKE, tooltip="Exactly as it was sent"),
        Binding("v", "pager", "Pager", id="letters.pager", group=_TAKE, tooltip="The inspector's text in $PAGER"),
        Binding("w", "export", "Export", id="letters.export", group=_TAKE, tooltip="Marked, group or all, to a file"),
    ]

    def read_so_far(self) -> Iterable[tuple[Key, DeadLetter]]:
        """The letters of every queue that was read."""
        raise NotImplementedError

    # Looking closer.

    def action_peel(self, step: int) -> None:
        """Another layer."""
        if self.peeling:
            self.peeling.peel(step)
            self.show_letter()

    def action_attributes(self) -> None:
        """To the attributes, and back to the top."""
        self.panels.go("inspector")
        self.panels.inspector.show_attributes()

    def action_find(self) -> None:
        """Ask for an id, in every queue that was read."""
        from evwatch.screens.find import FindScreen

        self.app.push_screen(FindScreen(tuple(self.read_so_far()), self.letter, self.clock), self._found)

    def action_logs(self) -> None:
        """What the function said that failed on it."""
        if self.letter:
            now = self.clock()
            request = LogRequest(self.key[1], now, now, letter=self.letter, context=self.key[0])
            self.post_message(LogsWanted(request, f"logs of the failure on message {self.letter.id}"))
        else:
            read_first = "read the dead letters first: their log lines are found by what is in them"
            self.notify("no message is under the cursor" if self.shown else read_first, markup=False, timeout=3)

    def _found(self, place: Found | None) -> None:
        if place and place.key[1] == self.key[1]:
            self.go_to(place.letter)
        elif place:
            self.post_message(DeadLettersWanted(place.key, place.letter))

    # Taking out.

    def action_copy(self) -> None:
        """The group's fingerprint, the message's id, or the text that the inspector shows."""
        if self.panels.level == "groups":
            taking.copy(self, self.group, "the group")
        elif self.panels.level == "inspector" and self.peeling:
            taking.copy(self, self.peeling.view.text, f"the {self.peeling.view.title}")
        elif self.letter:
            taking.copy(self, self.letter.id, "the id")

    def action_copy_body(self) -> None:
        """The body exactly as it was sent."""
        if self.letter:
            taking.copy(self, self.letter.message.body, "the body")

    def action_json(self) -> None:
        """Message or group as a JSON document."""
        from evwatch.screens.document import DocumentScreen

        value = self._group_document() if self.panels.level == "groups" else self._letter_document()
        if value is not None:
            self.app.push_screen(DocumentScreen(self.header, self.name_of_queue, dumps(value, ascii_only=True)))

    def _letter_document(self) -> JsonValue:
        return document(self.letter) if self.letter else None

    def _group_document(self) -> JsonValue:
        found: list[JsonValue] = [
            dict(group_document(each))
            for each in (self.shown.groups if self.shown else ())
            if self.group in (ALL, each.group)
        ]
        return found if self.group == ALL and found else next(iter(found), None)

    @work(exclusive=True, group="pager")
    async def action_pager(self) -> None:
        """The text that the inspector shows, in the operator's own pager."""
        from evwatch.screens.pager import page

        if self.peeling:
            await page(self, self.peeling.view.text)

    def action_export(self) -> None:
        """Ask for a file."""
        from evwatch.screens.export_ask import ExportAskScreen

        what, letters = self._chosen()
        if letters:
            asking = ExportAskScreen(self.header.places, what, self.name_of_queue, self.clock())

            def export(file: Path | None) -> None:
                if file:
                    self._export(file, letters)

            self.app.push_screen(asking, export)

    def _chosen(self) -> tuple[str, tuple[DeadLetter, ...]]:
        """What an export means now: what is marked, else the group under the cursor, else all that is listed."""
        if self.shown is None:
            return "", ()
        if self.shown.marked:
            marked = tuple(each for each in self.shown.look.letters if each.id in self.shown.marked)
            return plural(len(marked), "marked message"), marked
        letters = self.shown.members(self.group)
        return f"{plural(len(letters), 'message')}{f' of group {self.group}' if self.group != ALL else ''}", letters

    @work(exclusive=True, group="export")
    async def _export(self, file: Path, letters: tuple[DeadLetter, ...]) -> None:
        await taking.export(self, file, letters)
