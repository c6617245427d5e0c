"""Secrets by name: encrypted or refused, never shown, and a missing one named with the command that sets it."""
# ruff: noqa: E501  (expected messages read best whole)

from pathlib import Path
from typing import Any

import pytest

from settings import SettingsError, from_config
from settings.secrets import SECRETS, missing, require
from tests.unit.settings_files import Project

HIDDEN = "hunter2"


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


@pytest.mark.parametrize("name", SECRETS)
def test_an_encrypted_secret_is_taken(project: Project, name: str) -> None:
    content = project.content("prod")
    content["config"][f"erp-secrets:{name}"] = {"secure": "AAABAHx"}
    project.write("prod", content)
    assert project.check("prod").code == 0
    assert from_config("prod", {**content["config"], f"erp-secrets:{name}": "decrypted"}).stack == "prod"


@pytest.mark.parametrize("value", [HIDDEN, None, 7, [HIDDEN], {}, {"secure": 7}, {"secure": HIDDEN, "x": HIDDEN}])
def test_a_secret_in_plain_text_is_refused_and_not_shown(project: Project, value: Any) -> None:
    content = project.content("prod")
    content["config"]["erp-secrets:origin-pull-key"] = value
    project.write("prod", content)
    assert project.complaints("prod") == [
        (
            "Pulumi.prod.yaml: erp-secrets:origin-pull-key: not encrypted; replace this secret, and set it with: "
            "pulumi config set --secret erp-secrets:origin-pull-key -s prod < origin-pull-key.pem"
        )
    ]


@pytest.mark.parametrize("value", [HIDDEN, {"secure": HIDDEN}])
def test_a_secret_that_nobody_reads_is_refused_and_not_shown(project: Project, value: Any) -> None:
    content = project.content("prod")
    content["config"]["erp-secrets:orign-pull-key"] = value
    project.write("prod", content)
    said = (
        'Pulumi.prod.yaml: erp-secrets:orign-pull-key: unknown (did you mean "erp-secrets:origin-pull-key"?); known here: '
        + ", ".join(sorted(spec.key for spec in SECRETS.values()))
    )
    assert project.complaints("prod") == [said]
    with pytest.raises(SettingsError) as caught:
        from_config("prod", content["config"])
    assert str(caught.value) == said


def test_a_missing_secret_is_named_with_what_it_is_and_the_command_that_sets_it() -> None:
    with pytest.raises(SettingsError) as caught:
        require("prod", [])
    lines = str(caught.value).splitlines()
    assert len(lines) == len(SECRETS)
    assert [line for line in lines if "origin-pull" in line or "database" in line] == [
        (
            "Pulumi.prod.yaml: erp-secrets:origin-pull-ca: missing; it is the certificate (PEM) of the authority that signed the "
            "origin-pull certificate; set it with: pulumi config set --secret erp-secrets:origin-pull-ca -s prod "
            "< origin-pull-ca.pem"
        ),
        (
            "Pulumi.prod.yaml: erp-secrets:origin-pull-certificate: missing; it is the certificate (PEM) that Cloudflare shows "
            "to the load balancers; set it with: pulumi config set --secret erp-secrets:origin-pull-certificate -s prod "
            "< origin-pull-certificate.pem"
        ),
        (
            "Pulumi.prod.yaml: erp-secrets:origin-pull-key: missing; it is the private key (PEM) of the origin-pull "
            "certificate; set it with: pulumi config set --secret erp-secrets:origin-pull-key -s prod < origin-pull-key.pem"
        ),
        (
            "Pulumi.prod.yaml: erp-secrets:database-bootstrap-password: missing; it is the databases' first password, which is "
            "changed as soon as they are up; set it with: openssl rand -hex 24 | pulumi config set --secret "
            "erp-secrets:database-bootstrap-password -s prod"
        ),
    ]


def test_with_all_secrets_present_nothing_is_missing() -> None:
    require("dev", SECRETS)
    others = SECRETS.keys() - {"origin-pull-certificate"}
    assert [fault.path for fault in missing("dev", others)] == ["erp-secrets:origin-pull-certificate"]
