"""Control frameworks: what their files may say, and that rules and controls meet."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from guardrails.configuration import PackError
from guardrails.frameworks import Coverer, controls_by_rule, load_frameworks
from guardrails.registry import all_rules

RULES = [rule.id for rule in all_rules()]
FRAMEWORKS = load_frameworks(RULES)


@pytest.mark.req("Y2")
def test_the_five_frameworks_are_there() -> None:
    assert [framework.name for framework in FRAMEWORKS] == [
        "GDPR",
        "HIPAA",
        "ISO 27001:2022",
        "PCI DSS 4.0.1",
        "SOC 2",
    ]


@pytest.mark.req("Y2")
@pytest.mark.parametrize("rule", RULES)
def test_a_rule_serves_a_control_of_nearly_every_framework(rule: str) -> None:
    serves = {
        framework.name for framework in FRAMEWORKS if any(rule in control.rules for control in framework.controls)
    }
    # PCI DSS asks what protects account data, not in which country it is, nor whether there is room for all of it.
    beyond = {"PCI DSS 4.0.1"} if rule in {"keep-data-in-region", "keep-within-quotas"} else set[str]()

    assert serves == {framework.name for framework in FRAMEWORKS} - beyond


# How each framework numbers its controls, with as many as it has where the numbers run on.
NUMBERS = {
    "gdpr": r"Art\. ([1-9]|[1-9]\d)(-\d\d)?(\(\d\)(\([a-z]\))?)?",
    "hipaa": r"164\.3(08|10|12|14|16)\([a-e]\)(\(\d\)(\([ivx]+\)(\([A-D]\))?)?)?",
    "iso-27001-2022": r"A\.(5\.([1-9]|[12]\d|3[0-7])|6\.[1-8]|7\.([1-9]|1[0-4])|8\.([1-9]|[12]\d|3[0-4]))",
    "pci-dss-4.0.1": r"(1[0-2]|[1-9])\.\d{1,2}\.\d{1,2}(\.\d)?",
    "soc-2": r"CC(1\.[1-5]|2\.[1-3]|3\.[1-4]|4\.[12]|5\.[1-3]|6\.[1-8]|7\.[1-5]|8\.1|9\.[12])|A1\.[1-3]|C1\.[12]"
    r"|PI1\.[1-5]|P[1-8]\.\d",
}


@pytest.mark.parametrize("framework", FRAMEWORKS, ids=lambda framework: framework.id)
def test_a_control_has_a_number_of_its_framework(framework: Any) -> None:
    assert [control.id for control in framework.controls if not re.fullmatch(NUMBERS[framework.id], control.id)] == []


@pytest.mark.parametrize("framework", FRAMEWORKS, ids=lambda framework: framework.id)
def test_a_framework_also_names_controls_that_no_rule_can_see(framework: Any) -> None:
    assert [control for control in framework.controls if not control.rules], "somebody covers what no rule can see"


def test_controls_are_listed_by_rule_in_one_text_a_framework() -> None:
    assert controls_by_rule(FRAMEWORKS)["refuse-public-ip-on-launch"] == (
        "GDPR Art. 5(1)(f), Art. 25",
        "HIPAA 164.312(a)(1)",
        "ISO 27001:2022 A.8.22",
        "PCI DSS 4.0.1 1.4.1, 1.4.4",
        "SOC 2 CC6.1",
    )


def load(folder: Path, document: object) -> Any:
    (folder / "some.json").write_text(json.dumps(document))
    return load_frameworks(["want-this", "want-that"], folder)


def framework(*controls: Any) -> dict[str, Any]:
    return {"framework": "Some", "edition": "1", "controls": list(controls)}


GOOD = {"id": "1", "title": "One", "rules": ["want-this"], "covered_by": {"process": "a review"}}


def test_a_control_may_have_rules_and_somebody_who_covers_the_rest(tmp_path: Path) -> None:
    (loaded,) = load(
        tmp_path,
        framework(
            GOOD, {"id": "2", "title": "Two", "covered_by": {"provider": "their halls", "organisation": "contract"}}
        ),
    )

    assert (loaded.id, loaded.name, loaded.edition) == ("some", "Some", "1")
    assert [(control.id, control.rules, control.covered_by) for control in loaded.controls] == [
        ("1", ("want-this",), ((Coverer.PROCESS, "a review"),)),
        ("2", (), ((Coverer.PROVIDER, "their halls"), (Coverer.ORGANISATION, "contract"))),
    ]


@pytest.mark.parametrize(
    ("document", "mistakes"),
    [
        ([], ["expected exactly the keys framework, edition, controls"]),
        ({"framework": "Some"}, ["expected exactly the keys framework, edition, controls"]),
        ({"framework": "Some", "edition": "1", "controls": []}, ["controls: expected a list, at least one"]),
        (
            {"framework": " ", "edition": 1, "controls": [GOOD]},
            ["framework: expected a text", "edition: expected a text"],
        ),
        (
            framework({"id": "1", "title": "One", "rules": ["no-such", "want-this", "want-this"]}),
            [
                "controls[0].rules: there is no rule 'no-such'",
                "controls[0].rules: want-this is there twice",
            ],
        ),
        (framework(GOOD, GOOD), ["controls[1].id: 1 is there twice"]),
        (
            framework({"id": "1", "title": "One"}, {"id": "2", "title": "Two", "rules": [], "covered_by": {}}),
            [
                "controls[0]: an empty claim; name rules, or who covers it instead",
                "controls[1]: an empty claim; name rules, or who covers it instead",
            ],
        ),
        (
            framework({"id": "1"}, 7, {"id": "1", "title": "One", "rule": ["want-this"]}),
            [f"controls[{index}]: expected id, title and rules or covered_by" for index in range(3)],
        ),
        (
            framework({"id": 1, "title": "", "rules": ["want-this"]}),
            ["controls[0].id: expected a text", "controls[0].title: expected a text"],
        ),
        (
            framework({"id": "1", "title": "One", "rules": "want-this"}),
            ["controls[0].rules: expected a list of rule ids"],
        ),
        (
            framework(
                {"id": "1", "title": "One", "covered_by": {"process": ""}},
                {"id": "2", "title": "Two", "covered_by": "somebody"},
                {"id": "3", "title": "Three", "covered_by": {"luck": "so far"}},
            ),
            [
                "controls[0].covered_by: expected who covers it, and how",
                "controls[1].covered_by: expected who covers it, and how",
                "controls[2].covered_by.luck: expected one of organisation, process, provider",
            ],
        ),
    ],
)
def test_every_mistake_in_a_framework_is_named_at_once(tmp_path: Path, document: object, mistakes: list[str]) -> None:
    with pytest.raises(PackError) as raised:
        load(tmp_path, document)

    assert str(raised.value).splitlines() == [f"some.json: {mistake}" for mistake in mistakes]
