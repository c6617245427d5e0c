"""Puts readings and harvests together into the files that the sandbox reads."""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sized
from pathlib import Path
from typing import Any, Final

from sandbox.facts.paths import split
from sandbox.facts.patterns import compiled
from sandbox.facts.predicates import REPLACES
from sandbox.facts.same import SAME
from tools.facts import words

HERE: Final = Path(__file__).parent
READ: Final = HERE / "read"
VENDOR: Final = HERE / "vendor"
FOLDERS: Final = {"aws": "aws", "azure-native": "azure", "cloudflare": "cloudflare"}

# What the sandbox judges or computes with; the rest of a reading is for people.
_KEPT: Final = """
    arn atLeastOneOf cidr computed conflictsWith createOnly default enum enumOpen exactlyOneOf json keys keysApart
    keysSay maxItems maxKeys maxLength minItems minLength network networks outside pattern patternSays ports
    prefixLengths range replace replaceIf requiredWith sensitive world writeOnly
""".split()  # noqa: SIM905  reads better than a column of thirty quoted words
_MANY: Final = 6
_VENDOR_ORDER: Final = ("sdk", "botocore", "cfn-lint")
_ANY_CASE_ENUMS: Final = "an enum is compared without regard to case, but another case than the state's is a difference"


class FactsError(Exception):
    """A reading that can't be used; says file, type, property and why."""


def package(name: str, read: Path = READ, vendor: Path = VENDOR) -> dict[str, Any]:
    """Compile one package ("aws", "azure-native", "cloudflare") into the content of its file."""
    harvests = {
        source: _load(vendor / f"{source}.json") for source in _VENDOR_ORDER if (vendor / f"{source}.json").is_file()
    }
    types: dict[str, Any] = {}
    for path in sorted((read / FOLDERS[name]).glob("*.json")):
        for token, reading in _load(path).items():
            if token in types:
                raise FactsError(f"{path.name}: {token} is read twice")
            try:
                types[token] = _type(name, token, reading, harvests)
            except (FactsError, KeyError, re.error) as error:
                raise FactsError(f"{path.name}: {token}: {error}") from error
    return {
        "about": "Made by `make facts` from tools/facts; see README.md. Correct a fact there, not here.",
        "types": types,
    }


def written(content: Mapping[str, Any]) -> str:
    """Write a package's content: sorted, one property a line; what many types share is written once and named."""
    shared = _shared(content["types"])
    names = {text: name for name, text in shared.items()}
    lines = ["{", f' "about": {json.dumps(content["about"])},', ' "shared": {']
    lines += [
        f"  {json.dumps(name)}: {text}{_comma(index, shared)}" for index, (name, text) in enumerate(shared.items())
    ]
    lines += [" },", ' "types": {']
    types = sorted(content["types"].items())
    for at, (token, entry) in enumerate(types):
        lines.append(f"  {json.dumps(token)}: {{")
        lines.append(f'   "source": {_flat(entry["source"])},')
        if entry["checks"]:
            lines.append('   "checks": [')
            lines += [
                f"    {_flat(check)}{_comma(index, entry['checks'])}" for index, check in enumerate(entry["checks"])
            ]
            lines.append("   ],")
        lines.append('   "properties": {')
        properties = [(path, _flat(fact)) for path, fact in sorted(entry["properties"].items())]
        for index, (path, text) in enumerate(properties):
            lines.append(f"    {json.dumps(path)}: {_named_or(text, names)}{_comma(index, properties)}")
        lines += ["   }", f"  }}{_comma(at, types)}"]
    return "\n".join([*lines, " }", "}", ""])


def harvested(source: str, found: Mapping[str, Mapping[str, Any]]) -> str:
    """Write a harvest and what it is from: sorted, one property a line."""
    blocks: list[str] = []
    for token, facts in sorted(found.items()):
        lines = ",\n".join(f"   {json.dumps(path)}: {_flat(fact)}" for path, fact in sorted(facts.items()))
        blocks.append(f"  {json.dumps(token)}: {{\n{lines}\n  }}")
    return f'{{\n "source": {json.dumps(source)},\n "types": {{\n' + ",\n".join(blocks) + "\n }\n}\n"


def _named_or(text: str, names: Mapping[str, str]) -> str:
    return json.dumps(names[text]) if text in names else text


def _shared(types: Mapping[str, Any]) -> dict[str, str]:
    """Find the entries that stand in many types, and name each after its property."""
    counts: Counter[tuple[str, str]] = Counter(
        (path, _flat(fact)) for entry in types.values() for path, fact in entry["properties"].items()
    )
    shared: dict[str, str] = {}
    for (path, text), count in sorted(counts.items()):
        if count >= _MANY and text not in shared.values():
            name = path
            while name in shared:
                name += "'"
            shared[name] = text
    return shared


def _flat(value: object) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def _comma(index: int, of: Sized) -> str:
    return "," if index < len(of) - 1 else ""


def _load(path: Path) -> dict[str, Any]:
    return json.loads(path.read_text(encoding="utf-8"))


def _type(
    package_name: str, token: str, reading: Mapping[str, Any], harvests: Mapping[str, Mapping[str, Any]]
) -> dict[str, Any]:
    commit = reading.get("commit")
    sources = {
        "provider": reading["source"] + (f" @ {commit}" if commit else ""),
        "sdk": words.SDKS[package_name],
        **words.SOURCES,
    }
    sources.update({origin: harvest["source"] for origin, harvest in harvests.items() if harvest["types"].get(token)})
    sources.update(reading.get("sources", {}))
    any_case = any(rule.startswith(_ANY_CASE_ENUMS) for rule in reading.get("rules", ()))
    properties = {path: _entry(path, fact, any_case_enums=any_case) for path, fact in reading["properties"].items()}
    _name(properties, reading.get("name"))
    if package_name == "aws" and "region" in properties:
        _enrich(properties, "region", {"world": "aws/regions"}, "world")
    for origin, harvest in harvests.items():
        for path, fact in harvest["types"].get(token, {}).items():
            _enrich(properties, path, fact, origin)
    checks = [dict(check) for check in reading.get("checks", ())]
    for check in checks:
        check.setdefault("source", "provider")
    used = {source for fact in properties.values() for source in _named(fact)} | {check["source"] for check in checks}
    unknown = sorted(used - set(sources))
    if unknown:
        raise FactsError(f"no such source: {', '.join(unknown)}")
    return {
        "source": {name: sources[name] for name in sorted(used | {"provider"})},
        "checks": checks,
        "properties": properties,
    }


def _entry(path: str, fact: Mapping[str, Any], *, any_case_enums: bool) -> dict[str, Any]:
    """Make a property's entry out of its reading."""
    if not split(path) or "".join(split(path)).strip() != path.replace(".", ""):
        raise FactsError(f"{path}: not a property path")
    entry = {key: fact[key] for key in _KEPT if key in fact}
    if str(entry.get("default", "")).startswith("the "):
        del entry["default"]  # words, such as "the provider's region"
    same: list[str] = [*words.SAME.get(fact.get("ignoredDiff", ""), []), *fact.get("same", [])]
    if "replaceIf" in fact and fact["replaceIf"] in words.REPLACES:
        name, goes_with = words.REPLACES[fact["replaceIf"]]
        entry["replaceBy"] = name
        same += goes_with
    if "caseInsensitive" in fact:
        entry["anyCase"] = words.any_case(fact["caseInsensitive"])
    elif any_case_enums and "enum" in fact:
        entry["anyCase"] = "check"
    if same:
        entry["same"] = sorted(set(same))
    elif "ignoredDiff" in fact:
        entry["ignoredDiff"] = fact["ignoredDiff"]
    for key in ("pattern", "keys"):
        if key in entry:
            compiled(entry[key])
    missing = sorted({*entry.get("same", ())} - set(SAME)) + [
        name for name in [entry.get("replaceBy")] if name and name not in REPLACES
    ]
    if missing:
        raise FactsError(f"{path}: the sandbox has no function for {', '.join(missing)}")
    entry["source"] = origin_of(fact.get("from"), entry)
    return entry


def origin_of(said: str | Mapping[str, str] | None, entry: Mapping[str, Any]) -> str | dict[str, str]:
    """Name the source of an entry's facts: one for all, or one by key with "*" for the rest."""
    if said is None:
        return "provider"
    if isinstance(said, Mapping):
        return said["*"] if set(said) == {"*"} else {"*": "provider", **said}
    by_key: dict[str, str] = {}
    for part in said.split(";"):
        keys, source = _part(part.strip())
        for key in keys or ["*"]:
            by_key[key] = source
    by_key = {key: source for key, source in by_key.items() if key == "*" or key in entry}
    by_key.setdefault("*", "provider")
    return by_key["*"] if set(by_key) == {"*"} else by_key


def _part(part: str) -> tuple[list[str], str]:
    """Read one part of `from`: "botocore for enum, pattern", "enum: background", "docstring"."""
    named = re.match(r"([\w-]+) for (.+)$", part)
    if named:
        return _keys(named[2]), _source(named[1])
    if ":" in part:
        keys, _, source = part.rpartition(":")
        return _keys(keys), _source(source.strip())
    leading = re.match(r"(upper bound|lengths?|range|immutability) (background)$", part)
    if leading:
        keys = {
            "length": ["minLength", "maxLength"],
            "lengths": ["minLength", "maxLength"],
            "immutability": ["createOnly"],
        }
        return keys.get(leading[1], ["range"]), "background"
    return [], _source(part)


def _keys(text: str) -> list[str]:
    keys = {"length": ["minLength", "maxLength"], "mutability": ["createOnly"]}
    return [key for word in re.findall(r"\w+", text) for key in keys.get(word, [word])]


def _source(text: str) -> str:
    lowered = text.lower()
    for start, short in words.ORIGINS.items():
        if lowered.startswith(start):
            return short
    if lowered.startswith("mutability"):
        return "specification"
    return "provider"  # a file of the same provider, such as its region override


def _enrich(properties: dict[str, dict[str, Any]], path: str, fact: Mapping[str, Any], origin: str) -> None:
    """Add what a vendor's model says where the readings are silent."""
    entry = properties.setdefault(path, {"source": origin})
    added = {key: value for key, value in fact.items() if key not in entry and not _contradicts(entry, key)}
    if "pattern" in added:
        compiled(added["pattern"])
    if not added:
        return
    entry.update(added)
    named = entry["source"]
    if named != origin:
        by_key = {"*": named} if isinstance(named, str) else dict(named)
        by_key.update(dict.fromkeys(added, origin))
        entry["source"] = by_key


def _name(properties: dict[str, dict[str, Any]], name: Mapping[str, Any] | None) -> None:
    """Add the rules of a physical name, which the Azure readings tell apart; the service's own go first."""
    if name is None:
        return
    rules = {**name, **name.get("service", {})}
    origin = "background" if rules.get("from") == "background" else "provider"
    fact = {key: rules[key] for key in ("minLength", "maxLength", "pattern") if key in rules}
    entry = properties.setdefault(name["property"], {"source": "provider"})
    for key in fact:
        entry.pop(key, None)
    _enrich(properties, name["property"], fact, origin)


def _contradicts(entry: Mapping[str, Any], key: str) -> bool:
    """Tell whether the provider's own source already decides what the key would add."""
    return key == "replace" and ("replaceIf" in entry or "createOnly" in entry)


def _named(fact: Mapping[str, Any]) -> Iterator[str]:
    source = fact["source"]
    yield from [source] if isinstance(source, str) else source.values()
