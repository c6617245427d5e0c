"""What a destroyed stack leaves behind is listed, with the settings that take it over again."""

import json
from pathlib import Path

import pytest
import yaml

from settings.adoption import AdoptSettings
from tools.retained import main

ROLE = "aws:iam/serviceLinkedRole:ServiceLinkedRole"
ARN = "arn:aws:iam::111111111111:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling"


def exported(folder: Path, *resources: dict[str, object]) -> str:
    file = folder / "before.json"
    file.write_text(json.dumps({"version": 3, "deployment": {"resources": list(resources)}}))
    return str(file)


def resource(name: str, *, retained: bool) -> dict[str, object]:
    found: dict[str, object] = {"urn": f"urn:pulumi:prod::erp::erp:x:Y${ROLE}::{name}", "type": ROLE, "id": ARN}
    return {**found, "retainOnDelete": True} if retained else found


def test_what_is_retained_is_listed_with_type_name_and_id(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([exported(tmp_path, resource("one", retained=True), resource("two", retained=False))]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[:2] == ["1 retained (type, logical name, import id):", f"  {ROLE}  one  {ARN}"]
    assert "two" not in "".join(lines)


def test_the_settings_that_it_prints_are_right(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main([exported(tmp_path, resource("one", retained=True))])
    printed = capsys.readouterr().out.partition("stack file:\n")[2]
    adopt = AdoptSettings(**yaml.safe_load(printed)["erp:adopt"])
    assert adopt.resources == {"one": ARN}


def test_a_stack_that_retains_nothing_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([exported(tmp_path, resource("one", retained=False))]) == 0
    assert capsys.readouterr().out == "nothing is retained\n"
    empty = tmp_path / "empty.json"
    empty.write_text('{"version": 3, "deployment": {}}')
    assert main([str(empty)]) == 0


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "{}",
        "not json",
        '{"deployment": []}',
        '{"deployment": {"resources": [1]}}',
        '{"deployment": {"resources": [{"retainOnDelete": true}]}}',
    ],
)
def test_what_is_no_state_is_refused(content: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "before.json"
    file.write_text(content)
    assert main([str(file)]) == 2
    assert str(file) in capsys.readouterr().err
    assert main([str(tmp_path / "missing.json")]) == 2
