"""Which file systems there are, what stands on them, and who may mount them. Pure: plain data in, plain data out.

The file systems form a chain. Generation 0 is the first one; each later generation is the replica of the one before it,
in the other region. A failover promotes a replica; the way back appends a generation, so nothing that was ever written
to is overwritten. When the beginning of the chain is no longer wanted, its generations leave the settings.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from components.documents import EVERYBODY, Statement, account_root, render
from settings.file_system import FileSystemSettings

Region: TypeAlias = Literal["primary", "recovery"]
FilePurpose: TypeAlias = Literal["uploads", "reports"]

MOUNTS = ("elasticfilesystem:ClientMount", "elasticfilesystem:ClientRootAccess", "elasticfilesystem:ClientWrite")
"""What a client can do with a file system, all of it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Directory:
    """A directory with an owner: whoever comes through its access point acts as that owner, and sees nothing else.

    user, group: POSIX ids. permissions: of the directory when the first client makes it, octal.
    """

    path: str
    user: int
    group: int
    permissions: str = "0750"


DIRECTORIES: Mapping[FilePurpose, Directory] = {
    # What was uploaded and is not yet checked and moved into the documents' bucket.
    "uploads": Directory(path="/uploads", user=5001, group=5001),
    # What was asked for and waits to be fetched: certificates, lists, exports.
    "reports": Directory(path="/reports", user=5002, group=5002),
}
"""By purpose. A changed path or identity replaces the access point; the files stay where and whose they were."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Generation:
    """A file system of the chain.

    number: its place in the chain.
    source: the generation that it follows; None for the first one, and for one that was promoted.
    opened: whether the program says that it may be overwritten, which makes it a possible replica.
    ages: whether its files move to colder classes; a replica's do where its source's do.
    """

    number: int
    source: int | None
    opened: bool
    ages: bool

    @property
    def key(self) -> str:
        """Its key in logical names."""
        return f"g{self.number}"

    @property
    def region(self) -> Region:
        """Where it stands: even generations in the primary region, odd ones in the recovery region."""
        return "recovery" if self.number % 2 else "primary"


def chain(settings: FileSystemSettings, *, replicated: bool) -> Sequence[Generation]:
    """Every file system there is, oldest first; without replication only the one that the others would follow.

    A replica is opened only until its replication runs. From then on EFS calls its protection "REPLICATING", which a
    refresh would write into the state's inputs and which the provider takes from nobody: the next update would fail
    (pulumi/pulumi-aws issue 6041). And after a promotion the same words would make the file system read-only again.
    """
    begun = {*settings.settled_generations, *settings.promoted_generations}
    first = Generation(number=settings.generations[0] - 1, source=None, opened=False, ages=True)
    replicas = [
        Generation(
            number=number,
            source=None if number in settings.promoted_generations else number - 1,
            opened=number not in begun,
            ages=number in settings.promoted_generations,
        )
        for number in (settings.generations if replicated else ())
    ]
    return [first, *replicas]


def moves(settings: FileSystemSettings) -> Sequence[Mapping[str, str]]:
    """How files age, one move a policy as EFS wants it; the first access brings a file back."""
    return [
        {"transition_to_ia": _after(settings.infrequent_after_days)},
        {"transition_to_archive": _after(settings.archive_after_days)},
        {"transition_to_primary_storage_class": "AFTER_1_ACCESS"},
    ]


def mount_policy(file_system_arn: str, *, account_id: str, region: str) -> str:
    """Who may do what with a file system: nothing without TLS, no mount but through an access point of ours.

    Without a policy everybody in reach of a mount target may mount and read, with no identity at all. With this one a
    client has to be a role of the account whose own policy allows the mount (ECS mounts with IAM authorisation).
    """
    points = f"arn:aws:elasticfilesystem:{region}:{account_id}:access-point/*"
    return render(
        [
            Statement(
                sid="RefusesPlainTransport",
                effect="Deny",
                principals=EVERYBODY,
                actions=("*",),
                resources=(file_system_arn,),
                conditions={"Bool": {"aws:SecureTransport": "false"}},
            ),
            Statement(
                # A negated test holds where the key is missing too: that is a mount of the file system itself.
                sid="RefusesMountsBesideAccessPoints",
                effect="Deny",
                principals=EVERYBODY,
                actions=MOUNTS,
                resources=(file_system_arn,),
                conditions={"StringNotLike": {"elasticfilesystem:AccessPointArn": points}},
            ),
            Statement(
                sid="AccountMounts",
                principals={"AWS": account_root(account_id)},
                actions=("elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"),
                resources=(file_system_arn,),
                conditions={"Bool": {"elasticfilesystem:AccessedViaMountTarget": "true"}},
            ),
        ]
    )


def _after(days: int) -> str:
    """A number of days as EFS writes it."""
    return f"AFTER_{days}_DAY" if days == 1 else f"AFTER_{days}_DAYS"
