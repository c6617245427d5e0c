"""What `make up` prints at its end."""

import json
from pathlib import Path
from typing import Any

import pytest

from sandbox.summary import CLOUDS, main, render
from sandbox.values import SECRET, SIGNATURE

STACK = "urn:pulumi:dev::erp::pulumi:pulumi:Stack::erp-dev"
NETWORK = "urn:pulumi:dev::erp::erp:network:Network::network"
DOMAIN = "urn:pulumi:dev::erp::erp:edge:Domain::domain"


def resource(kind: str, name: str, parent: str = "", **more: Any) -> dict[str, Any]:
    return {"urn": f"urn:pulumi:dev::erp::{kind}::{name}", "type": kind, "parent": parent, **more}


RESOURCES = [
    resource(
        "pulumi:pulumi:Stack",
        "erp-dev",
        outputs={"zone": "z", "ids": ["a"], "key": {SIGNATURE: SECRET, "ciphertext": "x"}},
    ),
    resource("pulumi:providers:aws", "aws", STACK),
    {"urn": NETWORK, "type": "erp:network:Network", "parent": STACK},
    resource("erp:network:Network$aws:ec2/vpc:Vpc", "network-vpc", NETWORK) | {"type": "aws:ec2/vpc:Vpc"},
    resource("erp:network:Network$aws:ec2/eip:Eip", "network-eip", NETWORK) | {"type": "aws:ec2/eip:Eip"},
    {"urn": DOMAIN, "type": "erp:edge:Domain", "parent": STACK},
    resource("erp:edge:Domain$aws:acm/certificate:Certificate", "domain-c", DOMAIN)
    | {"type": "aws:acm/certificate:Certificate"},
    resource("erp:edge:Domain$cloudflare:index/zone:Zone", "domain-zone", DOMAIN)
    | {"type": "cloudflare:index/zone:Zone"},
    resource("aws:s3/bucket:Bucket", "stray", STACK),
]


def test_the_table_counts_by_component_and_cloud() -> None:
    lines = render("dev", RESOURCES)
    assert lines[0] == "dev: 5 resources in 3 components"
    rows = [line.split() for line in lines[2:6]]
    assert rows == [
        ["component", "AWS", "Azure", "Cloudflare"],
        ["(none)", "1"],
        ["domain", "1", "1"],
        ["network", "2"],
    ]
    assert lines[4].index("1") < lines[4].rindex("1"), "each under its cloud"


def test_the_sample_in_the_readme_is_what_is_printed() -> None:
    """Its numbers are made up of resources again, so order, columns and words have to be these."""
    sample = (Path(__file__).parents[2] / "README.md").read_text().partition("\ndev: ")[2].partition("\n```")[0]
    lines = f"dev: {sample}".splitlines()
    first, end = lines.index(next(line for line in lines if "component " in line)), lines.index("  outputs")
    resources: list[dict[str, Any]] = []
    for line in lines[first + 1 : end - 1]:
        name, *_ = line.split()
        urn = f"urn:pulumi:dev::erp::erp:area:Kind::{name}"
        resources.append({"urn": urn, "type": "erp:area:Kind", "parent": STACK})
        for cloud, title in CLOUDS.items():
            column = lines[first].index(title) + len(title)
            count = line[column - 10 : column].strip()
            kind = f"{cloud}:a/b:B"
            resources += [resource(kind, f"{name}-{at}", urn) for at in range(int(count or 0))]
    assert render("dev", resources)[: end + 1] == lines[: end + 1]


def test_outputs_are_sorted_and_secrets_are_not_shown() -> None:
    lines = render("dev", RESOURCES)
    assert lines[-3:] == ['    ids: ["a"]', "    key: [secret]", "    zone: z"]


def test_a_stack_without_outputs_or_resources_has_an_empty_table() -> None:
    assert render("dev", [])[0] == "dev: 0 resources in 0 components"


def state(home: Path, latest: dict[str, Any] | None) -> None:
    file = home / "state" / ".pulumi" / "stacks" / "erp" / "dev.json"
    file.parent.mkdir(parents=True)
    file.write_text(json.dumps({"checkpoint": {"stack": "dev", "latest": latest}}))


def test_the_state_is_read_from_the_home(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    state(tmp_path, {"resources": RESOURCES})
    assert main(["dev", "--home", str(tmp_path)]) == 0
    assert capsys.readouterr().out.startswith("dev: 5 resources in 3 components")


@pytest.mark.parametrize("latest", [None, {}, {"resources": None}])
def test_a_stack_that_was_only_initialised_is_empty(
    tmp_path: Path, latest: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    state(tmp_path, latest)
    assert main(["dev", "--home", str(tmp_path)]) == 0
    assert capsys.readouterr().out.startswith("dev: 0 resources")


def test_a_stack_without_state_is_told_with_the_command_that_makes_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["prod", "--home", str(tmp_path)]) == 2
    assert "`make up STACK=prod` makes it" in capsys.readouterr().err
