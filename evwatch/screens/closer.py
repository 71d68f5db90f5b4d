"""Looking closer at what the cursor is on: its details, its JSON, its dead letters, its name to take along."""

from __future__ import annotations

from datetime import datetime

from textual import on
from textual.reactive import reactive
from textual.screen import Screen

from evwatch.present.inert import plain
from evwatch.present.picture import Picture
from evwatch.screens import clipboard
from evwatch.screens.targets import Target, identifier
from evwatch.widgets.header import HeaderBar
from evwatch.widgets.listing import Listing


class LookingCloser(Screen[None]):
    """A screen with something under its cursor; pages of details follow what it learns."""

    header: HeaderBar
    now: reactive[datetime | None] = reactive(None, repaint=False)

    @property
    def picture(self) -> Picture:
        """What is shown now."""
        raise NotImplementedError

    @property
    def target(self) -> Target | None:
        """What the cursor is on."""
        raise NotImplementedError

    @on(Listing.Opened)
    def action_open(self) -> None:
        """All that is known of what the cursor is on."""
        self._details(as_json=False)

    def action_json(self) -> None:
        """The same as JSON."""
        self._details(as_json=True)

    def action_dead_letters(self) -> None:
        """What gave up here."""
        ask_for_dead_letters(self, self.picture, self.target)

    def action_logs(self) -> None:
        """What its functions said."""
        ask_for_logs(self, self.picture, self.target, self.now)

    def action_faults(self) -> None:
        """What could not be read, and why."""
        from evwatch.screens.details import FaultsScreen

        self.app.push_screen(FaultsScreen(self))

    def _details(self, *, as_json: bool) -> None:
        from evwatch.screens.details import DetailsScreen

        if self.target:
            self.app.push_screen(DetailsScreen(self, self.target, as_json=as_json))

    def action_save_chart(self) -> None:
        """The data of the chart as CSV: of the one that the keys go to, else of the first that shows something."""
        from evwatch.screens.chart_data import save_chart

        save_chart(self, self.target.name if self.target else "chart", self.now)

    def action_copy(self) -> None:
        """The ARN to the clipboard."""
        if self.target:
            self.copy(identifier(self.target))

    def action_copy_name(self) -> None:
        """The name to the clipboard."""
        if self.target:
            self.copy(self.target.name)

    def action_copy_console(self) -> None:
        """The address of its page in the AWS console, to the clipboard."""
        from evwatch.screens.console import console_page

        if url := console_page(self.picture, self.target):
            self.copy(url, "the link to the AWS console")
        else:
            self.notify("it has no page in the AWS console", markup=False, timeout=3)

    def copy(self, text: str, called: str = "") -> None:
        """To the clipboard of the terminal, and say what."""
        clipboard.put(self, text)
        self.notify(f"copied {called or plain(text, 160)}", markup=False, timeout=3)


def ask_for_dead_letters(screen: Screen[None], picture: Picture, target: Target | None) -> None:
    """Go to the dead letters of a target, or say that none are known."""
    from evwatch.screens.gave_up import where_it_gave_up
    from evwatch.screens.wanted import DeadLettersWanted

    key = where_it_gave_up(picture, target)
    if key:
        screen.post_message(DeadLettersWanted(key))
    else:
        screen.notify("no dead-letter queue is known for this", markup=False, timeout=3)


def ask_for_redrive(screen: LookingCloser, picture: Picture, target: Target | None) -> None:
    """Go to the plan for all that gave up at a target, or say why not. Nothing is done by that."""
    from evwatch.screens.gave_up import where_it_gave_up
    from evwatch.screens.guards import why_off
    from evwatch.screens.order import Order
    from evwatch.screens.wanted import PlanWanted

    key = where_it_gave_up(picture, target)
    context = picture.context(key[0]) if key else None
    if key is None:
        screen.notify("no dead-letter queue is known for this", markup=False, timeout=3)
    elif why := why_off(context, read_only=screen.header.read_only):
        screen.notify(f"{why}: nothing was done", severity="warning", markup=False, timeout=6)
    else:
        queue = next((each for each in (context.queues.value if context else None) or () if each.arn == key[1]), None)
        screen.post_message(PlanWanted(Order(key, queue, "the whole queue")))


def ask_for_logs(screen: Screen[None], picture: Picture, target: Target | None, now: datetime | None) -> None:
    """Go to the log lines that belong to a target, or say that none are known."""
    from evwatch.screens.log_subject import log_request, title
    from evwatch.screens.wanted import LogsWanted

    request = log_request(picture, target, now) if now else None
    if request:
        screen.post_message(LogsWanted(request, title(request)))
    else:
        screen.notify("no function is known here that logs", markup=False, timeout=3)
