"""What is kept in buckets and files, where it moves as it ages, and when it goes (`erp:storage`).

S3 bills a least time in each colder class (30 days in Infrequent Access, 90 in Glacier, 180 in Deep Archive), so a move
that comes earlier costs more than it saves, and refuses to move to Infrequent Access before day 30 (S3 user guide,
"Transitioning objects" and the classes' minimum storage durations). `rules/storage.py` holds the moves against that.
"""

from typing import Annotated, Literal

from pydantic import Field

from settings.domain_types import Allowed, Model
from settings.file_system import FileSystemSettings

INFREQUENT_DAYS = 30
"""Earliest age at which S3 moves an object to Infrequent Access, and the least time that it is billed there."""
GLACIER_DAYS = 90
"""Least time billed in Glacier (Flexible and Instant Retrieval alike)."""
DEEP_ARCHIVE_DAYS = 180
"""Least time billed in Glacier Deep Archive."""

LockMode = Annotated[
    Literal["compliance", "governance"], Allowed('"compliance" or "governance"', ("compliance", "governance"))
]
"""How hard an Object Lock is: `compliance` can be shortened by nobody, AWS and the account's root included."""

ErasureDays = Annotated[int, Field(ge=1, le=365), Allowed("a whole number of days from 1 to 365")]
KeptDays = Annotated[int, Field(ge=1, le=36500), Allowed("a whole number of days from 1 to 36500")]
LockDays = Annotated[int, Field(ge=1, le=36500), Allowed("a whole number of days from 1 to 36500")]
"""S3 takes up to 36,500 days of retention (PutObjectLockConfiguration)."""


class AssetsSettings(Model):
    """`erp:storage.assets`: static files of the application; read often, so they stay in Standard."""

    erasure_days: ErasureDays = Field(
        default=30, description="How long an overwritten or deleted file can still be brought back; then it is gone."
    )


class DocumentsSettings(Model):
    """`erp:storage.documents`: what pupils, parents and staff upload, personal data throughout."""

    erasure_days: ErasureDays = Field(
        default=21,
        description="How long a deleted document's versions stay; GDPR Art. 12(3) gives a month to erase them.",
    )
    tiering_after_days: Annotated[int, Field(ge=0, le=3650), Allowed("a whole number of days from 0 to 3650")] = Field(
        default=30,
        description="Age at which a document moves to Intelligent-Tiering, which bills each object's monitoring.",
    )


class ArchivesSettings(Model):
    """`erp:storage.archives`: records that the law wants kept, locked until then; never a place for erasable data."""

    glacier_after_days: Annotated[int, Field(ge=0, le=3650), Allowed("a whole number of days from 0 to 3650")] = Field(
        default=30, description="Age at which a record moves to Glacier, from where it comes back in 3 to 5 hours."
    )
    deep_archive_after_days: KeptDays = Field(
        default=365, description="Age at which a record moves to Deep Archive, from where it comes back in 12 hours."
    )
    retention_days: KeptDays = Field(default=3660, description="Age at which a record is deleted.")
    lock_mode: LockMode = Field(default="compliance", description="How hard the Object Lock on each record is.")
    lock_days: LockDays = Field(
        default=3653, description="How long a record can't be deleted or overwritten: ten years with their leap days."
    )


class AuditSettings(Model):
    """`erp:storage.audit`: trails and configuration histories, in both regions, locked."""

    infrequent_after_days: KeptDays = Field(
        default=30, description="Age at which a log moves to Infrequent Access, where it can still be read at once."
    )
    glacier_after_days: KeptDays = Field(
        default=120,
        description="Age at which a log moves to Glacier; PCI DSS 10.5.1 wants three months at hand.",
    )
    retention_days: KeptDays = Field(default=731, description="Age at which a log is deleted.")
    lock_mode: LockMode = Field(default="compliance", description="How hard the Object Lock on each log is.")
    lock_days: LockDays = Field(default=365, description="How long a log can't be deleted or overwritten.")


class AccessLogsSettings(Model):
    """`erp:storage.access_logs`: who asked the buckets and load balancers for what, in both regions."""

    retention_days: KeptDays = Field(default=400, description="Age at which an access log is deleted.")


class StorageSettings(Model):
    """`erp:storage`: one object for each purpose of a bucket, and one for the file system."""

    replication: Annotated[bool, Allowed("true or false")] = Field(
        default=True, description="Whether data buckets and the file system have a replica in the recovery region."
    )
    assets: Annotated[AssetsSettings, Allowed("an object of erasure_days")] = Field(
        default=AssetsSettings(), description="Static files of the application."
    )
    documents: Annotated[DocumentsSettings, Allowed("an object of erasure_days, tiering_after_days")] = Field(
        default=DocumentsSettings(), description="Uploaded documents."
    )
    archives: Annotated[
        ArchivesSettings,
        Allowed(
            "an object of glacier_after_days, deep_archive_after_days, retention_days, lock_mode, lock_days",
        ),
    ] = Field(default=ArchivesSettings(), description="Records that have to be kept.")
    audit: Annotated[
        AuditSettings,
        Allowed("an object of infrequent_after_days, glacier_after_days, retention_days, lock_mode, lock_days"),
    ] = Field(default=AuditSettings(), description="Audit logs.")
    access_logs: Annotated[AccessLogsSettings, Allowed("an object of retention_days")] = Field(
        default=AccessLogsSettings(), description="Access logs of buckets and load balancers."
    )
    file_system: Annotated[
        FileSystemSettings,
        Allowed(
            "an object of infrequent_after_days, archive_after_days, generations, settled_generations, "
            "promoted_generations"
        ),
    ] = Field(default=FileSystemSettings(), description="The shared file system and its replicas.")
