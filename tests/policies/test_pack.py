"""The pack as the engine meets it: four policies, levels by environment, guards, messages, start."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from google.protobuf import empty_pb2
from guardrails import pack as pack_module
from guardrails.declare import Enforcement, Finding, Scope
from guardrails.model import Resource
from pulumi.runtime import proto

from tests.policies import harness
from tests.policies.harness import UNKNOWN, Given
from tests.policies.rules_for_tests import (
    TOKEN,
    analyzer_of,
    fails_at_once,
    fails_midway,
    has_good,
    is_good,
    rule,
    stack_rule,
)

ROOT = Path(__file__).parents[2]
CERTIFICATE = "aws:acm/certificate:Certificate"
BAD = Given(TOKEN, props={"good": False})


def test_the_pack_registers_four_policies_the_mandatory_one_of_each_kind_first() -> None:
    info = harness.analyzer().servicer.GetAnalyzerInfo(empty_pb2.Empty(), None)

    assert [(policy.name, proto.EnforcementLevel.Name(policy.enforcementLevel)) for policy in info.policies] == [
        ("resource-mandatory", "MANDATORY"),
        ("resource-advisory", "ADVISORY"),
        ("stack-mandatory", "MANDATORY"),
        ("stack-advisory", "ADVISORY"),
    ]


def test_the_project_s_own_data_files_are_right() -> None:
    assert harness.analyzer(ROOT / "policies").resource(Given("aws:ec2/vpc:Vpc", props={"tags": harness.TAGS})) == []


@pytest.mark.req("Y2")
def test_a_message_says_rule_severity_place_problem_reason_remedy_and_controls() -> None:
    (report,) = harness.analyzer().resource(
        Given("aws:ec2/subnet:Subnet", props={"mapPublicIpOnLaunch": True, "tags": harness.TAGS})
    )

    assert report.text.splitlines() == [
        "refuse-public-ip-on-launch [high] Nothing gets a public address by being started",
        "  - mapPublicIpOnLaunch: is true, expected false",
        "  Why: A host with an address of its own is reachable from the internet at once.",
        "  Mend: Switch it off; load balancers and NAT gateways get their addresses without it.",
        '      aws.ec2.Subnet("public-a", ..., map_public_ip_on_launch=False)',
        (
            "  Serves: GDPR Art. 5(1)(f), Art. 25; HIPAA 164.312(a)(1); ISO 27001:2022 A.8.22; "
            "PCI DSS 4.0.1 1.4.1, 1.4.4; SOC 2 CC6.1"
        ),
    ]


@pytest.mark.parametrize(
    ("stack", "level"),
    [
        ("dev", "advisory"),
        ("pr-7", "advisory"),
        ("staging", "mandatory"),
        ("prod", "mandatory"),
        ("other", "mandatory"),
    ],
)
def test_a_rule_that_is_advice_in_dev_binds_everywhere_else(stack: str, level: str) -> None:
    advice = rule("like-good-things", is_good, Enforcement.BEYOND_DEV)
    advice_on_stacks = stack_rule("like-good-stacks", has_good, Enforcement.BEYOND_DEV)
    given = Given(TOKEN, props={"good": False}, stack=stack)
    pack = analyzer_of(advice, advice_on_stacks)

    assert [(report.rule, report.level) for report in pack.resource(given)] == [("like-good-things", level)]
    assert [(report.rule, report.level) for report in pack.stack([given])] == [("like-good-stacks", level)]


def test_a_rule_that_always_binds_does_so_in_dev() -> None:
    pack = analyzer_of(rule("want-good-things", is_good, Enforcement.ALWAYS))

    assert [report.level for report in pack.resource(Given(TOKEN, stack="dev"))] == ["mandatory"]


def test_advice_is_given_even_where_the_mandatory_policy_was_switched_off() -> None:
    pack = analyzer_of(
        rule("like-good-things", is_good, Enforcement.BEYOND_DEV), rule("want-good-things", is_good, Enforcement.ALWAYS)
    )
    request = proto.ConfigureAnalyzerRequest()
    request.policyConfig["resource-mandatory"].enforcementLevel = proto.DISABLED
    pack.servicer.Configure(request, None)

    reports = pack.resource(Given(TOKEN, stack="dev"))

    assert [(report.rule, report.level) for report in reports] == [("like-good-things", "advisory")]


@pytest.mark.parametrize("enforcement", list(Enforcement))
def test_a_rule_that_fails_is_a_mandatory_finding_that_names_it_and_hides_nothing(enforcement: Enforcement) -> None:
    pack = analyzer_of(rule("break-midway", fails_midway, enforcement), rule("want-good-things", is_good, enforcement))

    failed, *rest = pack.resource(Given(TOKEN, props={"good": False}, stack="dev"))

    assert (failed.rule, failed.level) == ("break-midway", "mandatory")
    assert (
        "The rule itself failed, so nothing was judged: IllTypedError: good: expected a number (values.py:"
        in failed.text
    )
    assert {(report.rule, report.findings) for report in rest} == {
        ("break-midway", ("first: is wrong",)),
        ("want-good-things", ("good: is not good",)),
    }


def test_a_known_value_of_a_kind_that_a_rule_does_not_know_is_never_a_pass() -> None:
    odd = {"access": "Allow", "direction": "Inbound", "protocol": "*", "sourceAddressPrefix": "10.0.0.0/99"}

    (report,) = harness.analyzer().resource(Given("azure-native:network:SecurityRule", props=odd))

    assert (report.rule, report.level) == ("refuse-open-azure-ingress", "mandatory")
    assert "sourceAddressPrefix: expected an address range" in report.text


def test_a_rule_over_the_stack_that_fails_is_a_mandatory_finding_on_the_stack() -> None:
    pack = analyzer_of(
        stack_rule("break-at-once", fails_at_once, Enforcement.BEYOND_DEV),
        stack_rule("want-good-stacks", has_good, Enforcement.ALWAYS),
    )

    failed, other = pack.stack([Given(TOKEN, stack="dev")])

    assert (failed.rule, failed.level, failed.urn) == ("break-at-once", "mandatory", "")
    assert "LookupError: 1 resources are too many (rules_for_tests.py:" in failed.text
    assert (other.rule, other.urn) == ("want-good-stacks", Given(TOKEN, stack="dev").urn)


def test_an_unknown_value_makes_no_sdk_note_and_no_finding_and_hides_no_rule() -> None:
    def names_it(thing: Resource, _: Scope) -> Iterator[Finding]:
        yield Finding("name", f"is {thing.name}, which is known at all times")

    pack = analyzer_of(
        rule("want-good-things", is_good, Enforcement.ALWAYS), rule("name-things", names_it, Enforcement.ALWAYS)
    )

    reports = pack.resource(Given(TOKEN, props={"good": UNKNOWN}))

    assert [report.rule for report in reports] == ["name-things"]


def test_a_finding_on_the_stack_names_its_resource() -> None:
    (report,) = analyzer_of(stack_rule("want-good-stacks", has_good, Enforcement.ALWAYS)).stack([BAD])

    assert report.urn == BAD.urn


def test_a_rule_without_controls_says_so() -> None:
    (report,) = analyzer_of(rule("want-good-things", is_good, Enforcement.ALWAYS)).resource(BAD)

    assert report.text.endswith("Serves: no control yet")


def test_the_pack_starts_the_sdk_with_its_policies(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[tuple[str, int]] = []
    monkeypatch.setattr(pack_module, "PolicyPack", lambda name, policies: started.append((name, len(policies))))

    pack_module.serve(harness.DATA)

    assert started == [("guardrails", 4)]


def test_a_mistake_in_a_data_file_ends_the_start_with_its_text_alone(tmp_path: Path) -> None:
    (tmp_path / "settings.yaml").write_text("{}")
    (tmp_path / "exemptions.yaml").write_text("exemptions: []")

    with pytest.raises(SystemExit, match=r"^settings\.yaml: settings\.environments: is missing"):
        pack_module.serve(tmp_path)


def test_the_pack_imports_no_provider_sdk_and_nothing_of_this_program() -> None:
    code = (
        "import sys, datetime, pathlib; from guardrails.pack import build; "
        "build(pathlib.Path(sys.argv[1]), datetime.date(2026, 1, 1)); "
        "print(*sorted({m.split('.')[0] for m in sys.modules}))"
    )
    started = subprocess.run(
        [sys.executable, "-c", code, str(harness.DATA)],
        cwd=ROOT / "policies",
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = set(started.stdout.split())

    ours = {path.stem for path in ROOT.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()} - {
        "__main__"
    }
    assert "guardrails" in loaded
    assert {"settings", "components", "sandbox"} <= ours, "the list of our packages is not what it was"
    assert loaded.isdisjoint(ours), "the pack imports something of this program"
    assert not [name for name in loaded if name.startswith("pulumi_") and name != "pulumi_policy"]


def test_the_start_file_switches_the_collector_off_before_it_imports_the_pack() -> None:
    code = (
        "import gc, runpy, sys, types; fake = types.ModuleType('guardrails.pack'); "
        "fake.serve = lambda root: print(gc.isenabled(), root.name); sys.modules['guardrails.pack'] = fake; "
        "runpy.run_path('.', run_name='__main__')"
    )
    started = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT / "policies", capture_output=True, text=True, check=True
    )

    assert started.stdout == "False policies\n"
