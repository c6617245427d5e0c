"""An update that dies: killed at three different moments, mended by the documented steps.

The steps are those of docs/runbooks/interrupted-update.md.
"""

import json
import os
import re
import select
import signal
import subprocess
from pathlib import Path

import pytest

from tests.engine.machine import LIMIT_SECONDS, ROOT, SANDBOX, Machine

SUBNET = "aws:ec2/subnet:Subnet"
KEY = "aws:kms/key:Key"
MOMENTS = {
    "before a resource is made": f"hang-before create {SUBNET} 3",
    "after a resource is made, before the engine knows": f"hang-after create {SUBNET} 3",
    "early, in the middle of the keys": f"hang-after create {KEY} 2",
}


def _descendants(pid: int) -> list[int]:
    parents: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            text = stat.read_text()
        except (FileNotFoundError, ProcessLookupError):
            continue
        parents.setdefault(int(text.rsplit(")", 1)[1].split()[1]), []).append(int(stat.parent.name))
    found = [pid]
    for one in found:
        found.extend(parents.get(one, []))
    return found


def _kill_at(machine: Machine, stack: str, moment: str, pipe: Path) -> None:
    """Start an update, wait for the moment, and end everything at once, as a power cut does."""
    os.mkfifo(pipe)
    listening = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    command = [SANDBOX, "pulumi", "up", "-s", stack, "--yes", "--skip-preview", "--non-interactive"]
    extra = {"SANDBOX_FAULTS": moment, "SANDBOX_HANG_PIPE": str(pipe)}
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env=machine.environment(extra, checkpoints=True),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        ready, _, _ = select.select([listening], [], [], LIMIT_SECONDS)
        assert ready, f"the moment never came: {moment}"
        for pid in _descendants(process.pid):
            os.kill(pid, signal.SIGKILL)
    finally:
        process.kill()
        process.wait()
        os.close(listening)


@pytest.mark.parametrize("moment", MOMENTS.values(), ids=list(MOMENTS))
def test_a_killed_update_is_mended_by_the_documented_steps(moment: str, machine: Machine, tmp_path: Path) -> None:
    _kill_at(machine, "dev", moment, tmp_path / "pipe")
    machine.pulumi("cancel", "-s", "dev", "--yes").expect()
    entries = _pending(machine)
    assert entries, "the engine was killed in the middle of a creation, so one is pending"
    made = {resource.urn: resource.id for resource in machine.clouds()}
    found = [entry for entry in entries if entry["urn"] in made]
    machine.pulumi("refresh", "-s", "dev", "--yes", "--skip-preview", "--clear-pending-creates").expect()
    if found:
        file = tmp_path / "pending.json"
        file.write_text(json.dumps(_import_file(found, made)))
        take_over = ("import", "-s", "dev", "--yes", "--skip-preview", "--generate-code=false", "--protect=false")
        machine.pulumi(*take_over, "--file", str(file)).expect()
    machine.up("dev").expect()
    machine.same_everywhere("dev")
    assert machine.plan("dev") == []


def test_a_creation_whose_answer_was_lost_is_taken_over(machine: Machine) -> None:
    # The clouds die after a write and the engine lives: it counts the creation as failed and leaves nothing pending.
    lost = {"SANDBOX_FAULTS": f"die-after create {SUBNET} 3"}
    ended = machine.up("dev", extra=lost, checkpoints=True)
    assert ended.code != 0
    assert _pending(machine) == []
    failed = set(re.findall(r"\S+ (\S+) \*\*creating failed", ended.output))
    made = [resource for resource in machine.clouds() if _name(resource.urn) in failed]
    assert [resource.token for resource in made] == [SUBNET], "the one whose answer was lost, by its logical name"
    for resource in made:
        parent, provider = _around(machine, resource.urn)
        take_over = ("import", "-s", "dev", "--yes", "--skip-preview", "--generate-code=false", "--protect=false")
        places = ("--parent", f"parent={parent}", "--provider", f"provider={provider}")
        machine.pulumi(*take_over, resource.token, _name(resource.urn), resource.id, *places).expect()
    machine.up("dev").expect()
    machine.same_everywhere("dev")
    assert machine.plan("dev") == []


def _name(urn: str) -> str:
    return urn.rpartition("::")[2]


def _around(machine: Machine, urn: str) -> tuple[str, str]:
    """The parent of a resource that the state does not know, and the provider that its siblings have."""
    output = machine.pulumi("stack", "export", "-s", "dev").expect().output
    resources = json.loads(output[output.index("{") :])["deployment"]["resources"]
    kind = urn.split("::")[2].split("$")[-2]
    parents = [
        one["urn"] for one in resources if one["type"] == kind and _name(urn).startswith(f"{_name(one['urn'])}-")
    ]
    parent = max(parents, key=len)
    package = urn.split("::")[2].rpartition("$")[2].partition(":")[0]
    siblings = [one for one in resources if one.get("parent") == parent and one["type"].startswith(f"{package}:")]
    return parent, siblings[0]["provider"].rpartition("::")[0]


def _pending(machine: Machine) -> list[dict[str, str]]:
    """The pending creations, as the state tells them."""
    output = machine.pulumi("stack", "export", "-s", "dev").expect().output
    operations = json.loads(output[output.index("{") :])["deployment"].get("pending_operations") or []
    assert {operation["type"] for operation in operations} <= {"creating"}
    return [operation["resource"] for operation in operations]


def _import_file(entries: list[dict[str, str]], made: dict[str, str]) -> dict[str, object]:
    """What `pulumi import --file` reads: each resource with its parent and provider by name."""
    table: dict[str, str] = {}
    resources: list[dict[str, str]] = []
    for entry in entries:
        parent, provider = entry["parent"], entry["provider"].rpartition("::")[0]
        names = {urn: urn.rpartition("::")[2] for urn in (parent, provider, entry["urn"])}
        table |= {names[parent]: parent, names[provider]: provider}
        kind = {"type": entry["type"], "name": names[entry["urn"]], "id": made[entry["urn"]]}
        resources.append({**kind, "parent": names[parent], "provider": names[provider]})
    return {"nameTable": table, "resources": resources}
