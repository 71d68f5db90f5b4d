"""Acting on dead letters that were read: redrive, edit a copy, delete. None of the keys does anything by itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual import work
from textual.binding import Binding, BindingType

from evwatch.model.deadletter import DeadLetter
from evwatch.model.deletion import Deletion
from evwatch.model.fault import EvwatchError
from evwatch.model.look import LookRequest
from evwatch.present.figures import plural
from evwatch.present.inert import plain
from evwatch.present.letters import ALL, short_id
from evwatch.present.looks import Guard, guard_words
from evwatch.present.tones import ALARM, DIM, WARN
from evwatch.screens.around import Around
from evwatch.screens.dialog import ask
from evwatch.screens.guards import known_guards, lifted, why_off
from evwatch.screens.letters import LettersScreen
from evwatch.screens.live import NO_SESSION
from evwatch.screens.order import Order
from evwatch.screens.redrives import About, Redrives
from evwatch.screens.wanted import PlanWanted, RunWanted

if TYPE_CHECKING:
    from evwatch.redrive.editing import Wrong

_ACT = Binding.Group("act")
_SECONDS = 8


class LetterActionsScreen(LettersScreen):
    """What acts goes through a plan, or a name that is typed."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "r",
            "redrive",
            "Redrive",
            id="letters.redrive",
            group=_ACT,
            tooltip="Opens the plan: marked, or under the cursor",
        ),
        Binding("e", "edit", "Edit a copy", id="letters.edit", group=_ACT, tooltip="In $EDITOR, then the plan"),
        Binding("ctrl+d", "delete", "Delete", id="letters.delete", group=_ACT, tooltip="Saved first; type the name"),
    ]
    redrives: Redrives
    around: Around
    lease_seconds: int

    @property
    def off(self) -> Mapping[str, str]:
        """Keys that are off, by id, and why."""
        why = why_off(self.around.context, read_only=self.header.read_only)
        return {"letters.redrive": why, "letters.edit": why, "letters.delete": why} if why else {}

    def _refused(self, key: str) -> bool:
        why = self.off.get(key)
        if why:
            self._say(f"{why}: nothing was done")
        return bool(why)

    # What is meant.

    def ordered(self) -> Order | None:
        """What is marked, else the message that is being read; else the group under the cursor, or all of the queue.

        Of all a filter takes away what it does not let through.
        """
        key, queue, shown = self.key, self.around.queue, self.shown
        if shown is None:
            return Order(key, queue, "the whole queue")
        titles = {group.group: group.title for group in shown.groups}
        if shown.marked:
            chosen = tuple(each for each in shown.look.letters if each.id in shown.marked)
            words = plural(len(chosen), "marked message")
            return self._order(words, chosen, titles)
        if self.panels.level == "inspector" and self.letter:
            return self._order(f"message {short_id(self.letter.id)}", (self.letter,), titles)
        if self.group == ALL and not shown.filtered:
            return Order(key, queue, "the whole queue", look=shown.look, titles=titles)
        members = shown.members(self.group)
        named = f"group {self.group}" if self.group != ALL else f"what matches {plain(self.desk.words, 40)}"
        group = "" if shown.filtered else self.group
        return self._order(f"{plural(len(members), 'message')}, {named}", members, titles, group)

    def _order(
        self, words: str, letters: tuple[DeadLetter, ...], titles: dict[str, str], group: str = ""
    ) -> Order | None:
        """Without what is not there any more; None, with a word, where that is all."""
        gone = self.shown.gone if self.shown else {}
        left = tuple(letter for letter in letters if letter.id not in gone)
        if not left:
            self._say("nothing of that is in the queue any more; ctrl+r reads what is")
            return None
        look = self.shown.look if self.shown else None
        return Order(self.key, self.around.queue, words, left, look, group, titles)

    # Keys.

    def action_redrive(self) -> None:
        """The plan of it; or the run, where one is under way."""
        if self._refused("letters.redrive"):
            return
        if order := self.ordered():
            self.app.post_message(PlanWanted(order))

    @work(exclusive=True, group="act")
    async def action_delete(self) -> None:
        """Have the name typed, then save and delete."""
        from evwatch.screens.typed_ask import TypedAskScreen

        if self._refused("letters.delete") or (order := self.ordered()) is None:
            return
        guards = known_guards(self.around.queue, is_no_dlq=self.around.is_no_dlq)
        held = self.around.depth.held if self.around.depth else None
        amount = len(order.chosen) if order.chosen is not None else held
        what = order.words if order.chosen is not None else f"every message{f', about {held:,}' if held else ''}"
        lines = [
            Text(f"{what}: each is saved in the journal first, then deleted from SQS.", style=ALARM),
            Text("u on the run's screen puts them back, once, with new ids. The journal keeps them for 15 days."),
            Text(f"equivalent: {plain(self._delete_command(order, guards), 400)}", style=DIM),
        ]
        try:
            lines += await self.redrives.caution_lines(*self.key)
        except EvwatchError as error:
            self._say(f"{error}; nothing was done")
            return
        lines += [Text(f"▲ {guard_words(guard, self.around.queue)}", style=WARN) for guard in guards if guard != "fifo"]
        name = self.name_of_queue
        if not await ask(self, TypedAskScreen("Delete messages of", name, lines, self.around.place)):
            return
        request = lifted(LookRequest(lease_seconds=self.lease_seconds, fifo=True), guards)
        await self._delete(order, request, amount)

    async def _delete(self, order: Order, guards: LookRequest, amount: int | None) -> None:
        session = self.redrives.session
        context, arn = self.key
        try:
            queue = order.queue or ((await session.find(arn)).queue if session else None)
        except EvwatchError as error:
            self._say(str(error))
            return
        if queue is None:
            self._say(NO_SESSION.message)
            return
        deletion = Deletion(context, queue, guards, order.chosen)
        running = self.redrives.begin(
            About("delete", context, arn, self.name_of_queue, amount),
            lambda redriver, control, tell: redriver.delete(deletion, control, tell),
        )
        if running:
            self.app.post_message(RunWanted(running, order.titles))
        else:
            self._say("a run of this queue is under way here already; 6 lists it")

    def _delete_command(self, order: Order, guards: Sequence[Guard]) -> str:
        from evwatch.present.command_line import delete_command

        place = self.around.place
        return delete_command(self.name_of_queue, place.context if place else None, order.choice, guards)

    @work(exclusive=True, group="act")
    async def action_edit(self) -> None:
        """The event in an editor, then the plan of sending that instead."""
        from evwatch.redrive.editing import editable, is_json, laid_out, taken_back, wrong_json
        from evwatch.screens.editor import edit

        letter, shown = self.letter, self.shown
        if self._refused("letters.edit") or letter is None or shown is None:
            return
        if letter.id in shown.gone:
            self._say("it is not in the queue any more")
            return
        original = editable(letter)
        if original is None:
            self._say("it holds a record of the failure and not what failed: there is nothing to edit")
            return
        must_be_json, text = is_json(original), laid_out(original)
        while True:
            typed = await edit(self, text, ".json" if must_be_json else ".txt")
            if typed is None:
                return
            edited = taken_back(original, typed)
            if edited == original:
                self._say("unchanged: nothing is done")
                return
            wrong = wrong_json(typed) if must_be_json else None
            if wrong is None:
                break
            if not await self._edit_on(wrong):
                return
            text = typed
        self._plan_edit(letter, original, edited)

    async def _edit_on(self, wrong: Wrong) -> bool:
        """Whether to go back into the editor."""
        from evwatch.screens.sure_ask import SureAskScreen

        lines = [
            Text(f"line {wrong.line}, column {wrong.column}: {plain(wrong.message, 200)}", style=ALARM),
            Text("What failed was JSON, and its consumer expects that. Nothing was sent."),
        ]
        asking = SureAskScreen("That is no JSON", lines, yes="back into the editor", no="drop the edit")
        return await ask(self, asking) is True

    def _plan_edit(self, letter: DeadLetter, original: str, edited: str) -> None:
        from evwatch.present.difference import difference
        from evwatch.redrive.editing import laid_out

        look = self.shown.look if self.shown else None
        changed = difference(laid_out(original), laid_out(edited))
        titles = {group.group: group.title for group in self.shown.groups} if self.shown else {}
        self.app.post_message(
            PlanWanted(
                Order(
                    self.key,
                    self.around.queue,
                    f"message {short_id(letter.id)}",
                    (letter,),
                    look,
                    titles=titles,
                    edits=((letter.id, edited),),
                    difference=changed,
                )
            )
        )

    def _say(self, words: str) -> None:
        self.notify(plain(words, 300), severity="warning", markup=False, timeout=_SECONDS)
