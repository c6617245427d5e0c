"""What the mocked clouds answer: the outputs that a resource has once it is made.

Inputs come back as they went in. Ids, ARNs and other computed scalars are made up from the logical name, so that a
test sees where a value came from. What has more shape than that stands in `SHAPED`, one entry for each type; what is
in neither stays unknown, and the composition fails with a message that names this table.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from sandbox.schema import ObjectSpec, ResourceSchema, check
from sandbox.values import Secret, reveal

Inputs = Mapping[str, Any]


class WrongAnswer(AssertionError):
    """This module answers what the SDK does not know, which a program would never see."""


def answer(schema: ResourceSchema, name: str, inputs: Inputs) -> dict[str, Any]:
    """Give id and outputs of a resource that has just been made; raises WrongAnswer for one that no SDK could read."""
    outputs: dict[str, Any] = {}
    for output, spec in schema.outputs.items():
        if output in schema.inputs.properties:
            continue
        scalars = {"string": f"{output}-of-{name}", "integer": 1, "number": 1, "boolean": True}
        if spec.kind in scalars:
            outputs[output] = scalars[spec.kind]
    if "arn" in schema.outputs and "arn" not in schema.inputs.properties:
        outputs["arn"] = f"arn:mock:{schema.token}:{name}"
    for physical_name in ("name", "bucket"):
        if physical_name in schema.outputs:
            outputs[physical_name] = f"{name}-1a2b3c4"
    if "tagsAll" in schema.outputs:
        outputs["tagsAll"] = dict(reveal(inputs.get("tags")) or {})
    if schema.token in SHAPED:
        outputs |= SHAPED[schema.token](name, reveal(dict(inputs)))
    as_inputs = replace(schema, inputs=ObjectSpec(f"outputs of {schema.python_class}", schema.outputs, frozenset()))
    wrong = check(as_inputs, outputs)
    if wrong:
        raise WrongAnswer(f"{schema.token}: {'; '.join(map(str, wrong))}")
    outputs |= inputs
    for secret in schema.secret_outputs & outputs.keys():
        if not isinstance(outputs[secret], Secret):
            outputs[secret] = Secret(outputs[secret])
    return {"id": f"{name}-id", **outputs}


def _validation_options(_: str, inputs: Inputs) -> dict[str, Any]:
    if "domainName" not in inputs:
        return {"domainName": "imported.example", "domainValidationOptions": []}
    # ACM proves an apex and its wildcard by one and the same record.
    names = [inputs["domainName"], *inputs.get("subjectAlternativeNames", [])]
    return {
        "domainValidationOptions": [
            {
                "domainName": domain,
                "resourceRecordName": f"_proof.{domain.removeprefix('*.')}.",
                "resourceRecordType": "CNAME",
                "resourceRecordValue": f"_answer.{domain.removeprefix('*.')}.acm-validations.aws.",
            }
            for domain in names
        ]
    }


def _name_servers(_name: str, _inputs: Inputs) -> dict[str, Any]:
    return {"nameServers": ["ada.ns.cloudflare.com", "bob.ns.cloudflare.com"]}


def _azure_name(property_: str) -> Callable[[str, Inputs], dict[str, Any]]:
    return lambda name, inputs: {"name": inputs.get(property_, f"{name}1a2b3c4d")}


def _parameter(name: str, _inputs: Inputs) -> dict[str, Any]:
    # The provider's schema lists the ARN among the inputs too, a leftover that nobody sets.
    return {"arn": f"arn:mock:aws:ssm/parameter:Parameter:{name}"}


SHAPED: Final[dict[str, Callable[[str, Inputs], dict[str, Any]]]] = {
    "aws:acm/certificate:Certificate": _validation_options,
    "aws:ssm/parameter:Parameter": _parameter,
    "azure-native:network:NetworkSecurityGroup": _azure_name("networkSecurityGroupName"),
    "azure-native:network:Subnet": _azure_name("subnetName"),
    "azure-native:network:VirtualNetwork": _azure_name("virtualNetworkName"),
    "azure-native:resources:ResourceGroup": _azure_name("resourceGroupName"),
    "cloudflare:index/zone:Zone": _name_servers,
}
