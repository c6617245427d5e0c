"""`bin/sandbox`: what a command finds in its environment, where it runs, and what comes back."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from sandbox import hints, launch
from sandbox.home import Home, HomeInUseError
from sandbox.paths import made_absolute
from sandbox.server import ServerError
from sandbox.stacks import StackError
from tests.sandbox import checkout
from tests.sandbox.checkout import Checkout

NOTE = "import json, os, sys; json.dump([os.getcwd(), dict(os.environ)], open(sys.argv[1], 'w'))"


@pytest.fixture
def made(tmp_path: Path) -> Checkout:
    return checkout.make(tmp_path)


def seen_by_a_command(made: Checkout, tmp_path: Path, **environment: str) -> tuple[str, dict[str, str]]:
    note = tmp_path / "note.json"
    assert made.run(sys.executable, "-c", NOTE, str(note), **environment) == 0
    cwd, env = json.loads(note.read_text())
    return cwd, env


def test_help_explains_the_commands_the_exit_codes_and_the_variable(capsys: pytest.CaptureFixture[str]) -> None:
    assert launch.main(["--help"], {}) == 0
    said = capsys.readouterr().out
    assert all(word in said for word in ("usage:", "cloud list", "128 + n", "SANDBOX_HOME"))


def test_without_a_command_help_is_printed_and_the_code_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert launch.main([], {}) == 2
    assert "usage:" in capsys.readouterr().out


@pytest.mark.req("E1")
def test_a_command_finds_engine_clouds_and_local_state_in_its_environment(made: Checkout, tmp_path: Path) -> None:
    _, env = seen_by_a_command(made, tmp_path)
    assert env["PATH"].split(os.pathsep)[0] == str(made.root / ".engine" / "bin")
    assert env["PULUMI_DEBUG_PROVIDERS"] == "aws:11,azure-native:12,cloudflare:13"
    assert env["PULUMI_BACKEND_URL"] == f"file://{made.home.state}?metadata=skip"
    assert env["PULUMI_HOME"] == str(made.home.pulumi)
    assert env["PULUMI_PYTHON_CMD"] == str(made.root / ".venv" / "bin" / "python")
    assert env["PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION"] == "true"
    assert env["PULUMI_SKIP_UPDATE_CHECK"] == "true"
    assert env["PULUMI_CONFIG_PASSPHRASE"]
    assert env["SANDBOX_HOME"] == str(made.home.folder)


def test_what_leads_to_other_modules_or_to_a_real_state_does_not_reach_the_command(
    made: Checkout, tmp_path: Path
) -> None:
    foreign = dict.fromkeys(
        (*(name for name in launch.REMOVED if name.startswith("PYTHON")), "PULUMI_ACCESS_TOKEN"), "/elsewhere"
    )
    assert {"PYTHONPATH", "PYTHONSAFEPATH", "PYTHONWARNINGS"} <= foreign.keys()
    _, env = seen_by_a_command(made, tmp_path, **foreign)
    assert not foreign.keys() & env.keys()


def test_a_proxy_of_the_callers_does_not_stand_between_engine_program_and_clouds(made: Checkout) -> None:
    proxies = {"http_proxy": "http://proxy:1", "grpc_proxy": "http://proxy:1", "no_proxy": "corp.example"}
    env = launch.session_environment(made.home, proxies)
    assert env["http_proxy"] == "http://proxy:1", "downloads still need it"
    assert "grpc_proxy" not in env
    local = "corp.example,127.0.0.1,localhost"
    assert {env[name] for name in ("no_proxy", "NO_PROXY", "no_grpc_proxy")} == {local}
    assert launch.session_environment(made.home, {})["no_proxy"] == "127.0.0.1,localhost"


def test_faults_and_other_variables_of_the_caller_reach_the_command(made: Checkout, tmp_path: Path) -> None:
    _, env = seen_by_a_command(made, tmp_path, SANDBOX_FAULTS="fail:aws:kms/key:Key:1")
    assert env["SANDBOX_FAULTS"] == "fail:aws:kms/key:Key:1"


def test_the_engine_runs_in_the_shadow_project(made: Checkout) -> None:
    assert made.run("pulumi", "version") == 0
    assert made.asked()[-1]["cwd"] == str(made.home.project)


@pytest.mark.parametrize("spelling", [["-C", "{}"], ["--cwd", "{}"], ["--cwd={}"], ["-C{}"]])
def test_the_engine_with_a_folder_of_its_own_runs_in_the_callers_and_no_stack_is_made(
    made: Checkout, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, spelling: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert made.run("pulumi", *(word.format(tmp_path) for word in spelling), "preview", "-s", "dev") == 0
    assert [note["cwd"] for note in made.asked()] == [str(tmp_path)]


def test_file_names_given_to_the_engine_are_meant_from_the_callers_folder(
    made: Checkout, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    made.run("pulumi", "stack", "import", "-s", "dev", "--file", "before.json")
    assert made.asked()[-1]["argv"][-1] == str(tmp_path / "before.json")
    made.run("pulumi", "-C", ".", "stack", "import", "--file", "before.json")
    assert made.asked()[-1]["argv"][-1] == "before.json", "with -C the engine itself goes there"


@pytest.mark.parametrize(
    ("words", "made"),
    [
        ("up --policy-pack policies", "up --policy-pack /here/policies"),
        ("up --policy-pack=policies,../more", "up --policy-pack=/here/policies,/more"),
        ("up --policy-pack /a/b --plan p.json", "up --policy-pack /a/b --plan /here/p.json"),
        ("preview --save-plan=p --import-file i", "preview --save-plan=/here/p --import-file /here/i"),
        ("import -f i.json -o=out.py", "import -f /here/i.json -o=/here/out.py"),
        ("import -fi.json", "import -f=/here/i.json"),
        ("logs -f", "logs -f"),
        ("config refresh -f -s dev", "config refresh -f -s dev"),
        ("config set a -- --file", "config set a -- --file"),
        ("stack export --file", "stack export --file"),
        ("stack import --file=", "stack import --file="),
    ],
)
def test_a_file_name_is_told_from_other_words(words: str, made: str) -> None:
    assert " ".join(made_absolute(["pulumi", *words.split()], Path("/here"))) == f"pulumi {made}"


def test_any_other_command_runs_in_the_callers_folder(
    made: Checkout, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert seen_by_a_command(made, tmp_path)[0] == str(tmp_path)


@pytest.mark.parametrize(("words", "code"), [("exit 0", 0), ("exit 3", 3), ("exit 255", 255), ("kill -9 $$", 137)])
def test_the_exit_code_is_the_commands_or_names_its_signal(made: Checkout, words: str, code: int) -> None:
    assert made.run("sh", "-c", words) == code
    assert made.clouds_ended_well()


@pytest.mark.parametrize(("name", "code"), [("INT", 130), ("TERM", 143), ("HUP", 129)])
def test_a_signal_to_the_launcher_ends_the_command(made: Checkout, name: str, code: int) -> None:
    assert made.run("sh", "-c", f"kill -{name} $PPID; sleep 60") == code


def test_a_command_that_is_deaf_to_termination_is_killed(made: Checkout, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sandbox.job.GRACE_SECONDS", 0.1)
    assert made.run("sh", "-c", 'trap "" TERM; kill -TERM $PPID; while :; do sleep 60; done') == 137


def test_a_command_that_does_not_exist_is_named(made: Checkout, capsys: pytest.CaptureFixture[str]) -> None:
    assert made.run("no-such-command") == 127
    assert "no such command: no-such-command" in capsys.readouterr().err


def test_a_file_that_is_no_program_is_not_run_and_named(made: Checkout, capsys: pytest.CaptureFixture[str]) -> None:
    file = made.root / "Pulumi.yaml"
    assert made.run(str(file)) == 126
    assert capsys.readouterr().err == f"sandbox: not executable: {file}\n"
    file.chmod(0o755)
    assert made.run(str(file)) == 126, "nor one that only claims to be one"


def test_an_option_of_nobodys_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert launch.main(["--bogus"], {}) == 2
    assert capsys.readouterr().err.startswith("sandbox: unknown option --bogus\nusage: bin/sandbox COMMAND")


def test_a_stack_is_made_with_its_secrets_at_its_first_use_and_not_again(made: Checkout) -> None:
    assert made.run("pulumi", "preview", "-s", "dev") == 0
    assert made.words() == [["stack", "init"], ["config", "set-all"], ["preview", "-s"]]
    assert made.run("pulumi", "up", "--stack=dev") == 0
    assert made.words()[3:] == [["up", "--stack=dev"]]


@pytest.mark.parametrize(
    "words",
    [
        ["preview", "-s", "dev"],
        ["preview", "-sdev"],
        ["preview", "--stack", "organization/erp/dev"],
        ["stack", "select", "dev"],
        ["-s", "dev", "preview"],
    ],
)
def test_every_way_to_name_a_stack_makes_it(made: Checkout, words: list[str]) -> None:
    made.run("pulumi", *words)
    assert ["stack", "init"] in made.words()


def test_the_variable_that_names_a_stack_makes_it(made: Checkout) -> None:
    made.run("pulumi", "preview", PULUMI_STACK="dev")
    assert ["stack", "init"] in made.words()


def test_the_selected_stack_gets_secrets_that_are_new_in_its_file(made: Checkout) -> None:
    made.run("pulumi", "stack", "select", "dev")
    workspaces = made.home.pulumi / "workspaces"
    workspaces.mkdir()
    (workspaces / "erp-0-workspace.json").write_text('{"stack": "organization/erp/dev"}')
    with (made.root / "Pulumi.dev.yaml").open("a") as tracked:
        tracked.write("  erp-secrets:another-key:\n    secure: v1:onlytheowner\n")
    made.run("pulumi", "preview")
    assert made.words()[-2:] == [["config", "set-all"], ["preview"]]
    assert "erp-secrets:another-key" in made.shadow("Pulumi.dev.yaml")["config"]


@pytest.mark.parametrize(
    "words",
    [
        ["version"],
        ["stack", "ls"],
        ["stack", "init", "dev"],
        ["stack", "rm", "-s", "dev"],
        ["up", "-s", "dev", "--help"],
        ["whoami"],
    ],
)
def test_a_command_about_no_stack_or_that_makes_it_itself_makes_none(made: Checkout, words: list[str]) -> None:
    made.run("pulumi", *words)
    assert len(made.asked()) == 1, "one call: the command itself"


def test_an_unknown_stack_is_refused_with_the_names_of_those_there_are(made: Checkout) -> None:
    with pytest.raises(StackError, match="there is no stack qa: choose one of dev, prod"):
        made.run("pulumi", "preview", "-s", "qa")
    assert made.asked() == []


def test_a_stack_made_by_hand_is_used_as_it_is(made: Checkout) -> None:
    state = made.home.state / ".pulumi" / "stacks" / "erp"
    state.mkdir(parents=True)
    (state / "mine.json").write_text("{}")
    assert made.run("pulumi", "preview", "-s", "mine") == 0
    assert made.words() == [["preview", "-s"]]


def test_an_engine_that_cannot_make_the_stack_is_quoted(made: Checkout) -> None:
    (made.root / "Pulumi.broken.yaml").write_text("config: {}\n")
    with pytest.raises(StackError, match="pulumi stack init failed: error: no room"):
        made.run("pulumi", "preview", "-s", "broken")
    assert made.clouds_ended_well()


def test_clouds_that_do_not_start_are_quoted_and_the_command_is_not_run(made: Checkout, tmp_path: Path) -> None:
    note = tmp_path / "note.json"
    serve = [sys.executable, "-c", "import sys; sys.exit('no such fact file')"]
    with pytest.raises(ServerError, match=r"did not start.*serve\.log:\n  no such fact file"):
        launch.run(made.home, [sys.executable, "-c", NOTE, str(note)], checkout.plain(), serve)
    assert not note.exists()


def test_clouds_that_end_during_the_command_are_quoted(made: Checkout, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    ends = """if True:
        import os, sys
        print('{"aws": 1}', flush=True)
        os.open(sys.argv[1], os.O_WRONLY)
        print("out of memory", file=sys.stderr, flush=True)
        os.close(1)  # before the pipe, whose end ends the command
        os._exit(1)
    """
    with pytest.raises(ServerError, match=r"ended during the command, with 1.*\n  out of memory"):
        launch.run(made.home, ["cat", str(pipe)], checkout.plain(), [sys.executable, "-c", ends, str(pipe)])


def test_clouds_that_do_not_end_by_themselves_are_ended(made: Checkout, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sandbox.server.STOP_SECONDS", 0.05)
    deaf = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('{}', flush=True); signal.pause()"
    assert launch.run(made.home, ["true"], checkout.plain(), [sys.executable, "-c", deaf]) == 0


def test_what_is_left_running_and_deaf_to_the_request_is_ended_too(
    made: Checkout, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sandbox.orphans.PATIENCE_SECONDS", 0.05)
    note = tmp_path / "note"
    deaf = f'trap "" TERM; printf ready > "{note}"; while :; do sleep 60; done'
    assert made.run("sh", "-c", f'({deaf}) & while [ ! -s "{note}" ]; do :; done') == 0


def test_a_second_command_is_told_who_holds_the_home(made: Checkout, tmp_path: Path) -> None:
    with made.home.held(["pulumi", "up", "-s", "dev"]), pytest.raises(HomeInUseError) as refusal:
        made.run("true")
    said = str(refusal.value)
    assert f"by process {os.getpid()}: pulumi up -s dev" in said
    assert "SANDBOX_HOME=" in said


def test_the_lock_is_free_again_when_the_command_has_ended(made: Checkout) -> None:
    assert [made.run("true"), made.run("true")] == [0, 0]


def test_two_homes_do_not_wait_for_each_other(made: Checkout, tmp_path: Path) -> None:
    other = Home(made.root, tmp_path / "another")
    with other.held(["pulumi"]):
        assert made.run("true") == 0


def test_a_command_inside_a_session_uses_the_clouds_that_are_there(made: Checkout) -> None:
    with made.home.held(["bash"]):
        made.home.make()
        session = {launch.SESSION: str(os.getpid()), "PULUMI_DEBUG_PROVIDERS": "aws:7"}
        assert made.run("pulumi", "version", **session) == 0
    assert made.asked()[-1]["env"]["PULUMI_DEBUG_PROVIDERS"] == "aws:7"
    assert not made.clouds_ended_well(), "no clouds were started"


@pytest.mark.parametrize(
    ("error", "code"), [(HomeInUseError("held"), 75), (ServerError("gone"), 70), (StackError("unknown"), 2)]
)
def test_a_refusal_is_printed_and_has_a_code_of_its_own(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], error: Exception, code: int
) -> None:
    def refuse(*_: object) -> int:
        raise error

    monkeypatch.setattr(launch, "run", refuse)
    assert launch.main(["pulumi", "version"], {}) == code
    assert capsys.readouterr().err == f"sandbox: {error}\n"


def state_of(made: Checkout, *, protect: bool = True) -> None:
    state = made.home.state / ".pulumi" / "stacks" / "erp" / "dev.json"
    state.parent.mkdir(parents=True)
    state.write_text(json.dumps({"checkpoint": {"latest": {"resources": [{"urn": "u", "protect": protect}]}}}))


@pytest.mark.parametrize(("verb", "told"), [("up", True), ("preview", True), ("cancel", False)])
def test_a_lock_that_a_dead_run_left_is_told_with_the_command_that_frees_it(
    made: Checkout, capsys: pytest.CaptureFixture[str], verb: str, told: bool
) -> None:
    lock = made.home.state / ".pulumi" / "locks" / "organization" / "erp" / "dev" / "0-1.json"
    lock.parent.mkdir(parents=True)
    lock.touch()
    state_of(made)
    assert made.run("pulumi", verb, "-s", "dev") == 0
    said = capsys.readouterr().err
    assert ("`bin/sandbox pulumi cancel -s dev --yes`" in said) is told
    assert ("docs/runbooks/interrupted-update.md" in said) is told
    assert lock.exists(), "whether to free it is a person's decision"


@pytest.mark.parametrize(
    ("verb", "protect", "told"), [("destroy", True, True), ("destroy", False, False), ("up", True, False)]
)
def test_a_destruction_that_protection_stopped_says_that_it_is_meant(
    made: Checkout, capsys: pytest.CaptureFixture[str], verb: str, protect: bool, told: bool
) -> None:
    state_of(made, protect=protect)
    with (made.root / "engine.py").open("a") as engine:
        engine.write('if words[0] in ("destroy", "up"): sys.exit(255)\n')
    assert made.run("pulumi", verb, "-s", "dev") == 255
    said = capsys.readouterr().err
    assert ("1 resources of dev are protected, and that is meant: docs/runbooks/taking-down.md" in said) is told


def test_the_pages_that_the_launcher_names_are_there() -> None:
    for page in ("interrupted-update.md", "taking-down.md"):
        assert (launch.ROOT / hints.RUNBOOKS / page).is_file()


@pytest.mark.parametrize("named", [str(launch.ROOT), str(launch.ROOT.parent), "/"])
def test_the_checkout_or_a_folder_around_it_is_no_home(capsys: pytest.CaptureFixture[str], named: str) -> None:
    for words in (["true"], ["cloud", "list"]):
        assert launch.main(words, {"SANDBOX_HOME": named}) == 2
        assert f"SANDBOX_HOME={named} is the checkout or holds it" in capsys.readouterr().err


def test_a_home_that_cannot_be_made_is_named_with_what_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "file"
    file.touch()
    for named in (file, file / "below"):
        assert launch.main(["true"], {"SANDBOX_HOME": str(named)}) == 2
        said = capsys.readouterr().err
        assert said.startswith(f"sandbox: {file}")
        assert said.endswith("a folder that it can write: SANDBOX_HOME=/some/folder\n")
        assert said.count("\n") == 1


def test_help_that_nobody_reads_to_its_end_ends_quietly() -> None:
    words = f'"{sys.executable}" -m sandbox.launch --help | true'
    done = subprocess.run(["sh", "-c", f"{words}; {words}"], cwd=launch.ROOT, capture_output=True, check=False)
    assert done.stderr == b""


def test_the_home_is_in_the_checkout_unless_the_variable_names_another(tmp_path: Path) -> None:
    assert Home.of(tmp_path, {}).folder == tmp_path / ".sandbox"
    assert Home.of(tmp_path, {"SANDBOX_HOME": "/elsewhere"}).folder == Path("/elsewhere")
