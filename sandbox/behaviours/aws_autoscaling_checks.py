"""What Amazon EC2 Auto Scaling refuses of a group because of what else exists: template, image, places, keys, roles."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from sandbox.behaviours.aws_ec2_launch import RESOLVED, of_type, template_of, volume_keys
from sandbox.behaviours.aws_hosts_keys import unusable_keys
from sandbox.behaviours.aws_iam import PROFILE, ROLE
from sandbox.behaviours.behaviour import Call
from sandbox.judges.policy.wildcards import matcher
from sandbox.judges.trust import trusted_services
from sandbox.problems import Problem
from sandbox.store import Resource

SSM_PARAMETER: Final = "aws:ssm/parameter:Parameter"
CREATE: Final = "Amazon EC2 Auto Scaling API, CreateAutoScalingGroup"
KEYS: Final = 'Amazon EC2 Auto Scaling user guide, "Required AWS KMS key policy for use with encrypted volumes"'
ROLES: Final = 'EC2 user guide, "IAM roles for Amazon EC2": the trust policy names ec2.amazonaws.com'
INVALID: Final = "ValidationError: You must use a valid fully-formed launch template."


def launches(inputs: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Where a group names templates, each with its path."""
    if isinstance(inputs.get("launchTemplate"), dict):
        yield "launchTemplate", inputs["launchTemplate"]
    within = (inputs.get("mixedInstancesPolicy") or {}).get("launchTemplate") or {}
    if within:
        path = "mixedInstancesPolicy.launchTemplate"
        yield f"{path}.launchTemplateSpecification", within.get("launchTemplateSpecification") or {}
        for index, override in enumerate(within.get("overrides") or []):
            if override.get("launchTemplateSpecification"):
                yield f"{path}.overrides[{index}].launchTemplateSpecification", override["launchTemplateSpecification"]


def refuse_group(call: Call) -> Sequence[Problem]:
    """A group needs a whole template of a version that is there, subnets of one network, and hosts that can start."""
    problems = [*_refresh(call), *unusable_keys(call)]
    subnets = [other for value in call.inputs.get("vpcZoneIdentifiers") or [] if (other := call.other(value))]
    networks = {str(subnet.properties.get("vpcId")) for subnet in subnets}
    if len(networks) > 1:
        message = f"ValidationError: The subnets must be in the same VPC, not in {', '.join(sorted(networks))}"
        problems.append(Problem("vpcZoneIdentifiers", message, CREATE))
    for path, specification in launches(call.inputs):
        template = template_of(call, specification)
        if template is not None:
            problems += _version(path, specification, template)
            problems += _whole(call, path, template)
            problems += _groups(call, path, template, networks)
            problems += _volumes(call, path, template)
            problems += _profile(call, path, template)
    return problems


def _version(path: str, specification: Mapping[str, Any], template: Resource) -> Iterator[Problem]:
    version = str(specification.get("version") or "$Default")
    latest = int(template.properties["latestVersion"])
    if version not in {"$Default", "$Latest"} and not (version.isdecimal() and 1 <= int(version) <= latest):
        message = f"{INVALID} Launch template version {version} of {template.id} does not exist; the latest is {latest}"
        yield Problem(f"{path}.version", message, CREATE)


def _whole(call: Call, path: str, template: Resource) -> Iterator[Problem]:
    """Image and type are optional in a template, and not in what starts from it."""
    image = template.inputs.get("imageId")
    mixed = path.startswith("mixedInstancesPolicy")
    if not image:
        yield Problem(path, f"{INVALID} The request must contain the parameter ImageId", CREATE)
    elif str(image).startswith(RESOLVED) and not _parameter(call, str(image).removeprefix(RESOLVED)):
        message = f"{INVALID} The SSM parameter {str(image).removeprefix(RESOLVED)} does not exist ({template.id})"
        yield Problem(path, message, CREATE)
    described = template.inputs.get("instanceType") or template.inputs.get("instanceRequirements")
    if not described and not (mixed and _overrides(call)):
        yield Problem(path, f"{INVALID} The request must contain the parameter InstanceType", CREATE)
    if template.inputs.get("instanceMarketOptions"):
        other = "mixedInstancesPolicy" if mixed else "warmPool" if call.inputs.get("warmPool") else ""
        if other:
            message = f"ValidationError: {template.id} asks for Spot Instances itself, which does not go with {other}"
            yield Problem(path, message, "Amazon EC2 Auto Scaling user guide, mixed instances groups and warm pools")
    if template.inputs.get("vpcSecurityGroupIds") and any(
        interface.get("securityGroups") for interface in template.inputs.get("networkInterfaces") or []
    ):
        both = "Network interfaces and an instance-level security groups may not be specified on the same request"
        yield Problem(path, f"{INVALID} {both}", "EC2 API, RunInstances")


def _overrides(call: Call) -> list[Any]:
    return ((call.inputs.get("mixedInstancesPolicy") or {}).get("launchTemplate") or {}).get("overrides") or []


def _parameter(call: Call, name: str) -> bool:
    """Tell whether a parameter is public, or of this account; a version may stand behind its name."""
    known = call.world.values("aws", "public_parameters")
    plain = name.partition(":")[0] if not name.startswith("arn:") else name
    if any(matcher(pattern)(plain) for pattern in known):
        return True
    return of_type(call, SSM_PARAMETER, plain) is not None


def _groups(call: Call, path: str, template: Resource, networks: set[str]) -> Iterator[Problem]:
    for value in template.inputs.get("vpcSecurityGroupIds") or []:
        group = call.other(value)
        network = str(group.properties.get("vpcId")) if group else ""
        if group and networks and network not in networks:
            message = f"{INVALID} The security group '{group.id}' does not exist in VPC '{min(networks)}'"
            yield Problem(path, message, CREATE)


def _volumes(call: Call, path: str, template: Resource) -> Iterator[Problem]:
    """A volume is encrypted under a key of its own region; whether the key lets the hosts in, `unusable_keys` says."""
    for place, value in volume_keys(template):
        key = call.other(value)
        if key is not None and key.token.startswith("aws:kms/") and key.region != call.region:
            message = f"Client.InvalidKMSKey.InvalidState: {key.id} lies in {key.region}, the hosts in {call.region}"
            yield Problem(path, f"{message} ({template.id}, {place})", KEYS)


def _profile(call: Call, path: str, template: Resource) -> Iterator[Problem]:
    """Hosts whose role EC2 may not take on start without credentials, and no cluster ever sees them."""
    named: Mapping[str, Any] = template.inputs.get("iamInstanceProfile") or {}
    profile = of_type(call, PROFILE, named.get("arn") or named.get("name"))
    role = of_type(call, ROLE, profile.inputs.get("role")) if profile else None
    if profile is not None and role is None:
        yield Problem(path, f"{INVALID} The instance profile {profile.id} has no role", ROLES)
    elif role is not None and "ec2.amazonaws.com" not in trusted_services(role.properties.get("assumeRolePolicy")):
        message = f"AssumeRoleUnauthorizedAccess: EC2 cannot assume the role {role.id} of the instance profile"
        yield Problem(path, f"{message}: its trust policy does not name ec2.amazonaws.com", ROLES)


def _refresh(call: Call) -> Iterator[Problem]:
    """Bounds of a refresh lie at most 100 percent apart, and AWS rolls none back whose image is a parameter."""
    refresh = call.inputs.get("instanceRefresh") or {}
    chosen: Mapping[str, Any] = refresh.get("preferences") or {}
    least, most = chosen.get("minHealthyPercentage"), chosen.get("maxHealthyPercentage")
    if isinstance(least, int | float) and isinstance(most, int | float) and most - least > 100:
        message = f"ValidationError: the healthy percentages {least} and {most} lie more than 100 apart"
        yield Problem("instanceRefresh.preferences", message, "Amazon EC2 Auto Scaling API, RefreshPreferences")
    if not chosen.get("autoRollback"):
        return
    for path, specification in launches(call.inputs):
        template = template_of(call, specification)
        parameter = template is not None and str(template.inputs.get("imageId") or "").startswith(RESOLVED)
        moving = str(specification.get("version") or "$Default") in {"$Default", "$Latest"}
        if parameter or moving:
            why = "the image comes from a parameter" if parameter else "the template's version is not fixed"
            message = f"ValidationError: an instance refresh cannot roll back ({path}): {why}"
            source = 'Amazon EC2 Auto Scaling user guide, "Undo changes with a rollback"'
            yield Problem("instanceRefresh.preferences.autoRollback", message, source)
