"""What each bucket is for, and with that how its objects age, how they are locked and whose key they have. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from components.tags import KeyClass
from settings.storage import LockMode, StorageSettings

Purpose: TypeAlias = Literal["assets", "documents", "archives", "access-logs", "audit"]
StorageClass: TypeAlias = Literal["STANDARD_IA", "INTELLIGENT_TIERING", "GLACIER", "DEEP_ARCHIVE"]

DATA: Sequence[Purpose] = ("assets", "documents", "archives")
"""What the application keeps; each has a replica in the recovery region."""
LOGS: Sequence[Purpose] = ("access-logs", "audit")
"""What AWS services write; each region has its own, since they write within theirs."""

UNFINISHED_DAYS = 7
"""Days after which the parts of an upload that nobody finished are deleted; until then they are paid for unseen."""
VERSION_DAYS = 30
"""Days that old versions of logs and records stay, or until their lock ends: nobody overwrites them on purpose."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Ageing:
    """One rule of a lifecycle, over all objects of a bucket.

    moves: (age in days, class), in the order of their ages. expires: age in days at which objects are deleted.
    forgets: days after which a version that is no longer the current one goes, and a delete marker with nothing below
    it. aborts: days after which an unfinished upload goes.
    """

    id: str
    moves: Sequence[tuple[int, StorageClass]] = ()
    expires: int | None = None
    forgets: int | None = None
    aborts: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Lock:
    """The retention that every new object gets, in days."""

    mode: LockMode
    days: int


@dataclass(frozen=True, kw_only=True, slots=True)
class BucketPlan:
    """A bucket, wherever it stands.

    key: class of the key that its objects are encrypted with; None for S3's own keys, which the writers of access logs
    want (S3 user guide, "Enabling server access logging"; Elastic Load Balancing, "Access logs").
    """

    purpose: Purpose
    key: KeyClass | None
    ageing: Sequence[Ageing]
    lock: Lock | None = None

    @property
    def data_class(self) -> KeyClass:
        """What it holds, for tags."""
        return self.key or "logs"


def plans(settings: StorageSettings) -> Mapping[Purpose, BucketPlan]:
    """Every bucket by its purpose. The ages are checked where the settings are read."""
    archives, audit = settings.archives, settings.audit
    return {
        "assets": BucketPlan(purpose="assets", key="data", ageing=_rules(settings.assets.erasure_days)),
        "documents": BucketPlan(
            purpose="documents",
            key="data",
            ageing=_rules(
                settings.documents.erasure_days,
                moves=[(settings.documents.tiering_after_days, "INTELLIGENT_TIERING")],
            ),
        ),
        "archives": BucketPlan(
            purpose="archives",
            key="data",
            ageing=_rules(
                VERSION_DAYS,
                moves=[(archives.glacier_after_days, "GLACIER"), (archives.deep_archive_after_days, "DEEP_ARCHIVE")],
                expires=archives.retention_days,
            ),
            lock=Lock(mode=archives.lock_mode, days=archives.lock_days),
        ),
        # Access logs are small and many: moving one costs more than keeping it, so they only go.
        "access-logs": BucketPlan(
            purpose="access-logs",
            key=None,
            ageing=_rules(VERSION_DAYS, expires=settings.access_logs.retention_days),
        ),
        "audit": BucketPlan(
            purpose="audit",
            key="logs",
            ageing=_rules(
                VERSION_DAYS,
                moves=[(audit.infrequent_after_days, "STANDARD_IA"), (audit.glacier_after_days, "GLACIER")],
                expires=audit.retention_days,
            ),
            lock=Lock(mode=audit.lock_mode, days=audit.lock_days),
        ),
    }


def _rules(
    forgets: int, *, moves: Sequence[tuple[int, StorageClass]] = (), expires: int | None = None
) -> Sequence[Ageing]:
    """The rules of a bucket; the ageing of current objects only where there is any."""
    rules = [Ageing(id="forget-old-versions", forgets=forgets), Ageing(id="abort-uploads", aborts=UNFINISHED_DAYS)]
    if moves or expires is not None:
        rules.append(Ageing(id="age", moves=moves, expires=expires))
    return rules
