"""Exemptions: what they excuse, when they fail, and when a run can't tell."""

from __future__ import annotations

import datetime
import fnmatch
from pathlib import Path

import pytest
from guardrails.configuration import PackError
from guardrails.declare import Enforcement
from guardrails.exemptions import Exemption, load_exemptions

from tests.policies.harness import TODAY, UNKNOWN, Given, Reported, analyzer
from tests.policies.rules_for_tests import TOKEN, analyzer_of, fails_midway, has_good, is_good, rule, stack_rule

WANT = rule("want-good-things", is_good, Enforcement.ALWAYS)
WANT_ON_STACKS = stack_rule("want-good-stacks", has_good, Enforcement.ALWAYS)
BAD = Given(TOKEN, "bad", {"good": False})
GOOD = Given(TOKEN, "good", {"good": True})
NOT_KNOWN = Given(TOKEN, "later", {"good": UNKNOWN})


def exempt(urn: str, rule: str = "want-good-things", expires: datetime.date = TODAY) -> Exemption:
    return Exemption(rule, urn, "They promised to mend it.", "platform@smart-school.example", expires)


def judged(exemption: Exemption, *given: Given, with_resources: bool = True) -> list[Reported]:
    """What a whole run reports: each resource, then the stack."""
    pack = analyzer_of(WANT, WANT_ON_STACKS, exemptions=(exemption,))
    reports = [report for one in given for report in pack.resource(one)] if with_resources else []
    return reports + pack.stack(given)


def standing(reports: list[Reported]) -> list[tuple[str, str]]:
    """Level and standing of each message on an exemption."""
    notes = [report for report in reports if report.rule == "exemption"]
    return [(report.level, report.text.partition("[")[2].partition("]")[0]) for report in notes]


def test_an_exemption_excuses_its_rule_on_its_resource_and_is_printed() -> None:
    pack = analyzer_of(WANT, exemptions=(exempt(BAD.urn),))

    assert pack.resource(BAD) == []
    (report,) = pack.stack([BAD])
    assert report.level == "advisory"
    assert report.text.splitlines() == [
        f"exemption [in force] want-good-things on {BAD.urn}",
        "  holds until 2026-06-15",
        "  Reason: They promised to mend it.",
        "  Owner: platform@smart-school.example",
    ]


def test_an_exemption_excuses_neither_another_resource_nor_another_rule() -> None:
    other = Given(TOKEN, "other", {"good": False})

    reports = judged(exempt(BAD.urn), BAD, other)

    assert [(report.rule, report.urn) for report in reports if report.rule != "exemption"] == [
        ("want-good-things", ""),  # the engine knows which resource it asked about
        ("want-good-stacks", BAD.urn),
        ("want-good-stacks", other.urn),
    ]


def test_a_pattern_excuses_each_resource_that_it_matches() -> None:
    second = Given(TOKEN, "bad-too", {"good": False})
    pack = analyzer_of(WANT, exemptions=(exempt(f"urn:pulumi:prod::erp::{TOKEN}::bad*"),))

    assert [pack.resource(one) for one in (BAD, second)] == [[], []]


def test_a_rule_over_the_stack_can_be_exempt_too() -> None:
    reports = judged(exempt(BAD.urn, "want-good-stacks"), BAD)

    assert [report.rule for report in reports] == ["want-good-things", "exemption"]
    assert standing(reports) == [("advisory", "in force")]


def test_an_expired_exemption_excuses_nothing_and_fails() -> None:
    reports = judged(exempt(BAD.urn, expires=TODAY - datetime.timedelta(days=1)), BAD)

    assert [report.rule for report in reports] == ["want-good-things", "want-good-stacks", "exemption"]
    assert standing(reports) == [("mandatory", "expired")]
    assert "ended on 2026-06-14: mend the finding, or agree on a new date" in reports[-1].text


@pytest.mark.parametrize("rule", ["want-good-things", "want-good-stacks"])
def test_an_exemption_that_nothing_needs_fails(rule: str) -> None:
    reports = judged(exempt(GOOD.urn, rule), GOOD)

    assert standing(reports) == [("mandatory", "unused")]
    assert "nothing needs it any more: remove it from exemptions.yaml" in reports[-1].text


def test_an_exemption_for_a_resource_that_is_gone_fails() -> None:
    assert standing(judged(exempt(BAD.urn), GOOD)) == [("mandatory", "unused")]


@pytest.mark.parametrize("rule", ["want-good-things", "want-good-stacks"])
def test_an_exemption_stands_while_its_rule_can_not_be_judged(rule: str) -> None:
    assert standing(judged(exempt(NOT_KNOWN.urn, rule), NOT_KNOWN)) == [("advisory", "in force")]


def test_an_exemption_stands_while_its_resource_was_left_out_of_a_run_with_targets() -> None:
    reports = judged(exempt(GOOD.urn), GOOD, with_resources=False)

    assert standing(reports) == [("advisory", "in force")]


def test_an_exemption_stands_while_its_rule_fails_and_does_not_excuse_the_failure() -> None:
    broken = rule("break-midway", fails_midway, Enforcement.ALWAYS)
    given = Given(TOKEN, "it", {"good": "yes"})
    pack = analyzer_of(broken, exemptions=(exempt(given.urn, "break-midway"),))

    (failed,) = pack.resource(given)

    assert "The rule itself failed" in failed.text
    assert standing(pack.stack([given])) == [("advisory", "in force")]


@pytest.mark.parametrize("pattern", ["urn:pulumi:dev::erp::*", "urn:pulumi:prod::other::*"])
def test_an_exemption_of_another_stack_or_project_is_neither_printed_nor_judged(pattern: str) -> None:
    assert standing(judged(exempt(pattern), GOOD)) == []


def test_each_run_starts_afresh() -> None:
    pack = analyzer_of(WANT, exemptions=(exempt(BAD.urn),))
    pack.resource(BAD)
    pack.stack([BAD])

    pack.resource(Given(TOKEN, "bad", {"good": True}))

    assert standing(pack.stack([BAD])) == [("mandatory", "unused")]


def test_the_stack_s_name_is_matched_by_pattern() -> None:
    branch = Given(TOKEN, "bad", {"good": False}, stack="pr-9")
    pack = analyzer_of(WANT, exemptions=(exempt("urn:pulumi:pr-*::erp::*::bad"),))

    assert pack.resource(branch) == []
    assert fnmatch.fnmatchcase(branch.urn, "urn:pulumi:pr-*::erp::*::bad")


def test_the_pack_reads_its_exemptions_file(tmp_path: Path) -> None:
    (tmp_path / "settings.yaml").write_text((Path(__file__).parent / "data" / "settings.yaml").read_text())
    (tmp_path / "exemptions.yaml").write_text(
        "exemptions:\n"
        "  - rule: refuse-open-ingress\n"
        '    urn: "urn:pulumi:prod::erp::*::it"\n'
        "    reason: A partner without a fixed address.\n"
        "    owner: platform@smart-school.example\n"
        "    expires: 2026-06-15\n"
    )
    rule_resource = Given(
        "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
        props={"cidrIpv4": "0.0.0.0/0", "tags": {"Component": "network", "DataClass": "none"}},
    )

    assert analyzer(tmp_path).resource(rule_resource) == []


@pytest.mark.parametrize(
    ("text", "mistakes"),
    [
        ("[]", ["expected `exemptions:` with a list"]),
        ("exemptions: yes", ["expected `exemptions:` with a list"]),
        (
            "exemptions: [{rule: want-good-things}, 7]",
            [
                "exemptions[0]: expected exactly the keys rule, urn, reason, owner, expires",
                "exemptions[1]: expected exactly the keys rule, urn, reason, owner, expires",
            ],
        ),
        (
            'exemptions: [{rule: no-such, urn: "*", reason: " ", owner: 5, expires: 2027-01-01}]',
            [
                "exemptions[0].reason: expected a text",
                "exemptions[0].owner: expected a text",
                "exemptions[0].rule: there is no rule 'no-such'",
                "exemptions[0].urn: expected a pattern that starts with urn:pulumi:STACK::PROJECT::",
            ],
        ),
        (
            'exemptions: [{rule: want-good-things, urn: "urn:pulumi:*", reason: r, owner: o, expires: soon}]',
            ["exemptions[0].expires: expected a date such as 2027-03-31"],
        ),
    ],
)
def test_every_mistake_in_the_file_is_named_at_once(tmp_path: Path, text: str, mistakes: list[str]) -> None:
    path = tmp_path / "exemptions.yaml"
    path.write_text(text)

    with pytest.raises(PackError) as raised:
        load_exemptions(path, {"want-good-things"})

    assert str(raised.value).splitlines() == [f"exemptions.yaml: {mistake}" for mistake in mistakes]


@pytest.mark.parametrize("text", ["a: [", None])
def test_a_file_that_can_not_be_read_is_named(tmp_path: Path, text: str | None) -> None:
    path = tmp_path / "exemptions.yaml"
    if text is not None:
        path.write_text(text)

    with pytest.raises(PackError, match=r"^exemptions\.yaml: "):
        load_exemptions(path, set())
