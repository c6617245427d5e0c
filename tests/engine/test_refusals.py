"""What the engine is told no about: by the settings, by the clouds, by the policies."""

from pathlib import Path

from tests.engine.machine import ROOT, Machine, program


def _up(machine: Machine, folder: Path, *arguments: str) -> str:
    machine.pulumi("-C", str(folder), "stack", "init", "dev").expect()
    result = machine.pulumi("-C", str(folder), "up", "-s", "dev", "--yes", "--skip-preview", *arguments)
    assert result.code != 0, result.output
    return result.output


def test_a_wrong_setting_is_told_without_traceback_or_any_call(dev_up: Machine) -> None:
    dev_up.setting("dev", "erp:network", natt="single")
    result = dev_up.pulumi("preview", "-s", "dev")
    assert result.code != 0
    assert "Pulumi.dev.yaml" in result.output
    assert "erp:network.natt" in result.output
    assert "Traceback" not in result.output
    assert dev_up.calls() == []


def test_an_address_range_of_another_stack_is_told_by_the_program_too(dev_up: Machine) -> None:
    dev_up.setting("dev", "erp:addresses", range="10.80.0.0/13")
    result = dev_up.pulumi("preview", "-s", "dev")
    assert result.code != 0
    assert "Pulumi.dev.yaml: erp:addresses.range" in result.output
    assert "Pulumi.prod.yaml" in result.output
    assert "Traceback" not in result.output
    assert dev_up.calls() == []


def test_a_missing_secret_is_told_with_the_command_that_sets_it(dev_up: Machine) -> None:
    # In one session: the sandbox mints what is missing whenever it starts.
    remove = 'pulumi -C "$SANDBOX_HOME/project" config rm erp-secrets:origin-pull-key -s dev'
    preview = 'pulumi -C "$SANDBOX_HOME/project" preview -s dev --non-interactive'
    result = dev_up.run("bash", "-c", f"{remove} && {preview}")
    assert result.code != 0
    assert "pulumi config set --secret erp-secrets:origin-pull-key" in result.output
    assert "Traceback" not in result.output


def test_an_unknown_property_is_refused_with_its_path(machine: Machine, tmp_path: Path) -> None:
    lines = [
        'rules = [{"protocol": "tcp", "fromPort": 1, "toPort": 2, "cidrBlock": ["10.0.0.0/8"]}]',
        'vpc = aws.ec2.Vpc("vpc", cidr_block="10.0.0.0/16", opts=opts)',
        'aws.ec2.SecurityGroup("group", vpc_id=vpc.id, ingress=rules, opts=opts)',
    ]
    output = _up(machine, program(tmp_path / "small", lines))
    assert "ingress[0].cidrBlock" in output
    assert "cidrBlocks" in output, "the right name is suggested"


def test_a_reference_to_nothing_is_refused(machine: Machine, tmp_path: Path) -> None:
    lines = ['aws.ec2.Subnet("subnet", vpc_id="vpc-0123456789abcdef0", cidr_block="10.0.0.0/24", opts=opts)']
    output = _up(machine, program(tmp_path / "small", lines))
    assert "vpcId: no Vpc 'vpc-0123456789abcdef0' exists" in output


def test_a_failure_at_a_secret_names_its_path_and_never_prints_it(machine: Machine, tmp_path: Path) -> None:
    secret = "sg-correct-horse-battery-staple"  # no name of a group may begin so
    lines = [
        'vpc = aws.ec2.Vpc("vpc", cidr_block="10.0.0.0/16", opts=opts)',
        f'word = pulumi.Output.secret("{secret}")',
        'aws.ec2.SecurityGroup("group", vpc_id=vpc.id, name=word, description="d", opts=opts)',
    ]
    output = _up(machine, program(tmp_path / "small", lines))
    assert "resource 'group' has a problem: name: must be no sg- in front" in output
    assert secret not in output


def test_a_look_up_is_refused_by_name(machine: Machine, tmp_path: Path) -> None:
    lines = ["aws.get_caller_identity(opts=pulumi.InvokeOptions(provider=provider))"]
    assert "aws:index/getCallerIdentity:getCallerIdentity" in _up(machine, program(tmp_path / "small", lines))


def test_a_type_without_facts_is_made_and_named_as_unjudged(machine: Machine, tmp_path: Path) -> None:
    folder = program(tmp_path / "small", ['aws.memorydb.Acl("acl", opts=opts)'])
    machine.pulumi("-C", str(folder), "stack", "init", "dev").expect()
    result = machine.pulumi("-C", str(folder), "up", "-s", "dev", "--yes", "--skip-preview").expect()
    assert "aws:memorydb/acl:Acl is unjudged" in result.output


def test_deleting_in_the_wrong_order_is_refused(machine: Machine, tmp_path: Path) -> None:
    lines = [
        'vpc = aws.ec2.Vpc("vpc", cidr_block="10.0.0.0/16", opts=opts)',
        'aws.ec2.Subnet("subnet", vpc_id=vpc.id, cidr_block="10.0.0.0/24", opts=opts)',
    ]
    folder = str(program(tmp_path / "small", lines))
    machine.pulumi("-C", folder, "stack", "init", "dev").expect()
    machine.pulumi("-C", folder, "up", "-s", "dev", "--yes", "--skip-preview").expect()
    subnet = "urn:pulumi:dev::small::aws:ec2/subnet:Subnet::subnet"
    # The engine forgets the subnet, so it goes for the network first; the clouds do not forget.
    machine.pulumi("-C", folder, "state", "delete", subnet, "-s", "dev", "--yes").expect()
    result = machine.pulumi("-C", folder, "destroy", "-s", "dev", "--yes", "--skip-preview")
    assert result.code != 0
    assert "DependencyViolation: vpc-" in result.output
    assert {resource.token for resource in machine.clouds()} == {"aws:ec2/vpc:Vpc", "aws:ec2/subnet:Subnet"}


def test_a_policy_violation_stops_a_preview_and_says_how_to_mend_it(machine: Machine, tmp_path: Path) -> None:
    lines = [
        'vpc = aws.ec2.Vpc("vpc", cidr_block="10.0.0.0/16", opts=opts)',
        'group = aws.ec2.SecurityGroup("group", vpc_id=vpc.id, description="d", opts=opts)',
        'aws.vpc.SecurityGroupIngressRule("open", security_group_id=group.id, ip_protocol="tcp", from_port=22,',
        '    to_port=22, cidr_ipv4="0.0.0.0/0", opts=opts)',
    ]
    folder = program(tmp_path / "small", lines)
    machine.pulumi("-C", str(folder), "stack", "init", "dev").expect()
    result = machine.pulumi("-C", str(folder), "preview", "-s", "dev", "--policy-pack", str(ROOT / "policies"))
    assert result.code != 0
    for part in ("open", "SecurityGroupIngressRule", "0.0.0.0/0", "ISO 27001", "PCI DSS"):
        assert part in result.output, part
    assert machine.clouds() == []
