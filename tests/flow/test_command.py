"""`evwatch flow`: what it prints, and whose figures it asks for."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from evwatch.cli.entry import run
from evwatch.model.findings import CHECKS
from tests.emulator.account import Account
from tests.emulator.denying import Denying
from tests.emulator.recording import Recording
from tests.flow.conftest import deployed

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def recording(aws: Account, monkeypatch: pytest.MonkeyPatch) -> Iterator[Recording]:
    """The way of the command line to an account that has the fan-out and the scheduled pipeline."""
    deployed(aws, "fan_out")
    deployed(aws, "scheduled_pipeline")
    found = Recording()
    with aws.threaded_gateway(found) as url:
        for name, value in aws.environment(url).items():
            monkeypatch.setenv(name, value)
        yield found


def printed(capfd: Capture, line: str, code: int = 0) -> str:
    capfd.readouterr()
    assert run(line.split()) == code
    return capfd.readouterr().out


def document(capfd: Capture, line: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(printed(capfd, f"{line} -o json"))
    return found


def test_the_document_has_the_shape_that_scripts_rely_on(recording: Recording, capfd: Capture, aws: Account) -> None:
    found = document(capfd, "flow")
    for node in found["nodes"]:
        assert {type(node[key]) for key in ("arn", "kind", "name", "account", "region", "health")} == {str}
        assert node["state"] is None or isinstance(node["state"], str)
        assert all(isinstance(value, (int, float)) for value in node["readings"].values())
    arns = [node["arn"] for node in found["nodes"]]
    assert len(set(arns)) == len(arns)
    for edge in found["edges"]:
        assert {edge["from"], edge["to"]} <= set(arns)
        assert isinstance(edge["enabled"], bool)
        assert isinstance(edge["detail"], dict)
    assert len({(edge["from"], edge["to"], edge["kind"]) for edge in found["edges"]}) == len(found["edges"])
    rules = {check.rule: check.severity for check in CHECKS}
    for finding in found["findings"]:
        assert rules[finding["rule"]] == finding["severity"]
        assert finding["message"]
    queue = next(node for node in found["nodes"] if node["arn"] == aws.arn("sqs", "fan-billing"))
    assert queue["readings"] == {"visible": 0, "in_flight": 0, "delayed": 0}, "what is not known is not there"


def test_around_one_resource_stands_what_leads_to_it_and_what_it_leads_to(recording: Recording, capfd: Capture) -> None:
    names = {(node["kind"], node["name"]) for node in document(capfd, "flow fan-bill")["nodes"]}
    assert names == {
        ("function", "fan-bill"),
        ("queue", "fan-billing"),
        ("queue", "fan-billing-dlq"),
        ("topic", "fan-orders"),
        ("queue", "fan-undelivered"),
    }


def test_json_lines_are_edges_and_mermaid_and_the_table_have_all_of_them(recording: Recording, capfd: Capture) -> None:
    edges = document(capfd, "flow")["edges"]
    lines = [json.loads(line) for line in printed(capfd, "flow -o jsonl").splitlines()]
    key = ("from", "to", "kind")
    assert sorted(tuple(edge[k] for k in key) for edge in lines) == sorted(
        tuple(edge[k] for k in key) for edge in edges
    )
    mermaid = printed(capfd, "flow -o mermaid").splitlines()
    assert mermaid[0] == "flowchart LR"
    assert sum("-->" in line or "-.->" in line for line in mermaid) == len(edges)
    assert len(printed(capfd, "flow -o table").splitlines()) == len(edges) + 1


def test_the_tree_begins_at_sources_and_tells_findings_with_what_to_do(recording: Recording, capfd: Capture) -> None:
    lines = printed(capfd, "flow fan-orders").splitlines()
    assert lines[0] == "● topic fan-orders"
    tree = lines[: lines.index("")]
    assert "├─ ● function fan-audit" in tree
    assert any(line.endswith("‖ function fan-bill  paused") for line in tree)
    assert any("gives up to fan-undelivered" in line for line in tree)
    assert any("function-without-dlq  give the function an on-failure destination" in line for line in lines)


def test_a_name_of_several_is_refused_with_all_of_them_and_told_apart_by_kind(
    recording: Recording, capfd: Capture, aws: Account
) -> None:
    capfd.readouterr()
    assert run(["flow", "nightly-extract"]) == 2
    said = capfd.readouterr().err
    assert aws.arn("lambda", "function:nightly-extract") in said
    assert aws.arn("scheduler", "schedule/default/nightly-extract") in said
    assert {edge["kind"] for edge in document(capfd, "flow schedule/nightly-extract")["edges"]} >= {"schedules"}
    assert run(["flow", "fan-bil"]) == 4
    assert 'did you mean "fan-bill"' in capfd.readouterr().err


def test_a_filter_chooses_what_is_printed_after_all_was_worked_out(recording: Recording, capfd: Capture) -> None:
    found = document(capfd, "flow --filter fan-bill*")
    assert {node["name"] for node in found["nodes"]} == {"fan-bill", "fan-billing", "fan-billing-dlq"}
    assert {edge["kind"] for edge in found["edges"]} == {"consumes", "dead-letters"}


def test_a_tag_chooses_resources_of_every_kind(recording: Recording, capfd: Capture, aws: Account) -> None:
    tag = {"team": "billing"}
    aws.boto("sqs").tag_queue(QueueUrl=aws.boto("sqs").get_queue_url(QueueName="fan-billing")["QueueUrl"], Tags=tag)
    aws.boto("lambda").tag_resource(Resource=aws.arn("lambda", "function:fan-bill"), Tags=tag)
    aws.boto("sns").tag_resource(
        ResourceArn=aws.arn("sns", "fan-orders"), Tags=[{"Key": "team", "Value": "orders"}, {"Key": "x", "Value": ""}]
    )
    found = document(capfd, "flow --tag team=billing")
    assert {(node["name"], node["tags"]["team"]) for node in found["nodes"]} == {
        ("fan-billing", "billing"),
        ("fan-bill", "billing"),
    }
    assert {edge["kind"] for edge in found["edges"]} == {"consumes"}
    assert {finding["arn"] for finding in found["findings"]} <= {node["arn"] for node in found["nodes"]}
    assert {node["name"] for node in document(capfd, "flow --tag team")["nodes"]} == {
        "fan-billing",
        "fan-bill",
        "fan-orders",
    }
    findings = document(capfd, "status --tag team=billing")["findings"]
    assert findings
    assert {finding["arn"] for finding in findings} <= {node["arn"] for node in found["nodes"]}


def test_figures_are_read_for_what_is_shown_and_for_half_a_cent_at_most(recording: Recording, capfd: Capture) -> None:
    recording.clear()
    document(capfd, "flow fan-bill")
    asked = [
        query for call in recording.of("cloudwatch:GetMetricData") for query in call.parameters["MetricDataQueries"]
    ]
    subjects = {pair["Value"] for query in asked for pair in query["MetricStat"]["Metric"]["Dimensions"]}
    assert subjects == {"fan-bill", "fan-billing", "fan-billing-dlq", "fan-orders", "fan-undelivered"}
    assert len(asked) <= 500


def test_a_denied_source_is_told_on_standard_error_and_the_rest_is_printed(
    aws: Account, monkeypatch: pytest.MonkeyPatch, capfd: Capture
) -> None:
    deployed(aws, "fan_out")
    with aws.threaded_gateway(Denying("lambda:ListEventSourceMappings")) as url:
        for name, value in aws.environment(url).items():
            monkeypatch.setenv(name, value)
        capfd.readouterr()
        assert run(["flow", "-o", "json"]) == 0
        captured = capfd.readouterr()
    assert "no permission: lambda:ListEventSourceMappings" in captured.err
    kinds = {edge["kind"] for edge in json.loads(captured.out)["edges"]}
    assert "subscribes" in kinds
    assert "consumes" not in kinds


def test_a_critical_finding_needs_attention(aws: Account, monkeypatch: pytest.MonkeyPatch, capfd: Capture) -> None:
    sqs = aws.boto("sqs")
    sqs.create_queue(QueueName="orders")
    events = aws.boto("events")
    rule = events.put_rule(Name="paid", EventPattern='{"source": ["shop"]}')["RuleArn"]
    events.put_targets(Rule="paid", Targets=[{"Id": "t", "Arn": aws.arn("sqs", "orders")}])
    with aws.threaded_gateway() as url:
        for name, value in aws.environment(url).items():
            monkeypatch.setenv(name, value)
        capfd.readouterr()
        assert run(["check", "-o", "json"]) == 1
        found = json.loads(capfd.readouterr().out)
        assert [(row["kind"], row["health"], row["id"]) for row in found["attention"]] == [("rule", "warn", rule)]
        url_ = sqs.get_queue_url(QueueName="orders")["QueueUrl"]
        allow = {"Effect": "Allow", "Principal": {"Service": "events.amazonaws.com"}, "Action": "sqs:SendMessage"}
        sqs.set_queue_attributes(QueueUrl=url_, Attributes={"Policy": json.dumps({"Statement": [allow]})})
        assert run(["check"]) == 0
