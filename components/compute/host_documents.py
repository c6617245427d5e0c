"""What a host may do: register and report to its cluster, and be looked after through Systems Manager. Pure.

Less than AWS's own policies for it. AmazonEC2ContainerServiceforEC2Role also creates clusters, pulls images and writes
logs, which a task's execution role does; AmazonSSMManagedInstanceCore also reads every parameter of the account.
"""

from components.documents import Statement, render

REGISTER = (
    "ecs:DeregisterContainerInstance",
    "ecs:RegisterContainerInstance",
    "ecs:SubmitAttachmentStateChanges",
    "ecs:SubmitContainerStateChange",
    "ecs:SubmitTaskStateChange",
)
REPORT = ("ecs:Poll", "ecs:StartTelemetrySession", "ecs:UpdateContainerInstancesState")
MANAGED = (
    "ssm:DescribeAssociation",
    "ssm:GetDeployablePatchSnapshotForInstance",
    "ssm:GetDocument",
    "ssm:DescribeDocument",
    "ssm:GetManifest",
    "ssm:ListAssociations",
    "ssm:ListInstanceAssociations",
    "ssm:PutComplianceItems",
    "ssm:PutConfigurePackageResult",
    "ssm:PutInventory",
    "ssm:UpdateAssociationStatus",
    "ssm:UpdateInstanceAssociationStatus",
    "ssm:UpdateInstanceInformation",
)
SESSIONS = (
    "ssmmessages:CreateControlChannel",
    "ssmmessages:CreateDataChannel",
    "ssmmessages:OpenControlChannel",
    "ssmmessages:OpenDataChannel",
)


def host_permissions(cluster_arn: str) -> str:
    """The inline policy of the hosts' role."""
    hosts = cluster_arn.replace(":cluster/", ":container-instance/") + "/*"
    return render(
        [
            Statement(sid="RegistersWithCluster", actions=REGISTER, resources=(cluster_arn,)),
            Statement(
                sid="ReportsToCluster",
                actions=REPORT,
                resources=(hosts,),
                conditions={"ArnEquals": {"ecs:cluster": cluster_arn}},
            ),
            Statement(
                sid="FindsEndpoint",
                actions=("ecs:DiscoverPollEndpoint",),
                resources=("*",),
                why="the action knows no resource; it answers with the address of the service",
            ),
            Statement(
                sid="IsManaged",
                actions=MANAGED,
                resources=("*",),
                why="the agent asks for documents and associations before it knows which concern it; most of these "
                "actions know no resource, and Systems Manager lets a host report for itself alone",
            ),
            Statement(
                sid="OpensSessions",
                actions=SESSIONS,
                resources=("*",),
                why="the actions know no resource; the channel is that of the host which asks",
            ),
        ]
    )
