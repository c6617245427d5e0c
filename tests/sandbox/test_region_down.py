"""A region that nothing reaches: what fails there, what goes on elsewhere, what a provider still says by itself."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sandbox.connection import Connection
from sandbox.faults import BadFault, FaultInjected, Faults
from tests.sandbox.offline import (
    BUCKET,
    PRIMARY,
    RECOVERY,
    RESOURCE_GROUP,
    ROLE,
    VPC,
    ZONE,
    Caller,
    Made,
    Offline,
    trust_policy,
)

STEERING = "us-east-1"
BLOCK = "10.0.0.0/16"
TRUST = trust_policy(Service="ec2.amazonaws.com")
OPERATIONS: dict[str, Callable[[Caller, Made], object]] = {
    "create": lambda aws, _: aws.make(VPC, "second", cidrBlock="10.1.0.0/16"),
    "read": lambda aws, made: aws.read(made),
    "update": lambda aws, made: aws.update(made, tags={"a": "b"}),
    "delete": lambda aws, made: aws.delete(made),
}


def lost(*regions: str) -> Faults:
    return Faults.from_environment({"SANDBOX_FAULTS": "; ".join(f"region-down {region}" for region in regions)})


def after(offline: Offline, folder: Path, *regions: str) -> Offline:
    """The same clouds once the regions are lost."""
    offline.store.close()
    return Offline(folder, lost(*regions))


@pytest.mark.parametrize("operation", OPERATIONS)
def test_every_operation_fails_in_a_lost_region_and_none_beside_it(operation: str, tmp_path: Path) -> None:
    before = Offline(tmp_path)
    there, here = before.aws(PRIMARY), before.aws(RECOVERY)
    gone = there.make(VPC, cidrBlock=BLOCK)
    kept = here.make(VPC, cidrBlock=BLOCK)
    offline = after(before, tmp_path, PRIMARY)
    with pytest.raises(FaultInjected) as refused:
        OPERATIONS[operation](offline.aws(PRIMARY), gone)
    assert f"{operation} {VPC}" in str(refused.value)
    assert 'Post "https://ec2.eu-central-1.amazonaws.com/": dial tcp: i/o timeout' in str(refused.value)
    OPERATIONS[operation](offline.aws(RECOVERY), kept)


def test_what_a_provider_says_by_itself_it_says_of_a_lost_region_too(tmp_path: Path) -> None:
    before = Offline(tmp_path)
    made = before.aws().make(VPC, cidrBlock=BLOCK)
    aws = after(before, tmp_path, PRIMARY).aws(PRIMARY)
    assert aws.check(VPC, {"cidrBlock": BLOCK}).problems == []
    assert aws.changes(made, cidrBlock="10.9.0.0/16") == {"cidrBlock": True}


def test_the_region_that_a_resource_names_counts_and_not_its_provider_s(tmp_path: Path) -> None:
    offline = Offline(tmp_path, lost(PRIMARY))
    made = offline.aws(PRIMARY).make(VPC, cidrBlock=BLOCK, region=RECOVERY)
    assert offline.aws(PRIMARY).read(made) is not None
    with pytest.raises(FaultInjected):
        offline.aws(RECOVERY).make(VPC, cidrBlock=BLOCK, region=PRIMARY)


def test_services_that_are_steered_for_all_regions_go_down_with_the_one_that_steers_them(tmp_path: Path) -> None:
    before = Offline(tmp_path, lost(PRIMARY))
    role = before.aws(PRIMARY).make(ROLE, assumeRolePolicy=TRUST)
    aws = after(before, tmp_path, STEERING).aws(PRIMARY)
    with pytest.raises(FaultInjected, match=r'Post "https://iam.amazonaws.com/"'):
        aws.update(role, tags={"a": "b"})
    aws.make(VPC, cidrBlock=BLOCK)


def test_a_bucket_is_made_and_deleted_where_the_names_of_all_are_kept(tmp_path: Path) -> None:
    before = Offline(tmp_path)
    made = before.aws(RECOVERY).make(BUCKET)
    aws = after(before, tmp_path, STEERING).aws(RECOVERY)
    for forbidden in (lambda: aws.make(BUCKET, "second"), lambda: aws.delete(made)):
        with pytest.raises(FaultInjected, match=r"s3\.us-east-1\.amazonaws\.com"):
            forbidden()
    aws.update(made, tags={"a": "b"})
    assert aws.read(made) is not None


def test_other_clouds_go_on(tmp_path: Path) -> None:
    offline = Offline(tmp_path, lost(PRIMARY, RECOVERY, STEERING))
    offline.azure("westeurope").make(RESOURCE_GROUP, resourceGroupName="erp", location="westeurope")
    offline.cloudflare().make(ZONE, account={"id": "0" * 31 + "1"}, name="smart-school.example")


def test_a_request_that_reaches_nobody_is_not_counted(tmp_path: Path) -> None:
    faults = Faults.from_environment({"SANDBOX_FAULTS": f"region-down {PRIMARY}; fail create {VPC} 1"})
    offline = Offline(tmp_path, faults)
    with pytest.raises(FaultInjected, match="i/o timeout"):
        offline.aws(PRIMARY).make(VPC, cidrBlock=BLOCK)
    with pytest.raises(FaultInjected, match=f"create number 1 of {VPC} fails"):
        offline.aws(RECOVERY).make(VPC, cidrBlock=BLOCK)


@pytest.mark.parametrize("line", ["region-down", "region-down mars-north-1", "region-down eu-west-1 2"])
def test_what_names_no_region_is_told_with_those_there_are(line: str) -> None:
    with pytest.raises(BadFault, match=r"is no fault; the form is: region-down <.*eu-west-1.*>") as refused:
        Faults.from_environment({"SANDBOX_FAULTS": line})
    assert repr(line) in str(refused.value)


def test_an_unknown_word_is_told_of_lost_regions_too() -> None:
    with pytest.raises(BadFault, match="region-down <region>"):
        Faults.from_environment({"SANDBOX_FAULTS": "nonsense"})


def test_configurations_are_asked_for_where_they_say(tmp_path: Path) -> None:
    clouds = Offline(tmp_path, lost(PRIMARY)).clouds
    config: dict[str, Any] = {"region": PRIMARY, "allowedAccountIds": '["111111111111"]'}
    with pytest.raises(FaultInjected, match=r"retrieving caller identity from STS.*sts\.eu-central-1\.amazonaws\.com"):
        clouds.configure(Connection.of("aws", config))
    assert clouds.configure(Connection.of("aws", {**config, "stsRegion": RECOVERY})) == []
    with pytest.raises(FaultInjected):
        clouds.configure(Connection.of("aws", {**config, "region": RECOVERY, "stsRegion": PRIMARY}))
