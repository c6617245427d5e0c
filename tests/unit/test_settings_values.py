"""What the check says of values that are not allowed: exact texts, all at once, the same in the program."""
# ruff: noqa: E501  (expected messages read best whole)

from pathlib import Path
from typing import Any

import pytest

from settings import SettingsError, from_config, load
from settings.reading import read
from tests.unit.settings_files import ROOT, STACKS, Project

A_GUID = "a GUID in lower case, for instance 00000000-0000-4000-8000-000000000001"
ENDPOINTS = (
    "ecr.api, ecr.dkr, ecs, ecs-agent, ecs-telemetry, logs, monitoring, secretsmanager, kms, ssm, ssmmessages, "
    "ec2messages, sts, elasticfilesystem"
)
RETENTIONS = "1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653"
ZONES = 'two to four different zone letters from "a" to "d" (a database or a load balancer needs two zones)'
A_RANGE = "an aligned private /13, for instance 10.64.0.0/13 (the second number a multiple of 8, then zeros)"
HOSTNAMES = 'one to ten different names below the zone, for instance ["@", "*"] (ten names is ACM\'s default quota)'
A_HOSTNAME = 'a name below the zone, in lower case: "@" for the zone itself, "*", or labels such as "api" or "*.api"'
A_DOMAIN = "a domain name in lower case without a final dot, for instance smart-school.example"
A_TAG = "a tag value: 1 to 64 of letters, digits, blanks and _ . : / = + @ -, with a letter or digit first"

WRONG: list[tuple[str, Any, str]] = [
    ("stack.environment", "develop", '"develop" is not allowed (did you mean "dev"?); allowed: "dev", "staging" or "prod"'),
    ("stack.environment", None, 'an empty value is not allowed; allowed: "dev", "staging" or "prod"'),
    ("stack.cost_center", "", f'"" is not allowed; allowed: {A_TAG}'),
    ("stack.cost_center", 42, f"42 is not allowed; allowed: {A_TAG}"),
    ("stack.project_tag", "a" * 65, f'"{"a" * 59}... is not allowed; allowed: {A_TAG}'),
    ("account.owner", "yes", '"yes" is not allowed; allowed: true or false'),
    ("account.owner", 1, "1 is not allowed; allowed: true or false"),
    ("aws.account_id", 111111111111, "111111111111 is not allowed; allowed: an AWS account id: twelve digits, in quotes"),
    ("aws.account_id", "1" * 11, '"11111111111" is not allowed; allowed: an AWS account id: twelve digits, in quotes'),
    ("aws.region", "eu-centrl-1", ('"eu-centrl-1" is not allowed (did you mean "eu-central-1"?); '
     "allowed: an AWS region, for instance eu-central-1")),
    ("aws.region", ["eu-central-1"], '["eu-central-1"] is not allowed; allowed: an AWS region, for instance eu-central-1'),
    ("aws.region", "us-gov-west-1", ('"us-gov-west-1" is not allowed (did you mean "us-west-1"?); '
     "allowed: an AWS region, for instance eu-central-1")),
    ("aws.zones", ["a"], f'["a"] is not allowed; allowed: {ZONES}'),
    ("aws.zones", ["a", "b", "a"], f'"a" twice is not allowed; allowed: {ZONES}'),
    ("aws.zones", "abc", f'"abc" is not allowed; allowed: {ZONES}'),
    ("aws.recovery_zones[1]", ["a", "e", "c"], '"e" is not allowed; allowed: a zone letter: "a", "b", "c" or "d"'),
    ("azure.subscription_id", "x", f'"x" is not allowed; allowed: {A_GUID}'),
    ("azure.tenant_id", "00000000-0000-4000-8000-00000000000G",
     f'"00000000-0000-4000-8000-00000000000G" is not allowed; allowed: {A_GUID}'),
    ("azure.tenant_id", {"secure": "hunter2"}, f"an encrypted value (only the keys of erp-secrets: take one) is not allowed; allowed: {A_GUID}"),
    ("azure.location", "West Europe", ('"West Europe" is not allowed (did you mean "westeurope"?); '
     "allowed: an Azure location in its short form, for instance westeurope")),
    ("cloudflare.account_id", "F" * 32, (f'"{"F" * 32}" is not allowed; '
     "allowed: a Cloudflare account id: 32 hexadecimal digits in lower case, in quotes")),
    ("cloudflare.plan", "buisness", ('"buisness" is not allowed (did you mean "business"?); '
     'allowed: "free", "pro", "business" or "enterprise"')),
    ("addresses.range", "10.65.0.0/13", f'"10.65.0.0/13" is not allowed; allowed: {A_RANGE}'),
    ("addresses.range", "10.64.0.0/16", f'"10.64.0.0/16" is not allowed; allowed: {A_RANGE}'),
    ("addresses.range", "11.0.0.0/13", f'"11.0.0.0/13" is not allowed; allowed: {A_RANGE}'),
    ("addresses.range", "10.64.0.0/255.248.0.0", f'"10.64.0.0/255.248.0.0" is not allowed; allowed: {A_RANGE}'),
    ("addresses.range", "300.64.0.0/13", f'"300.64.0.0/13" is not allowed; allowed: {A_RANGE}'),
    ("addresses.range", 10, f"10 is not allowed; allowed: {A_RANGE}"),
    ("encryption.deletion_window_days", 6, "6 is not allowed; allowed: a whole number of days from 7 to 30"),
    ("encryption.deletion_window_days", "7", '"7" is not allowed; allowed: a whole number of days from 7 to 30'),
    ("encryption.deletion_window_days", 7.5, "7.5 is not allowed; allowed: a whole number of days from 7 to 30"),
    ("encryption.deletion_window_days", True, "true is not allowed; allowed: a whole number of days from 7 to 30"),
    ("encryption.rotation_period_days", 89, "89 is not allowed; allowed: a whole number of days from 90 to 2560"),
    ("domain.zone", "Smart-School.example", f'"Smart-School.example" is not allowed; allowed: {A_DOMAIN}'),
    ("domain.zone", "smart-school.example.", f'"smart-school.example." is not allowed; allowed: {A_DOMAIN}'),
    ("domain.zone", "example", f'"example" is not allowed; allowed: {A_DOMAIN}'),
    ("domain.zone", f"{'a' * 64}.example", f'"{"a" * 59}... is not allowed; allowed: {A_DOMAIN}'),
    ("domain.hostnames", [], f"[] is not allowed; allowed: {HOSTNAMES}"),
    ("domain.hostnames", ["@", "@"], f'"@" twice is not allowed; allowed: {HOSTNAMES}'),
    ("domain.hostnames[0]", ["*.*"], f'"*.*" is not allowed; allowed: {A_HOSTNAME}'),
    ("domain.caa_issuers", [], ("[] is not allowed; allowed: a list without repeats of certificate authorities by the "
     'domain they go by in CAA, such as "amazon.com"')),
    ("domain.security_contact", "security", '"security" is not allowed; allowed: a mail address'),
    ("domain.dnssec", "on", '"on" is not allowed; allowed: true or false'),
    ("network.nat", "per-zone", '"per-zone" is not allowed (did you mean "per_zone"?); allowed: "per_zone" or "single"'),
    ("network.flow_log_retention_days", 100,
     f"100 is not allowed; allowed: a number of days that CloudWatch Logs knows: {RETENTIONS}"),
    ("network.flow_log_retention_days", 0,
     f"0 is not allowed; allowed: a number of days that CloudWatch Logs knows: {RETENTIONS}"),
    ("network.flow_log_interval_seconds", 61, "61 is not allowed; allowed: 60 or 600 (seconds)"),
    ("network.interface_endpoints[0]", ["s3"], f'"s3" is not allowed; allowed: one of {ENDPOINTS}'),
    ("network.interface_endpoints", ["sts", "sts"],
     f'"sts" twice is not allowed; allowed: a list without repeats of {ENDPOINTS}'),
    ("recovery.azure", "on", "text is not allowed; allowed: an object of resource_group_generation"),
    ("recovery.azure.resource_group_generation", 0, "0 is not allowed; allowed: a whole number from 1 to 99"),
]  # fmt: skip


def _place(path: str) -> str:
    """The argument of `Project.set` for a path such as "aws.zones[1]", where the whole list is set."""
    return "erp__" + path.partition("[")[0].replace(".", "__")


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


@pytest.mark.parametrize(("path", "value", "said"), WRONG, ids=[f"{path}={value!r:.20}" for path, value, _ in WRONG])
def test_a_value_that_is_not_allowed_is_named_with_what_is(project: Project, path: str, value: Any, said: str) -> None:
    project.set("dev", **{_place(path): value})
    assert project.complaints("dev") == [f"Pulumi.dev.yaml: erp:{path}: {said}"]


@pytest.mark.parametrize(("path", "value", "said"), WRONG, ids=[f"{path}={value!r:.20}" for path, value, _ in WRONG])
def test_the_program_says_the_same_of_the_same_mistake(project: Project, path: str, value: Any, said: str) -> None:
    project.set("dev", **{_place(path): value})
    with pytest.raises(SettingsError) as caught:
        from_config("dev", project.content("dev")["config"])
    assert f"Pulumi.dev.yaml: erp:{path}: {said}" in str(caught.value).splitlines()
    assert str(caught.value).splitlines() == project.complaints("dev")


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("aws__account_id", "an AWS account id: twelve digits, in quotes"),
        ("domain__dnssec", "true or false"),
        ("aws", "an object of account_id, region, recovery_region, zones, recovery_zones"),
    ],
)
def test_an_encrypted_setting_is_told_what_may_be_encrypted(project: Project, path: str, allowed: str) -> None:
    project.set("dev", **{f"erp__{path}": {"secure": "v1:hunter2"}})
    assert project.complaints("dev")[0] == (
        f"Pulumi.dev.yaml: erp:{path.replace('__', '.')}: an encrypted value (only the keys of erp-secrets: take one) "
        f"is not allowed; allowed: {allowed}"
    )


def test_every_mistake_is_told_in_one_run(project: Project) -> None:
    for path, value in {
        "erp__network__nat": "sinlge",
        "erp__network__interface_endpoint": [],
        "erp__aws__account_id": "1",
        "erp__aws__recovery_region": "eu-central-1",
        "erp__domain": {"zone": "staging.smart-school.example"},
        "erp__azure": [],
    }.items():
        project.set("dev", **{path: value})
    project.drop("dev", ("config", "erp:cloudflare"))
    project.drop("dev", ("config", "pulumi:disable-default-providers"))
    assert [line.removeprefix("Pulumi.dev.yaml: ").split(": ")[0] for line in project.complaints("dev")] == [
        "secretsprovider",
        "pulumi:disable-default-providers",
        "erp:aws.account_id",
        "erp:azure",
        "erp:cloudflare",
        "erp:domain.security_contact",
        "erp:network.nat",
        "erp:network.interface_endpoint",
        "erp:aws.recovery_region",
        "erp:domain.zone",
    ]


def test_a_misspelt_switch_is_not_taken_for_its_default(project: Project) -> None:
    project.set("dev", erp__account={"ower": False}, erp__aws__account_id="222222222222")
    assert project.complaints("dev") == [
        'Pulumi.dev.yaml: erp:account.ower: unknown (did you mean "owner"?); known here: owner'
    ]


@pytest.mark.parametrize("path", ["erp:stack", "erp:aws", "erp:azure", "erp:cloudflare", "erp:addresses", "erp:domain"])
def test_an_object_without_defaults_has_to_be_there(project: Project, path: str) -> None:
    project.drop("dev", ("config", path))
    assert project.complaints("dev")[0].startswith(f"Pulumi.dev.yaml: {path}: missing; allowed: an object of ")


def test_a_value_without_default_has_to_be_there(project: Project) -> None:
    project.drop("dev", ("config", "erp:aws", "account_id"))
    assert project.complaints("dev") == [
        "Pulumi.dev.yaml: erp:aws.account_id: missing; allowed: an AWS account id: twelve digits, in quotes"
    ]


@pytest.mark.parametrize("value", ["hunter2", 3, None, [1], True])
def test_where_an_object_is_wanted_nothing_else_is_taken_or_shown(project: Project, value: Any) -> None:
    project.set("dev", erp__network=value)
    (line,) = project.complaints("dev")
    assert line.startswith("Pulumi.dev.yaml: erp:network: ")
    assert line.endswith(
        " is not allowed; allowed: an object of nat, flow_log_retention_days, flow_log_interval_seconds, interface_endpoints, "
        "client_vpn, vpn_gateway"
    )
    assert "hunter2" not in line


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        (("config",), None, "config: an empty value is not allowed; allowed: an object of pulumi:disable"),
        (("config",), "hunter2", "config: text is not allowed; allowed: an object of pulumi:disable"),
        (("encryptedkey",), 3, "encryptedkey: it has to be the text that Pulumi wrote"),
        (("encryptionsalt",), "v1:x", "encryptionsalt: remove it: secrets are encrypted by secretsprovider's KMS key, not by"),
        (("secretsprovider",), "passphrase", 'secretsprovider: "passphrase" is not allowed; allowed: awskms://alias/<alias>?'),
        (("secretsprovider",), "awskms://alias/x?region=eu-central-1",
         ('secretsprovider: "awskms://alias/x?region=eu-central-1" is not allowed; allowed: an alias in '
         "erp:aws.recovery_region, so ?region=eu-west-1 at its end, because the loss of the primary region must not")),
        (("config", "pulumi:disable-default-providers"), ["aws"],
         'pulumi:disable-default-providers: ["aws"] is not allowed; allowed: ["*"], because a resource without a'),
        (("config", "aws:region"), "eu-west-1", "aws:region: unknown; known here: "),
        (("config", "network"), {}, 'network: unknown (did you mean "erp:network"?); known here: '),
        (("config", "a b"), {}, '"a b": unknown; known here: '),
    ],
)  # fmt: skip
def test_what_surrounds_the_settings_is_checked_too(
    project: Project, path: tuple[str, ...], value: Any, said: str
) -> None:
    content = project.content("dev")
    place = content
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    project.write("dev", content)
    (line,) = project.complaints("dev")
    assert line.startswith(f"Pulumi.dev.yaml: {said}")


@pytest.mark.parametrize(
    ("path", "said"),
    [
        (("config",), "config: missing; allowed: an object of pulumi:disable-default-providers, erp:stack, erp:account, "),
        (("secretsprovider",), "secretsprovider: missing; allowed: awskms://alias/<alias>?region=<the recovery region>"),
        (("config", "pulumi:disable-default-providers"), 'pulumi:disable-default-providers: missing; allowed: ["*"], because '),
    ],
)  # fmt: skip
def test_what_pulumi_needs_has_to_be_there(project: Project, path: tuple[str, ...], said: str) -> None:
    project.drop("dev", path)
    (line,) = project.complaints("dev")
    assert line.startswith(f"Pulumi.dev.yaml: {said}")


def test_text_that_is_no_unicode_is_refused(project: Project) -> None:
    path = project.root / "Pulumi.dev.yaml"
    path.write_text(path.read_text().replace("cost_center: erp-development", 'cost_center: "\\ud800"'))
    assert project.complaints("dev") == ["Pulumi.dev.yaml: erp:stack: it holds a character that is no Unicode text"]


@pytest.mark.parametrize("stack", STACKS)
def test_the_program_reads_the_same_settings_as_the_check(stack: str) -> None:
    content: Any = read(ROOT / f"Pulumi.{stack}.yaml")
    assert from_config(stack, content["config"], root=ROOT) == load(stack, ROOT)
