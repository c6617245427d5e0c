"""The rotation role's rights: real actions on one secret, one key and one log group."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.database.rotation_documents import rotates
from sandbox.judges import iam
from settings.vocabulary import AWS_REGIONS

accounts = st.from_regex(r"[0-9]{12}", fullmatch=True)
regions = st.sampled_from(AWS_REGIONS)


@pytest.mark.req("T4")
@given(account=accounts, region=regions)
def test_the_function_may_touch_its_own_secret_and_nothing_else_of_value(account: str, region: str) -> None:
    secret = f"arn:aws:secretsmanager:{region}:{account}:secret:database-admin-a-1a2b3c4-AbCdEf"
    key = f"arn:aws:kms:{region}:{account}:key/mrk-0"
    group = f"arn:aws:logs:{region}:{account}:log-group:database-rotation-log-a-1a2b3c4"
    document = rotates(secret_arn=secret, key_arn=key, log_group_arn=group, account_id=account, region=region)
    assert iam.judge("aws:iam/rolePolicy:RolePolicy", {"policy": document}) == []
    assert iam.unjudged("aws:iam/rolePolicy:RolePolicy", {"policy": document}) == []
    found = {statement["Sid"]: statement for statement in json.loads(document)["Statement"]}
    of_value = {
        sid: statement["Resource"]
        for sid, statement in found.items()
        if any(not action.startswith("ec2:") for action in statement["Action"])
    }
    assert of_value == {"RotatesItsSecret": secret, "UsesTheKeyThroughServices": key, "WritesItsLog": f"{group}:*"}
    allowed, denied = found["StandsInTheNetwork"], found["NotByItsOwnCode"]
    assert allowed["Action"] == denied["Action"]
    assert denied["Effect"] == "Deny"
