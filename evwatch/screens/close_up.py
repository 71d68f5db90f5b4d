"""A screen over the overview, which goes on reading: it shows the same picture closer, with figures of its own."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from evwatch.model.interest import Interest
from evwatch.present.picture import Picture
from evwatch.screens.closer import LookingCloser
from evwatch.widgets.header import HeaderBar

if TYPE_CHECKING:
    from evwatch.screens.overview import OverviewScreen


class CloseUp(LookingCloser):
    """Follows the overview's picture, and says which figures it needs besides while it is up."""

    AUTO_FOCUS = ""

    def __init__(self, overview: OverviewScreen) -> None:
        super().__init__()
        self.overview = overview
        self.header = HeaderBar(read_only=overview.header.read_only, demo=overview.header.demo)
        self._interest: Interest | None = None

    @property
    def picture(self) -> Picture:
        """The overview's."""
        return self.overview.picture

    def catch_up(self) -> datetime | None:
        """Take over the time, and where one is; returns the time, None before the overview has begun to count it."""
        now = self.overview.now
        if now is not None:
            self.now = now
            self.header.places, self.header.now = self.overview.header.places, now
        return now

    def ask_for(self, interest: Interest, *, again: bool = False) -> None:
        """Have these figures read; `again` where another screen may have asked for others meanwhile."""
        session = self.overview.session
        if session and (again or interest != self._interest):
            self._interest = interest
            session.show(interest)

    def action_leave(self) -> None:
        """Back to where one came from."""
        self.dismiss()

    def action_refresh_all(self) -> None:
        """Read everything again now."""
        self.overview.action_refresh_all()
