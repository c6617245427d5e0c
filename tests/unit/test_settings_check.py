"""`python -m settings check`: what it says of right files, of wrong names, and of files that cannot be read."""

import subprocess
import sys
from pathlib import Path

import pytest

from settings import load, stacks
from settings.reading import AMBIGUOUS, UnreadableError, parse
from tests.unit.settings_files import ROOT, STACKS, Project, run


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


@pytest.mark.parametrize("stack", STACKS)
def test_every_tracked_stack_file_is_right(stack: str) -> None:
    outcome = run("check", stack, "--root", str(ROOT))
    assert (outcome.code, outcome.err) == (0, [])
    assert len(outcome.out) == 1, "one line of confirmation"
    assert outcome.out[0].startswith(f"Pulumi.{stack}.yaml is right: ")


def test_all_stack_files_are_checked_in_the_order_of_promotion() -> None:
    outcome = run("check", "--all", "--root", str(ROOT))
    assert outcome.code == 0
    assert [line.split(" ")[0] for line in outcome.out] == [
        "Pulumi.dev.yaml",
        "Pulumi.staging.yaml",
        "Pulumi.prod.yaml",
    ]


def test_the_command_itself_exits_with_2_and_no_traceback(project: Project) -> None:
    project.set("dev", erp__network__nat="sinlge")
    command = [sys.executable, "-m", "settings", "check", "dev", "--root", str(project.root)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr == (
        'Pulumi.dev.yaml: erp:network.nat: "sinlge" is not allowed (did you mean "single"?); '
        'allowed: "per_zone" or "single"\n'
    )


@pytest.mark.parametrize(
    ("name", "hint"),
    [("prd", ' (did you mean "prod"?)'), ("/", ""), ("../x", ""), ("", ""), ("*", ""), ("dev.yaml", ""), ("a\nb", "")],
)
def test_an_unknown_stack_lists_those_there_are(project: Project, name: str, hint: str) -> None:
    shown = name.replace("\n", "\\n")
    assert project.complaints(name)[0].startswith(f'"{shown}" is no stack{hint}')
    assert project.complaints(name)[0].endswith("the stacks here are dev, staging, prod")


def test_a_folder_without_stack_files_says_so(tmp_path: Path) -> None:
    outcome = run("check", "dev", "--root", str(tmp_path))
    assert (outcome.code, outcome.err) == (2, ['"dev" is no stack; no file Pulumi.<stack>.yaml is here'])
    outcome = run("check", "--all", "--root", str(tmp_path))
    assert (outcome.code, outcome.err) == (2, ["no file Pulumi.<stack>.yaml is here"])


@pytest.mark.parametrize("arguments", [(), ("check",), ("check", "dev", "--all"), ("chekc", "dev")])
def test_wrong_usage_exits_with_2_and_says_how(arguments: tuple[str, ...]) -> None:
    outcome = run(*arguments)
    assert outcome.code == 2
    assert outcome.err[0].startswith("usage: python -m settings")


@pytest.mark.parametrize("arguments", [("--help",), ("check", "--help"), ("schema", "--help")])
def test_help_says_what_the_command_does(arguments: tuple[str, ...]) -> None:
    outcome = run(*arguments)
    assert outcome.code == 0
    assert "stack file" in " ".join(outcome.out)


def test_mistakes_in_one_file_do_not_stop_another_stack(project: Project) -> None:
    project.write("staging", b"config: [")
    assert project.check("dev").code == 0
    assert project.check("--all").code == 2


def test_a_stack_file_that_could_not_be_compared_is_told(project: Project) -> None:
    assert project.check("dev").err == []
    project.write("staging", b"config: [")
    outcome = project.check("dev")
    assert (outcome.code, len(outcome.out)) == (0, 1)
    (note,) = outcome.err
    assert note.startswith(
        "note: Pulumi.staging.yaml was not compared with it, as it cannot be read: line 1, column 10: "
    )


@pytest.mark.parametrize("name", ["--all", "-h"])
def test_a_name_after_two_dashes_is_never_an_option(project: Project, name: str) -> None:
    outcome = run("check", "--root", str(project.root), "--", name)
    assert (outcome.code, outcome.out) == (2, [])
    assert outcome.err == [f'"{name}" is no stack; the stacks here are dev, staging, prod']


def test_a_python_without_the_packages_is_told_the_one_that_has_them() -> None:
    command = [sys.executable, "-S", "-m", "settings", "check", "dev"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "run `make setup`, then `.venv/bin/python -m settings`" in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_schema_that_nobody_reads_to_its_end_ends_quietly() -> None:
    words = f'"{sys.executable}" -m settings schema | true'
    done = subprocess.run(["sh", "-c", f"{words}; {words}"], cwd=ROOT, capture_output=True, check=False)
    assert done.stderr == b""


def test_stacks_are_found_by_their_files_with_the_environments_first(project: Project) -> None:
    project.write("alpha", b"")
    (project.root / "Pulumi.yaml").write_text("name: erp\n")
    assert stacks(project.root) == ["dev", "staging", "prod", "alpha"]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "an empty value is not allowed; allowed: an object of config, encryptedkey, secretsprovider"),
        (b"# nothing\n", "an empty value is not allowed; allowed: an object of config, encryptedkey, secretsprovider"),
        (b"- config", "a list is not allowed; allowed: an object of config, encryptedkey, secretsprovider"),
        (b"hunter2", "text is not allowed; allowed: an object of config, encryptedkey, secretsprovider"),
        (b"7", "a number is not allowed; allowed: an object of config, encryptedkey, secretsprovider"),
        (b"true", "a truth value is not allowed; allowed: an object of config, encryptedkey, secretsprovider"),
        (b"\xff\xfe", "not valid YAML: not UTF-8 at byte 1"),
        (b"config:\n\tx: 1\n", ("line 2, column 1: not valid YAML: found character '\\t' that cannot start any token "
         "while scanning for the next token")),
        (b"a: b: c", "line 1, column 5: not valid YAML: mapping values are not allowed here"),
        (b"config: [1, 2", ("line 1, column 14: not valid YAML: expected ',' or ']', but got '<stream end>' "
         "while parsing a flow sequence")),
        (b"a: 1\nb: \x07\n", "line 2, column 4: not valid YAML: found a control character"),
        (b"config:\n  erp:aws: {}\n  erp:aws: {}\n", 'line 3, column 3: the key "erp:aws" is there twice'),
        (b"'a b': 1\n'a b': 2\n", "line 2, column 1: the key is there twice"),
        (b"a: &hunter2 1\nb: *hunter2\n", "line 1, column 4: an anchor or alias is not allowed; write the value out"),
        (b"b: *hunter2\n", "line 1, column 4: an anchor or alias is not allowed; write the value out"),
        (b"a: {<<: {b: 1}}", "line 1, column 5: a merge key is not allowed; write the values out"),
        (b"a: !hunter2 1", "line 1, column 4: a tag is not allowed; write a plain value"),
        (b"a: !h!unter2 1", "line 1, column 4: not valid YAML: found undefined tag handle while parsing a node"),
        (b"1: a", 'line 1, column 1: the key "1" is no text, which is not allowed; write it in quotes'),
        (b"[a]: b", "line 1, column 1: the key is no text, which is not allowed; write it in quotes"),
        (b"a: 011111111111", f"line 1, column 4: {AMBIGUOUS}"),
        (b"a: {on: [yes]}", f"line 1, column 5: {AMBIGUOUS}\nPulumi.dev.yaml: line 1, column 10: {AMBIGUOUS}"),
        (b"a: 1\n---\nb: 2\n", "line 2, column 1: a second document is not allowed"),
        (b"[" * 40, "line 1, column 34: nested too deeply"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_stack_file_gives_one_clear_line(project: Project, data: bytes, said: str) -> None:
    project.write("dev", data)
    assert project.complaints("dev") == f"Pulumi.dev.yaml: {said}".split("\n")


def test_a_stack_file_that_is_a_folder_cannot_be_read(project: Project) -> None:
    (project.root / "Pulumi.extra.yaml").mkdir()
    assert project.complaints("extra") == ["Pulumi.extra.yaml: cannot be read: Is a directory"]


def test_a_byte_order_mark_does_no_harm(project: Project) -> None:
    path = project.root / "Pulumi.dev.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert project.check("dev").code == 0


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("True", True), ("false", False), ("~", None), ("", None), ("null", None), ("7", 7), ("-7", -7), ("+7", 7),
        ("1.5", 1.5), ("'7'", "7"), ("'on'", "on"), ('"a"', "a"), ("[1, a]", [1, "a"]),
        ("{a: {b: 1}}", {"a": {"b": 1}}), ("10.64.0.0/13", "10.64.0.0/13"), ("1.2.3", "1.2.3"),
        ("00000000-0000-4000-8000-000000000111",) * 2,
    ],
)  # fmt: skip
def test_a_scalar_is_what_every_reader_of_yaml_takes_it_for(text: str, value: object) -> None:
    assert parse(f"key: {text}") == {"key": value}


@pytest.mark.parametrize(
    "text",
    [
        "yes", "off", "N", "010", "-010", "089", "011111111111", "0o17", "0x1F", "0b11", "1_000", "+_1", "0_x1", "1e3",
        "1.", ".5", "1_0.5", ".inf", "-.INF", ".nan", "12:30", "190:20:30.5", "2024-01-02", "2001-1-1",
        "2024-01-02 10:00:00", "2024-01-02T10:00:00Z", "=", "9" * 16, "1234567890123456789012345678e123",
    ],
)  # fmt: skip
def test_a_value_that_readers_of_yaml_take_for_different_things_has_to_stand_in_quotes(text: str) -> None:
    with pytest.raises(UnreadableError, match="readers of YAML do not agree"):
        parse(f"key: {text}")
    assert parse(f"key: '{text}'") == {"key": text}


def test_yaml_that_breaks_off_is_refused_with_its_place() -> None:
    with pytest.raises(UnreadableError, match=r"^line 1, column 3: not valid YAML: found unexpected end of stream"):
        parse('"a')


def test_the_settings_of_a_file_are_frozen_and_hold_the_defaults() -> None:
    prod = load("prod", ROOT)
    assert prod.network.nat == "per_zone"
    assert prod.domain.certificate_names == ("smart-school.example", "*.smart-school.example")
    assert prod.address_plan.azure == prod.address_plan.of(prod.addresses.range).azure
    with pytest.raises(ValueError, match="frozen"):
        prod.network.nat = "single"
