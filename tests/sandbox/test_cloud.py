"""The clouds as a person at the console sees and changes them: `bin/sandbox cloud`."""

import json
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from sandbox import serve
from sandbox.cloud import main, unreadable
from sandbox.values import Secret
from tests.sandbox.offline import (
    GROUP,
    KEY,
    PRIMARY,
    RECOVERY,
    RESOURCE_GROUP,
    VPC,
    ZONE,
    Offline,
)

ROOT = Path(__file__).parents[2]
SECRET = "correct-horse-battery-staple"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with something in every cloud; one key waits for its end."""
    offline = Offline(tmp_path)
    aws = offline.aws()
    vpc = aws.make(VPC, "network-vpc", cidrBlock="10.0.0.0/16")
    aws.make(GROUP, "network-group", vpcId=vpc.id, description=Secret(SECRET))
    offline.aws(RECOVERY).make(VPC, "network-recovery-vpc", cidrBlock="10.1.0.0/16")
    aws.delete(aws.make(KEY, "encryption-key"))
    offline.azure().make(RESOURCE_GROUP, "recovery-group", location="westeurope")
    offline.cloudflare().make(ZONE, "domain-zone", name="school.example", account={"id": "0" * 32})
    offline.store.close()
    return tmp_path


def run(home: Path, *arguments: str) -> int:
    return main(["--home", str(home), *arguments])


def names(out: str) -> list[str]:
    lines = out.splitlines()
    assert lines[0].split() == ["CLOUD", "ACCOUNT", "REGION", "TYPE", "ID", "RESOURCE"]
    return [line.split()[-1] for line in lines[1:]]


def test_a_list_has_one_line_a_resource_oldest_first(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(home, "list") == 0
    assert names(capsys.readouterr().out) == [
        "network-vpc",
        "network-group",
        "network-recovery-vpc",
        "recovery-group",
        "domain-zone",
    ]


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        (["--cloud", "cloudflare"], ["domain-zone"]),
        (["--type", "ec2/vpc"], ["network-vpc", "network-recovery-vpc"]),
        (["--region", RECOVERY], ["network-recovery-vpc"]),
        (["--cloud", "aws", "--type", "Group"], ["network-group"]),
        (["--pending-deletion"], ["encryption-key"]),
        (["--stack", "dev", "--type", "kms", "--pending-deletion"], ["encryption-key"]),
        (["--stack", "prod"], []),
        (["--region", "nowhere"], []),
    ],
)
def test_a_list_can_be_narrowed(
    home: Path, capsys: pytest.CaptureFixture[str], filters: list[str], found: list[str]
) -> None:
    assert run(home, "list", *filters) == 0
    streams = capsys.readouterr()
    assert names(streams.out) == found
    assert streams.err == ("" if found else "nothing matches; `bin/sandbox cloud list` names all there is\n")


def test_a_list_can_be_read_by_a_program(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(home, "list", "--json", "--type", "ec2/vpc", "--region", PRIMARY) == 0
    (vpc,) = json.loads(capsys.readouterr().out)
    assert vpc["cloud"] == "aws"
    assert vpc["urn"].endswith("::network-vpc")
    assert vpc["pending_deletion"] is False


def test_a_resource_is_shown_by_its_id_its_arn_or_its_logical_name(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(home, "show", "network-vpc") == 0
    shown = json.loads(capsys.readouterr().out)
    assert shown["properties"]["cidrBlock"] == "10.0.0.0/16"
    assert [user.split()[0] for user in shown["named_by"]] == [GROUP]
    for name in (shown["id"], shown["properties"]["arn"]):
        assert run(home, "show", name) == 0
        assert json.loads(capsys.readouterr().out) == shown


def test_several_resources_of_one_name_are_one_array(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    offline = Offline(home)
    offline.aws(RECOVERY).make(VPC, "network-vpc", cidrBlock="10.2.0.0/16")
    offline.store.close()
    assert run(home, "show", "network-vpc") == 0
    assert [one["region"] for one in json.loads(capsys.readouterr().out)] == [PRIMARY, RECOVERY]


def test_a_store_that_is_damaged_is_named_with_the_way_to_start_anew(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "cloud.sqlite"
    file.write_bytes(b"no database at all " * 100)
    for words in (["list"], ["show", "anything"]):
        assert run(tmp_path, *words) == 70
        said = capsys.readouterr().err
        assert said.startswith(f"{file} holds no offline clouds: ")
        assert said.endswith(f"to start anew: rm -r {tmp_path}\n")
        assert said.count("\n") == 1


def test_clouds_whose_store_is_damaged_say_the_same_and_do_not_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "cloud.sqlite").write_bytes(b"no database at all " * 100)
    monkeypatch.setattr(sys, "argv", ["serve", "--home", str(tmp_path)])
    monkeypatch.setattr(serve, "pause_collector", lambda: None)
    assert serve.main() == 70
    assert "holds no offline clouds" in capsys.readouterr().err


def test_a_store_that_cannot_be_opened_is_not_called_lost(tmp_path: Path) -> None:
    said = unreadable(tmp_path / "cloud.sqlite", sqlite3.OperationalError("database is locked"))
    assert "database is locked" in said
    assert "rm -r" not in said


def test_a_list_that_nobody_reads_to_its_end_ends_quietly(home: Path) -> None:
    words = f'"{sys.executable}" -m sandbox.cloud --home "{home}" list | true'
    done = subprocess.run(["sh", "-c", f"{words}; {words}"], cwd=ROOT, capture_output=True, check=False)
    assert done.stderr == b""


def test_what_waits_for_its_end_is_shown_too(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(home, "show", "encryption-key") == 0
    assert json.loads(capsys.readouterr().out)["pending_deletion"] is True


def test_a_secret_is_shown_as_its_digest(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(home, "show", "network-group") == 0
    text = capsys.readouterr().out
    assert SECRET not in text
    assert "$secret" in json.loads(text)["properties"]["description"]


def test_what_is_not_there_is_told_with_exit_code_2(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(home, "show", "network-vpx") == 2
    assert "'network-vpx'" in capsys.readouterr().err


def test_before_anything_was_made_a_list_is_empty_and_nothing_can_be_shown(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(tmp_path, "list") == 0
    assert run(tmp_path, "list", "--json") == 0
    assert run(tmp_path, "show", "anything") == 2
    streams = capsys.readouterr()
    assert json.loads(streams.out) == []
    assert streams.err.count("nothing was ever made here") == 3


def test_the_home_comes_from_the_environment(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SANDBOX_HOME", str(home))
    assert main(["list", "--cloud", "cloudflare"]) == 0
    assert names(capsys.readouterr().out) == ["domain-zone"]


def test_a_command_is_needed(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        run(home)
    assert ended.value.code == 2
    assert "list|show|set|delete|promote" in capsys.readouterr().err


def properties_of(home: Path, name: str, capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    capsys.readouterr()
    assert run(home, "show", name) == 0
    return json.loads(capsys.readouterr().out)["properties"]


@pytest.mark.parametrize(
    ("path", "value", "then"),
    [
        ("enableDnsHostnames", "true", {"enableDnsHostnames": True}),
        ("cidrBlock", "10.9.0.0/16", {"cidrBlock": "10.9.0.0/16"}),
        ("tagsAll", '{"a.b": "one"}', {"tagsAll": {"a.b": "one"}}),
    ],
)
def test_a_property_is_set_behind_the_engines_back(
    path: str, value: str, then: dict[str, object], home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = properties_of(home, "network-vpc", capsys)
    assert run(home, "set", "network-vpc", path, value) == 0
    assert properties_of(home, "network-vpc", capsys) == {**before, **then}


def test_a_property_below_another_is_set_and_the_rest_stays(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(home, "set", "domain-zone", "account.id", '"1"') == 0
    assert properties_of(home, "domain-zone", capsys)["account"] == {"id": "1"}
    assert run(home, "set", "network-vpc", "tagsAll", "{}") == 0
    assert run(home, "set", "network-vpc", 'tagsAll["a.b"]', "two") == 0
    assert properties_of(home, "network-vpc", capsys)["tagsAll"] == {"a.b": "two"}


def test_a_secret_that_is_set_stays_a_secret(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = properties_of(home, "network-group", capsys)["description"]
    assert run(home, "set", "network-group", "description", "another-secret") == 0
    after = properties_of(home, "network-group", capsys)["description"]
    assert isinstance(after, dict)
    assert after.keys() == {"$secret"}
    assert after != before


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("", "is no path"),
        ("account..id", "is no path"),
        ("account[", "is no path"),
        ("account[0]", "there is no 0"),
        ("account.id.more", "there is no 'more'"),
        ("nothing.id", "has nothing at 'nothing'"),
    ],
)
def test_a_path_that_leads_nowhere_is_told_and_changes_nothing(
    path: str, told: str, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = properties_of(home, "domain-zone", capsys)
    assert run(home, "set", "domain-zone", path, "x") == 2
    assert told in capsys.readouterr().err
    assert properties_of(home, "domain-zone", capsys) == before


def test_a_resource_is_deleted_behind_the_engines_back(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(home, "delete", "network-recovery-vpc") == 0
    assert run(home, "show", "network-recovery-vpc") == 2
    assert run(home, "show", "network-vpc") == 0


def test_what_several_go_by_is_not_changed(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    offline = Offline(home)
    offline.aws(RECOVERY).make(VPC, "network-vpc", cidrBlock="10.2.0.0/16")
    offline.store.close()
    for command in (("set", "network-vpc", "cidrBlock", "10.3.0.0/16"), ("delete", "network-vpc")):
        assert run(home, *command) == 2
        told = capsys.readouterr().err
        assert "say which by its id" in told
        assert told.count("aws:ec2/vpc:Vpc vpc-") == 2
