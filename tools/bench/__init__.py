"""How long a preview takes and where the time goes: `make bench`, numbers as ratios measured in one run."""
