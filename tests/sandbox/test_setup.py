"""Set-up: what is done once, what is skipped, what continues after a stop, and what it says."""

import contextlib
import fcntl
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Generator, Mapping, Sequence
from pathlib import Path

import pytest

from tools.setup import __main__ as command
from tools.setup import checkout, lock, locking, packages, stamps
from tools.setup.errors import MissingPrerequisiteError, SetupError
from tools.setup.layout import Layout, here, python_of
from tools.setup.packages import Environment
from tools.setup.runner import Runner

ROOT = Path(__file__).parents[2]


PACKAGES = ("__pycache__", "yaml", "pyyaml-6.0.dist-info")


def site_packages(venv: Path) -> Path:
    return venv / "lib" / "python3.11" / "site-packages"


class Recorder(Runner):
    """Notes commands instead of running them; what they would make appears."""

    def __init__(self, fails_at: str = "") -> None:
        super().__init__(Path("unused"))
        self.fails_at = fails_at
        self.commands: list[str] = []

    def run(
        self,
        step: str,
        command: Sequence[str | Path],
        *,
        env: Mapping[str, str],
        cwd: Path,
        on_line: Callable[[str], None] | None = None,
    ) -> list[str]:
        words = " ".join(map(str, command))
        self.commands.append(words)
        if self.fails_at and self.fails_at in words:
            raise SetupError(f"{step}: stopped at {self.fails_at}")
        if " venv " in words:
            python = python_of(Path(str(command[-1])))
            python.parent.mkdir(parents=True)
            python.touch()
        if " -m pip " in words and " --require-hashes " in words:
            for name in PACKAGES:
                (site_packages(Path(str(command[0])).parents[1]) / name).mkdir(parents=True)
        return []


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    root = tmp_path / "check out"
    root.mkdir()
    (root / "requirements.txt").write_text("pulumi==1 --hash=sha256:0\n")
    return Layout(root)


@pytest.fixture
def environment(layout: Layout, monkeypatch: pytest.MonkeyPatch) -> Environment:
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    return Environment("packages", layout.venv, [layout.root / "requirements.txt"])


def made_again(environment: Environment) -> list[str]:
    recorder = Recorder()
    if not environment.is_fresh():
        environment.make(recorder)
    return recorder.commands


def test_a_fresh_environment_is_made_in_three_steps(environment: Environment) -> None:
    venv, install, compile_all = made_again(environment)
    assert " -m venv " in venv
    assert "--require-hashes" in install
    assert "--no-deps" in install, "the lock is complete: nothing is resolved"
    assert "compileall" in compile_all


def test_an_environment_that_is_made_is_left_alone(environment: Environment) -> None:
    made_again(environment)
    assert made_again(environment) == []


def test_a_changed_lock_makes_a_new_environment_so_that_nothing_old_stays(
    environment: Environment, layout: Layout
) -> None:
    made_again(environment)
    left = layout.venv / "old package"
    left.touch()
    (layout.root / "requirements.txt").write_text("pulumi==2 --hash=sha256:1\n")
    assert len(made_again(environment)) == 3
    assert not left.exists()


@pytest.mark.parametrize(("stops_at", "still_to_do"), [(" venv ", 3), ("install", 2), ("compileall", 1)])
def test_an_interrupted_environment_continues_where_it_stopped(
    environment: Environment, stops_at: str, still_to_do: int
) -> None:
    with pytest.raises(SetupError):
        environment.make(Recorder(fails_at=stops_at))
    assert len(made_again(environment)) == still_to_do


def test_an_environment_whose_interpreter_is_gone_is_made_anew(environment: Environment, layout: Layout) -> None:
    made_again(environment)
    python_of(layout.venv).unlink()
    assert len(made_again(environment)) == 3


@pytest.mark.parametrize("lost", [name for name in PACKAGES if name != "__pycache__"])
def test_an_environment_that_lost_a_package_is_made_anew(environment: Environment, layout: Layout, lost: str) -> None:
    made_again(environment)
    (site_packages(layout.venv) / lost).rmdir()
    assert not environment.is_fresh()
    shutil.rmtree(site_packages(layout.venv))
    assert len(made_again(environment)) == 3
    assert environment.is_fresh()


def test_what_somebody_added_or_python_left_does_not_make_an_environment_anew(
    environment: Environment, layout: Layout
) -> None:
    made_again(environment)
    (site_packages(layout.venv) / "ipdb").mkdir()
    (site_packages(layout.venv) / "__pycache__").rmdir()
    assert made_again(environment) == []


def test_an_environment_made_before_its_contents_were_noted_is_kept(environment: Environment, layout: Layout) -> None:
    made_again(environment)
    (layout.venv / ".setup" / "contents").unlink()
    assert not environment.is_fresh()
    assert made_again(environment) == []
    assert environment.is_fresh()


def test_a_checkout_that_moved_gets_a_new_environment(environment: Environment, layout: Layout, tmp_path: Path) -> None:
    made_again(environment)
    moved = tmp_path / "moved"
    layout.root.rename(moved)
    assert len(made_again(Environment("packages", moved / ".venv", [moved / "requirements.txt"]))) == 3


def test_an_environment_may_stand_in_a_folder_that_is_not_there_yet(
    layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    place = layout.cache / "go" / "toolchain"
    runner = Runner(layout.cache / "setup")
    monkeypatch.setattr(runner, "run", lambda _step, _command, *, env, cwd: (env, list(cwd.iterdir())))
    Environment("engine", place, [layout.root / "requirements.txt"], compiled=False).make(runner)
    assert place.is_dir()


def test_uv_is_used_when_it_is_there(layout: Layout, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: f"/bin/{name}")
    venv, install, _ = made_again(Environment("packages", layout.venv, [layout.root / "requirements.txt"]))
    assert venv.startswith("/bin/uv venv ")
    assert "--seed" in venv, "the language host needs pip in the environment"
    assert install.startswith("/bin/uv pip install ")
    assert "--require-hashes" in install


def test_a_python_without_venv_is_told_what_to_install(
    environment: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packages.importlib.util, "find_spec", lambda _name: None)
    with pytest.raises(MissingPrerequisiteError, match="apt install python3-venv") as error:
        environment.make(Recorder())
    assert "\n" not in str(error.value)


def test_the_callers_settings_for_pip_do_not_lead_it_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_FIND_LINKS", "/elsewhere")
    monkeypatch.setenv("PYTHONPATH", "/elsewhere")
    monkeypatch.setenv("PIP_CERT", "/kept")
    env = packages.clean_env()
    assert env["PIP_CERT"] == "/kept"
    assert "/elsewhere" not in (env.get("PIP_FIND_LINKS"), env.get("PYTHONPATH"))


def test_a_stamp_counts_only_with_its_product(tmp_path: Path) -> None:
    stamp, product = tmp_path / "stamp", tmp_path / "product"
    stamps.write(stamp, "1")
    assert not stamps.is_fresh(stamp, "1", [product])
    product.symlink_to(tmp_path / "nowhere")
    assert not stamps.is_fresh(stamp, "1", [product]), "a dangling link is no product"
    product.unlink()
    product.touch()
    assert stamps.is_fresh(stamp, "1", [product])
    assert not stamps.is_fresh(stamp, "2", [product])


def test_a_digest_tells_texts_files_and_their_borders_apart(tmp_path: Path) -> None:
    file = tmp_path / "file"
    before = stamps.digest("a", file)
    file.write_text("b")
    digests = {before, stamps.digest("a", file), stamps.digest("ab", file), stamps.digest("a", "b", "")}
    assert len(digests) == 4


class Step:
    """A thing to have."""

    def __init__(self, act: Callable[[Runner], object], *, fresh: bool = False) -> None:
        self.act = act
        self.fresh = fresh

    def is_fresh(self) -> bool:
        return self.fresh

    def make(self, runner: Runner) -> None:
        self.act(runner)
        self.fresh = True


def test_nothing_is_said_or_held_when_all_is_there(layout: Layout, capsys: pytest.CaptureFixture[str]) -> None:
    checkout.bring_up(layout, [Step(lambda _runner: None, fresh=True)])
    assert capsys.readouterr().err == ""
    assert not layout.cache.exists()


def test_a_set_up_that_waited_for_another_finds_all_done(
    layout: Layout, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    step = Step(lambda _runner: pytest.fail("the other one has made it"))

    @contextlib.contextmanager
    def after_the_other(_path: Path) -> Generator[None]:
        step.fresh = True
        yield

    monkeypatch.setattr(lock, "exclusive", after_the_other)
    checkout.bring_up(layout, [step])
    assert capsys.readouterr().err == ""


def test_steps_are_made_side_by_side(layout: Layout) -> None:
    meeting = threading.Barrier(2, timeout=20)
    checkout.bring_up(layout, [Step(lambda _runner: meeting.wait()), Step(lambda _runner: meeting.wait())])


def test_a_failed_step_stops_the_others_and_is_what_is_said(layout: Layout) -> None:
    started = threading.Event()

    def waits(runner: Runner) -> None:
        with pytest.raises(SetupError, match="stopped"):
            runner.run(
                "waits", ["sh", "-c", "echo started; exec sleep 60"], env=os.environ, cwd=layout.root, on_line=note
            )

    def note(_line: str) -> None:
        started.set()

    def fails(_runner: Runner) -> None:
        assert started.wait(20)
        raise SetupError("packages: no room")

    with pytest.raises(SetupError, match="no room"):
        checkout.bring_up(layout, [Step(waits), Step(fails)])


def test_a_failed_program_shows_its_last_lines_and_its_log(tmp_path: Path) -> None:
    runner = Runner(tmp_path / "logs")
    with pytest.raises(SetupError, match=r"(?s)step: sh ended with 3.*    no such version\n.*step\.log"):
        runner.run("step", ["sh", "-c", "echo no such version; exit 3"], env=os.environ, cwd=tmp_path)
    assert "no such version" in (tmp_path / "logs" / "step.log").read_text()


def test_after_a_stop_no_program_starts(tmp_path: Path) -> None:
    runner = Runner(tmp_path)
    runner.stop()
    with pytest.raises(SetupError, match="stopped"):
        runner.run("step", ["true"], env=os.environ, cwd=tmp_path)


def test_a_second_set_up_waits_for_the_first_and_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "lock"
    with path.open("w") as first:
        first.write("4242")
        first.flush()
        fcntl.flock(first, fcntl.LOCK_EX)
        entered = threading.Event()

        def second() -> None:
            with lock.exclusive(path):
                entered.set()

        thread = threading.Thread(target=second)
        thread.start()
        said = ""
        while "process 4242" not in said:
            said += capsys.readouterr().err
        assert not entered.is_set()
    thread.join(20)
    assert entered.is_set()


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (MissingPrerequisiteError("install make"), 2, "install make\n"),
        (SetupError("engine: no room"), 1, "run the same command again to continue"),
        (OSError("no room"), 1, "set-up failed: no room"),
        (KeyboardInterrupt(), 130, "run the same command again to continue"),
    ],
)
def test_the_way_it_stops_decides_code_and_words(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], error: BaseException, code: int, said: str
) -> None:
    def stop(_layout: Layout) -> None:
        raise error

    monkeypatch.setattr(checkout, "make", stop)
    monkeypatch.setattr(command.signal, "signal", lambda *_: None)
    assert command.main([]) == code
    assert said in capsys.readouterr().err


def test_unknown_words_print_the_known_ones(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command.signal, "signal", lambda *_: None)
    assert command.main(["nonsense"]) == 2
    assert "python -m tools.setup facts" in capsys.readouterr().err


def test_without_a_python_one_line_says_what_to_install(tmp_path: Path) -> None:
    done = subprocess.run(
        ["/bin/sh", str(ROOT / "tools" / "setup" / "start")], cwd=tmp_path, env={"PATH": str(tmp_path)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert done.stderr.startswith("set-up needs Python 3.11 or newer: install it")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("named", "said"), [("/nowhere/python3", "is no program"), ("./old", "is not Python 3.11 or newer")]
)
def test_an_interpreter_that_was_named_and_will_not_do_is_not_passed_over(
    tmp_path: Path, named: str, said: str
) -> None:
    old = tmp_path / "old"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)
    done = subprocess.run(
        ["/bin/sh", str(ROOT / "tools" / "setup" / "start")], cwd=tmp_path, env={**os.environ, "PYTHON": named},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (2, f"set-up: PYTHON names {named}, which {said}\n")


def test_requirement_files_are_compiled_with_hashes_and_without_addresses(
    layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: f"/bin/{name}")
    recorder = Recorder()
    monkeypatch.setattr(locking, "Runner", lambda _logs: recorder)
    locking.lock(layout, upgrade=True)
    assert len(recorder.commands) == len(locking.FILES)
    for words in recorder.commands:
        assert {"--generate-hashes", "--no-emit-index-url", "--no-emit-find-links", "--upgrade"} <= set(words.split())


def test_without_uv_one_is_brought_in_for_the_compilation(layout: Layout, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    recorder = Recorder()
    monkeypatch.setattr(locking, "Runner", lambda _logs: recorder)
    locking.lock(layout, upgrade=False)
    assert any(words.endswith("pip install --quiet uv") for words in recorder.commands)
    assert not any("--upgrade" in words for words in recorder.commands)


@pytest.mark.parametrize(
    "name", ["requirements", "requirements-dev", "requirements-facts", "tools/engine/requirements"]
)
def test_every_locked_package_has_hashes_and_no_address(name: str) -> None:
    lines = (ROOT / f"{name}.txt").read_text().splitlines()
    pinned = [line for line in lines if not line.startswith((" ", "#"))]
    assert pinned
    assert all("==" in line and line.endswith("\\") for line in pinned), "each pin goes on with its hashes"
    assert not [line for line in lines if "://" in line or "--find-links" in line or "--index" in line]


def test_the_layout_is_that_of_this_checkout() -> None:
    assert here().root == ROOT
    assert Path(packages.base_python()).exists()
    assert packages.base_python() != sys.executable or sys.prefix == sys.base_prefix
