"""What a service of ECS needs around it, made in the offline cloud; each part can be made otherwise."""

import json
from dataclasses import dataclass
from typing import Any, Final

from tests.sandbox.offline import (
    GROUP,
    INTERNET_GATEWAY,
    LOG_GROUP,
    PRIMARY,
    ROLE,
    ROLE_POLICY,
    ROUTE,
    ROUTE_TABLE,
    SUBNET,
    VPC,
    Caller,
    Made,
    trust_policy,
)

ACTION: Final = "aws:appautoscaling/scheduledAction:ScheduledAction"
ALARM: Final = "aws:cloudwatch/metricAlarm:MetricAlarm"
ASSOCIATION: Final = "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders"
BALANCER: Final = "aws:lb/loadBalancer:LoadBalancer"
CLUSTER: Final = "aws:ecs/cluster:Cluster"
FILTER: Final = "aws:cloudwatch/logMetricFilter:LogMetricFilter"
LISTENER: Final = "aws:lb/listener:Listener"
RULE: Final = "aws:lb/listenerRule:ListenerRule"
SCALABLE: Final = "aws:appautoscaling/target:Target"
SCALING_POLICY: Final = "aws:appautoscaling/policy:Policy"
SERVICE: Final = "aws:ecs/service:Service"
TARGET_GROUP: Final = "aws:lb/targetGroup:TargetGroup"
TASK: Final = "aws:ecs/taskDefinition:TaskDefinition"

WORK: Final = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*"}],
    }
)


def container(**more: Any) -> dict[str, Any]:
    """A container that ECS takes, with what is given instead; None leaves a property out."""
    plain = {"name": "web", "image": "erp:1", "memory": 512, "portMappings": [{"containerPort": 8080}]}
    return {key: value for key, value in {**plain, **more}.items() if value is not None}


@dataclass
class Ground:
    """A network, a cluster with Fargate's providers, a load balancer, and roles."""

    aws: Caller

    def __post_init__(self) -> None:
        aws = self.aws
        self.vpc = aws.make(VPC, cidrBlock="10.0.0.0/16")
        self.subnets = [
            aws.make(SUBNET, zone, vpcId=self.vpc.id, cidrBlock=f"10.0.{n}.0/24", availabilityZone=f"{PRIMARY}{zone}")
            for n, zone in enumerate("ab")
        ]
        self.gateway = aws.make(INTERNET_GATEWAY, vpcId=self.vpc.id)
        self.table = aws.make(ROUTE_TABLE, vpcId=self.vpc.id)
        aws.make(ROUTE, routeTableId=self.table.id, destinationCidrBlock="0.0.0.0/0", gatewayId=self.gateway.id)
        self.group = aws.make(GROUP, vpcId=self.vpc.id)
        self.cluster = aws.make(CLUSTER, "cluster", name="main")
        self.association = aws.make(
            ASSOCIATION, "association", clusterName="main", capacityProviders=["FARGATE", "FARGATE_SPOT"]
        )
        self.log = aws.make(LOG_GROUP, "log", name="web")
        self.role = self.role_for("tasks", "ecs-tasks.amazonaws.com")

    def role_for(self, name: str, service: str) -> Made:
        return self.aws.make(ROLE, name, assumeRolePolicy=trust_policy(Service=service))

    def work(self, role: Made, name: str = "work") -> Made:
        return self.aws.make(ROLE_POLICY, name, role=role.id, policy=WORK)

    def task(self, *containers: dict[str, Any], name: str = "task", **inputs: Any) -> Made:
        plain: dict[str, Any] = {"family": "web", "networkMode": "awsvpc", "cpu": "1024", "memory": "2048"}
        definitions = json.dumps(list(containers or [container()]))
        return self.aws.make(TASK, name, **{**plain, "containerDefinitions": definitions, **inputs})

    def service(self, task: Made | None = None, /, **inputs: Any) -> Made:
        plain: dict[str, Any] = {
            "cluster": self.cluster.arn,
            "taskDefinition": (task or self.task()).arn,
            "desiredCount": 2,
            "networkConfiguration": self.network(),
        }
        given = {key: value for key, value in {**plain, **inputs}.items() if value is not None}
        return self.aws.make(SERVICE, "service", **given)

    def network(self, **more: Any) -> dict[str, Any]:
        return {"subnets": [subnet.id for subnet in self.subnets], "securityGroups": [self.group.id], **more}

    def listener(self) -> Made:
        balancer = self.aws.make(
            BALANCER, "lb", subnets=[subnet.id for subnet in self.subnets], securityGroups=[self.group.id]
        )
        fixed = {"type": "fixed-response", "fixedResponse": {"contentType": "text/plain", "statusCode": "404"}}
        return self.aws.make(
            LISTENER, "listener", loadBalancerArn=balancer.arn, port=80, protocol="HTTP", defaultActions=[fixed]
        )

    def targets(self, logical: str, /, **inputs: Any) -> Made:
        plain = {"port": 8080, "protocol": "HTTP", "targetType": "ip", "vpcId": self.vpc.id}
        return self.aws.make(TARGET_GROUP, logical, **{**plain, **inputs})

    def rule(self, listener: Made, *groups: Made, name: str = "rule", **inputs: Any) -> Made:
        weighted = [{"arn": group.arn, "weight": 0 if place else 100} for place, group in enumerate(groups)]
        plain = {
            "listenerArn": listener.arn,
            "priority": 100,
            "conditions": [{"pathPattern": {"values": ["/*"]}}],
            "actions": [{"type": "forward", "forward": {"targetGroups": weighted}}],
        }
        return self.aws.make(RULE, name, **{**plain, **inputs})

    def blue_green(self) -> dict[str, Any]:
        """Inputs of a service that is deployed blue/green."""
        listener = self.listener()
        blue, green = self.targets("blue"), self.targets("green")
        rule = self.rule(listener, blue, green)
        role = self.role_for("shift", "ecs.amazonaws.com")
        return {
            "deploymentConfiguration": {"strategy": "BLUE_GREEN", "bakeTimeInMinutes": "5"},
            "loadBalancers": [
                {
                    "targetGroupArn": blue.arn,
                    "containerName": "web",
                    "containerPort": 8080,
                    "advancedConfiguration": {
                        "alternateTargetGroupArn": green.arn,
                        "productionListenerRule": rule.arn,
                        "roleArn": role.arn,
                    },
                }
            ],
        }
