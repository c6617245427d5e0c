"""The engine: taken from PATH within the tested range, built from the pins otherwise; stand-ins for go and pulumi."""

import os
from pathlib import Path

import pytest

from tools.setup import engine, toolchain
from tools.setup.engine import PROGRAMS, Engine
from tools.setup.errors import SetupError
from tools.setup.layout import Layout
from tools.setup.runner import Runner

ROOT = Path(__file__).parents[2]

# Answers as far as set-up looks: `build` makes a program that says its version, modules lie in a folder.
GO = """\
#!/bin/sh
echo "$*" >> "{asked}"
case "$1 $2" in
    "version ") echo "go version go{version} linux/amd64" ;;
    "list -deps") printf 'fmt\\nos\\n' ;;
    "list -m") echo "{module}" ;;
    "build -v")
        echo "go: downloading a module" >&2
        echo fmt >&2
        if [ -e "{broken}" ]; then echo "no room" >&2; exit 1; fi
        mkdir -p "$GOCACHE" "$GOMODCACHE/read-only"
        touch "$GOMODCACHE/read-only/file"
        chmod 500 "$GOMODCACHE/read-only"
        while [ "$1" != -o ]; do shift; done
        printf '#!/bin/sh\\necho {built}\\n' > "$2"
        ;;
esac
"""


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    pins = tmp_path / "check out" / "tools" / "engine"
    for name, module in (("cli", engine.CLI_MODULE), ("language", engine.SDK_MODULE)):
        (pins / name).mkdir(parents=True)
        (pins / name / "go.mod").write_text(f"module {name}\n\ngo 1.24.7\n\nrequire (\n\t{module} v3.220.0\n)\n")
    return Layout(tmp_path / "check out")


@pytest.fixture
def tools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of programs, first on PATH and without anybody's real engine or toolchain behind it."""
    folder = tmp_path / "tools"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    return folder


def program(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)


def put_go(tools: Path, version: str = "1.26.1", built: str = "v3.220.0") -> None:
    for folder, script in {"python/cmd": PROGRAMS[2], "python/dist": PROGRAMS[3]}.items():
        (tools / "module" / folder).mkdir(parents=True, exist_ok=True)
        (tools / "module" / folder / script).write_text("#!/bin/sh\n")
    values = {"asked": tools / "asked", "module": tools / "module", "broken": tools / "broken"}
    program(tools / "go", GO.format(**values, version=version, built=built))


def put_pulumi(tools: Path, version: str, *, complete: bool = True) -> None:
    for name in PROGRAMS if complete else PROGRAMS[:1]:
        program(tools / name, f"#!/bin/sh\necho {version}\n")


def asked(tools: Path) -> list[str]:
    file = tools / "asked"
    return file.read_text().splitlines() if file.exists() else []


def make(layout: Layout) -> Engine:
    made = Engine(layout)
    if not made.is_fresh():
        made.make(Runner(layout.cache / "setup"))
    return made


def test_without_an_installed_engine_it_is_built_from_the_pins(
    layout: Layout, tools: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    put_go(tools)
    made = make(layout)
    assert made.is_fresh()
    assert all(os.access(made.bin / name, os.X_OK) for name in PROGRAMS)
    builds = [line for line in asked(tools) if line.startswith("build")]
    assert [line.rpartition("/")[2] for line in builds] == ["pulumi-language-python", "pulumi"]
    assert all("version.Version=v3.220.0" in line for line in builds)
    said = capsys.readouterr().err
    assert "no package carries the program" in said, "the one long step says why it is long"
    assert "package 1 of 2" in said


def test_the_build_leaves_nothing_behind(layout: Layout, tools: Path) -> None:
    put_go(tools)
    make(layout)
    assert [path.name for path in layout.cache.iterdir()] == ["setup"], "only the logs"


def test_an_engine_that_is_made_is_not_asked_for_again(layout: Layout, tools: Path) -> None:
    put_go(tools)
    make(layout)
    (tools / "asked").unlink()
    make(layout)
    assert asked(tools) == []


@pytest.mark.parametrize("change", ["pin", "program", "gone"])
def test_another_pin_or_program_builds_it_again(layout: Layout, tools: Path, change: str) -> None:
    put_go(tools)
    made = make(layout)
    (tools / "asked").unlink()
    if change == "pin":
        (layout.pins / "cli" / "go.sum").write_text("another\n")
    elif change == "program":
        (made.bin / "pulumi").write_text("another")
    else:
        (made.bin / "pulumi-language-python").unlink()
    make(layout)
    assert len([line for line in asked(tools) if line.startswith("build")]) == 2


def test_an_interrupted_build_keeps_its_caches_and_continues(layout: Layout, tools: Path) -> None:
    put_go(tools)
    (tools / "broken").touch()
    with pytest.raises(SetupError, match="no room"):
        make(layout)
    assert not Engine(layout).is_fresh()
    layout.go_cache.mkdir(exist_ok=True)
    kept = layout.go_cache / "kept"
    kept.touch()
    (tools / "broken").unlink()
    assert make(layout).is_fresh()
    assert not kept.exists()


def test_caches_left_by_a_stop_after_the_build_are_swept(layout: Layout, tools: Path) -> None:
    put_go(tools)
    make(layout)
    (tools / "asked").unlink()
    layout.go_cache.mkdir()
    assert make(layout).is_fresh()
    assert asked(tools) == []


def test_a_program_that_calls_itself_something_else_is_not_taken(layout: Layout, tools: Path) -> None:
    put_go(tools, built="v3.219.0")
    with pytest.raises(SetupError, match=r"pinned is v3\.220\.0"):
        make(layout)
    assert not (layout.engine / "bin" / "pulumi").exists()


def test_an_installed_engine_in_the_tested_range_is_used_and_named(
    layout: Layout, tools: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    put_pulumi(tools, "v3.220.0")
    made = make(layout)
    assert made.is_fresh()
    assert {(made.bin / name).resolve() for name in PROGRAMS} == {tools.resolve() / name for name in PROGRAMS}
    assert f"using pulumi 3.220.0 in {tools.resolve()}" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("version", "complete", "why"),
    [
        ("v3.219.9", True, "tested is 3.220.0 to below 3.221.0"),
        ("v3.260.0", True, "tested is 3.220.0 to below 3.221.0"),
        ("nonsense", True, "tested is 3.220.0 to below 3.221.0"),
        ("v3.220.0", False, "pulumi-language-python"),
    ],
)
def test_any_other_installed_engine_is_left_alone_and_the_reason_printed(
    layout: Layout, tools: Path, capsys: pytest.CaptureFixture[str], version: str, complete: bool, why: str
) -> None:
    put_pulumi(tools, version, complete=complete)
    put_go(tools)
    make(layout)
    said = capsys.readouterr().err
    assert "is not used" in said
    assert why in said
    assert asked(tools), "it was built"


def test_our_own_engine_on_path_is_not_taken_for_an_installed_one(
    layout: Layout, tools: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = layout.engine / "bin"
    put_pulumi(own, "v3.220.0")
    monkeypatch.setenv("PATH", f"{own}:/usr/bin:/bin")
    assert engine.on_path(own) is None


@pytest.mark.parametrize("installed", [None, "1.21.0"])
def test_without_a_go_that_is_new_enough_a_toolchain_comes_from_a_package(
    layout: Layout, tools: Path, monkeypatch: pytest.MonkeyPatch, installed: str | None
) -> None:
    if installed is None:
        monkeypatch.setenv("PATH", str(tools))
    else:
        put_go(tools, version=installed)
    made: list[Path] = []
    monkeypatch.setattr(toolchain.Environment, "make", lambda self, _runner: made.append(self.venv))
    go = toolchain.find(layout, Runner(layout.cache))
    assert go == layout.go_cache / "toolchain" / "bin" / "go"
    assert made == [layout.go_cache / "toolchain"], "below the caches, which go after the build"


@pytest.mark.parametrize("name", ["cli", "language"])
def test_the_real_pins_name_exact_versions(name: str) -> None:
    module = {"cli": engine.CLI_MODULE, "language": engine.SDK_MODULE}[name]
    pinned = toolchain.version(engine.pinned_version(ROOT / "tools" / "engine" / name / "go.mod", module))
    if name == "cli":
        assert engine.TESTED[0] <= pinned < engine.TESTED[1]
    assert toolchain.needed(ROOT / "tools" / "engine") >= (1, 24)


def test_a_module_that_is_not_pinned_is_named(layout: Layout) -> None:
    with pytest.raises(SetupError, match=r"does not pin example\.com/other"):
        engine.pinned_version(layout.pins / "cli" / "go.mod", "example.com/other")
