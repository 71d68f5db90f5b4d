"""Settings that only the dashboard can judge: its themes, and the ids of its bindings."""

from __future__ import annotations

import hashlib
import importlib
import pkgutil
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evwatch import __version__
from evwatch.config import Loaded
from evwatch.config.spelling import meant
from evwatch.model.fault import EvwatchError, Fault

if TYPE_CHECKING:
    from textual.binding import Binding


def check_looks(loaded: Loaded) -> None:
    """Raises EvwatchError where the settings name a theme or a binding that there is not."""
    settings = loaded.settings
    for found in loaded.effective:
        if found.key == "theme" and found.origin.rank:
            _require(found.value, "theme", themes(), str(found.origin))
    if settings.keymap and not (good := _found_good(settings.keymap)).exists():
        ids = binding_ids()
        for found in loaded.effective:
            if found.key.startswith("keymap."):
                _require(found.key.removeprefix("keymap."), "binding", ids, str(found.origin))
                for key in str(found.value).split(","):
                    _require_key(key.strip(), str(found.origin))
        with suppress(OSError):
            good.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            good.touch()


def _found_good(keymap: Mapping[str, str]) -> Path:
    """A file in the user's cache that says of this very keymap that it was found good by this very evwatch.

    Judging one takes every screen there is, for which the first frame would wait at each start.
    """
    from platformdirs import user_cache_path

    screens = Path(__file__).parent.parent / "screens"
    told = repr((__version__, screens.stat().st_mtime_ns, sorted(keymap.items())))
    name = hashlib.sha256(told.encode(errors="surrogatepass")).hexdigest()[:32]
    return user_cache_path("evwatch", appauthor=False) / "keymap" / name


def themes() -> set[str]:
    """Every theme's name."""
    from textual.theme import BUILTIN_THEMES

    from evwatch.widgets.themes import DARK, LIGHT

    return {*BUILTIN_THEMES, DARK.name, LIGHT.name}


def binding_ids() -> set[str]:
    """The id of every binding of the dashboard, whichever screen or panel has it."""
    return {binding.id for _, binding in bindings() if binding.id}


def bindings() -> Iterator[tuple[type[Any], Binding]]:
    """Every binding of the dashboard, with the screen or panel that has it."""
    from textual.binding import Binding
    from textual.dom import DOMNode

    import evwatch.app
    import evwatch.screens
    import evwatch.widgets

    for package in (evwatch.screens, evwatch.widgets):
        for module in pkgutil.iter_modules(package.__path__, package.__name__ + "."):
            importlib.import_module(module.name)
    for node in _below(DOMNode):
        if node.__module__.startswith("evwatch."):
            for binding in node.__dict__.get("BINDINGS", ()):
                if isinstance(binding, Binding):
                    yield node, binding


_MODIFIERS = ("ctrl", "alt", "shift", "super", "hyper", "meta")


def _require_key(text: str, origin: str) -> None:
    """Raises EvwatchError where Textual knows no such key: `f5`, `ctrl+r`, `question_mark`, or one character."""
    from textual.keys import Keys

    *modifiers, key = text.split("+") if text != "+" else [text]
    named = {each.value for each in Keys if "+" not in each.value and "<" not in each.value}
    if set(modifiers) <= set(_MODIFIERS) and (len(key) == 1 or key in named or _is_character(key)):
        return
    wrong = next((each for each in modifiers if each not in _MODIFIERS), key)
    near = meant(wrong, _MODIFIERS if wrong != key else named).removeprefix("; ")
    hint = f"{near} keys are written as f5, ctrl+r, question_mark, or one character".strip()
    raise EvwatchError(Fault("settings", f'{origin}: there is no key "{text}"', hint))


def _is_character(name: str) -> bool:
    """Whether this is how Textual names a character: by Unicode's name for it."""
    try:
        unicodedata.lookup(name.replace("_", " "))
    except KeyError:
        return False
    return name.islower()


def _below(kind: type[Any]) -> Iterator[type[Any]]:
    for each in kind.__subclasses__():
        yield each
        yield from _below(each)


def _require(name: str, what: str, known: Iterable[str], origin: str) -> None:
    allowed = sorted(known)
    if name not in allowed:
        near = meant(name, allowed).removeprefix("; ")
        hint = f"{near} known here: {' '.join(allowed)}".strip()
        raise EvwatchError(Fault("settings", f'{origin}: there is no {what} "{name}"', hint))
