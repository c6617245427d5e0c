"""The harness of the unit tests, on small programs of its own."""

import threading
from collections.abc import Callable

import pulumi
import pytest

from sandbox.values import UNKNOWN, Secret
from tests.graph import CompositionRefused, Graph, GraphError, NobodyMocked, compose
from tests.graph.answers import SHAPED, WrongAnswer


class Box(pulumi.ComponentResource):
    vpc_id: pulumi.Output[str]

    def __init__(self, name: str, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("erp:test:Box", name, None, opts)


def network() -> None:
    from pulumi_aws import Provider, ec2

    aws = Provider("aws", region="eu-central-1", allowed_account_ids=["111111111111"])
    box = Box("box", pulumi.ResourceOptions(providers=[aws]))
    below = pulumi.ResourceOptions(parent=box, protect=True, ignore_changes=["tags"])
    vpc = ec2.Vpc("box-vpc", cidr_block="10.0.0.0/16", tags={"Name": "box"}, opts=below)
    inner = Box("inner", pulumi.ResourceOptions(parent=box))
    ec2.Subnet("box-subnet-a", vpc_id=vpc.id, cidr_block="10.0.0.0/24", opts=pulumi.ResourceOptions(parent=inner))
    gateway = ec2.InternetGateway("box-gateway", vpc_id=vpc.id, opts=pulumi.ResourceOptions(parent=box))
    later = pulumi.ResourceOptions(parent=box, depends_on=[gateway])
    ec2.Eip("box-address-a", domain="vpc", opts=later)
    box.register_outputs({"vpc_id": vpc.id})
    pulumi.export("vpc_arn", vpc.arn)


@pytest.fixture(scope="module")
def small() -> Graph:
    return compose(network, stack="dev")


VPC = "aws:ec2/vpc:Vpc"
SUBNET = "aws:ec2/subnet:Subnet"


def test_a_composition_gives_every_resource_with_the_urn_of_the_real_engine(small: Graph) -> None:
    assert {node.key.partition("::")[2] for node in small.nodes} == {
        "erp::pulumi:pulumi:Stack::erp-dev",
        "erp::pulumi:providers:aws::aws",
        "erp::erp:test:Box::box",
        "erp::erp:test:Box$aws:ec2/vpc:Vpc::box-vpc",
        "erp::erp:test:Box$aws:ec2/internetGateway:InternetGateway::box-gateway",
        "erp::erp:test:Box$aws:ec2/eip:Eip::box-address-a",
        "erp::erp:test:Box$erp:test:Box::inner",
        "erp::erp:test:Box$erp:test:Box$aws:ec2/subnet:Subnet::box-subnet-a",
    }


def test_a_node_carries_inputs_options_and_outputs(small: Graph) -> None:
    vpc = small.one(VPC)
    assert vpc.value("tags.Name") == "box"
    assert vpc.options.protect
    assert vpc.options.ignore_changes == ("tags",)
    assert vpc.id == "box-vpc-id"
    assert vpc.arn == "arn:mock:aws:ec2/vpc:Vpc:box-vpc"
    assert small.outputs == {"vpc_arn": vpc.arn}
    assert small.node("box").outputs == {"vpc_id": vpc.id}


def test_the_graph_knows_where_a_value_came_from(small: Graph) -> None:
    vpc, subnet = small.one(VPC), small.one(SUBNET)
    assert small.reference(subnet, "vpcId") == vpc
    assert subnet.value("vpcId") == vpc.id
    address = small.one("aws:ec2/eip:Eip")
    assert [node.name for node in small.dependencies(address)] == ["box-gateway"]
    assert small.waits_for(address, vpc)
    assert not small.waits_for(vpc, address)
    assert {node.name for node in small.dependents(vpc)} == {"box-subnet-a", "box-gateway"}
    assert {(edge.source, edge.property) for edge in small.edges if edge.target == vpc.key} == {
        (subnet.key, "vpcId"),
        (small.one("aws:ec2/internetGateway:InternetGateway").key, "vpcId"),
    }


def test_the_graph_knows_the_tree_and_the_providers(small: Graph) -> None:
    subnet = small.one(SUBNET)
    assert [node.name for node in small.ancestors(subnet)] == ["inner", "box"]
    assert small.component_of(subnet).name == "inner"
    assert small.all(SUBNET, under="box") == [subnet]
    assert {node.name for node in small.children("box")} == {"box-vpc", "box-gateway", "box-address-a", "inner"}
    assert small.provider_of(subnet).name == "aws"
    assert small.region_of(subnet) == "eu-central-1"


def test_a_graph_without_a_type_is_like_the_graph_but_for_that_type(small: Graph) -> None:
    assert small.types - small.without(VPC).types == {VPC}


QUESTIONS: list[tuple[Callable[[Graph], object], str]] = [
    (
        lambda graph: graph.one("aws:ec2/vpcs:Vpc"),
        "no resource of type aws:ec2/vpcs:Vpc in dev; did you mean aws:ec2/vpc",
    ),
    (lambda graph: graph.one(VPC, "other-*"), "of that type there are box-vpc"),
    (lambda graph: graph.some(SUBNET, under="inner", name="x"), "under inner"),
    (lambda graph: graph.node("bax"), "no component 'bax' in dev; there are box, inner"),
    (lambda graph: graph.one(VPC).value("tags.Owner"), "has no input 'tags.Owner': at 'Owner' there is ['Name']"),
    (lambda graph: graph.references(graph.one(VPC), "vpcId"), "has no input 'vpcId'"),
]


@pytest.mark.parametrize(("ask", "answer"), QUESTIONS)
def test_a_question_without_an_answer_says_what_there_is(
    small: Graph, ask: Callable[[Graph], object], answer: str
) -> None:
    with pytest.raises(GraphError) as caught:
        ask(small)
    assert answer in str(caught.value)


def test_two_compositions_of_one_program_are_equal_and_leave_no_thread_behind() -> None:
    before = threading.active_count()
    assert compose(network).nodes == compose(network).nodes
    assert threading.active_count() == before


def test_a_preview_leaves_computed_values_unknown() -> None:
    graph = compose(network, preview=True)
    assert graph.one(SUBNET).inputs["vpcId"] is UNKNOWN
    assert graph.provider_of(graph.one(SUBNET)).name == "aws"


def test_what_the_schema_does_not_know_is_refused_with_every_problem_at_once() -> None:
    def program() -> None:
        network()
        pulumi.CustomResource("aws:ec2/vpc:Vpc", "odd", {"cidr": "10.0.0.0/16"})
        pulumi.CustomResource("aws:ec2/subnet:Subnet", "bad", {"cidrBlock": 7})

    with pytest.raises(CompositionRefused) as caught:
        compose(program)
    assert "aws:ec2/vpc:Vpc 'odd': cidr: unknown property; did you mean 'cidrBlock'?" in str(caught.value)
    assert "aws:ec2/subnet:Subnet 'bad': cidrBlock: expected a string, got a number 7" in str(caught.value)
    assert "aws:ec2/subnet:Subnet 'bad': vpcId: missing" in str(caught.value)


def test_an_unknown_resource_type_is_refused() -> None:
    with pytest.raises(CompositionRefused, match="no installed SDK has a resource type 'aws:ec2/vpc:Vcp'"):
        compose(lambda: pulumi.CustomResource("aws:ec2/vpc:Vcp", "odd", {}))


def test_two_resources_of_one_type_and_name_are_refused() -> None:
    def program() -> None:
        for _ in range(2):
            pulumi.CustomResource("aws:ec2/eip:Eip", "twin", {})

    with pytest.raises(CompositionRefused, match="two resources of this type and name"):
        compose(program)


def test_an_output_that_nobody_mocked_is_an_error_and_not_none() -> None:
    def program() -> None:
        from pulumi_aws import ec2

        endpoint = ec2.VpcEndpoint("endpoint", vpc_id="vpc-1", service_name="s")
        address = endpoint.dns_entries.apply(lambda entries: entries[0].dns_name)
        ec2.Eip("address", address=address)

    with pytest.raises(CompositionRefused) as caught:
        compose(program)
    assert "address needs an output of aws:ec2/vpcEndpoint:VpcEndpoint::endpoint" in str(caught.value)
    assert "tests/graph/answers.py" in str(caught.value)


def test_an_answer_that_the_sdk_does_not_know_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(SHAPED, VPC, lambda _name, _inputs: {"main_route_table_id": "a", "arn": 1})
    with pytest.raises(WrongAnswer) as caught:
        compose(network)
    assert "main_route_table_id: unknown property; did you mean 'mainRouteTableId'?" in str(caught.value)
    assert "arn: expected a string, got a number 1" in str(caught.value)


def test_an_invoke_is_refused_by_name() -> None:
    def program() -> None:
        from pulumi_aws import get_caller_identity

        get_caller_identity()

    with pytest.raises(Exception, match="aws:index/getCallerIdentity:getCallerIdentity") as caught:
        compose(program)
    assert isinstance(caught.value, NobodyMocked) or isinstance(caught.value.__cause__, NobodyMocked)


def test_a_look_up_of_an_existing_resource_is_refused() -> None:
    def program() -> None:
        from pulumi_aws import ec2

        ec2.Vpc.get("found", "vpc-1")

    with pytest.raises(NobodyMocked, match="nothing is looked up while composing"):
        compose(program)


def test_an_error_of_the_program_comes_out_as_it_is() -> None:
    def program() -> None:
        raise pulumi.RunError("the stack file is wrong")

    with pytest.raises(pulumi.RunError, match="the stack file is wrong"):
        compose(program)


def test_an_error_in_an_apply_is_not_swallowed() -> None:
    def program() -> None:
        from pulumi_aws import ec2

        ec2.Eip("address").id.apply(lambda id_: {"address-id": 1}[f"not {id_}"])

    with pytest.raises(KeyError, match="not address-id"):
        compose(program)


def test_a_secret_stays_one_on_its_way_through_the_graph() -> None:
    def program() -> None:
        config = pulumi.Config("erp-secrets")
        tags = {"token": config.require_secret("token")}
        pulumi.CustomResource("aws:ec2/eip:Eip", "address", {"tags": tags})

    graph = compose(program, config={"erp-secrets:token": "hush"}, secret_keys=["erp-secrets:token"])
    assert graph.one("aws:ec2/eip:Eip").inputs["tags"] == {"token": Secret("hush")}


def test_a_warning_of_the_program_is_kept() -> None:
    assert compose(lambda: pulumi.log.warn("mind the gap")).log == ("mind the gap",)
