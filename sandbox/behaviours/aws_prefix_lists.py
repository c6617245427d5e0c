"""Amazon VPC: prefix lists, and what they weigh in the groups that name them."""

from collections.abc import Mapping, Sequence
from ipaddress import ip_network
from typing import Any, Final

from sandbox.behaviours.aws_network import ec2_arn
from sandbox.behaviours.behaviour import Behaviour, Call
from sandbox.problems import Problem

PREFIX_LIST: Final = "aws:ec2/managedPrefixList:ManagedPrefixList"
ENTRY_LIMIT: Final = "EC2 API, CreateManagedPrefixList and ModifyManagedPrefixList"


def _outputs(call: Call, id: str) -> Mapping[str, Any]:  # noqa: A002  the vendor's own word
    entries = call.inputs.get("entries") or []
    there = call.existing.properties if call.existing else None
    version = int(there.get("version", 1)) if there else 1
    if there is not None and there.get("entries") != entries:
        version += 1  # each change of the entries makes one
    return {"arn": ec2_arn(call, "prefix-list", id), "entries": entries, "ownerId": call.account, "version": version}


def _refuse(call: Call) -> Sequence[Problem]:
    """No more entries than there is room for, of one family, each once."""
    entries: list[Mapping[str, Any]] = call.inputs.get("entries") or []
    most = int(call.inputs["maxEntries"])
    problems: list[Problem] = []
    if len(entries) > most:
        message = f"PrefixListMaxEntriesExceeded: {len(entries)} entries, and the list holds {most} at most"
        problems.append(Problem("entries", message, ENTRY_LIMIT))
    blocks = [str(entry.get("cidr")) for entry in entries]
    for index, block in enumerate(blocks):
        if block in blocks[:index]:
            problems.append(Problem(f"entries[{index}].cidr", f"InvalidPrefixListEntry: {block} is twice", ENTRY_LIMIT))
        if f"IPv{ip_network(block, strict=False).version}" != call.inputs.get("addressFamily"):
            message = f"InvalidParameterValue: {block} is not of {call.inputs.get('addressFamily')}"
            problems.append(Problem(f"entries[{index}].cidr", message, ENTRY_LIMIT))
    if str(call.inputs.get("name") or "").startswith("com.amazonaws"):
        problems.append(Problem("name", "InvalidParameterValue: com.amazonaws is AWS's own beginning", ENTRY_LIMIT))
    return problems


BEHAVIOURS: Final[Mapping[str, Behaviour]] = {
    PREFIX_LIST: Behaviour(
        id=lambda call: f"pl-0{call.digits(16)}",
        outputs=_outputs,
        identifiers=lambda call, id: [id, ec2_arn(call, "prefix-list", id)],
        refuse=_refuse,
    ),
}
