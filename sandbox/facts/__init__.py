"""What the vendors accept, property by property: read from `<package>.json`, which `make facts` writes.

`judge` says what a provider or its cloud would refuse in a resource's inputs, `changed_paths` what a change of them
does. Form, sources and how to correct a fact: README.md in this folder.
"""

from sandbox.facts.changes import Change, changed_paths
from sandbox.facts.judge import judge
from sandbox.facts.model import TypeFacts, load, tokens

__all__ = ["Change", "TypeFacts", "changed_paths", "judge", "load", "tokens"]
