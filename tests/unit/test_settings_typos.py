"""A typo in any key of any stack file is refused, by its path, with the key that was meant."""

from pathlib import Path

import pytest

from settings.reading import read
from tests.unit.settings_files import ROOT, STACKS, KeyPath, Project, key_paths, renamed, spoken


def _cases() -> list[tuple[str, KeyPath]]:
    contents = {stack: read(ROOT / f"Pulumi.{stack}.yaml") for stack in STACKS}
    return [
        (stack, path) for stack, content in contents.items() if isinstance(content, dict) for path in key_paths(content)
    ]


def _misspelt(key: str) -> str:
    """The key with two neighbouring letters swapped, as near its end as they differ."""
    place = next(at for at in range(len(key) - 2, -1, -1) if key[at] != key[at + 1])
    return key[:place] + key[place + 1] + key[place] + key[place + 2 :]


def test_the_stack_files_have_keys_to_misspell() -> None:
    assert {stack for stack, _ in _cases()} == {"dev", "staging", "prod"}
    assert ("dev", ("config", "erp:network", "nat")) in _cases()
    assert len(_cases()) > 60


@pytest.mark.parametrize(("stack", "path"), _cases(), ids=lambda part: part if isinstance(part, str) else spoken(part))
def test_a_misspelt_key_is_refused_by_its_path_with_the_key_that_was_meant(
    stack: str, path: KeyPath, tmp_path: Path
) -> None:
    project = Project(tmp_path)
    *parents, key = path
    slip = _misspelt(key)
    project.write(stack, renamed(project.content(stack), path, slip))
    lines = project.complaints(stack)
    expected = f'Pulumi.{stack}.yaml: {spoken([*parents, slip])}: unknown (did you mean "{key}"?); known here: '
    assert len(lines) == 1, f"one slip, one line; got {lines}"
    assert lines[0].startswith(expected)


@pytest.mark.parametrize(("stack", "path"), _cases(), ids=lambda part: part if isinstance(part, str) else spoken(part))
def test_a_stranger_beside_any_key_is_refused_and_its_value_is_not_shown(
    stack: str, path: KeyPath, tmp_path: Path
) -> None:
    project = Project(tmp_path)
    content = project.content(stack)
    place = content
    for key in path[:-1]:
        place = place[key]
    place["zzz"] = "hunter2"
    project.write(stack, content)
    lines = project.complaints(stack)
    assert len(lines) == 1
    assert lines[0].startswith(f"Pulumi.{stack}.yaml: {spoken([*path[:-1], 'zzz'])}: unknown; known here: ")
    assert "hunter2" not in lines[0]


def test_a_misspelt_key_deep_inside_is_refused_too(tmp_path: Path) -> None:
    project = Project(tmp_path)
    project.set("dev", erp__recovery__azure__resource_group_generatoin=2)
    assert project.complaints("dev") == [
        (
            "Pulumi.dev.yaml: erp:recovery.azure.resource_group_generatoin: unknown "
            '(did you mean "resource_group_generation"?); known here: resource_group_generation'
        )
    ]
