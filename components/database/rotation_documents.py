"""What the rotation function's role may do. Pure."""

from typing import Final

from components.documents import Statement, render

SERVICE: Final = "secretsmanager.amazonaws.com"
"""Who calls the function."""


def rotates(*, secret_arn: str, key_arn: str, log_group_arn: str, account_id: str, region: str) -> str:
    """Rights over one secret and one log group, and what Lambda needs to put the function into the network.

    key_arn: of the key that encrypts the secret and the function's environment.
    log_group_arn: without the `:*` that the API writes behind it.
    """
    return render(
        [
            Statement(
                sid="RotatesItsSecret",
                actions=(
                    "secretsmanager:DescribeSecret",
                    "secretsmanager:GetSecretValue",
                    "secretsmanager:PutSecretValue",
                    "secretsmanager:UpdateSecretVersionStage",
                ),
                resources=(secret_arn,),
            ),
            Statement(
                sid="UsesTheKeyThroughServices",
                actions=("kms:Decrypt", "kms:GenerateDataKey"),
                resources=(key_arn,),
                conditions={
                    "StringEquals": {
                        "kms:ViaService": (f"secretsmanager.{region}.amazonaws.com", f"lambda.{region}.amazonaws.com")
                    }
                },
            ),
            Statement(
                sid="WritesItsLog",
                actions=("logs:CreateLogStream", "logs:PutLogEvents"),
                resources=(f"{log_group_arn}:*",),
            ),
            Statement(
                sid="StandsInTheNetwork",
                actions=(
                    "ec2:AssignPrivateIpAddresses",
                    "ec2:CreateNetworkInterface",
                    "ec2:DeleteNetworkInterface",
                    "ec2:DescribeNetworkInterfaces",
                    "ec2:DescribeSubnets",
                    "ec2:UnassignPrivateIpAddresses",
                ),
                resources=("*",),
                why="Lambda makes the function's interfaces with the role's rights, and tests them without naming any",
            ),
            # The interfaces are Lambda's to make: code that runs in the function may not ask for any (Lambda Developer
            # Guide, "Giving Lambda functions access to resources in an Amazon VPC").
            Statement(
                sid="NotByItsOwnCode",
                effect="Deny",
                actions=(
                    "ec2:AssignPrivateIpAddresses",
                    "ec2:CreateNetworkInterface",
                    "ec2:DeleteNetworkInterface",
                    "ec2:DescribeNetworkInterfaces",
                    "ec2:DescribeSubnets",
                    "ec2:UnassignPrivateIpAddresses",
                ),
                resources=("*",),
                conditions={
                    "ArnLike": {"lambda:SourceFunctionArn": f"arn:aws:lambda:{region}:{account_id}:function:*"}
                },
            ),
        ]
    )
