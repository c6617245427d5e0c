"""Mistakes that a first deployment of databases makes, made on purpose; numbers of the list of forty.

22 is no refusal: a static parameter that changes waits for a reboot, without a word. What RDS does refuse is to apply
one at once.
"""

from typing import Any

import pytest

from sandbox.operations import Refused
from tests.sandbox.databases import (
    COPY,
    INSTANCE,
    PARAMETERS,
    PROXY,
    SECRET,
    SNAPSHOT,
    Place,
)
from tests.sandbox.offline import LOG_GROUP, RECOVERY, ROLE, Caller, Made, Offline, trust_policy


@pytest.fixture
def role(aws: Caller) -> Made:
    return aws.make(ROLE, assumeRolePolicy=trust_policy(Service="rds.amazonaws.com"))


MANAGED: dict[str, Any] = {"passwordWo": None, "passwordWoVersion": None, "manageMasterUserPassword": True}


def test_3_no_replica_of_an_instance_whose_password_rds_manages(home: Place) -> None:
    home.instance(**MANAGED)
    with pytest.raises(Refused, match="where ManageMasterUserPassword is enabled is not supported"):
        home.replica("books")


def test_3_a_password_of_ones_own_lets_a_replica_be_made(home: Place) -> None:
    assert home.replica(home.instance().properties["identifier"]).properties["engine"] == "postgres"


def test_4_a_replica_in_another_region_wants_a_key_of_that_region(home: Place, away: Place) -> None:
    source = home.instance(storageEncrypted=True, kmsKeyId=home.key.arn)
    with pytest.raises(Refused, match=f"KMSKeyNotAccessibleFault: .* does not exist in {RECOVERY}"):
        away.replica(source.arn, kmsKeyId=home.key.arn)
    with pytest.raises(Refused, match="KmsKeyId must be specified for an encrypted read replica"):
        away.replica(source.arn)
    assert away.replica(source.arn, kmsKeyId=away.key.arn).properties["storageEncrypted"] is True


def test_a_replica_beside_its_source_has_that_ones_key_and_may_not_name_it(home: Place) -> None:
    source = home.instance(storageEncrypted=True, kmsKeyId=home.key.arn)
    with pytest.raises(Refused, match="Your request does not require the KMS key parameter"):
        home.replica(source.arn, kmsKeyId=home.key.arn)
    copy = home.replica(source.arn)
    assert copy.properties["storageEncrypted"] is True
    assert copy.properties["kmsKeyId"] == home.key.arn


def test_4_without_encryption_there_is_no_key_to_name(home: Place, away: Place) -> None:
    assert away.replica(home.instance().arn).properties["replicateSourceDb"]


def test_14_rds_makes_the_log_group_itself_when_nobody_has(home: Place) -> None:
    home.instance(enabledCloudwatchLogsExports=["postgresql"])
    with pytest.raises(Refused, match="/aws/rds/instance/books/postgresql exists already"):
        home.caller.make(LOG_GROUP, "late", name="/aws/rds/instance/books/postgresql")


def test_14_a_log_group_made_before_is_used(home: Place, offline: Offline) -> None:
    home.caller.make(LOG_GROUP, "early", name="/aws/rds/instance/books/postgresql", retentionInDays=30)
    home.instance(enabledCloudwatchLogsExports=["postgresql"])
    groups = [one for one in offline.everything() if one.token == LOG_GROUP]
    assert [group.properties["retentionInDays"] for group in groups] == [30]


def test_14_and_it_outlives_the_instance(home: Place, offline: Offline) -> None:
    home.caller.delete(home.instance(enabledCloudwatchLogsExports=["postgresql"]))
    assert [one.id for one in offline.everything() if one.token == LOG_GROUP] == ["/aws/rds/instance/books/postgresql"]


def test_16_the_name_of_a_deleted_secret_stays_taken(aws: Caller) -> None:
    aws.delete(aws.make(SECRET, name="admin"))
    with pytest.raises(Refused, match="a secret with this name is already scheduled for deletion"):
        aws.make(SECRET, "again", name="admin")


def test_16_unless_it_was_deleted_at_once_or_has_another_name(aws: Caller, offline: Offline) -> None:
    aws.delete(aws.make(SECRET, name="admin", recoveryWindowInDays=0))
    assert aws.make(SECRET, "again", name="admin").id.startswith("arn:aws:secretsmanager:eu-central-1:")
    aws.delete(aws.make(SECRET, "first", name="report"))
    assert offline.aws(RECOVERY).make(SECRET, "there", name="report").id
    assert aws.make(SECRET, "made-up").id


def test_19_a_final_snapshot_of_that_name_exists(home: Place, offline: Offline) -> None:
    kept: dict[str, Any] = {"skipFinalSnapshot": False, "finalSnapshotIdentifier": "books-final"}
    home.caller.delete(home.instance(**kept))
    assert [one.id for one in offline.everything() if one.token == SNAPSHOT] == ["books-final"]
    again = home.instance(**kept)
    with pytest.raises(Refused, match=r"DBSnapshotAlreadyExists: .* the identifier books-final already exists"):
        home.caller.delete(again)
    home.caller.delete(home.caller.update(again, finalSnapshotIdentifier="books-final-2"))


def test_20_a_deletion_goes_by_what_the_last_update_wrote(home: Place) -> None:
    made = home.instance(skipFinalSnapshot=False)
    with pytest.raises(Refused, match="final_snapshot_identifier is required when skip_final_snapshot is false"):
        home.caller.delete(made)
    home.caller.delete(home.caller.update(made, skipFinalSnapshot=True))


def test_20_protection_too_is_lifted_by_an_update_before(home: Place) -> None:
    made = home.instance(deletionProtection=True)
    with pytest.raises(Refused, match="Cannot delete protected DB Instance"):
        home.caller.delete(made)
    home.caller.delete(home.caller.update(made, deletionProtection=False))


def test_21_the_method_alone_makes_no_difference_to_the_provider(aws: Caller) -> None:
    group = aws.make(
        PARAMETERS,
        "tuned",
        family="postgres17",
        parameters=[{"name": "work_mem", "value": "4096", "applyMethod": "immediate"}],
    )
    later = [{"name": "work_mem", "value": "4096", "applyMethod": "pending-reboot"}]
    assert aws.changes(group, parameters=later) == {}
    assert aws.changes(group, parameters=[{**later[0], "value": "8192"}])


def test_22_a_static_parameter_is_not_applied_at_once(aws: Caller) -> None:
    static = {"name": "max_connections", "value": "200", "applyMethod": "immediate"}
    with pytest.raises(Refused, match=r"cannot use immediate apply method for static parameter \(max_connections\)"):
        aws.make(PARAMETERS, "tuned", family="postgres17", parameters=[static])
    group = aws.make(PARAMETERS, "tuned", family="postgres17", parameters=[{**static, "applyMethod": "pending-reboot"}])
    assert group.id.startswith("tuned-")


def test_23_a_pinned_minor_version_is_a_downgrade_once_rds_has_gone_on(home: Place, offline: Offline) -> None:
    made = home.instance(engineVersion="17.6")
    serial = home.caller.kept(made).serial
    with offline.store.operation() as store:
        store.edit(serial, {"engineVersionActual": "17.11"})
    with pytest.raises(Refused, match=r"Cannot upgrade postgres from 17\.11 to 17\.6"):
        home.caller.update(made, multiAz=True)


def test_23_a_major_version_stays_right(home: Place) -> None:
    made = home.instance(engineVersion="17")
    assert made.properties["engineVersionActual"] == "17.11"
    assert home.caller.update(made, multiAz=True).properties["engineVersion"] == "17"


def proxy(home: Place, role: Made, name: str) -> Made:
    wanted = {"engineFamily": "POSTGRESQL", "defaultAuthScheme": "IAM_AUTH", "roleArn": role.arn}
    return home.caller.make(PROXY, name, name=name, vpcSubnetIds=home.subnets, **wanted)


def test_35_a_region_takes_twenty_proxies(home: Place, role: Made) -> None:
    for number in range(20):
        proxy(home, role, f"p{number}")
    with pytest.raises(Refused, match="DBProxyQuotaExceededFault: eu-central-1 has 20 proxies already"):
        proxy(home, role, "p20")


def test_35_and_twenty_copies_of_backups(home: Place, away: Place) -> None:
    sources = [home.instance(f"b{number}") for number in range(21)]
    for source in sources[:20]:
        away.caller.make(COPY, source.name, sourceDbInstanceArn=source.arn)
    with pytest.raises(Refused, match=f"DBInstanceAutomatedBackupQuotaExceeded: {RECOVERY} holds 20 copies already"):
        away.caller.make(COPY, "last", sourceDbInstanceArn=sources[20].arn)
    assert home.caller.kept(sources[20]).token == INSTANCE
