"""`?`: every key that does something here, with what it is bound to now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widget import Widget

from evwatch.present.inert import plain
from evwatch.present.key_help import KeyLine, key_page
from evwatch.present.tones import DIM

if TYPE_CHECKING:
    from textual.app import App
    from textual.binding import ActiveBinding

Groups = list[tuple[str, list[KeyLine]]]
_WITHOUT_GROUP = "evwatch"


def key_groups(app: App[Any], active: Iterable[ActiveBinding]) -> Groups:
    """Live bindings by group, each action once with all of its keys. Only those with an id, which can be remapped.

    What a screen says is off is grey, with the reason.
    """
    off: Mapping[str, str] = getattr(app.screen, "off", {})
    groups: dict[str, dict[tuple[str, str], list[ActiveBinding]]] = {}
    compact: set[str] = set()
    for each in active:
        binding = each.binding
        if binding.id and each.enabled:
            title = binding.group.description if binding.group else _WITHOUT_GROUP
            if binding.group and binding.group.compact:
                compact.add(title)
            groups.setdefault(title, {}).setdefault((binding.id, binding.description), []).append(each)
    found: Groups = []
    for title, actions in groups.items():
        lines = [
            KeyLine(
                " ".join(app.get_key_display(one.binding) for one in same),
                words,
                off.get(name) or same[0].tooltip,
                off=name in off,
            )
            for (name, words), same in actions.items()
        ]
        found.append((title, _in_pairs(lines) if title in compact else lines))
    return found


def _in_pairs(lines: list[KeyLine]) -> list[KeyLine]:
    """There and back on one line."""
    pairs = [lines[index : index + 2] for index in range(0, len(lines), 2)]
    return [KeyLine(" ".join(each.keys for each in pair), ", ".join(each.words for each in pair)) for pair in pairs]


class KeyPage(Widget):
    """The page, in as many columns as there is room for."""

    DEFAULT_CSS = """
    KeyPage { height: auto; width: 1fr; }
    """

    def __init__(self, groups: Groups, about: str) -> None:
        super().__init__()
        self._groups = groups
        self._about = about

    def render(self) -> Text:
        """What this panel shows, then the keys."""
        width = max(20, self.content_size.width)
        page = key_page(self._groups, width)
        if not self._about:
            return page
        return Text.assemble((plain(self._about, width), DIM), "\n\n", page)

    def get_content_height(self, container: Any, viewport: Any, width: int) -> int:
        """As many lines as the columns need."""
        lines = key_page(self._groups, max(20, width)).plain.count("\n") + 1
        return lines + (2 if self._about else 0)


class HelpScreen(ModalScreen[None]):
    """Closed by any of the keys that one would try."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,question_mark,q,enter", "dismiss", "Back", id="help.back", show=False),
    ]
    CSS = """
    HelpScreen { align: center middle; background: $background 60%; }
    #help { width: 116; max-width: 100%; height: auto; max-height: 100%; padding: 0 2; background: $panel; }
    HelpScreen.-tall #help { padding: 1 2; }
    """

    def __init__(self, groups: Groups, about: str = "") -> None:
        super().__init__()
        self._groups = groups
        self._about = about

    def compose(self) -> ComposeResult:
        """The page."""
        with VerticalScroll(id="help"):
            yield KeyPage(self._groups, self._about)
