"""What the databases are called in RDS. Pure.

Written out and not autonamed: the log groups of an instance carry its identifier and have to exist before it, or RDS
makes them without key and retention. An identifier is unique in account and region, so it has the stack's name in it
(branch stacks share an account), and it is the same in every run, so that a replica can name a source that is no longer
there. Renaming one is an update in place, yet it leaves the log groups behind: the keys that enter here never change.
"""

from components.names import ESTATE, NameRule, physical

INSTANCE = NameRule(maximum=63)
"""RDS: 1 to 63 letters, digits and single hyphens, a letter first; kept in lower case. Proxies alike."""


def primary(stack: str, shard: str) -> str:
    """The instance that a shard began with."""
    return physical(INSTANCE, ESTATE, stack, shard, "primary", generation=1)


def reader(stack: str, shard: str, number: int) -> str:
    """A read replica beside the primary; number: 1 and up."""
    return physical(INSTANCE, ESTATE, stack, shard, f"reader-{number}", generation=1)


def standby(stack: str, shard: str, generation: int) -> str:
    """A replica across regions; one generation more for each failback."""
    return physical(INSTANCE, ESTATE, stack, shard, "standby", generation=generation)


def proxy(stack: str, shard: str) -> str:
    """The proxy in front of a shard."""
    return physical(INSTANCE, ESTATE, stack, shard, "proxy", generation=1)


def final_snapshot(identifier: str, generation: int) -> str:
    """What a deletion leaves behind; the name stays taken, so the next life needs another generation."""
    return f"{identifier}-final-{generation}"


def log_group(identifier: str, log: str) -> str:
    """Where RDS sends a log of an instance: `postgresql` or `upgrade`."""
    return f"/aws/rds/instance/{identifier}/{log}"


def proxy_log_group(name: str) -> str:
    """Where RDS sends the log of a proxy."""
    return f"/aws/rds/proxy/{name}"


def instance_arn(identifier: str, *, account_id: str, region: str) -> str:
    """The ARN of an instance, whether or not it is among the program's resources."""
    return f"arn:aws:rds:{region}:{account_id}:db:{identifier}"


def connect_arn(resource_id: str, role: str, *, account_id: str, region: str) -> str:
    """Whom `rds-db:connect` lets in, and as which database role.

    resource_id: the instance's `DbiResourceId` (db-...), or the proxy's (prx-...).
    """
    return f"arn:aws:rds-db:{region}:{account_id}:dbuser:{resource_id}/{role}"


def proxy_resource_id(arn: str) -> str:
    """The proxy's resource id, which is the end of its ARN and not its name."""
    return arn.rsplit(":", 1)[-1]
