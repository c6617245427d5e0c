"""The requirement rows, the tests that name them, and a test of those tests."""

from pathlib import Path

import pytest

from sandbox.schema.packages import class_of
from tests.contracts.mutants import Mutants, run
from tests.graph import Graph
from tools.requirements.__main__ import main
from tools.requirements.markers import marked_tests, stray_markers
from tools.requirements.page import PAGE, render
from tools.requirements.rows import Evidence, Row, load

ROOT = Path(__file__).parents[2]
MOST_IDS_OF_A_TEST = 3


def evidence_due() -> dict[str, list[str]]:
    requirements = load()
    evidence: dict[str, list[str]] = {}
    for row in requirements.rows:
        for token in row.types_due(requirements.stage):
            evidence.setdefault(token, []).append(row.id)
    return evidence


def test_a_test_names_at_most_three_requirements() -> None:
    assert [test for test in marked_tests(ROOT) if len(set(test.ids)) > MOST_IDS_OF_A_TEST] == []


def test_every_id_that_a_test_names_has_a_row() -> None:
    known = {row.id for row in load().rows}
    assert [test for test in marked_tests(ROOT) if not known.issuperset(test.ids)] == []


def test_every_marker_of_a_requirement_decorates_a_test() -> None:
    assert stray_markers(ROOT) == []


def test_every_row_that_is_due_has_a_test() -> None:
    requirements = load()
    named = {id_ for test in marked_tests(ROOT) for id_ in test.ids}
    assert [row.id for row in requirements.rows if row.first_stage <= requirements.stage and row.id not in named] == []


def test_every_resource_type_named_as_evidence_is_one_of_an_installed_sdk() -> None:
    for row in load().rows:
        for token in row.types_due(stage=5):
            class_of(token)


def test_every_resource_type_that_is_due_as_evidence_is_in_prod(prod: Graph) -> None:
    assert sorted(evidence_due().keys() - {node.type for node in prod.nodes}) == []


def test_without_a_type_that_is_evidence_a_test_of_that_requirement_fails() -> None:
    mutants = Mutants(evidence_due())
    assert run(mutants, ROOT / "tests" / "unit") == pytest.ExitCode.OK
    blind = [f"{id_}: no unit test of it fails on a prod without {token}" for token, id_ in mutants.blind]
    assert mutants.ran > 0
    assert not blind, "\n".join(blind)


def test_the_page_of_requirements_is_fresh() -> None:
    written = (ROOT / PAGE).read_text(encoding="utf-8")
    assert written == render(ROOT), f"{PAGE} is stale: run `python -m tools.requirements`"


# --- the tool itself


def write_tests(root: Path, source: str) -> None:
    folder = root / "tests" / "unit"
    folder.mkdir(parents=True)
    (folder / "test_some.py").write_text(source)


def test_markers_are_found_on_functions_classes_and_parameters(tmp_path: Path) -> None:
    write_tests(
        tmp_path,
        """
import pytest
@pytest.mark.req("N1", "N2")
def test_a_function(): ...
@pytest.mark.req("T1")
class TestKeys:
    @pytest.mark.req("T3")
    def test_a_method(self): ...
@pytest.mark.parametrize("x", [pytest.param(1, marks=pytest.mark.req("A2"))])
def test_a_parameter(x): ...
def test_without_any(): ...
""",
    )
    assert [(test.file, test.name, test.ids) for test in marked_tests(tmp_path)] == [
        ("tests/unit/test_some.py", "test_a_function", ("N1", "N2")),
        ("tests/unit/test_some.py", "TestKeys::test_a_method", ("T1", "T3")),
        ("tests/unit/test_some.py", "test_a_parameter", ("A2",)),
    ]
    assert stray_markers(tmp_path) == []


def test_a_marker_for_a_whole_module_is_a_stray_one(tmp_path: Path) -> None:
    write_tests(tmp_path, 'import pytest\npytestmark = pytest.mark.req("N1")\n')
    assert stray_markers(tmp_path) == ["tests/unit/test_some.py:2"]


def test_the_page_shows_every_row_with_its_tests_or_as_missing(tmp_path: Path) -> None:
    write_tests(tmp_path, 'import pytest\n@pytest.mark.req("N1")\ndef test_a_vpc_has_subnets(): ...\n')
    page = render(tmp_path)
    assert all(f"\n| {row.id} |" in page for row in load().rows)
    assert "- `tests/unit/test_some.py`: a vpc has subnets" in page
    assert "| 1 | [1](#n1-the-vpc) |" in page
    assert "| 1 | **missing** |" in page
    assert "| 5 | missing |" in page


def test_a_row_counts_the_evidence_of_the_stages_that_are_built() -> None:
    row = Row("I3", "cdn", "edge", (Evidence(3, ("b",)), Evidence(1, ("a",)), Evidence(2, shown="words")))
    assert row.first_stage == 1
    assert row.types_due(1) == ("a",)
    assert row.types_due(3) == ("b", "a")


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ('[[row]]\nid="A"\nasked="a"\nserved="s"\nevidence=[{stage=1}]', "row A: each evidence"),
        ('[[row]]\nid="A"\nasked="a"\nserved="s"\nevidence=[{stage=9,shown="w"}]', "row A: each evidence"),
        (
            '[[row]]\nid="A"\nasked="a"\nserved="s"\nevidence=[{stage=1,shown="w"}]\n' * 2,
            "more than one row has the id A",
        ),
    ],
)
def test_rows_that_say_too_little_are_refused(tmp_path: Path, rows: str, message: str) -> None:
    source = tmp_path / "rows.toml"
    source.write_text(f"stage = 1\n{rows}")
    with pytest.raises(ValueError, match=message):
        load(source)


def test_the_command_writes_the_page_and_tells_a_stale_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_tests(tmp_path, "")
    assert main(["--check"], tmp_path) == 1
    assert main([], tmp_path) == 0
    assert main(["--check"], tmp_path) == 0
    (tmp_path / "tests" / "unit" / "test_more.py").write_text('@pytest.mark.req("N1")\ndef test_more_of_it(): ...\n')
    assert main(["--check"], tmp_path) == 1
    assert "docs/requirements.md is stale: run `python -m tools.requirements`" in capsys.readouterr().err


def test_the_command_refuses_arguments_it_does_not_know(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--force"]) == 2
    assert "usage: python -m tools.requirements" in capsys.readouterr().err
