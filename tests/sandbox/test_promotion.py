"""Promotion behind the engine's back: what a replica becomes, what a refresh sees of it, and what nothing undoes."""

from pathlib import Path

import pytest

from sandbox import cloud
from sandbox.console import promote
from sandbox.faults import FaultInjected, Faults
from sandbox.operations import Refused
from sandbox.problems import Problem
from tests.sandbox.databases import INSTANCE, Place
from tests.sandbox.offline import FILE_SYSTEM, FILE_SYSTEM_REPLICATION, PRIMARY, RECOVERY, VPC, Caller, Made, Offline


def act(offline: Offline, made: Made, faults: Faults | None = None) -> list[str]:
    """Promote as a person does; gives the refusals."""
    with offline.store.operation() as store:
        [resource] = [one for one in store.all(made.token) if one.id == made.id]
        refused: list[Problem] = [*promote(store, resource, faults or Faults())]
    return [problem.message for problem in refused]


def standby(home: Place, away: Place) -> tuple[Made, Made]:
    source = home.instance(storageEncrypted=True, kmsKeyId=home.key.arn)
    copy = away.replica(source.arn, kmsKeyId=away.key.arn, backupRetentionPeriod=7)
    return source, copy


def test_a_promoted_instance_has_no_source_and_a_refresh_says_so(offline: Offline, home: Place, away: Place) -> None:
    _, copy = standby(home, away)
    assert act(offline, copy) == []
    found = away.caller.read(copy)
    assert found is not None
    assert "replicateSourceDb" not in found[0]
    assert found[1]["replicateSourceDb"] is None
    kept = {key: value for key, value in copy.properties.items() if key != "replicateSourceDb"}
    assert {key: found[1][key] for key in kept} == kept, "address, key, backups and all else stay"


def test_what_is_no_replica_is_not_promoted(offline: Offline, home: Place, away: Place) -> None:
    source, copy = standby(home, away)
    refused = ["InvalidDBInstanceState: DB Instance books is not a read replica"]
    assert act(offline, source) == refused
    assert act(offline, copy) == []
    assert act(offline, copy) == [refused[0].replace("books", "copy")], "nor is one that was promoted before"
    network = next(one for one in offline.everything() if one.token == VPC)
    with offline.store.operation() as store:
        assert "never a replica" in promote(store, network, Faults())[0].message


def test_nothing_attaches_a_promoted_instance_again(offline: Offline, home: Place, away: Place) -> None:
    source, copy = standby(home, away)
    act(offline, copy)
    away.caller.update(copy, tags={"a": "b"})  # whose program has seen no refresh and names the source
    assert away.caller.kept(copy).properties["replicateSourceDb"] is None
    read = away.caller.read(copy)
    assert read is not None
    assert "replicateSourceDb" not in read[0], "a refresh finds it out after that too"
    home.caller.delete(source)  # nobody follows it


def test_a_source_is_kept_while_its_replica_still_follows(home: Place, away: Place) -> None:
    source, copy = standby(home, away)
    away.caller.update(copy, tags={"a": "b"})
    assert away.caller.kept(copy).properties["replicateSourceDb"] == source.arn
    with pytest.raises(Refused, match="still named by"):
        home.caller.delete(source)


def test_a_promoted_instance_is_followed_by_the_next_generation(offline: Offline, home: Place, away: Place) -> None:
    _, copy = standby(home, away)
    act(offline, copy)
    back = home.replica(copy.arn, "back", kmsKeyId=home.key.arn, backupRetentionPeriod=7)
    assert act(offline, back) == []
    assert [one.token for one in offline.everything()].count(INSTANCE) == 3


def test_a_file_system_is_promoted_by_the_end_of_its_replication(offline: Offline, aws: Caller) -> None:
    recovery = offline.aws(RECOVERY)
    first = aws.make(FILE_SYSTEM, "first", encrypted=True)
    second = recovery.make(FILE_SYSTEM, "second", encrypted=True, protection={"replicationOverwrite": "DISABLED"})
    destination = {"fileSystemId": second.id, "region": RECOVERY}
    made = aws.make(FILE_SYSTEM_REPLICATION, sourceFileSystemId=first.id, destination=destination)
    assert [line.partition(":")[0] for line in act(offline, first)] == ["ReplicationNotFound"], "it is the source"
    assert act(offline, second) == []
    assert aws.read(made) is None
    read = recovery.read(second)
    assert read is not None
    assert read[1]["protection"] == {"replicationOverwrite": "ENABLED"}
    recovery.delete(second)


def test_a_replica_in_a_lost_region_is_not_promoted(offline: Offline, home: Place, away: Place) -> None:
    _, copy = standby(home, away)
    with pytest.raises(FaultInjected, match=r"promote .*https://rds\.eu-west-1\.amazonaws\.com"):
        act(offline, copy, Faults(down=frozenset({RECOVERY})))
    assert act(offline, copy, Faults(down=frozenset({PRIMARY}))) == [], "its source's region is not asked"


@pytest.mark.parametrize(
    ("faults", "code", "told"),
    [
        ("", 0, "promoted; `pulumi refresh` sees it"),
        (f"region-down {RECOVERY}", 2, "i/o timeout"),
        ("region-down nowhere", 2, "is no fault"),
    ],
)
def test_the_console_promotes_and_says_why_not(
    faults: str,
    code: int,
    told: str,
    offline: Offline,
    home: Place,
    away: Place,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    standby(home, away)
    monkeypatch.setenv("SANDBOX_FAULTS", faults)
    assert cloud.main(["--home", str(tmp_path), "promote", "copy"]) == code
    assert told in "".join(capsys.readouterr())
    assert cloud.main(["--home", str(tmp_path), "promote", "books"]) == 2
    assert cloud.main(["--home", str(tmp_path), "promote", "nobody"]) == 2
