"""The provider protocol, spoken to the servicer without an engine, and once over a real connection."""

import io
import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final, NoReturn

import grpc
import pytest
from google.protobuf import empty_pb2
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc, plugin_pb2, provider_pb2, provider_pb2_grpc

from sandbox import serve
from sandbox.faults import Faults
from sandbox.protocol import CallLog, Provider
from sandbox.values import UNKNOWN, Secret, decode, encode
from tests.sandbox.offline import (
    ALIAS,
    GROUP,
    LOG_GROUP,
    NETWORK,
    PRIMARY,
    RECOVERY,
    RESOURCE_GROUP,
    SUBNET,
    SUBSCRIPTION,
    UNJUDGED,
    VPC,
    Offline,
    urn,
)

SECRET: Final = "correct-horse-battery-staple"  # planted, and looked for
AWS: Final[dict[str, Any]] = {"region": PRIMARY, "allowedAccountIds": '["111111111111"]'}
BLOCK: Final[dict[str, Any]] = {"cidrBlock": "10.0.0.0/16"}
KINDS: Final = provider_pb2.PropertyDiff


class Aborted(Exception):
    """What a call ended with."""

    def __init__(self, code: grpc.StatusCode, details: str) -> None:
        self.code = code
        super().__init__(details)


class Peer:
    """A connection of the engine, as far as the servicer looks."""

    def __init__(self, name: str) -> None:
        self.name = name

    def peer(self) -> str:
        return self.name

    def abort(self, code: grpc.StatusCode, details: str) -> NoReturn:
        raise Aborted(code, details)


class Engine:
    """An engine with one provider instance, on plain values."""

    def __init__(self, provider: Provider, name: str = "peer") -> None:
        self.provider = provider
        self.peer: Any = Peer(name)

    def configure(self, **config: Any) -> "Engine":
        self.provider.Configure(provider_pb2.ConfigureRequest(args=encode(config)), self.peer)
        return self

    def check(
        self, token: str, logical: str = "thing", olds: dict[str, Any] | None = None, /, **news: Any
    ) -> provider_pb2.CheckResponse:
        request = provider_pb2.CheckRequest(
            urn=urn(token, logical), olds=encode(olds or {}), news=encode(news), randomSeed=b"s"
        )
        return self.provider.Check(request, self.peer)

    def diff(self, token: str, old: dict[str, Any], new: dict[str, Any]) -> provider_pb2.DiffResponse:
        request = provider_pb2.DiffRequest(
            urn=urn(token), id="i", old_inputs=encode(old), olds=encode(old), news=encode(new)
        )
        return self.provider.Diff(request, self.peer)

    def create(self, token: str, *, preview: bool = False, **inputs: Any) -> provider_pb2.CreateResponse:
        checked = self.check(token, **inputs)
        assert not checked.failures, checked.failures
        request = provider_pb2.CreateRequest(urn=urn(token), properties=checked.inputs, preview=preview)
        return self.provider.Create(request, self.peer)


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "logs" / "calls.log"


@pytest.fixture
def calls(log: Path) -> Iterator[CallLog]:
    with CallLog(log) as opened:
        yield opened


@pytest.fixture
def provider(offline: Offline, calls: CallLog) -> Provider:
    return Provider("aws", "7.51.1", offline.clouds, calls)


@pytest.fixture
def engine(provider: Provider) -> Engine:
    return Engine(provider).configure(**AWS)


def lines(log: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.read_text().splitlines()]


# --- the connection ---


def test_secrets_are_wanted_and_previews_are_supported(provider: Provider) -> None:
    peer: Any = Peer("p")
    met = provider.Handshake(provider_pb2.ProviderHandshakeRequest(engine_address=""), peer)
    configured = provider.Configure(provider_pb2.ConfigureRequest(args=encode(AWS)), peer)
    assert met.accept_secrets
    assert configured.acceptSecrets
    assert configured.supportsPreview
    assert provider.GetPluginInfo(empty_pb2.Empty(), peer).version == "7.51.1"
    provider.Attach(plugin_pb2.PluginAttach(address=""), peer)
    provider.Cancel(empty_pb2.Empty(), peer)


def test_each_connection_has_its_own_region(provider: Provider) -> None:
    here = Engine(provider, "one").configure(**AWS)
    there = Engine(provider, "two").configure(**{**AWS, "region": RECOVERY})
    assert decode(here.create(VPC, **BLOCK).properties)["region"] == PRIMARY
    assert decode(there.create(VPC, **BLOCK).properties)["region"] == RECOVERY


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"region": "eu-centra-1"}, "region: 'eu-centra-1' is no region known here; there are af-south-1, "),
        ({"region": None}, "region: '' is no region known here"),
        ({"allowedAccountIds": None}, "allowedAccountIds: must name the account"),
        ({"allowedAccountIds": "[]"}, "allowedAccountIds: must name the account"),
        ({"allowedAccountIds": '["1234"]'}, "allowedAccountIds: '1234' is no AWS account: an account has 12 digits"),
    ],
)
def test_a_configuration_that_does_not_say_where_is_refused(
    provider: Provider, change: dict[str, Any], message: str
) -> None:
    with pytest.raises(Aborted) as refused:
        Engine(provider).configure(**{**AWS, **change})
    assert "the aws provider cannot be configured: " in str(refused.value)
    assert message in str(refused.value)


def test_everything_wrong_with_a_configuration_is_told_at_once(provider: Provider) -> None:
    with pytest.raises(Aborted) as refused:
        Engine(provider).configure()
    assert "allowedAccountIds" in str(refused.value)
    assert "region" in str(refused.value)


def test_azure_wants_its_subscription_and_cloudflare_nothing(offline: Offline, calls: CallLog) -> None:
    azure = Engine(Provider("azure-native", "3", offline.clouds, calls))
    with pytest.raises(Aborted, match="subscriptionId: must name the subscription by its id, not 'mine'"):
        azure.configure(subscriptionId="mine")
    assert azure.configure(subscriptionId=SUBSCRIPTION).create(RESOURCE_GROUP, location="westeurope").id
    Engine(Provider("cloudflare", "6", offline.clouds, calls)).configure()


def test_a_provider_that_asks_for_its_account_in_a_lost_region_cannot_be_configured(tmp_path: Path) -> None:
    lost = Faults.from_environment({"SANDBOX_FAULTS": f"region-down {PRIMARY}"})
    with CallLog(tmp_path / "calls.log") as log:
        provider = Provider("aws", "7", Offline(tmp_path, lost).clouds, log)
        with pytest.raises(Aborted, match="the aws provider cannot be configured: retrieving caller identity from STS"):
            Engine(provider).configure(**AWS)
        engine = Engine(provider).configure(**AWS, stsRegion=RECOVERY)
        with pytest.raises(Aborted, match="i/o timeout"):
            engine.create(VPC, **BLOCK)
    outcomes = [json.loads(line).get("outcome") for line in (tmp_path / "calls.log").read_text().splitlines()]
    assert outcomes == ["refused", None, "refused"]


def test_a_call_over_a_connection_that_nobody_configured_is_refused(provider: Provider) -> None:
    with pytest.raises(Aborted, match="aws: a call came over a connection that was never configured"):
        Engine(provider).check(VPC, **BLOCK)


def test_default_tags_come_with_the_configuration(provider: Provider) -> None:
    engine = Engine(provider).configure(**AWS, defaultTags='{"tags": {"Project": "erp"}}')
    assert decode(engine.check(VPC, **BLOCK).inputs)["tagsAll"] == {"Project": "erp"}


@pytest.mark.parametrize(
    ("package", "old", "new", "replaces"),
    [
        ("aws", AWS, {**AWS, "skipMetadataApiCheck": "true"}, []),
        ("aws", AWS, {**AWS, "region": RECOVERY}, ["region"]),
        ("aws", AWS, {**AWS, "allowedAccountIds": '["222222222222"]'}, ["allowedAccountIds"]),
        ("aws", AWS, {**AWS, "region": UNKNOWN}, []),
        ("azure-native", {"subscriptionId": "a"}, {"subscriptionId": "b"}, ["subscriptionId"]),
        ("azure-native", {"location": "a"}, {"location": "b"}, []),
        ("cloudflare", {"apiToken": "a"}, {"apiToken": "b"}, []),
    ],
)
def test_a_provider_that_moves_replaces_what_it_made(
    offline: Offline, calls: CallLog, package: str, old: dict[str, Any], new: dict[str, Any], replaces: list[str]
) -> None:
    provider, peer = Provider(package, "1", offline.clouds, calls), Peer("p")
    request = provider_pb2.DiffRequest(olds=encode(old), news=encode(new))
    answer = provider.DiffConfig(request, peer)  # pyright: ignore[reportArgumentType]  a peer is all that it asks
    assert answer.changes == provider_pb2.DiffResponse.DIFF_SOME
    assert list(answer.replaces) == replaces
    same = provider_pb2.DiffRequest(olds=encode(old), news=encode(old))
    assert provider.DiffConfig(same, peer).changes == provider_pb2.DiffResponse.DIFF_NONE  # pyright: ignore[reportArgumentType]


def test_a_configuration_is_checked_by_configuring_it(provider: Provider) -> None:
    request = provider_pb2.CheckRequest(news=encode({"region": UNKNOWN}))
    peer: Any = Peer("p")
    assert decode(provider.CheckConfig(request, peer).inputs) == {"region": UNKNOWN}


def test_a_look_up_is_refused_by_name(engine: Engine, log: Path) -> None:
    with pytest.raises(Aborted, match="this one was aws:ec2/getVpc:getVpc") as refused:
        engine.provider.Invoke(provider_pb2.InvokeRequest(tok="aws:ec2/getVpc:getVpc"), engine.peer)
    assert refused.value.code == grpc.StatusCode.UNIMPLEMENTED
    assert lines(log)[-1] == {"op": "invoke", "token": "aws:ec2/getVpc:getVpc"}


# --- check and diff ---


def test_a_failure_names_path_reason_and_source(engine: Engine) -> None:
    (failure,) = engine.check(VPC, cidrBlock="10.0.0.0/8").failures
    assert failure.property == "cidrBlock"
    assert "/16 to /28" in failure.reason or "10.0.0.0/8" in failure.reason
    assert failure.reason.endswith("]"), "the source stands at the end"


def test_a_failure_of_a_secret_names_no_property_whose_value_the_engine_would_print(engine: Engine) -> None:
    zone = {"vpcId": "vpc-0123456789abcdef0"}
    for secret in ({"description": Secret("é")}, {"description": Secret("é"), "name": "sg-x"}):
        failures = {
            failure.reason.partition(":")[0]: failure for failure in engine.check(GROUP, **zone, **secret).failures
        }
        assert failures["description"].property == "", "its path stands in the reason"
    (failure,) = engine.check(GROUP, **zone, name="sg-x").failures
    assert failure.property == "name"
    (failure,) = engine.check(GROUP, **zone, description="d", tags={"a": Secret(1)}).failures
    assert (failure.property, failure.reason.partition(": ")[0]) == ("", "tags.a")


def test_names_are_made_of_the_logical_name_and_kept(engine: Engine) -> None:
    first = decode(engine.check(LOG_GROUP, "flow-logs").inputs)
    assert first["name"].startswith("flow-logs-")
    assert decode(engine.check(LOG_GROUP, "flow-logs", {"name": "kept"}).inputs)["name"] == "kept"


def test_a_bridge_s_own_notes_among_inputs_make_no_difference(engine: Engine) -> None:
    noted = {**BLOCK, "__defaults": ["x"]}
    assert not engine.check(VPC, **noted).failures
    assert engine.diff(VPC, noted, BLOCK).changes == provider_pb2.DiffResponse.DIFF_NONE


def test_details_have_whole_paths_and_the_rest_top_level_names(engine: Engine) -> None:
    rule = {"protocol": "tcp", "fromPort": 1, "toPort": 2, "cidrBlocks": ["10.0.0.0/8"]}
    old = {"name": "g", "vpcId": "vpc-1", "ingress": [rule], "tags": {"a": "b"}}
    new = {"name": "h", "vpcId": "vpc-2", "ingress": [{**rule, "fromPort": 2}], "tags": {"a": "c"}}
    answer = engine.diff(GROUP, old, new)
    assert answer.hasDetailedDiff
    assert {path: detail.kind for path, detail in answer.detailedDiff.items()} == {
        "name": KINDS.UPDATE_REPLACE,
        "vpcId": KINDS.UPDATE_REPLACE,
        "ingress[0].fromPort": KINDS.UPDATE,
        "tags.a": KINDS.UPDATE,
    }
    assert all(detail.inputDiff for detail in answer.detailedDiff.values())
    assert list(answer.replaces) == ["name", "vpcId"]
    assert list(answer.diffs) == ["ingress", "name", "tags", "vpcId"]


def test_a_replacement_deletes_first_where_the_program_chose_the_name(engine: Engine) -> None:
    old, new = {"targetKeyId": "k", "name": "alias/mine"}, {"targetKeyId": "k", "name": "alias/other"}
    assert engine.diff(ALIAS, old, new).deleteBeforeReplace
    made = {"name": "thing-0123abc", "vpcId": "vpc-1"}
    assert not engine.diff(GROUP, made, {**made, "vpcId": "vpc-2"}).deleteBeforeReplace
    assert not engine.diff(ALIAS, old, {**old, "targetKeyId": "l"}).deleteBeforeReplace, "nothing is replaced"
    network = {"resourceGroupName": "g", "virtualNetworkName": "net", "location": "westeurope"}
    assert engine.diff(NETWORK, network, {**network, "location": "northeurope"}).deleteBeforeReplace


# --- the life of a resource ---


def test_a_preview_makes_nothing_and_knows_no_id(offline: Offline, engine: Engine) -> None:
    answer = engine.create(VPC, preview=True, **BLOCK)
    assert answer.id == ""
    properties = decode(answer.properties)
    assert properties["arn"] is UNKNOWN
    assert properties["cidrBlock"] == "10.0.0.0/16"
    assert offline.everything() == []


def test_a_preview_of_an_update_keeps_what_was_computed(offline: Offline, engine: Engine) -> None:
    made = engine.create(VPC, **BLOCK, tags={"a": "b"})
    olds = decode(made.properties)
    request = provider_pb2.UpdateRequest(
        urn=urn(VPC), id=made.id, olds=made.properties, old_inputs=encode({**BLOCK, "tags": {"a": "b"}}),
        news=encode({**BLOCK, "tags": {"a": UNKNOWN}}), preview=True,
    )  # fmt: skip
    properties = decode(engine.provider.Update(request, engine.peer).properties)
    assert properties["arn"] == olds["arn"]
    assert properties["tags"] == {"a": UNKNOWN}
    assert offline.everything()[0].properties["tags"] == {"a": "b"}


def test_a_resource_lives_through_create_read_update_and_delete(offline: Offline, engine: Engine, log: Path) -> None:
    provider, peer = engine.provider, engine.peer
    inputs = engine.check(VPC, **BLOCK).inputs
    made = engine.create(VPC, **BLOCK)
    read = provider.Read(
        provider_pb2.ReadRequest(urn=urn(VPC), id=made.id, inputs=inputs, properties=made.properties), peer
    )
    assert (read.id, decode(read.inputs), decode(read.properties)) == (made.id, decode(inputs), decode(made.properties))
    news = engine.check(VPC, **BLOCK, tags={"a": "b"}).inputs
    updated = provider.Update(
        provider_pb2.UpdateRequest(urn=urn(VPC), id=made.id, olds=made.properties, old_inputs=inputs, news=news), peer
    )
    assert decode(updated.properties)["tags"] == {"a": "b"}
    provider.Delete(provider_pb2.DeleteRequest(urn=urn(VPC), id=made.id, properties=updated.properties), peer)
    assert provider.Read(provider_pb2.ReadRequest(urn=urn(VPC), id=made.id), peer).id == ""
    assert offline.everything() == []
    calls = [(line["op"], line["outcome"], line["urn"]) for line in lines(log) if "outcome" in line]
    assert calls == [(op, "ok", urn(VPC)) for op in ("create", "read", "update", "delete", "read")]
    assert all(line["ms"] >= 0 for line in lines(log) if "outcome" in line)


def test_a_refusal_tells_why_and_is_logged(engine: Engine, log: Path) -> None:
    with pytest.raises(Aborted, match="no Vpc 'vpc-0123456789abcdef0' exists") as refused:
        engine.create(SUBNET, vpcId="vpc-0123456789abcdef0", cidrBlock="10.0.0.0/24")
    assert refused.value.code == grpc.StatusCode.FAILED_PRECONDITION
    assert lines(log)[-1]["outcome"] == "refused"


# What breaks inside: the method of the clouds that does, and the call that meets it.
FAULTS: Final[dict[str, Callable[[Engine], object]]] = {
    "check": lambda engine: engine.check(VPC, **BLOCK, tags={"a": Secret(SECRET)}),
    "diff": lambda engine: engine.diff(VPC, BLOCK, {**BLOCK, "tags": {"a": Secret(SECRET)}}),
    "create": lambda engine: engine.create(VPC, **BLOCK, tags={"a": Secret(SECRET)}),
    "read": lambda engine: engine.provider.Read(
        provider_pb2.ReadRequest(urn=urn(VPC), id="i", properties=encode({"a": Secret(SECRET)})), engine.peer
    ),
    "update": lambda engine: engine.provider.Update(
        provider_pb2.UpdateRequest(urn=urn(VPC), id="i", news=encode({"a": Secret(SECRET)})), engine.peer
    ),
    "delete": lambda engine: engine.provider.Delete(
        provider_pb2.DeleteRequest(urn=urn(VPC), id="i", properties=encode({"a": [Secret(SECRET)]})), engine.peer
    ),
}


@pytest.mark.parametrize("operation", FAULTS)
def test_what_breaks_inside_is_told_as_the_sandbox_s_own_fault_and_without_secrets(
    engine: Engine,
    log: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    operation: str,
) -> None:
    def explode(*_: object) -> NoReturn:
        raise KeyError(SECRET)

    monkeypatch.setattr(type(engine.provider._clouds), operation, explode)
    with pytest.raises(Aborted) as broken:
        FAULTS[operation](engine)
    assert broken.value.code == grpc.StatusCode.INTERNAL
    assert str(broken.value) == (
        f"{operation} of {VPC} ({urn(VPC)}) ended in KeyError: a fault of the sandbox, not of the program; "
        "the traceback stands in serve.log"
    )
    told = capsys.readouterr().err
    assert told.startswith(f"{operation} of {VPC} ({urn(VPC)}):\n")
    assert "in explode" in told
    assert told.endswith("KeyError\n")
    assert SECRET not in told, "an exception's text may hold any value"
    if operation not in ("check", "diff"):
        assert lines(log)[-1]["outcome"] == "broken"


def test_a_fault_among_plain_values_is_logged_with_its_text(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def explode(*_: object) -> NoReturn:
        raise KeyError("publicIp")

    monkeypatch.setattr(type(engine.provider._clouds), "create", explode)
    with pytest.raises(Aborted, match="ended in KeyError: a fault of the sandbox"):
        engine.create(VPC, **BLOCK)
    assert capsys.readouterr().err.endswith("KeyError: 'publicIp'\n")


def test_a_fault_without_a_resource_names_the_call(provider: Provider, monkeypatch: pytest.MonkeyPatch) -> None:
    def explode(*_: object) -> NoReturn:
        raise ZeroDivisionError

    monkeypatch.setattr(type(provider._clouds), "configure", explode)
    with pytest.raises(Aborted, match=r"^configure ended in ZeroDivisionError: a fault of the sandbox"):
        Engine(provider).configure(**AWS)


def test_an_injected_fault_reaches_the_engine_as_a_refusal(tmp_path: Path, calls: CallLog) -> None:
    offline = Offline(tmp_path, Faults.from_environment({"SANDBOX_FAULTS": f"fail create {VPC} 1"}))
    engine = Engine(Provider("aws", "1", offline.clouds, calls)).configure(**AWS)
    with pytest.raises(Aborted, match="fault injected"):
        engine.create(VPC, **BLOCK)
    assert engine.create(VPC, **BLOCK).id
    offline.store.close()


def test_secrets_travel_as_secrets_and_leave_no_trace(offline: Offline, engine: Engine, log: Path) -> None:
    vpc = engine.create(VPC, **BLOCK)
    made = engine.create(GROUP, vpcId=vpc.id, description=Secret(SECRET))
    assert decode(made.properties)["description"] == Secret(SECRET)
    with pytest.raises(Aborted) as refused:
        engine.create(UNJUDGED, name=Secret(f"arn:aws:sns:{PRIMARY}:111111111111:{SECRET}"))
    assert SECRET not in str(refused.value)
    for failure in engine.check(
        GROUP, vpcId=vpc.id, name=Secret("sg-" + SECRET), description=Secret(SECRET * 20)
    ).failures:
        assert SECRET not in failure.reason
    for folder in (log.parent, offline.file.parent):
        for file in folder.glob("*.*"):
            assert SECRET.encode() not in file.read_bytes(), file.name


# --- over a real connection ---


class Listener(engine_pb2_grpc.EngineServicer):
    """An engine that hears what a provider says."""

    def __init__(self) -> None:
        self.heard: list[str] = []

    def Log(self, request: engine_pb2.LogRequest, context: grpc.ServicerContext) -> empty_pb2.Empty:  # noqa: N802
        self.heard.append(request.message)
        return empty_pb2.Empty()


@pytest.fixture
def listener() -> Listener:
    return Listener()


@pytest.fixture
def ports(provider: Provider, listener: Listener) -> Iterator[tuple[int, int]]:
    """The provider and an engine on two ports of this machine."""
    with ThreadPoolExecutor(4) as threads:
        servers = [grpc.server(threads), grpc.server(threads)]
        provider_pb2_grpc.add_ResourceProviderServicer_to_server(provider, servers[0])
        engine_pb2_grpc.add_EngineServicer_to_server(listener, servers[1])
        found = [server.add_insecure_port("127.0.0.1:0") for server in servers]
        for server in servers:
            server.start()
        yield found[0], found[1]
        for server in servers:
            server.stop(grace=None).wait()


def test_an_unjudged_type_is_told_once_through_the_engine_s_log(ports: tuple[int, int], listener: Listener) -> None:
    with grpc.insecure_channel(f"127.0.0.1:{ports[0]}") as channel:
        stub = provider_pb2_grpc.ResourceProviderStub(channel)
        stub.Handshake(provider_pb2.ProviderHandshakeRequest(engine_address=f"127.0.0.1:{ports[1]}"))
        stub.Configure(provider_pb2.ConfigureRequest(args=encode(AWS)))
        for name in ("first", "second"):
            stub.Check(provider_pb2.CheckRequest(urn=urn(UNJUDGED, name), news=encode({})))
        stub.Check(provider_pb2.CheckRequest(urn=urn(VPC), news=encode(BLOCK)))
    assert listener.heard == [
        f"{UNJUDGED} is unjudged: no facts about this type; only the SDK's schema was checked",
        f"computed outputs of {UNJUDGED} are made up in the vendor's general form",
    ]


def test_a_refusal_comes_over_the_wire_with_its_words(ports: tuple[int, int]) -> None:
    with grpc.insecure_channel(f"127.0.0.1:{ports[0]}") as channel:
        stub = provider_pb2_grpc.ResourceProviderStub(channel)
        with pytest.raises(grpc.RpcError) as refused:
            stub.Configure(provider_pb2.ConfigureRequest(args=encode({"region": "mars"})))
        assert "'mars' is no region known here" in str(refused.value)


def test_the_process_serves_three_providers_until_its_input_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(serve, "pause_collector", lambda: None)
    monkeypatch.setattr("sys.argv", ["serve", "--home", str(tmp_path)])
    monkeypatch.setattr("sys.stdin", io.StringIO())
    assert serve.main() == 0
    ports = json.loads(capsys.readouterr().out)
    assert list(ports) == ["aws", "azure-native", "cloudflare"]
    assert len(set(ports.values())) == 3
    left = {file.name for file in tmp_path.iterdir()}
    assert left == {"cloud.sqlite", "cloud.key", "calls.log"}, "nothing is left to write back"
