"""What exists already is taken over by the ids that the settings give, or the stack stops."""

import pulumi
import pytest

from tests.graph import Graph, composed_with


def adopting(**ids: str) -> Graph:
    return composed_with("dev", {"adopt.resources": {name.replace("_", "-"): id_ for name, id_ in ids.items()}})


def test_the_resource_of_that_name_is_imported_and_no_other(dev: Graph) -> None:
    adopted = adopting(encryption_key_data="mrk-1", network_vpc="vpc-1")
    imported = {node.name: node.options.import_id for node in adopted.nodes if node.options.import_id}
    assert imported == {"encryption-key-data": "mrk-1", "network-vpc": "vpc-1"}
    assert {node.key for node in adopted.nodes} == {node.key for node in dev.nodes}
    assert [node.name for node in dev.nodes if node.options.import_id] == []


def test_names_that_no_resource_has_are_told_all_at_once() -> None:
    with pytest.raises(pulumi.RunError) as refused:
        adopting(no_such_thing="1", network_vpc="vpc-1", encryption="2")
    assert str(refused.value).splitlines() == [
        "erp:adopt.resources.no-such-thing: no resource of this stack has that name",
        "erp:adopt.resources.encryption: no resource of this stack has that name",
    ]
