"""The store: whole operations or none, and nothing in it that a thief could use."""

import hashlib
import json
import os
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.store import Resource, Store
from sandbox.values import Asset, Secret
from sandbox.veil import Veil

ROOT = Path(__file__).parents[2]
SECRET = "correct horse battery staple"  # planted, and looked for


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "deep" / "cloud.sqlite"


@pytest.fixture
def store(file: Path) -> Iterator[Store]:
    with Store(file) as opened:
        yield opened


def add(store: Store, name: str, **properties: object) -> Resource:
    return store.add(
        package="aws",
        account="1",
        region="r",
        token="t",
        id=name,
        urn=f"urn::a::t::{name}",
        inputs=properties,
        properties=properties,
    )


def test_what_an_operation_did_is_kept_by_the_file(file: Path) -> None:
    with Store(file) as store, store.operation():
        add(store, "a", size=1)
    with Store(file) as store, store.operation():
        assert [(found.id, found.properties) for found in store.all()] == [("a", {"size": 1})]


def test_an_operation_that_raises_leaves_nothing(store: Store) -> None:
    def torn() -> None:
        with store.operation():
            resource = add(store, "a")
            store.claim(resource, [("scope", "a")])
            store.identify(resource, ["a"])
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        torn()
    with store.operation():
        assert store.all() == []
        assert store.owner("scope", "a") is None
        assert store.named("a", package="aws", account="1") is None
        assert store.next_serial() == 1, "so that the next one gets the same id"


def test_a_process_that_dies_in_an_operation_leaves_the_one_before(file: Path) -> None:
    program = (
        "import os, sys\n"
        "from pathlib import Path\n"
        "from sandbox.store import Store\n"
        "store = Store(Path(sys.argv[1]))\n"
        "def add(name):\n"
        "    store.add(package='p', account='1', region='', token='t', id=name, urn='u', inputs={}, properties={})\n"
        "with store.operation():\n"
        "    add('whole')\n"
        "with store.operation():\n"
        "    add('torn')\n"
        "    os._exit(9)\n"
    )
    done = subprocess.run([sys.executable, "-c", program, str(file)], cwd=ROOT, check=False)
    assert done.returncode == 9
    with Store(file) as store, store.operation():
        assert [found.id for found in store.all()] == ["whole"]


def test_operations_of_several_threads_come_one_after_the_other(store: Store) -> None:
    def work(name: str) -> None:
        for number in range(20):
            with store.operation():
                serial = store.next_serial()
                assert add(store, f"{name}{number}").serial == serial

    threads = [threading.Thread(target=work, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with store.operation():
        assert len(store.all()) == 80


def test_no_secret_and_no_asset_is_in_the_file(file: Path) -> None:
    with Store(file) as store:
        with store.operation():
            resource = add(
                store, "a", password=Secret(SECRET), deep=[{"b": Secret({"c": SECRET})}], code=Asset({"text": SECRET})
            )
            store.write(resource.serial, inputs={"password": Secret(SECRET)}, properties={"password": Secret(SECRET)})
        for part in file.parent.iterdir():  # the write-ahead log too
            assert SECRET.encode() not in part.read_bytes(), part.name
    assert SECRET.encode() not in file.read_bytes()


def test_a_kept_secret_comes_back_from_whoever_knows_it() -> None:
    veil = Veil(b"key")
    kept = veil.over({"a": Secret("x"), "b": [Secret("y")], "c": Asset({"text": "z"}), "d": 1})
    assert json.loads(json.dumps(kept)) == kept
    known = {"a": Secret("x"), "b": [Secret("y")], "c": Asset({"text": "z"})}
    assert veil.off(kept, known) == {**known, "d": 1}
    assert veil.off(kept, {"a": "x"}) == {"a": Secret("x"), "b": [None], "c": None, "d": 1}, (
        "plain or not, it is secret"
    )
    assert veil.off(kept, {"a": Secret("other"), "b": "no list", "c": "no asset"}) == {
        "a": None,
        "b": [None],
        "c": None,
        "d": 1,
    }


def digests(value: object) -> set[str]:
    """What a thief who guesses would make of a value without any key."""
    text = json.dumps(value)
    return {hashlib.new(name, text.encode()).hexdigest() for name in ("sha1", "sha256", "sha512", "blake2b")}


def test_the_store_alone_does_not_tell_whether_a_guess_is_right(file: Path, tmp_path: Path) -> None:
    homes = [file, tmp_path / "other" / "cloud.sqlite"]
    kept: list[str] = []
    for home in homes:
        with Store(home) as store, store.operation():
            kept.append(json.dumps(add(store, "a", password=Secret(SECRET)).properties))
    assert kept[0] != kept[1], "the same secret under two keys"
    for text in kept:
        assert not any(digest in text for digest in digests(SECRET))
    assert kept[0] not in homes[0].with_suffix(".key").read_text("latin-1")


def test_the_key_is_its_owner_s_alone_and_stays(file: Path) -> None:
    with Store(file) as first, Store(file) as second:
        assert first.veil == second.veil
        assert "key=" not in repr(first.veil)
    key = file.with_suffix(".key")
    assert key.stat().st_mode & 0o777 == 0o600
    assert len(key.read_bytes()) == 32
    with Store(file) as again:
        assert again.veil == Veil(key.read_bytes())
    assert [one.name for one in file.parent.iterdir() if one.suffix not in (".sqlite", ".key")] == [], (
        "nothing half made"
    )


def test_two_that_make_the_key_at_once_have_the_same(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file.parent.mkdir()
    link = os.link

    def late(made: str, name: Path) -> None:
        name.write_bytes(b"the other's")
        link(made, name)

    monkeypatch.setattr("sandbox.veil.os.link", late)
    assert Veil.beside(file).key == b"the other's"


def test_an_edit_shows_as_drift_until_a_program_writes(store: Store) -> None:
    with store.operation():
        resource = add(store, "a", size=1, colour="red")
        assert store.edit(resource.serial, {"size": 2, "new": True}).drifted == {"size": 2, "new": True}
        assert store.by_serial(resource.serial).inputs == {"size": 1, "colour": "red"}
        assert store.write(resource.serial, inputs={"size": 3}, properties={"size": 3}).drifted == {}


def test_a_resource_is_found_by_type_id_account_and_region(store: Store) -> None:
    with store.operation():
        add(store, "a")
        assert store.get("t", "a", account="1", region="r")
        for other in ({"account": "2", "region": "r"}, {"account": "1", "region": "s"}):
            assert store.get("t", "a", **other) is None
        assert store.all("t")
        assert store.all("other") == []


def test_names_belong_to_one_until_it_is_gone(store: Store) -> None:
    with store.operation():
        first, second = add(store, "a"), add(store, "b")
        store.claim(first, [("scope", "n"), ("other", "n")])
        assert (store.owner("scope", "n") or second).id == "a"
        with pytest.raises(sqlite3.IntegrityError):
            store.claim(second, [("scope", "n")])
        store.claim(first, [("scope", "m")])
        assert store.owner("scope", "n") is None
        store.remove(first.serial)
        assert store.owner("scope", "m") is None


def test_an_id_in_several_regions_is_found_in_the_one_that_is_preferred(store: Store) -> None:
    with store.operation():
        for region in ("r1", "r2"):
            made = store.add(
                package="aws", account="1", region=region, token="t", id="k", urn="u", inputs={}, properties={}
            )
            store.identify(made, ["k"])
        found = {region: store.named("k", package="aws", account="1", region=region) for region in ("r1", "r2", "r3")}
        assert {asked: resource and resource.region for asked, resource in found.items()} == {
            "r1": "r1",
            "r2": "r2",
            "r3": "r1",
        }
        assert store.named("k", package="aws", account="2") is None


def test_everything_that_goes_by_one_name_is_found(store: Store) -> None:
    with store.operation():
        for name in ("a", "b", "c"):
            store.identify(add(store, name), [name, "same"] if name != "c" else [name])
        assert [found.id for found in store.all_named("same", package="aws", account="1")] == ["a", "b"]
        assert store.all_named("same", package="aws", account="2") == []


def test_uses_are_known_from_the_one_used(store: Store) -> None:
    with store.operation():
        used, user = add(store, "used"), add(store, "user")
        store.link(user, [("a", used), ("b", used), ("itself", user)])
        assert [(use.user.id, use.path) for use in store.users(used)] == [("user", "a"), ("user", "b")]
        assert store.users(user) == []
        assert [found.id for found in store.users_of_type(used, "t", "b")] == ["user"]
        assert store.users_of_type(used, "t", "c") == []
        store.remove(user.serial)
        assert store.users(used) == []


def test_what_waits_for_its_end_is_listed_apart_and_names_nothing(store: Store) -> None:
    with store.operation():
        used, waiting = add(store, "used"), add(store, "waiting")
        store.link(waiting, [("a", used)])
        store.identify(waiting, ["waiting"])
        store.schedule_deletion(waiting.serial)
        assert [found.id for found in store.all()] == ["used"]
        assert [found.id for found in store.all(pending_deletion=True)] == ["waiting"]
        assert store.by_serial(waiting.serial).pending_deletion
        assert store.users(used) == []
        assert store.get("t", "waiting", account="1", region="r") is None
        assert store.named("waiting", package="aws", account="1") is None
