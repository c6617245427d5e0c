"""Physical names the providers make up when the program leaves a name out.

AWS (bridged provider): logical name, hyphen, 7 hex digits, refused when longer than the maximum
(pulumi-terraform-bridge pkg/tfbridge/names.go, maxima from the pulumi-aws resource tables). Azure: a top-level resource
gets the logical name plus 8 hex digits, uncut; a child the bare logical name (pulumi-azure-native
provider/pkg/resources). Cloudflare names nothing by itself.

A name that was made up is unique, so a replacement creates before it deletes; one that the program chose is taken until
the old resource is gone, so both providers then delete first (nameRequiresDeleteBeforeReplace in the bridge's
pkg/tfbridge/schema.go).
"""

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from sandbox import schema
from sandbox.problems import Problem
from sandbox.values import reveal

BRIDGE: Final = "pulumi-terraform-bridge pkg/tfbridge/names.go"
AZURE: Final = "pulumi-azure-native provider/pkg/resources"


@dataclass(frozen=True, slots=True)
class AutoName:
    """How one type's name is made up.

    property: the name's property. unless: a property that, when set, makes the name by other means: as its beginning.
    maximum: longest name the provider makes, prefix included; digits: how many hex digits it adds (0 copies the name).
    """

    property: str
    maximum: int
    digits: int = 7
    separator: str = "-"
    prefix: str = ""
    unless: str = ""
    lower: bool = False
    source: str = BRIDGE

    def make(self, logical_name: str, seed: bytes) -> str | Problem:
        """Make a name, or say why the provider could not."""
        base = logical_name.lower() if self.lower else logical_name
        suffix = self.separator + hashlib.sha256(seed).hexdigest()[: self.digits] if self.digits else ""
        name = self.prefix + base + suffix
        if len(name) > self.maximum:
            return Problem(
                self.property,
                f"failed to make unique name: {base!r} plus {self.digits} random characters makes {len(name)}, "
                f"longer than the maximum of {self.maximum}",
                self.source,
            )
        return name

    def made(self, logical_name: str, name: object) -> bool:
        """Tell whether a name is one that `make` gives: unique, whatever else exists."""
        base = logical_name.lower() if self.lower else logical_name
        form = re.escape(self.prefix + base + self.separator) + f"[0-9a-f]{{{self.digits}}}"
        return bool(self.digits) and isinstance(name, str) and re.fullmatch(form, name) is not None


def _azure(name: str, *, digits: int = 8) -> AutoName:
    return AutoName(name, 260, digits=digits, separator="", source=AZURE)


AUTONAMES: Final[Mapping[str, AutoName]] = {
    "aws:cloudwatch/logGroup:LogGroup": AutoName("name", 512, unless="namePrefix"),
    "aws:ec2/securityGroup:SecurityGroup": AutoName("name", 255, unless="namePrefix"),
    "aws:efs/fileSystem:FileSystem": AutoName("creationToken", 255),
    "aws:elasticache/cluster:Cluster": AutoName("clusterId", 50, lower=True),
    "aws:elasticache/replicationGroup:ReplicationGroup": AutoName("replicationGroupId", 40, lower=True),
    "aws:iam/role:Role": AutoName("name", 64, unless="namePrefix"),
    "aws:iam/rolePolicy:RolePolicy": AutoName("name", 128, unless="namePrefix"),
    "aws:kms/alias:Alias": AutoName("name", 244, prefix="alias/", unless="namePrefix"),
    "aws:lambda/function:Function": AutoName("name", 64),
    "aws:lambda/permission:Permission": AutoName("statementId", 100, unless="statementIdPrefix"),
    "aws:lb/loadBalancer:LoadBalancer": AutoName("name", 32, unless="namePrefix"),
    "aws:lb/targetGroup:TargetGroup": AutoName("name", 32, unless="namePrefix"),
    "aws:lb/trustStore:TrustStore": AutoName("name", 32, unless="namePrefix"),
    "aws:wafv2/webAcl:WebAcl": AutoName("name", 128, unless="namePrefix"),
    "aws:s3/bucket:Bucket": AutoName("bucket", 63, unless="bucketPrefix", lower=True),
    "aws:s3/bucketIntelligentTieringConfiguration:BucketIntelligentTieringConfiguration": AutoName("name", 255),
    "azure-native:network:NetworkSecurityGroup": _azure("networkSecurityGroupName"),
    "azure-native:network:Subnet": _azure("subnetName", digits=0),
    "azure-native:network:VirtualNetwork": _azure("virtualNetworkName"),
    "azure-native:resources:ResourceGroup": _azure("resourceGroupName"),
}


@cache
def rule_of(token: str) -> AutoName | None:
    """How a type's name is made up: as listed, else as pulumi-aws does it for every `name` that may be left out.

    Source: ProviderInfo.SetAutonaming in pkg/tfbridge/info of the bridge; 255 is what its providers hand to it.
    """
    if token in AUTONAMES or not token.startswith("aws:"):
        return AUTONAMES.get(token)
    inputs = schema.load(token).inputs
    name = inputs.properties.get("name")
    if name is None or name.kind != "string" or "name" in inputs.required:
        return None
    return AutoName("name", 255, unless="namePrefix" if "namePrefix" in inputs.properties else "")


def autoname(
    token: str, logical_name: str, seed: bytes, inputs: Mapping[str, Any], old_inputs: Mapping[str, Any]
) -> tuple[dict[str, Any], list[Problem]]:
    """Give the inputs with a name where the provider would make one; a name once made is kept."""
    rule = rule_of(token)
    named = dict(inputs)
    if rule is None or named.get(rule.property) is not None or (rule.unless and named.get(rule.unless) is not None):
        return named, []
    kept = reveal(old_inputs.get(rule.property))
    made = kept if isinstance(kept, str) else rule.make(logical_name, seed)
    if isinstance(made, Problem):
        return named, [made]
    named[rule.property] = made
    return named, []


def from_prefix(
    token: str, inputs: Mapping[str, Any], existing: Mapping[str, Any] | None, digits: Callable[[int], str]
) -> dict[str, Any]:
    """Give the name that the provider makes of a prefix: 26 characters more, kept in updates.

    Source: terraform-plugin-sdk helper/id. digits: gives that many, the same for the same resource.
    """
    rule = rule_of(token)
    if rule is None or not rule.unless or inputs.get(rule.unless) is None or inputs.get(rule.property) is not None:
        return {}
    made = f"{inputs[rule.unless]}{digits(26)}"
    return {rule.property: existing.get(rule.property, made) if existing else made}


def deletes_first(token: str, logical_name: str, inputs: Mapping[str, Any]) -> bool:
    """Tell whether a replacement has to delete the old resource before it makes the new one."""
    rule = rule_of(token)
    if rule is None:
        return token.startswith("azure-native:")  # whose resources all are named by their path
    name = reveal(inputs.get(rule.property))
    return name is not None and not rule.made(logical_name, name)
