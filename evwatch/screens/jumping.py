"""`:` from anywhere: where to, and going there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from evwatch.screens.id_search import HeldLine, HeldMessage, IdSearch
from evwatch.screens.jump import Goal, JumpScreen
from evwatch.screens.targets import Target, all_targets
from evwatch.screens.wanted import DeadLettersWanted, LogsWanted

if TYPE_CHECKING:
    from textual.app import App

    from evwatch.screens.overview import OverviewScreen


def jump(app: App[Any], overview: OverviewScreen) -> None:
    """Ask where to. A message or log line opens on top of what one looks at; all else is the overview's to show."""

    def chosen(goal: Goal | None) -> None:
        match goal:
            case None:
                return
            case HeldMessage():
                overview.post_message(DeadLettersWanted(goal.key, goal.letter))
            case HeldLine():
                overview.post_message(LogsWanted(goal.request, f"log lines that hold {goal.term}"))
            case _:
                app.run_worker(_to_overview(app, overview, goal), group="jump", exclusive=True)

    overview.want_custom_metrics()
    screen = JumpScreen(lambda: all_targets(overview.picture), IdSearch(lambda: overview.picture.snapshot))
    app.push_screen(screen, chosen)


async def _to_overview(app: App[Any], overview: OverviewScreen, target: Target) -> None:
    while app.screen is not overview and overview in app.screen_stack:
        await app.pop_screen()
    overview.go_to(target)
