"""Buckets: what pays, what is locked, what each environment may choose."""

from collections.abc import Iterator

from settings.domain_types import Allowed
from settings.errors import Fault, file_of
from settings.model import Settings
from settings.rules.rule import Demand, Rule, rules_of
from settings.storage import DEEP_ARCHIVE_DAYS, GLACIER_DAYS, INFREQUENT_DAYS
from settings.wording import not_allowed

DEMANDS = (
    Demand(
        ("staging", "prod"),
        "storage.replication",
        lambda replication: replication is True,
        "true",
        "a store without a replica is lost with its region, and staging rehearses that loss",
    ),
    *(
        Demand(
            ("dev", "staging"),
            f"storage.{bucket}.lock_mode",
            lambda mode: mode == "governance",
            '"governance"',
            "nobody can shorten a compliance lock, so what is tried out would stay and cost until it ends",
        )
        for bucket in ("archives", "audit")
    ),
    *(
        Demand(
            ("prod",),
            f"storage.{bucket}.lock_mode",
            lambda mode: mode == "compliance",
            '"compliance"',
            "an administrator could lift a governance lock, and the records with it",
        )
        for bucket in ("archives", "audit")
    ),
    Demand(
        ("prod",),
        "storage.audit.lock_days",
        lambda days: days >= 365,
        "365 or more",
        "PCI DSS 10.5.1 asks for a year of audit history",
    ),
    Demand(
        ("prod",),
        "storage.access_logs.retention_days",
        lambda days: days >= 365,
        "365 or more",
        "PCI DSS 10.5.1 asks for a year of audit history",
    ),
    Demand(
        ("prod",),
        "storage.documents.erasure_days",
        lambda days: days <= 25,
        "25 or less",
        "GDPR Art. 12(3) gives a month, in February 28 days, and S3 deletes a day or two later than it is told",
    ),
)


def every_move_pays(settings: Settings) -> Iterator[Fault]:
    """S3 refuses some moves between classes, and bills a class's least time for what leaves it earlier."""
    archives, audit = settings.storage.archives, settings.storage.audit
    frozen = archives.glacier_after_days + GLACIER_DAYS
    moves = (
        (
            "archives.deep_archive_after_days",
            archives.deep_archive_after_days,
            frozen,
            "Glacier bills at least 90 days",
        ),
        (
            "archives.retention_days",
            archives.retention_days,
            archives.deep_archive_after_days + DEEP_ARCHIVE_DAYS,
            "Deep Archive bills at least 180 days",
        ),
        (
            "audit.infrequent_after_days",
            audit.infrequent_after_days,
            INFREQUENT_DAYS,
            "S3 moves nothing to Infrequent Access before day 30",
        ),
        (
            "audit.glacier_after_days",
            audit.glacier_after_days,
            audit.infrequent_after_days + INFREQUENT_DAYS,
            "S3 wants 30 days between the moves to Infrequent Access and to Glacier",
        ),
        (
            "audit.retention_days",
            audit.retention_days,
            audit.glacier_after_days + GLACIER_DAYS,
            "Glacier bills at least 90 days",
        ),
    )
    for field, days, least, because in moves:
        if days < least:
            message = not_allowed(days, Allowed(f"{least} or more"), because=because)
            yield Fault(file_of(settings.stack), f"erp:storage.{field}", message)


def what_is_locked_is_kept(settings: Settings) -> Iterator[Fault]:
    """A deletion that comes due under a lock only adds a marker: the object stays, and is paid for unseen."""
    for name in ("archives", "audit"):
        bucket = getattr(settings.storage, name)
        if bucket.retention_days < bucket.lock_days:
            allowed = Allowed(f"erp:storage.{name}.lock_days ({bucket.lock_days}) or more")
            message = not_allowed(bucket.retention_days, allowed, because="a locked object can't be deleted")
            yield Fault(file_of(settings.stack), f"erp:storage.{name}.retention_days", message)


RULES = (
    Rule(every_move_pays, frozenset({"storage.archives", "storage.audit"})),
    Rule(what_is_locked_is_kept, frozenset({"storage.archives", "storage.audit"})),
    *rules_of(DEMANDS),
)
