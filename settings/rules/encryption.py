"""Keys: what prod may not choose."""

from settings.rules.rule import Demand, rules_of

DEMANDS = (
    Demand(
        ("prod",),
        "encryption.deletion_window_days",
        lambda days: days == 30,
        "30",
        "a lost key is lost data, so there has to be the longest time to notice",
    ),
    Demand(
        ("prod",),
        "encryption.rotation_period_days",
        lambda days: days <= 365,
        "365 or less",
        "PCI DSS 3.7.4 asks for a fixed cryptoperiod, which is a year here",
    ),
)

RULES = (*rules_of(DEMANDS),)
