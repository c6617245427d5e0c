"""The comment in each situation, its bound, what it never shows, the gate, and where it is written."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.review import situations
from tests.review.situations import GOLDEN, SITUATIONS, preview, step
from tools.review.__main__ import main
from tools.review.changes import Unreadable, read
from tools.review.comment import LIMIT, Gate, comment, marker
from tools.review.gate import LABEL, judge
from tools.review.redaction import HIDDEN, redacted

OPEN = Gate(reasons=(), allowed=())


@pytest.mark.parametrize("name", SITUATIONS)
def test_the_comment_is_the_golden_one(name: str) -> None:
    written = (GOLDEN / f"{name}.md").read_text(encoding="utf-8")
    assert f"{SITUATIONS[name]().comment()}\n" == written


def test_every_golden_file_has_its_situation() -> None:
    assert {path.stem for path in GOLDEN.iterdir()} == set(SITUATIONS)


@pytest.mark.parametrize("name", SITUATIONS)
def test_the_gate_stops_what_is_dangerous(name: str) -> None:
    situation = SITUATIONS[name]()
    gate = judge(read(situation.preview), situation.findings, situation.labels)
    assert (not gate.reasons) == situation.passes


def test_the_label_lets_no_broken_policy_pass() -> None:
    situation = SITUATIONS["a-violation"]()
    assert judge(read(situation.preview), situation.findings, [LABEL]).reasons


@settings(deadline=None, derandomize=True, database=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(["create", "update", "replace", "delete"]), st.text(max_size=400), st.integers(0, 9)),
        max_size=40,
    ),
    st.integers(1, 40),
)
def test_the_comment_stays_below_the_bound_and_counts_everything(
    changes: list[tuple[str, str, int]], times: int
) -> None:
    steps = [
        step(op, f"storage-{number}-{place}-{name}", situations.BUCKET, *[f"path{one}" for one in range(number)])
        for place, (op, name, number) in enumerate(changes * times)
    ]
    text = comment(read(preview(*steps)), situations.findings(), OPEN, [])
    assert len(text) <= LIMIT
    assert text.count("<details>") == text.count("</details>")


def test_what_is_dangerous_comes_before_everything_else() -> None:
    text = SITUATIONS["800-changes"]().comment()
    assert 0 < text.index("storage-bucket-archives") < text.index("### Policy") < text.index("<details>")


def test_no_value_of_a_property_is_shown() -> None:
    secret = "hunter2-planted"
    steps = [
        step("update", "database-primary-s1", situations.DATABASE, "password", new={"inputs": {"password": secret}}),
        step("create", "database-primary-s2", situations.DATABASE, new={"inputs": {"password": secret}}),
    ]
    assert secret not in comment(read(preview(*steps)), None, OPEN, [])


@pytest.mark.parametrize(
    "text",
    [
        "-----BEGIN PRIVATE KEY-----\nhunter2\n-----END PRIVATE KEY-----",
        "-----BEGIN RSA PRIVATE KEY-----\nhunter2 cut off",
        "AKIAABCDEFGHIJKLMNOP",
        "eyJhbGciOi.eyJodW50ZXIy.hunter2",
        "ghp_hunter2hunter2hunter2",
        "password: hunter2",
        '"secretString":"hunter2"',
        "client_secret=hunter2",
        "postgres://erp_app:hunter2@host/erp",
    ],
)
def test_an_error_is_shown_without_its_secret(text: str) -> None:
    shown = redacted(f"refused {text}")
    assert HIDDEN in shown
    assert "hunter2" not in shown
    assert "AKIA" not in shown


def test_an_error_without_a_secret_is_shown_whole() -> None:
    text = "error: aws:rds/instance:Instance (database-primary-s1): the key arn:aws:kms:eu-west-1:1:key/2 is not here"
    assert redacted(text) == text


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "expected the JSON"),
        (b"{}", "expected `steps`"),
        (b'{"steps": [{"urn": "nonsense"}]}', "expected a URN"),
    ],
)
def test_what_is_no_preview_is_refused(content: bytes, message: str) -> None:
    with pytest.raises(Unreadable, match=message):
        read(content)


class Server(ThreadingHTTPServer):
    """A GitHub that knows one pull request: 7."""

    def __init__(self, comments: list[dict[str, Any]]) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.comments = comments
        self.seen: list[tuple[str, str]] = []


class Handler(BaseHTTPRequestHandler):
    """Comments by page, one made, one replaced; labels."""

    server: Server  # pyright: ignore[reportIncompatibleVariableOverride]

    def _answer(self, content: object, status: int = 200) -> None:
        token = str(self.headers["Authorization"])
        self.server.seen.append((self.command, token))
        self.send_response(status if token == "Bearer planted-token" else 403)
        self.end_headers()
        self.wfile.write(json.dumps(content).encode())

    def do_GET(self) -> None:
        if "/labels" in self.path:
            self._answer([{"name": LABEL}])
        else:
            page = int(self.path.rpartition("page=")[2])
            self._answer(self.server.comments[(page - 1) * 100 : page * 100])

    def do_POST(self) -> None:
        made = {"id": len(self.server.comments), "body": self._body(), "html_url": "https://github.example/new"}
        self.server.comments.append(made)
        self._answer(made, 201)

    def do_PATCH(self) -> None:
        number = int(self.path.rpartition("/")[2])
        self.server.comments[number]["body"] = self._body()
        self._answer({**self.server.comments[number], "html_url": "https://github.example/old"})

    def _body(self) -> str:
        return json.loads(self.rfile.read(int(self.headers["Content-Length"])))["body"]

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the base's own name
        """Say nothing."""


@pytest.fixture
def github(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    server = Server([{"id": number, "body": f"talk {number}"} for number in range(130)])
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    monkeypatch.setenv("GITHUB_API_URL", f"http://127.0.0.1:{server.server_port}")
    monkeypatch.setenv("GITHUB_REPOSITORY", "school/erp")
    monkeypatch.setenv("GITHUB_TOKEN", "planted-token")
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def files(tmp_path: Path, name: str) -> list[str]:
    situation = SITUATIONS[name]()
    (tmp_path / "preview.json").write_bytes(situation.preview)
    (tmp_path / "findings.json").write_text(json.dumps(situation.findings))
    return [str(tmp_path / "preview.json"), "--findings", str(tmp_path / "findings.json")]


@pytest.mark.usefixtures("capsys")
def test_one_comment_a_stack_is_made_once_and_then_written_over(github: Server, tmp_path: Path) -> None:
    assert main([*files(tmp_path, "no-change"), "--pull-request", "7"]) == 0
    assert main([*files(tmp_path, "new-resources"), "--pull-request", "7"]) == 0

    ours = [one["body"] for one in github.comments if one["body"].startswith(marker("erp", "prod"))]
    assert ours == [SITUATIONS["new-resources"]().comment()]
    assert len(github.comments) == 131
    assert {token for _, token in github.seen} == {"Bearer planted-token"}


def test_labels_come_from_the_pull_request(github: Server, tmp_path: Path) -> None:
    assert main([*files(tmp_path, "a-store-deleted"), "--pull-request", "7"]) == 0
    assert github.comments[-1]["body"] == SITUATIONS["a-store-deleted-with-the-label"]().comment()


def test_what_is_stopped_is_told_on_standard_error_and_by_the_exit_code(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "comment.md"
    assert main([*files(tmp_path, "a-store-deleted"), "--out", str(out)]) == 1
    assert "review: stopped: 1 data store in danger" in capsys.readouterr().err
    assert out.read_text() == SITUATIONS["a-store-deleted"]().comment()
    assert main([*files(tmp_path, "a-store-deleted"), "--label", LABEL]) == 0
    assert capsys.readouterr().out.startswith(marker("erp", "prod"))


def test_facts_before_and_after_are_compared(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    situation = SITUATIONS["another-promise"]()
    (tmp_path / "before.json").write_text(json.dumps(situation.before))
    (tmp_path / "after.json").write_text(json.dumps(situation.after))
    facts = ["--facts-before", str(tmp_path / "before.json"), "--facts-after", str(tmp_path / "after.json")]
    assert main([*files(tmp_path, "another-promise"), *facts]) == 0
    assert capsys.readouterr().out == f"{situation.comment()}\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nowhere.json"], "nowhere.json: No such file"),
        (["bad.json"], "expected the JSON"),
        (["bad.json", "--findings", "bad.json"], "expected"),
        (["good.json", "--findings", "bad.json"], "bad.json: expected JSON"),
        (["good.json", "--pull-request", "7"], "--pull-request needs GITHUB_TOKEN and GITHUB_REPOSITORY"),
    ],
)
def test_what_cannot_be_read_is_told_in_one_line(
    arguments: list[str],
    message: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name in ("GITHUB_TOKEN", "GITHUB_REPOSITORY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    Path("bad.json").write_text("{")
    Path("good.json").write_bytes(preview())
    assert main(arguments) == 2
    said = capsys.readouterr().err
    assert said.startswith("review: ")
    assert message in said
    assert len(said.splitlines()) == 1


def test_an_address_in_the_clear_gets_no_token(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GITHUB_API_URL", "http://github.example")
    monkeypatch.setenv("GITHUB_REPOSITORY", "school/erp")
    monkeypatch.setenv("GITHUB_TOKEN", "planted-token")
    assert main([*files(tmp_path, "no-change"), "--pull-request", "7"]) == 2
    said = capsys.readouterr().err
    assert "GITHUB_API_URL" in said
    assert "planted-token" not in said


@pytest.mark.usefixtures("github")
def test_a_refusal_by_github_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", "another-token")
    assert main([*files(tmp_path, "no-change"), "--pull-request", "7"]) == 2
    assert capsys.readouterr().err.startswith("review: GET issues/7/labels?per_page=100: HTTP Error 403")
