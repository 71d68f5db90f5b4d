"""What a setting's value may be: how it is checked, read from text, and written."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from evwatch.config.spelling import meant
from evwatch.model.arn import parse_arn


class WrongValueError(ValueError):
    """A value that a setting does not take; its text says what is allowed."""


class Kind(ABC):
    """A kind of value. `read` takes what TOML gave; `parse` what the environment or a flag gave."""

    @property
    @abstractmethod
    def words(self) -> str:
        """What is allowed, for a person: `true or false`."""

    @abstractmethod
    def read(self, value: object) -> Any:
        """The checked value. Raises WrongValueError."""

    def parse(self, text: str) -> Any:
        """The checked value of a text. Raises WrongValueError."""
        return self.read(text)

    def show(self, value: Any) -> str:
        """The value as TOML writes it."""
        return _json(value)


class Switch(Kind):
    """True or false; in the environment also 1 and 0, yes and no, on and off."""

    words = "true or false"

    def read(self, value: object) -> bool:
        if isinstance(value, bool):
            return value
        raise WrongValueError(self.words)

    def parse(self, text: str) -> bool:
        folded = text.strip().lower()
        if folded in ("1", "true", "yes", "on"):
            return True
        if folded in ("0", "false", "no", "off"):
            return False
        raise WrongValueError(self.words)


class Text(Kind):
    """Any text that is not empty."""

    words = "text"

    def read(self, value: object) -> str:
        if isinstance(value, str) and value.strip():
            return value
        raise WrongValueError(self.words)


@dataclass(frozen=True, slots=True)
class Choice(Kind):
    """One of a few texts."""

    allowed: tuple[str, ...]

    @property
    def words(self) -> str:
        """The texts themselves."""
        return "one of " + " ".join(self.allowed)

    def read(self, value: object) -> str:
        if isinstance(value, str) and value in self.allowed:
            return value
        raise WrongValueError(self.words + meant(value, self.allowed))


@dataclass(frozen=True, slots=True)
class Number(Kind):
    """A number within bounds, both included."""

    minimum: float = -math.inf
    maximum: float = math.inf
    whole: bool = False

    @property
    def words(self) -> str:
        """What sort of number, and its bounds."""
        sort = "a whole number" if self.whole else "a number"
        if math.isfinite(self.minimum) and math.isfinite(self.maximum):
            return f"{sort} from {self.minimum:g} to {self.maximum:g}"
        return f"{sort} of at least {self.minimum:g}" if math.isfinite(self.minimum) else sort

    def read(self, value: object) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            raise WrongValueError(self.words)
        if not self.minimum <= value <= self.maximum or (self.whole and not isinstance(value, int)):
            raise WrongValueError(self.words)
        return value if self.whole else float(value)

    def parse(self, text: str) -> float:
        try:
            return self.read(int(text) if self.whole else float(text))
        except ValueError:
            raise WrongValueError(self.words) from None

    def show(self, value: Any) -> str:
        return f"{value:g}"


class Url(Kind):
    """An address of http or https."""

    words = "an address such as http://localhost:4566"

    def read(self, value: object) -> str:
        try:
            parts = urlsplit(value) if isinstance(value, str) else None
            known = parts is not None and parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
        except ValueError:
            known = False
        if known and isinstance(value, str):
            return value
        raise WrongValueError(self.words)


COLOURS = {
    "red": "#e5534b",
    "orange": "#d9822b",
    "yellow": "#d6b02a",
    "green": "#57ab5a",
    "cyan": "#39a5b5",
    "blue": "#4c8ed9",
    "purple": "#a371f7",
    "grey": "#8a939d",
}
"""Colours by name, of about one lightness, so that one colour of text can be read on all of them."""


class Colour(Kind):
    """A colour by name, or as `#rrggbb`; kept as `#rrggbb`."""

    words = f"one of {' '.join(COLOURS)}, or #rrggbb"

    def read(self, value: object) -> str:
        if isinstance(value, str):
            if value.lower() in COLOURS:
                return COLOURS[value.lower()]
            if len(value) == 7 and value[0] == "#" and not set(value[1:].lower()) - set("0123456789abcdef"):
                return value.lower()
        raise WrongValueError(self.words + meant(value, COLOURS))


class RoleArn(Kind):
    """The ARN of an IAM role."""

    words = "a role such as arn:aws:iam::123456789012:role/on-call"

    def read(self, value: object) -> str:
        arn = parse_arn(value) if isinstance(value, str) else None
        if arn is not None and arn.service == "iam" and arn.resource.startswith("role/"):
            return str(arn)
        raise WrongValueError(self.words)


class Texts(Kind):
    """A list of texts; in the environment they are separated by commas."""

    words = "a list of texts"

    def read(self, value: object) -> tuple[Any, ...]:
        if isinstance(value, list | tuple) and all(isinstance(item, str) and item.strip() for item in value):
            return tuple(self.item(item) for item in value)
        raise WrongValueError(self.words)

    def parse(self, text: str) -> tuple[Any, ...]:
        return self.read([part.strip() for part in text.split(",") if part.strip()])

    def item(self, text: str) -> Any:
        """One element, checked."""
        return text

    def show(self, value: Any) -> str:
        return _json(list(value))


class Choices(Texts):
    """A list of texts out of a few, each once; one of `needed` must be among them."""

    def __init__(self, allowed: tuple[str, ...], needed: tuple[str, ...] = ()) -> None:
        self.allowed = allowed
        self._needed = needed
        least = f", with at least one of {' '.join(needed)}" if needed else ""
        self.words = f"a list of {' '.join(allowed)}, each once{least}"

    def read(self, value: object) -> tuple[Any, ...]:
        found = super().read(value)
        if len(set(found)) < len(found) or (self._needed and not set(found) & set(self._needed)):
            raise WrongValueError(self.words)
        return found

    def item(self, text: str) -> str:
        if text in self.allowed:
            return text
        raise WrongValueError(self.words + meant(text, self.allowed))


class Tags(Texts):
    """A list of tags, each `KEY` or `KEY=VALUE`."""

    words = "a list of tags, each KEY or KEY=VALUE"

    def item(self, text: str) -> tuple[str, str | None]:
        key, equals, wanted = text.partition("=")
        if not key.strip():
            raise WrongValueError(self.words)
        return (key.strip(), wanted if equals else None)

    def show(self, value: Any) -> str:
        return _json([key if wanted is None else f"{key}={wanted}" for key, wanted in value])


class Keys(Kind):
    """One key or a list of them, as Textual names keys; kept as one text with commas."""

    words = 'a key such as "f5" or "ctrl+r", or a list of them'

    def read(self, value: object) -> str:
        keys = [value] if isinstance(value, str) else value
        if isinstance(keys, list) and keys and all(isinstance(key, str) and key.strip() for key in keys):
            return ",".join(key.strip() for key in keys)
        raise WrongValueError(self.words)


def _json(value: object) -> str:
    import json  # here, because nothing is shown on the way to the dashboard's first frame

    return json.dumps(value, ensure_ascii=False)
