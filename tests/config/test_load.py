"""What takes effect where the file, the environment and flags disagree, and what a mistake is answered with."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from evwatch.config import Cadence, ContextRequest, Effective, Loaded, Settings, load
from evwatch.config.settings import PanelLines, RedriveDefaults
from evwatch.model.fault import EvwatchError, Fault
from evwatch.model.threshold import Threshold


class Place:
    """A settings file in a folder of its own, and the loading of it."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "config.toml"

    def load(self, text: str | None = None, environ: Mapping[str, str] | None = None, **flags: object) -> Loaded:
        if text is not None:
            self.path.write_text(text, encoding="utf-8")
        return load(environ or {}, flags, default=self.path)

    def fault(self, text: str | None = None, environ: Mapping[str, str] | None = None, **flags: object) -> Fault:
        with pytest.raises(EvwatchError) as raised:
            self.load(text, environ, **flags)
        return raised.value.fault


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def effective(loaded: Loaded, key: str) -> Effective:
    return next(found for found in loaded.effective if found.key == key)


def test_without_any_source_the_defaults_hold(place: Place) -> None:
    loaded = place.load()
    assert loaded.settings == Settings()
    assert {str(found.origin) for found in loaded.effective} == {"default"}


def test_a_file_goes_over_defaults_the_environment_over_the_file_and_a_flag_over_all(place: Place) -> None:
    text = '\ntheme = "nord"\nregions = ["eu-west-1"]\nfilters = ["file-*"]'
    environ = {"EVWATCH_REGIONS": "us-east-1, us-west-2", "EVWATCH_FILTERS": "env-*"}
    loaded = place.load(text, environ, filters=("flag-*",))
    assert loaded.settings.theme == "nord"
    assert [context.region for context in loaded.settings.contexts] == ["us-east-1", "us-west-2"]
    assert loaded.settings.filters == ("flag-*",)
    origins = {key: str(effective(loaded, key).origin) for key in ("theme", "regions", "filters", "bell")}
    assert origins == {
        "theme": f"{place.path}:2",
        "regions": "EVWATCH_REGIONS",
        "filters": "--filter",
        "bell": "default",
    }


def test_every_profile_meets_every_region_once(place: Place) -> None:
    loaded = place.load(profiles=("a", "b", "a"), regions=("r1", "r2"))
    assert [(context.profile, context.region) for context in loaded.settings.contexts] == [
        ("a", "r1"), ("a", "r2"), ("b", "r1"), ("b", "r2"),
    ]  # fmt: skip


CONTEXTS = """
[contexts.prod]
profile = "p"
region = "eu-west-1"
role_arn = "arn:aws:iam::123456789012:role/ops/on-call"
read_only = true
production = true

[contexts.test]
endpoint_url = "http://localhost:4566"
"""


def test_contexts_are_taken_by_name_with_all_that_they_say(place: Place) -> None:
    assert place.load(CONTEXTS, watch=("prod", "test")).settings.contexts == (
        ContextRequest("prod", "p", "eu-west-1", None, "arn:aws:iam::123456789012:role/ops/on-call", True, True),
        ContextRequest("test", endpoint_url="http://localhost:4566"),
    )


def test_a_region_flag_goes_over_that_of_a_context_and_its_name_says_so(place: Place) -> None:
    contexts = place.load(CONTEXTS, watch=("prod",), regions=("us-east-1",)).settings.contexts
    assert [(context.name, context.region, context.profile) for context in contexts] == [
        ("prod/us-east-1", "us-east-1", "p")
    ]


def test_a_contexts_own_region_is_nearer_than_the_files_top(place: Place) -> None:
    contexts = place.load('watch = ["prod"]\nregions = ["us-east-1"]' + CONTEXTS).settings.contexts
    assert [context.region for context in contexts] == ["eu-west-1"]


def test_a_profile_flag_replaces_the_contexts_that_the_file_watches(place: Place) -> None:
    contexts = place.load('watch = ["prod"]' + CONTEXTS, profiles=("mine",)).settings.contexts
    assert contexts == (ContextRequest(profile="mine"),)


def test_what_a_redrive_is_planned_with_comes_from_the_file(place: Place) -> None:
    loaded = place.load("[redrive]\nrate = 50\ncanary = 5\nengine = 'journal'")
    assert loaded.settings.redrive == RedriveDefaults(rate=50.0, canary=5, engine="journal")
    assert str(effective(loaded, "redrive.canary").origin) == f"{place.path}:3"
    assert str(effective(loaded, "redrive.watch_seconds").origin) == "default"
    assert "one of auto native journal" in place.fault("[redrive]\nengine = 'nativ'").hint


def test_how_high_panels_are_comes_from_the_file(place: Place) -> None:
    loaded = place.load("[panel_lines]\nchart = 20")
    assert loaded.settings.panel_lines == PanelLines(chart=20)
    assert str(effective(loaded, "panel_lines.chart").origin) == f"{place.path}:2"
    assert "a whole number from 4 to 100" in place.fault("[panel_lines]\nchart = 1").hint


def test_panels_are_a_choice_in_order_with_a_list_among_them(place: Place) -> None:
    assert place.load('panels = ["dead", "queues"]').settings.panels == ("dead", "queues")
    assert 'did you mean "queues"?' in place.fault('panels = ["queue"]').hint
    for wrong in ('["dead", "dead"]', '["chart"]', "[]"):
        assert "at least one of alarms queues dead" in place.fault(f"panels = {wrong}").hint


PRODUCTION = """
[contexts.prd]
profile = "prd"
region = "eu-west-1"
production = true
colour = "Green"

[contexts.eng]
profile = "eng"
colour = "#A0B1C2"
"""


def test_production_is_read_only_unless_write_is_given_and_read_only_wins(place: Place) -> None:
    def guards(*, write: bool = False, read_only: bool = False) -> list[tuple[bool, bool]]:
        contexts = place.load(PRODUCTION, watch=("prd", "eng"), write=write, read_only=read_only).settings.contexts
        return [(context.production, context.read_only) for context in contexts]

    assert guards() == [(True, True), (False, False)]
    assert guards(write=True) == [(True, False), (False, False)]
    assert guards(write=True, read_only=True) == [(True, True), (False, True)]


def test_a_profile_that_leads_to_production_is_production_in_its_region(place: Place) -> None:
    contexts = place.load(PRODUCTION, profiles=("prd", "eng"), regions=("eu-west-1", "us-east-1")).settings.contexts
    assert {(each.profile, each.region) for each in contexts if each.production and each.read_only} == {
        ("prd", "eu-west-1")
    }
    (anywhere,) = place.load(PRODUCTION, profiles=("prd",)).settings.contexts
    assert anywhere.production


def test_a_colour_is_a_name_or_a_number_and_anything_else_is_told_with_what_is_near(place: Place) -> None:
    contexts = place.load(PRODUCTION, watch=("prd", "eng")).settings.contexts
    assert [context.colour for context in contexts] == ["#57ab5a", "#a0b1c2"]
    fault = place.fault('[contexts.a]\ncolour = "gren"')
    assert 'did you mean "green"?' in fault.hint


def test_read_only_for_all_reaches_each_context(place: Place) -> None:
    loaded = place.load(CONTEXTS, {"EVWATCH_READ_ONLY": "yes"}, watch=("test",))
    assert loaded.settings.read_only
    assert [context.read_only for context in loaded.settings.contexts] == [True]


def test_thresholds_cadence_keys_and_tags_arrive(place: Place) -> None:
    text = """
tags = ["team=orders", "live"]
[cadence]
alarms = 10
[keymap]
refresh = ["f5", "ctrl+r"]
window.shorter = "comma"
"window.longer" = "full_stop"
[[thresholds]]
queue = "*-dlq"
metric = "oldest_age_seconds"
above = 60
[[thresholds]]
rule = "nightly"
metric = "triggers"
below = 1
name = "Nightly run"
"""
    settings = place.load(text).settings
    assert settings.tags == (("team", "orders"), ("live", None))
    assert settings.cadence == Cadence(alarms=10.0)
    assert settings.keymap == {"refresh": "f5,ctrl+r", "window.shorter": "comma", "window.longer": "full_stop"}
    assert settings.thresholds == (
        Threshold("queue", "*-dlq", "oldest_age_seconds", above=60.0),
        Threshold("rule", "nightly", "triggers", below=1.0, name="Nightly run"),
    )


@pytest.mark.parametrize(
    ("text", "line", "says", "allows"),
    [
        ("\n\nreed_only = true", 3, "reed_only", 'did you mean "read_only"?'),
        ("theme = 3", 1, "theme = 3", "text"),
        ("read_only = 'yes'", 1, 'read_only = "yes"', "true or false"),
        ("bell = 1", 1, "bell = 1", "true or false"),
        ("\nwindow = '5h'", 2, 'window = "5h"', "one of 15m 1h 3h"),
        ("regions = 'eu-west-1'", 1, 'regions = "eu-west-1"', "a list of texts"),
        ("endpoint_url = 'localhost:4566'", 1, "endpoint_url", "http://localhost:4566"),
        ("endpoint_url = 'http://[::1'", 1, "endpoint_url", "http://localhost:4566"),
        ("tags = ['=x']", 1, "tags", "KEY=VALUE"),
        ("[cadence]\n\nalarm = 3", 3, "alarm", 'did you mean "alarms"?'),
        ("[cadence]\nalarms = 0.1", 2, "alarms = 0.1", "a number from 1 to 3600"),
        ("[cadence]\nalarms = nan", 2, "alarms", "a number from 1 to 3600"),
        ("[cadence]\nalarms = true", 2, "alarms = true", "a number from 1 to 3600"),
        ("cadence = 3", 1, "cadence = 3 is not a table", "[cadence]"),
        ("[contexts.a]\nregion = 'x'\n[contexts.b]\nregoin = 'x'", 4, "regoin", 'did you mean "region"?'),
        ("[contexts]\nprod = 3", 2, "contexts.prod = 3 is not a table", "[contexts.prod]"),
        ("[contexts.a]\nrole_arn = 'admin'", 2, 'role_arn = "admin"', "arn:aws:iam::"),
        ("contexts.a.region = ''", 1, 'region = ""', "text"),
        ("[thresholds]\nmetric = 'x'", 1, "not a list of tables", "[[thresholds]]"),
        ("[[thresholds]]\nqueue = 'a'\nmetric = 'visible'\nabove = 1\n[[thresholds]]\nmetric = 'visible'", 5,
         "one kind of resource", "one of queue, rule and function"),
        ("[[thresholds]]\nqueue = 'a'\nrule = 'b'", 1, "one kind of resource", "one of queue, rule and function"),
        ("[[thresholds]]\nqueue = 'a'\nmetric = 'oldest'\nabove = 1", 3, 'metric = "oldest"', "oldest_age_seconds"),
        ("[[thresholds]]\nrule = 'a'\nmetric = 'visible'\nabove = 1", 3, 'metric = "visible"', "triggers"),
        ("[[thresholds]]\nqueue = 'a'\nabove = 1", 1, "no metric", "visible"),
        ("[[thresholds]]\nqueue = 'a'\nmetric = 'visible'", 1, "one limit", "above or below"),
        ("[[thresholds]]\nqueue = 'a'\nmetric = 'visible'\nabove = 1\nbelow = 0", 1, "one limit", "above or below"),
        ("[keymap]\nrefresh = 5", 2, "refresh = 5", "ctrl+r"),
        ("watch = ['prd']\n[contexts.prod]", 1, 'no context "prd"', 'did you mean "prod"?'),
        ("watch = ['a']\nprofiles = ['p']\n[contexts.a]", 1, "both say who to be", "one of them"),
        ("a = 1\nb = = 2", 2, "not TOML", "key ="),
        ("theme = 'a'\n\ntheme = 'b'", 3, "not TOML", "key ="),
        ("\ntheme = 'a", 2, "not TOML", "key ="),
    ],
)  # fmt: skip
def test_a_mistake_in_the_file_is_told_with_its_line_and_what_is_allowed(
    place: Place, text: str, line: int, says: str, allows: str
) -> None:
    fault = place.fault(text)
    assert fault.code == "settings"
    assert fault.message.startswith(f"{place.path}:{line}: ")
    assert says in fault.message
    assert allows in fault.hint
    assert "\n" not in str(fault)


@pytest.mark.parametrize(
    ("environ", "says", "allows"),
    [
        ({"EVWATCH_READ_ONLY": "maybe"}, "EVWATCH_READ_ONLY=maybe", "true or false"),
        ({"EVWATCH_REED_ONLY": "1"}, "EVWATCH_REED_ONLY", 'did you mean "EVWATCH_READ_ONLY"?'),
        ({"EVWATCH_PROFILE": "p"}, "EVWATCH_PROFILE", 'did you mean "EVWATCH_PROFILES"?'),
        ({"EVWATCH_CONTEXT": "p"}, "EVWATCH_CONTEXT", 'did you mean "EVWATCH_WATCH"?'),
        ({"EVWATCH_CONFIG": "/nowhere/config.toml"}, "/nowhere/config.toml", "evwatch config --init"),
        ({"EVWATCH_WATCH": "prod"}, 'EVWATCH_WATCH: there is no context "prod"', "[contexts.prod]"),
    ],
)
def test_a_mistake_in_the_environment_names_the_variable(
    place: Place, environ: dict[str, str], says: str, allows: str
) -> None:
    fault = place.fault(None, environ)
    assert (fault.code, says in fault.message, allows in fault.hint) == ("settings", True, True)


def test_variables_of_other_tools_and_empty_ones_are_passed_over(place: Place) -> None:
    environ = {"EVWATCH_THEME": " ", "EVWATCH_SOMETHING_ELSE": "1", "_EVWATCH_COMPLETE": "x", "EVWATCH_CONFIG": ""}
    assert place.load(None, environ).settings == Settings()


def test_a_mistake_on_the_command_line_is_one_of_usage(place: Place) -> None:
    assert place.fault(endpoint_url="nonsense").code == "usage"
    assert place.fault(watch=("nope",)) == Fault(
        "usage", 'there is no context "nope" in the settings file', "write [contexts.nope] into it"
    )
    assert place.fault(CONTEXTS, watch=("prod",), profiles=("p",)).code == "usage"


def test_a_file_that_cannot_be_read_is_told_in_words(place: Place, tmp_path: Path) -> None:
    place.path.write_bytes(b"theme = '\xff'")
    assert "not UTF-8" in place.fault().message
    with pytest.raises(EvwatchError, match="Is a directory"):
        load({}, path=tmp_path)


def test_a_named_file_is_read_instead_of_the_usual_one(place: Place, tmp_path: Path) -> None:
    place.path.write_text("theme = 'usual'")
    other = tmp_path / "other.toml"
    other.write_bytes(b"\xef\xbb\xbftheme = 'named'\r\nbell = false\r\n")
    loaded = load({"EVWATCH_CONFIG": "/nowhere"}, path=other, default=place.path)
    assert loaded.settings.theme == "named"
    assert str(effective(loaded, "bell").origin) == f"{other}:2"
    assert load({"EVWATCH_CONFIG": str(other)}, default=place.path).settings.path == other


def test_the_origin_of_what_only_a_file_can_say_is_its_line(place: Place) -> None:
    keymap = "[keymap]\nrefresh = 'f5'\na.b = 'x'\n'c.d' = 'y'\n"
    loaded = place.load(CONTEXTS + keymap + "[[thresholds]]\nqueue='*'\nmetric='held'\nabove=1")
    origins = {found.key: str(found.origin).rpartition(":")[2] for found in loaded.effective if found.origin.rank}
    assert origins["contexts.prod.region"] == "4"
    assert origins["contexts.test.endpoint_url"] == "10"
    assert origins["keymap.refresh"] == "12"
    assert (origins["keymap.a.b"], origins["keymap.c.d"]) == ("13", "14")
    assert origins["thresholds[0]"] == "15"
