"""States as glyph, word and tone together, so that nothing is told by colour alone."""

from __future__ import annotations

from dataclasses import dataclass

from rich.text import Text

from evwatch.model.alarm import Alarm
from evwatch.model.health import Health
from evwatch.model.outlook import Outlook
from evwatch.present.figures import age_short, count
from evwatch.present.tones import ALARM, DIM, OK, STALE, WARN


@dataclass(frozen=True, slots=True)
class Badge:
    """One state: one glyph, one word, one tone."""

    glyph: str
    word: str
    tone: str

    @property
    def text(self) -> Text:
        """Glyph and word."""
        return Text(f"{self.glyph} {self.word}", style=self.tone, no_wrap=True, end="")

    @property
    def mark(self) -> Text:
        """The glyph alone, where the word stands elsewhere in the row."""
        return Text(self.glyph, style=self.tone, no_wrap=True, end="")


_HEALTH: dict[Health, Badge] = {
    "critical": Badge("▲", "critical", ALARM),
    "warn": Badge("◆", "warn", WARN),
    "unknown": Badge("?", "unknown", STALE),
    "ok": Badge("●", "ok", OK),
}


def health_badge(health: Health) -> Badge:
    """For a queue or a node of the flow."""
    return _HEALTH[health]


def alarm_badge(alarm: Alarm) -> Badge:
    """For an alarm; one that is muted or suppressed fires quietly."""
    if alarm.state == "ALARM":
        return Badge("△", "muted", WARN) if alarm.muted else Badge("▲", "ALARM", ALARM)
    if alarm.state == "INSUFFICIENT_DATA":
        return Badge("○", "no data", DIM)
    return Badge("●", "ok", OK)


_HEADINGS = {"empty": DIM, "drains": OK, "grows": WARN, "stuck": ALARM, "steady": "", "unknown": DIM}
_ARROWS = {"empty": " ", "drains": "↘", "grows": "↗", "stuck": "■", "steady": "→", "unknown": " "}


def outlook_badge(outlook: Outlook) -> Badge:
    """Where a queue is heading, in a sentence."""
    return Badge(_ARROWS[outlook.heading], outlook.words, _HEADINGS[outlook.heading])


def outlook_badge_plain(outlook: Outlook) -> Badge:
    """The same in 22 cells."""
    words = f"stuck for {outlook.stuck_for}" if outlook.heading == "stuck" else outlook.words
    return Badge(_ARROWS[outlook.heading], words, _HEADINGS[outlook.heading])


def outlook_badge_short(outlook: Outlook) -> Badge:
    """The same in 14 cells, for a narrow terminal."""
    match outlook.heading:
        case "drains":
            words = f"drains {age_short(max(60.0, outlook.drains_in_seconds or 0.0))}"
        case "grows":
            words = f"grows {count(outlook.per_minute)}/m"
        case "stuck":
            words = f"stuck {age_short(outlook.stuck_minutes * 60.0)}"
        case "unknown":
            words = "not known"
        case _:
            words = outlook.words
    return Badge(_ARROWS[outlook.heading], words, _HEADINGS[outlook.heading])
