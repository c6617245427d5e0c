"""Misfortunes on demand."""

import json
import os
import subprocess
import sys
from pathlib import Path

import grpc
import pytest
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc

from sandbox.faults import DEATH, BadFault, Fault, FaultInjected, Faults, Throttled
from sandbox.store import Store
from sandbox.values import encode
from tests.sandbox.offline import SUBNET, VPC, Offline, urn

ROOT = Path(__file__).parents[2]


def read(text: str) -> Faults:
    return Faults.from_environment({"SANDBOX_FAULTS": text, "SANDBOX_HANG_PIPE": "/nowhere"})


def test_several_faults_are_read_and_blanks_make_no_difference() -> None:
    faults = read(f" fail create {SUBNET} 2 ;; die-after  delete {VPC} 1; ")
    assert faults.faults == (Fault("fail", "create", SUBNET, (2,)), Fault("die-after", "delete", VPC, (1,)))
    assert Faults.from_environment({}).faults == ()


@pytest.mark.parametrize(
    "line",
    [
        f"fail create {VPC}",
        f"fail create {VPC} one",
        f"fail create {VPC} 0",
        f"fail create {VPC} -1",
        f"fail check {VPC} 1",
        f"fail create {VPC} 1 1",
        f"throttle create {VPC} 1",
        f"slow create {VPC}",
        "fail create",
        f"break create {VPC} 1",
        "nonsense",
    ],
)
def test_what_is_no_fault_is_told_with_the_form_of_one(line: str) -> None:
    with pytest.raises(
        BadFault, match=r"is no fault; the form is: \w+ \(create\|read\|update\|delete\) <type or \*> <"
    ) as refused:
        read(line)
    assert line in str(refused.value)


def test_a_hang_needs_a_pipe_to_tell_of_it() -> None:
    with pytest.raises(BadFault, match="SANDBOX_HANG_PIPE"):
        Faults.from_environment({"SANDBOX_FAULTS": f"hang-after create {VPC} 1"})


def test_only_the_nth_operation_on_the_type_fails(tmp_path: Path) -> None:
    offline = Offline(tmp_path, read(f"fail create {VPC} 2"))
    aws = offline.aws()
    first = aws.make(VPC, "first", cidrBlock="10.0.0.0/16")
    with pytest.raises(FaultInjected, match=f"create number 2 of {VPC} fails"):
        aws.make(VPC, "second", cidrBlock="10.1.0.0/16")
    aws.make(VPC, "third", cidrBlock="10.2.0.0/16")
    aws.make(SUBNET, vpcId=first.id, cidrBlock="10.0.0.0/24")
    assert [resource.urn.rsplit("::", 1)[-1] for resource in offline.everything()] == ["first", "third", "thing"]
    offline.store.close()


def test_a_throttled_operation_passes_when_it_is_tried_again_often_enough(tmp_path: Path) -> None:
    offline = Offline(tmp_path, read(f"throttle create {VPC} 2 2"))
    aws = offline.aws()
    aws.make(VPC, "first", cidrBlock="10.0.0.0/16")
    for _ in range(2):
        with pytest.raises(Throttled, match="ThrottlingException: Rate exceeded"):
            aws.make(VPC, "second", cidrBlock="10.1.0.0/16")
    aws.make(VPC, "second", cidrBlock="10.1.0.0/16")
    assert [resource.urn.rsplit("::", 1)[-1] for resource in offline.everything()] == ["first", "second"]
    offline.store.close()


def test_a_slow_operation_takes_longer_and_others_do_not(tmp_path: Path) -> None:
    waits: list[float] = []
    faults = read(f"slow create {SUBNET} 200; slow delete * 50")
    faults.wait = waits.append
    offline = Offline(tmp_path, faults)
    aws = offline.aws()
    vpc = aws.make(VPC, cidrBlock="10.0.0.0/16")
    assert waits == []
    subnet = aws.make(SUBNET, vpcId=vpc.id, cidrBlock="10.0.0.0/24")
    assert waits == [0.2]
    aws.delete(subnet)
    aws.delete(vpc)
    assert waits == [0.2, 0.05, 0.05]
    offline.store.close()


def test_a_star_counts_operations_on_any_type(tmp_path: Path) -> None:
    offline = Offline(tmp_path, read("fail create * 2"))
    aws = offline.aws()
    vpc = aws.make(VPC, cidrBlock="10.0.0.0/16")
    with pytest.raises(FaultInjected, match=r"create number 2 of \* fails"):
        aws.make(SUBNET, vpcId=vpc.id, cidrBlock="10.0.0.0/24")
    offline.store.close()


@pytest.mark.parametrize("operation", ["read", "update", "delete"])
def test_every_operation_can_fail_and_leaves_things_as_they_were(tmp_path: Path, operation: str) -> None:
    offline = Offline(tmp_path, read(f"fail {operation} {VPC} 1"))
    aws = offline.aws()
    vpc = aws.make(VPC, cidrBlock="10.0.0.0/16")
    with pytest.raises(FaultInjected):
        {"read": aws.read, "delete": aws.delete}.get(operation, lambda made: aws.update(made, tags={"a": "b"}))(vpc)
    assert "tags" not in aws.kept(vpc).properties
    offline.store.close()


@pytest.mark.parametrize(("fault", "left"), [("die-before", []), ("die-after", ["dying"])])
def test_the_clouds_die_before_or_after_their_write(tmp_path: Path, fault: str, left: list[str]) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "sandbox.serve", "--home", str(tmp_path)],
        cwd=ROOT,
        env={**os.environ, "SANDBOX_FAULTS": f"{fault} create {VPC} 1"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    port = json.loads(process.stdout.readline())["aws"]
    with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
        stub = provider_pb2_grpc.ResourceProviderStub(channel)
        config = {"region": "eu-central-1", "allowedAccountIds": '["111111111111"]'}
        stub.Configure(provider_pb2.ConfigureRequest(args=encode(config)))
        with pytest.raises(grpc.RpcError):
            stub.Create(
                provider_pb2.CreateRequest(urn=urn(VPC, "dying"), properties=encode({"cidrBlock": "10.0.0.0/16"}))
            )
    assert process.wait() == DEATH
    process.stdin.close()
    process.stdout.close()
    with Store(tmp_path / "cloud.sqlite") as store, store.operation():
        assert [resource.urn.rsplit("::", 1)[-1] for resource in store.all()] == left


def test_a_fault_that_cannot_be_read_stops_the_start(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "sandbox.serve", "--home", str(tmp_path)],
        cwd=ROOT,
        env={**os.environ, "SANDBOX_FAULTS": "nonsense"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "'nonsense' is no fault" in done.stderr
    assert done.stdout == ""


def test_without_faults_the_clouds_end_with_their_input(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "sandbox.serve", "--home", str(tmp_path)],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=True,
    )
    assert set(json.loads(done.stdout)) == {"aws", "azure-native", "cloudflare"}
