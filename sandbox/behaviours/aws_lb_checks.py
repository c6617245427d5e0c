"""What Elastic Load Balancing refuses because of what else there is: zones, ways in, log buckets, certificates."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sandbox.behaviours.aws_acm import VALIDATION
from sandbox.behaviours.aws_lb_clients import refuse_bundle, refuse_clients
from sandbox.behaviours.aws_lb_logs import refuse_logs
from sandbox.behaviours.aws_network_checks import INTERNET_GATEWAY
from sandbox.behaviours.behaviour import Call
from sandbox.problems import Problem
from sandbox.store import Resource

BALANCER: Final = "aws:lb/loadBalancer:LoadBalancer"
LISTENER: Final = "aws:lb/listener:Listener"
TRUST_STORE: Final = "aws:lb/trustStore:TrustStore"

CREATING: Final = "ELB API, CreateLoadBalancer"
LISTENING: Final = "ELB API, CreateListener"
SECURE: Final = frozenset({"HTTPS", "TLS"})


def default_groups(call: Call) -> list[str]:
    """The group of a load balancer that names none: its network's default one."""
    for subnet in map(call.other, call.inputs.get("subnets") or []):
        vpc = call.other(subnet.properties.get("vpcId")) if subnet is not None else None
        if vpc is not None:
            return [str(vpc.properties["defaultSecurityGroupId"])]
    return []


def refuse_balancer(call: Call) -> Sequence[Problem]:
    """Two zones of one network, which the internet reaches where it has to, and logs that can be written."""
    subnets = [found for found in map(call.other, call.inputs.get("subnets") or []) if found is not None]
    application = call.inputs.get("loadBalancerType", "application") == "application"
    problems = _zones(subnets) if application and subnets else []
    networks = sorted({str(subnet.properties.get("vpcId")) for subnet in subnets})
    if len(networks) > 1:
        message = f"InvalidConfigurationRequest: all subnets must belong to one VPC, and these to {', '.join(networks)}"
        problems.append(Problem("subnets", message, CREATING))
    vpc = call.other(networks[0]) if networks else None
    if vpc is not None and not call.inputs.get("internal"):
        problems += _reached(call, vpc)
    for index, value in enumerate(call.inputs.get("securityGroups") or []):
        group = call.other(value)
        if group is not None and vpc is not None and vpc.id not in (group.properties.get("vpcId"), group.id):
            message = f"InvalidConfigurationRequest: {value} and the subnets belong to different VPCs"
            problems.append(Problem(f"securityGroups[{index}]", message, CREATING))
    return [*problems, *refuse_logs(call)]


def _zones(subnets: Sequence[Resource]) -> list[Problem]:
    zones = [str(subnet.properties.get("availabilityZone")) for subnet in subnets]
    problems: list[Problem] = []
    if len(set(zones)) < 2:
        message = "ValidationError: At least two subnets in two different Availability Zones must be specified"
        problems.append(Problem("subnets", message, CREATING))
    if len(set(zones)) < len(zones):
        message = (
            "InvalidConfigurationRequest: A load balancer cannot be attached to multiple subnets in the same "
            "Availability Zone"
        )
        problems.append(Problem("subnets", message, CREATING))
    return problems


def _reached(call: Call, vpc: Resource) -> list[Problem]:
    if call.store.users_of_type(vpc, INTERNET_GATEWAY, "vpcId"):
        return []
    return [Problem("subnets", f"InvalidSubnet: VPC {vpc.id} has no internet gateway", CREATING)]


def protocol_of(inputs: Mapping[str, Any]) -> str:
    """A listener's protocol: the one that is asked for, else what the certificate says."""
    given = inputs.get("protocol")
    return str(given).upper() if given else ("HTTPS" if inputs.get("certificateArn") else "HTTP")


def refuse_listener(call: Call) -> Sequence[Problem]:
    """One listener a port, an issued certificate of the region for HTTPS alone, and clients that can be verified."""
    inputs = call.inputs
    problems: list[Problem] = []
    balancer = call.other(inputs.get("loadBalancerArn"))
    for other in call.beside("loadBalancerArn", balancer):
        if other.properties.get("port") == inputs.get("port"):
            message = f"DuplicateListener: a listener already exists on port {inputs.get('port')}: {other.id}"
            problems.append(Problem("port", message, LISTENING))
    secure = protocol_of(inputs) in SECURE
    if secure and not inputs.get("certificateArn"):
        message = "CertificateNotFound: a certificate must be specified for an HTTPS listener"
        problems.append(Problem("certificateArn", message, LISTENING))
    for key in ("sslPolicy", "certificateArn", "mutualAuthentication"):
        if not secure and inputs.get(key):
            message = f"InvalidConfigurationRequest: an {protocol_of(inputs)} listener takes no {key}"
            problems.append(Problem(key, message, LISTENING))
    return [*problems, *_certificate(call), *refuse_clients(call)]


def _certificate(call: Call) -> list[Problem]:
    certificate = call.other(call.inputs.get("certificateArn"))
    if certificate is None or not certificate.token.startswith("aws:acm/"):
        return []
    if certificate.region != call.region:
        message = f"CertificateNotFound: {certificate.id} lies in {certificate.region}, not in {call.region}"
        return [Problem("certificateArn", message, LISTENING)]
    if not call.store.users_of_type(certificate, VALIDATION, "certificateArn"):
        message = (
            f"UnsupportedCertificate: The certificate '{certificate.id}' must have a fully-qualified domain name, a "
            "supported signature, and a supported key size: nothing here has waited until it was issued"
        )
        return [Problem("certificateArn", message, LISTENING)]
    return []


def refuse_trust_store(call: Call) -> Sequence[Problem]:
    """The bundle is there, in the region, and holds authorities."""
    return refuse_bundle(call)
