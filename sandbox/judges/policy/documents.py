"""Which properties hold policy documents, of which kind, and what each kind may hold.

Sizes: AWS IAM quotas (white space does not count), AWS KMS quotas, Amazon S3 bucket policy limits, and the services'
API models.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from sandbox.facts.paths import every, split


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of policy document.

    principal: "required" or "refused"; resource: "required", "refused" or "optional".
    size: most characters, by `blanks` with white space or without; plain_sid: a Sid has only letters and digits.
    services: the only ones whose actions fit; none named means any.
    """

    name: str
    principal: str
    resource: str
    size: int
    blanks: bool = False
    plain_sid: bool = False
    services: tuple[str, ...] = ()
    source: str = "AWS IAM User Guide, grammar of the policy language and IAM quotas"


TRUST: Final = Kind("role trust policy", "required", "refused", 2048, plain_sid=True, services=("sts",))
INLINE: Final = Kind("inline policy of a role", "refused", "required", 10240, plain_sid=True)
GROUP_INLINE: Final = Kind("inline policy of a group", "refused", "required", 5120, plain_sid=True)
USER_INLINE: Final = Kind("inline policy of a user", "refused", "required", 2048, plain_sid=True)
MANAGED: Final = Kind("managed policy", "refused", "required", 6144, plain_sid=True)
KEY: Final = Kind(
    "key policy",
    "required",
    "required",
    32768,
    blanks=True,
    services=("kms",),
    source="AWS KMS Developer Guide, key policies",
)
ENDPOINT: Final = Kind(
    "endpoint policy", "required", "required", 20480, blanks=True, source="AWS PrivateLink Guide, endpoint policies"
)


def _resource(name: str, size: int, *services: str, resource: str = "required") -> Kind:
    return Kind(name, "required", resource, size, blanks=True, services=services, source=f"AWS service guide, {name}")


BUCKET: Final = Kind(
    "bucket policy",
    "required",
    "required",
    20480,
    blanks=True,
    services=("s3",),
    source="Amazon S3 User Guide, bucket policies",
)

# Which property of which type; paths as in the facts.
DOCUMENTS: Final[Mapping[str, Mapping[str, Kind]]] = {
    "aws:backup/vaultPolicy:VaultPolicy": {
        "policy": _resource("backup vault policy", 20480, "backup", "backup-storage")
    },
    "aws:cloudwatch/eventBusPolicy:EventBusPolicy": {"policy": _resource("event bus policy", 10240, "events")},
    "aws:cloudwatch/logResourcePolicy:LogResourcePolicy": {
        "policyDocument": _resource("log resource policy", 5120, "logs")
    },
    "aws:ec2/vpcEndpoint:VpcEndpoint": {"policy": ENDPOINT},
    "aws:ec2/vpcEndpointPolicy:VpcEndpointPolicy": {"policy": ENDPOINT},
    "aws:ecr/registryPolicy:RegistryPolicy": {"policy": _resource("registry policy", 10240, "ecr")},
    "aws:ecr/repositoryPolicy:RepositoryPolicy": {
        "policy": _resource("repository policy", 10240, "ecr", resource="refused")
    },
    "aws:efs/fileSystemPolicy:FileSystemPolicy": {
        "policy": _resource("file system policy", 20000, "elasticfilesystem", resource="optional")
    },
    "aws:iam/groupPolicy:GroupPolicy": {"policy": GROUP_INLINE},
    "aws:iam/policy:Policy": {"policy": MANAGED},
    "aws:iam/role:Role": {"assumeRolePolicy": TRUST, "inlinePolicies[].policy": INLINE},
    "aws:iam/rolePolicy:RolePolicy": {"policy": INLINE},
    "aws:iam/userPolicy:UserPolicy": {"policy": USER_INLINE},
    "aws:kms/externalKey:ExternalKey": {"policy": KEY},
    "aws:kms/key:Key": {"policy": KEY},
    "aws:kms/keyPolicy:KeyPolicy": {"policy": KEY},
    "aws:kms/replicaExternalKey:ReplicaExternalKey": {"policy": KEY},
    "aws:kms/replicaKey:ReplicaKey": {"policy": KEY},
    "aws:s3/bucket:Bucket": {"policy": BUCKET},
    "aws:s3/bucketPolicy:BucketPolicy": {"policy": BUCKET},
    "aws:secretsmanager/secret:Secret": {"policy": _resource("secret's resource policy", 20480, "secretsmanager")},
    "aws:secretsmanager/secretPolicy:SecretPolicy": {
        "policy": _resource("secret's resource policy", 20480, "secretsmanager")
    },
    "aws:sns/topic:Topic": {"policy": _resource("topic policy", 30720, "sns")},
    "aws:sns/topicPolicy:TopicPolicy": {"policy": _resource("topic policy", 30720, "sns")},
    "aws:sqs/queue:Queue": {"policy": _resource("queue policy", 8192, "sqs")},
    "aws:sqs/queuePolicy:QueuePolicy": {"policy": _resource("queue policy", 8192, "sqs")},
}


def held(token: str, inputs: Mapping[str, object]) -> Iterator[tuple[str, str, Kind]]:
    """Give every known policy document in a resource's inputs: its place, text and kind; empty ones are none."""
    for path, kind in DOCUMENTS.get(token, {}).items():
        for place, value in every(inputs, split(path)):
            if isinstance(value, str) and value:
                yield place, value, kind
