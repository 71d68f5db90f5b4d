"""The keys that matter here, at the bottom; a click does what the key does."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rich.style import Style
from rich.text import Text
from textual.reactive import reactive
from textual.widget import Widget

if TYPE_CHECKING:
    from textual.app import App
    from textual.binding import ActiveBinding
    from textual.screen import Screen

Hint = tuple[str, str, str]
"""Key as it is shown, what it does, the action; no action where the key is off."""


class KeyHints(Widget):
    """As many hints as fit, in the order given."""

    DEFAULT_CSS = """
    KeyHints {
        height: 1;
        link-style: none;
        link-color: $dim;
        link-style-hover: bold;
        link-color-hover: $strong;
        link-background-hover: $cursor-blurred;
    }
    """

    hints: reactive[Sequence[Hint]] = reactive(())

    def render(self) -> Text:
        """What fits is shown whole; nothing is cut in the middle."""
        width = self.content_size.width
        line = Text(no_wrap=True, end="")
        for key, words, action in self.hints:
            if line.cell_len + len(key) + len(words) + 3 > width:
                break
            line.append(" ")
            line.append(key, style="ev.key" if action else "ev.dim")
            line.append(" ")
            line.append(words, style=Style(meta={"@click": action}) if action else Style(strike=True))
            line.append(" ")
        return line


def show_keys(screen: Screen[Any], wanted: Mapping[str, str], off: Collection[str] = ()) -> None:
    """Tell the line of keys of a screen what is bound there now. One that was left meanwhile has no line any more."""
    for line in screen.query(KeyHints):
        line.hints = hints(screen.app, screen.active_bindings.values(), wanted, off)


def hints(
    app: App[Any], active: Iterable[ActiveBinding], wanted: Mapping[str, str], off: Collection[str] = ()
) -> tuple[Hint, ...]:
    """The bindings with these ids, in this order, with the keys that they have now; those that are `off` are grey."""
    found: dict[str | None, ActiveBinding] = {}
    for each in active:
        if each.enabled:
            found.setdefault(each.binding.id, each)
    return tuple(
        (
            app.get_key_display(found[name].binding),
            words,
            "" if name in off else _action(found[name].binding.action, found[name].node is app),
        )
        for name, words in wanted.items()
        if name in found
    )


def _action(action: str, of_app: bool) -> str:
    if "." in action.split("(", 1)[0]:
        return action
    return f"{'app' if of_app else 'screen'}.{action}"
