"""The two themes of evwatch, and what its own colours are in any other theme.

Every theme has the tokens `$alarm`, `$warn`, `$ok`, `$stale`, `$dim`, `$rule` and a few more. The style sheet uses
them, and the styles that texts carry (`ev.alarm` and its kin) are made of them.
"""

from __future__ import annotations

from collections.abc import Mapping

from rich.color import Color as RichColor
from rich.style import Style
from rich.theme import Theme as RichTheme
from textual.color import Color
from textual.theme import Theme

from evwatch.present import tones

DARK = Theme(
    name="evwatch",
    dark=True,
    primary="#6ea3d8",
    secondary="#5b7fa6",
    accent="#7cc4d4",
    warning="#e3b262",
    error="#ff7a72",
    success="#86c490",
    foreground="#c8d0da",
    background="#11161d",
    surface="#11161d",
    panel="#1a212b",
    variables={
        "alarm": "#ff7a72",
        "warn": "#e3b262",
        "ok": "#86c490",
        "stale": "#b8a2e0",
        "dim": "#7f8b99",
        "rule": "#34404e",
        "strong": "#eef2f6",
        "header": "#1a222d",
        "header-production": "#5c1f24",
        "cursor": "#24405c",
        "cursor-blurred": "#1c2733",
        "chart-1": "#6ea3d8",
        "chart-2": "#e3b262",
        "chart-3": "#86c490",
        "scrollbar": "#34404e",
        "scrollbar-hover": "#4a5a6c",
        "scrollbar-active": "#5b7fa6",
        "scrollbar-background": "#11161d",
        "scrollbar-background-hover": "#11161d",
        "scrollbar-background-active": "#11161d",
    },
)
LIGHT = Theme(
    name="evwatch-light",
    dark=False,
    primary="#1f5f9e",
    secondary="#4c6f94",
    accent="#0d6e82",
    warning="#8f5a00",
    error="#b8232b",
    success="#27703f",
    foreground="#2a3038",
    background="#fbfaf7",
    surface="#fbfaf7",
    panel="#f0eee9",
    variables={
        "alarm": "#b8232b",
        "warn": "#8f5a00",
        "ok": "#27703f",
        "stale": "#6a4aa8",
        "dim": "#6c7580",
        "rule": "#cfd3d8",
        "strong": "#11151a",
        "header": "#e9e7e1",
        "header-production": "#f2c4c4",
        "cursor": "#cfe0f2",
        "cursor-blurred": "#e8ecf0",
        "chart-1": "#1f5f9e",
        "chart-2": "#b06f00",
        "chart-3": "#27703f",
        "scrollbar": "#cfd3d8",
        "scrollbar-hover": "#b4bac2",
        "scrollbar-active": "#4c6f94",
        "scrollbar-background": "#fbfaf7",
        "scrollbar-background-hover": "#fbfaf7",
        "scrollbar-background-active": "#fbfaf7",
    },
)
FALLBACK = DARK.name


def with_tokens(variables: Mapping[str, str]) -> dict[str, str]:
    """A theme's variables with evwatch's tokens added where the theme does not define them."""
    foreground = variables.get("foreground", "#e0e0e0")
    background = variables.get("surface", "#1e1e1e")
    derived = {
        "alarm": variables.get("text-error", "#ff7a72"),
        "warn": variables.get("text-warning", "#e3b262"),
        "ok": variables.get("text-success", "#86c490"),
        "stale": variables.get("text-secondary", foreground),
        "dim": _between(foreground, background, 0.4),
        "rule": _between(foreground, background, 0.7),
        "strong": foreground,
        "header": variables.get("panel", background),
        "header-production": variables.get("error-muted", background),
        "cursor": variables.get("primary-muted", background),
        "cursor-blurred": variables.get("panel", background),
        "chart-1": variables.get("primary", foreground),
        "chart-2": variables.get("warning", foreground),
        "chart-3": variables.get("success", foreground),
    }
    return {**derived, **variables}


def text_styles(variables: Mapping[str, str]) -> RichTheme:
    """What the styles named in texts look like under these variables."""

    def colour(name: str) -> RichColor:
        return Color.parse(variables[name]).rich_color

    def badge(name: str) -> Style:
        return Style(bold=True, color=colour("surface"), bgcolor=colour(name))

    return RichTheme(
        {
            tones.ALARM: Style(bold=True, color=colour("alarm")),
            tones.WARN: Style(color=colour("warn")),
            tones.OK: Style(color=colour("ok")),
            tones.STALE: Style(italic=True, color=colour("stale")),
            tones.DIM: Style(color=colour("dim")),
            tones.ACCENT: Style(color=colour("accent")),
            tones.STRONG: Style(bold=True, color=colour("strong")),
            "ev.key": Style(bold=True, color=colour("accent")),
            "ev.json-key": Style(color=colour("accent")),
            "ev.json-string": Style(color=colour("chart-3")),
            "ev.json-number": Style(color=colour("chart-2")),
            "ev.json-constant": Style(color=colour("chart-1")),
            "ev.json-mark": Style(color=colour("dim")),
            "ev.badge-alarm": badge("alarm"),
            "ev.badge-warn": badge("warn"),
            "ev.badge-ok": badge("ok"),
            "ev.badge-accent": badge("accent"),
            "ev.chart-1": Style(color=colour("chart-1")),
            "ev.chart-2": Style(color=colour("chart-2")),
            "ev.chart-3": Style(color=colour("chart-3")),
        }
    )


def _between(foreground: str, background: str, share: float) -> str:
    """A colour between two. Terminal colours (`ansi_*`) have no in-between, and stay what they are."""
    first, second = Color.parse(foreground), Color.parse(background)
    if first.ansi is not None or second.ansi is not None:
        return foreground
    return first.blend(second, share).hex
