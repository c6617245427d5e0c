"""The migrations as files and as a script, what a task runs, and the root certificates that it brings along."""

import os
import subprocess
from pathlib import Path

import pytest
from cryptography import x509
from hypothesis import given
from hypothesis import strategies as st

from components.database import migrations, roots
from components.database.migrations import COMMAND, LIMIT, Migration, environment, script
from settings.vocabulary import AWS_REGIONS

# Opened later than the package that the roots come from.
WITHOUT_ROOTS = {
    "ap-east-2",
    "ap-southeast-5",
    "ap-southeast-6",
    "ap-southeast-7",
    "ca-west-1",
    "il-central-1",
    "mx-central-1",
}
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="$"))


@pytest.mark.req("P5")
def test_the_script_leaves_room_in_a_task_definition() -> None:
    assert len(script().encode()) < LIMIT
    with pytest.raises(ValueError, match="a task definition leaves it"):
        script([Migration(1, "long", "-" * LIMIT)])


@given(text=texts)
def test_a_migration_stands_in_the_script_as_it_was_written(text: str) -> None:
    written = script([Migration(1, "some", text)])
    assert f"$migration_1$\n{text}$migration_1$" in written
    assert Migration(1, "some", text).checksum in written


@given(one=texts, other=texts)
def test_two_texts_have_two_checksums(one: str, other: str) -> None:
    assert (Migration(1, "some", one).checksum == Migration(1, "some", other).checksum) == (one == other)


@pytest.mark.req("P5")
@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"1_short.sql": ""}, "is not named"),
        ({"0001_Upper.sql": ""}, "is not named"),
        ({"0001_one.sql": "", "0003_three.sql": ""}, r"numbered 1, 2, 3 …, not \[1, 3\]"),
        ({"0001_one.sql": "", "0001_two.sql": ""}, r"not \[1, 1\]"),
        ({"0001_one.sql": "SELECT 1;\ncommit;\n"}, "can't stand inside a migration's transaction"),
        ({"0001_one.sql": "\\set x 1\n"}, "can't stand inside"),
        ({"0001_one.sql": "create  database other;\n"}, "can't stand inside"),
        ({"0001_one.sql": "SELECT $migration_1$x$migration_1$;\n"}, "quotes that the script puts around it"),
    ],
)
def test_a_file_that_does_not_belong_is_refused(tmp_path: Path, files: dict[str, str], said: str) -> None:
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    with pytest.raises(ValueError, match=said):
        migrations.migrations(tmp_path)


@pytest.mark.req("P5")
@pytest.mark.parametrize("code", [0, 3])
def test_the_task_hands_script_and_roots_to_psql_and_ends_as_it_does(tmp_path: Path, code: int) -> None:
    client = tmp_path / "psql"
    client.write_text(f'#!/bin/sh\ncat > "{tmp_path}/script"\ncp "$PGSSLROOTCERT" "{tmp_path}/roots"\nexit {code}\n')
    client.chmod(0o755)
    env = {
        **environment("eu-central-1", "erp"),
        "PATH": f"{tmp_path}:{os.environ['PATH']}",
        "PGSSLROOTCERT": str(tmp_path / "rds-roots.pem"),
    }
    assert subprocess.run(COMMAND, env=env, check=False).returncode == code
    assert (tmp_path / "script").read_text() == script()
    assert (tmp_path / "roots").read_text() == roots.roots("eu-central-1")
    assert env["PGSSLMODE"] == "verify-full"


@pytest.mark.req("D1", "T4")
@pytest.mark.parametrize("region", sorted(set(AWS_REGIONS) - WITHOUT_ROOTS))
def test_the_roots_of_a_region_are_its_own_and_signed_by_themselves(region: str) -> None:
    found = x509.load_pem_x509_certificates(roots.roots(region).encode())
    names = {root.subject.rfc4514_string().partition("CN=")[2].partition(",")[0] for root in found}
    assert names == {f"Amazon RDS {region} Root CA {key} G1" for key in ("ECC384", "RSA2048", "RSA4096")}
    for root in found:
        root.verify_directly_issued_by(root)
        assert root.not_valid_after_utc.year >= 2061


@pytest.mark.parametrize("region", sorted(WITHOUT_ROOTS))
def test_a_region_without_roots_says_what_to_add(region: str) -> None:
    with pytest.raises(ValueError, match="has no root certificates of RDS in"):
        roots.roots(region)
