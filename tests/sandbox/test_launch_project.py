"""The shadow project: what the engine sees of the tracked files, and that these are only read."""

from pathlib import Path

import pytest
import yaml
from cryptography import x509
from cryptography.hazmat.primitives import serialization

from sandbox import minting
from sandbox.home import Home
from sandbox.project import Project, ProjectError
from tests.sandbox import checkout
from tests.sandbox.checkout import Checkout


@pytest.fixture
def made(tmp_path: Path) -> Checkout:
    return checkout.make(tmp_path)


def tracked(made: Checkout) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in made.root.glob("*.yaml")}


def test_the_program_is_found_from_wherever_the_home_is(made: Checkout) -> None:
    made.run("true")
    shadow = made.shadow("Pulumi.yaml")
    assert not Path(shadow["main"]).is_absolute(), "the engine joins main to the project's folder"
    assert (made.home.project / shadow["main"]).resolve() == made.root
    assert shadow["runtime"] == {"name": "python", "options": {"virtualenv": str(made.root / ".venv")}}
    assert shadow["name"] == "erp"


def test_a_copied_home_finds_the_program_too(made: Checkout, tmp_path: Path) -> None:
    made.run("pulumi", "preview", "-s", "dev")
    elsewhere = tmp_path / "a" / "deeper" / "place"
    elsewhere.parent.mkdir(parents=True)
    made.home.folder.rename(elsewhere)
    copied = Home(made.root, elsewhere)
    Project(copied).refresh()
    assert Checkout(made.root, copied, []).shadow("Pulumi.yaml")["main"] == "../../../../check out"


def test_a_stack_file_comes_without_anything_about_the_owners_secrets(made: Checkout) -> None:
    made.run("true")
    assert made.shadow("Pulumi.dev.yaml") == {"config": {"erp:stack": {"environment": "dev"}}}


def test_secrets_of_the_sandboxs_own_take_the_place_of_the_owners(made: Checkout) -> None:
    made.run("pulumi", "preview", "-s", "dev")
    config = made.shadow("Pulumi.dev.yaml")["config"]
    assert config.keys() == {*minting.known(), "erp:stack", "erp-secrets:vendor-key"}
    assert "onlytheowner" not in str(config)


def test_tracked_files_are_never_written(made: Checkout) -> None:
    before = tracked(made)
    made.run("pulumi", "up", "-s", "dev")
    made.run("pulumi", "up", "-s", "prod")
    assert tracked(made) == before


def test_a_changed_stack_file_is_taken_over_and_salt_and_secrets_stay(made: Checkout) -> None:
    made.run("pulumi", "preview", "-s", "dev")
    before = made.shadow("Pulumi.dev.yaml")
    file = made.root / "Pulumi.dev.yaml"
    file.write_text(file.read_text().replace("environment: dev", "environment: changed"))
    made.run("pulumi", "preview", "-s", "dev")
    after = made.shadow("Pulumi.dev.yaml")
    assert after["config"]["erp:stack"] == {"environment": "changed"}
    before["config"]["erp:stack"] = after["config"]["erp:stack"]
    assert after == before


def test_an_unchanged_stack_file_leaves_the_shadow_as_it_is(made: Checkout) -> None:
    made.run("true")
    shadow = made.home.project / "Pulumi.dev.yaml"
    shadow.write_text("config: {mine: 1}\n")
    made.run("true")
    assert made.shadow("Pulumi.dev.yaml") == {"config": {"mine": 1}}


def test_a_secret_inside_an_object_is_refused_by_name(made: Checkout) -> None:
    (made.root / "Pulumi.prod.yaml").write_text("config:\n  erp:a:\n    list: [{b: {secure: v1:x}}]\n")
    with pytest.raises(ProjectError, match="erp:a holds an encrypted value inside an object"):
        made.run("true")


@pytest.mark.parametrize(("text", "said"), [("a: [", "line 1"), ("- a\n", "an object is expected"), ("", "")])
def test_a_stack_file_that_cannot_be_read_is_named(made: Checkout, text: str, said: str) -> None:
    (made.root / "Pulumi.prod.yaml").write_text(text)
    if not said:
        assert made.run("true") == 0, "an empty stack file is one without settings"
        return
    with pytest.raises(ProjectError, match=rf"(?s)Pulumi\.prod\.yaml.*{said}"):
        made.run("true")


def test_a_checkout_without_a_project_says_so(made: Checkout) -> None:
    (made.root / "Pulumi.yaml").unlink()
    with pytest.raises((ProjectError, FileNotFoundError), match=r"Pulumi\.yaml"):
        made.run("true")


def test_a_secret_that_was_removed_stays_removed(made: Checkout) -> None:
    made.run("pulumi", "preview", "-s", "dev")
    shadow = made.home.project / "Pulumi.dev.yaml"
    stack = made.shadow("Pulumi.dev.yaml")
    del stack["config"]["erp-secrets:origin-pull-key"]
    shadow.write_text(yaml.safe_dump(stack))
    made.run("pulumi", "preview", "-s", "dev")
    assert made.shadow("Pulumi.dev.yaml") == stack


def test_a_stack_that_is_made_again_gets_new_secrets(made: Checkout) -> None:
    made.run("pulumi", "preview", "-s", "dev")
    (made.home.state / ".pulumi" / "stacks" / "erp" / "dev.json").unlink()
    (made.home.project / "Pulumi.dev.yaml").unlink()
    made.run("pulumi", "preview", "-s", "dev")
    assert "erp-secrets:origin-pull-key" in made.shadow("Pulumi.dev.yaml")["config"]


def test_a_missing_part_of_a_pair_brings_the_other_parts_anew() -> None:
    kinds = minting.known()
    pair = [f"erp-secrets:origin-pull-{part}" for part in ("ca", "certificate", "key")]
    assert minting.with_their_pairs(["erp-secrets:origin-pull-key"], kinds) == pair
    password = ["erp-secrets:database-bootstrap-password"]
    assert minting.with_their_pairs(password, kinds) == password
    assert minting.with_their_pairs(["erp-secrets:other"], kinds) == ["erp-secrets:other"]


def test_a_minted_pair_belongs_together() -> None:
    kinds = minting.known()
    minted = minting.mint(kinds, kinds)
    certificate = x509.load_pem_x509_certificate(minted["erp-secrets:origin-pull-certificate"].encode())
    key = serialization.load_pem_private_key(minted["erp-secrets:origin-pull-key"].encode(), None)
    assert certificate.public_key() == key.public_key()


def test_a_secret_of_no_known_kind_is_a_password_and_never_the_same() -> None:
    first, second = (minting.mint(["erp-secrets:other"], {}) for _ in range(2))
    assert len(first["erp-secrets:other"]) >= 32
    assert first != second
