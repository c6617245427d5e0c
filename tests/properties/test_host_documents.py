"""What a host runs at its first start, and what it may do: for any cluster and any size."""

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.compute.host_documents import host_permissions
from components.compute.user_data import agent_settings, script, user_data

NAMES = st.from_regex(r"[A-Za-z][A-Za-z0-9_-]{0,254}", fullmatch=True)
MEMORY = st.integers(min_value=1, max_value=1 << 20)


@pytest.mark.req("C1")
@given(name=NAMES, memory=MEMORY, warm=st.booleans())
def test_the_agent_reads_back_what_it_was_given(name: str, memory: int, warm: bool) -> None:
    text = base64.b64decode(user_data(name, reserved_memory_mib=memory, warm=warm)).decode()
    head, _, rest = text.partition("<<'SETTINGS'\n")
    body, end = rest.split("SETTINGS\n")
    assert head.startswith("#!/bin/bash\n"), "cloud-init runs what begins so"
    assert not end
    read = dict(line.split("=", 1) for line in body.splitlines())
    assert read == agent_settings(name, reserved_memory_mib=memory, warm=warm)
    assert read["ECS_CLUSTER"] == name
    assert read["ECS_RESERVED_MEMORY"] == str(memory)
    assert ("ECS_WARM_POOLS_CHECK" in read) is warm


@given(name=NAMES, memory=MEMORY)
def test_the_script_fits_into_user_data(name: str, memory: int) -> None:
    settings = agent_settings(name, reserved_memory_mib=memory, warm=True)
    assert len(script(settings).encode()) <= 16 * 1024, "EC2 takes no more"


@pytest.mark.req("T4")
@given(name=NAMES)
def test_a_host_reports_for_hosts_of_its_cluster_alone(name: str) -> None:
    arn = f"arn:aws:ecs:eu-central-1:333333333333:cluster/{name}"
    held = {one["Sid"]: one for one in json.loads(host_permissions(arn))["Statement"]}
    assert held["RegistersWithCluster"]["Resource"] == arn
    hosts = f"arn:aws:ecs:eu-central-1:333333333333:container-instance/{name}/*"
    assert held["ReportsToCluster"]["Resource"] == hosts
    assert held["ReportsToCluster"]["Condition"] == {"ArnEquals": {"ecs:cluster": arn}}
