"""What an earlier life of a stack left behind: making it again is refused, taking it over is not."""

from tests.engine.machine import Machine

NAME = "encryption-alias-data"


def test_what_the_state_forgot_is_taken_over_by_the_id_in_the_settings(dev_up: Machine) -> None:
    [alias] = [resource for resource in dev_up.clouds() if resource.urn.endswith(f"::{NAME}")]
    dev_up.pulumi("state", "delete", alias.urn, "-s", "dev", "--yes").expect()
    refused = dev_up.up("dev")
    assert refused.code != 0
    assert "exists already" in refused.output
    dev_up.setting("dev", "erp:adopt", resources={NAME: alias.id})
    assert [(step["op"], step["urn"]) for step in dev_up.plan("dev")] == [("import", alias.urn)]
    dev_up.up("dev").expect()
    dev_up.same_everywhere("dev")
    dev_up.setting("dev", "erp:adopt", resources={})
    assert dev_up.plan("dev") == []


def test_a_name_that_no_resource_has_stops_the_preview(dev_up: Machine) -> None:
    dev_up.setting("dev", "erp:adopt", resources={"encryption-alias": "alias/erp-dev-data"})
    stopped = dev_up.pulumi("preview", "-s", "dev")
    assert stopped.code != 0
    assert "erp:adopt.resources.encryption-alias: no resource of this stack has that name" in stopped.output
