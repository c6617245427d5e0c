"""The coverage floors: each file counts once, a part that is too low says which files pull it down."""

from pathlib import Path

import pytest

from tools import coverage_floors
from tools.coverage_floors import Counts, Floor

ROOT = Path(__file__).parents[2]


@pytest.fixture
def measured(monkeypatch: pytest.MonkeyPatch) -> dict[str, Counts]:
    files = {
        "settings/model.py": Counts(99, 100),
        "components/pure.py": Counts(94, 100),
        "components/b.py": Counts(9, 10),
    }
    floors = [
        Floor("settings", ("settings/*",), 95),
        Floor("pure", ("components/pure.py",), 95),
        Floor("components", ("components/*",), 90),
    ]
    monkeypatch.setattr(coverage_floors, "measure", lambda _root: files)
    monkeypatch.setattr(coverage_floors, "read_floors", lambda _root: floors)
    return files


def test_one_part_below_its_floor_fails_the_run_and_names_its_files(
    measured: dict[str, Counts], capsys: pytest.CaptureFixture[str]
) -> None:
    assert coverage_floors.main(ROOT) == 1
    said = capsys.readouterr().out
    assert "pure         94.00 %, at least 95 %: too low\n             94.00 % of  100  components/pure.py" in said
    assert "components   90.00 %, at least 90 %: ok" in said, "a file counts for the first part that names it"


def test_all_parts_at_their_floors_pass(measured: dict[str, Counts]) -> None:
    measured["components/pure.py"] = Counts(95, 100)
    assert coverage_floors.main(ROOT) == 0


def test_a_part_with_nothing_to_cover_is_covered() -> None:
    assert coverage_floors.add([]).percent == 100


def test_every_file_that_a_floor_names_is_there() -> None:
    named = [pattern for floor in coverage_floors.read_floors(ROOT) for pattern in floor.files]
    assert [pattern for pattern in named if "*" not in pattern and not (ROOT / pattern).is_file()] == []
