"""File systems: AWS would take their policies, and every chain that settings can describe hangs together."""

import json

from hypothesis import given
from hypothesis import strategies as st

from components.storage import file_systems
from sandbox.judges import iam
from settings.file_system import TRANSITION_DAYS, FileSystemSettings
from settings.vocabulary import AWS_REGIONS

accounts = st.from_regex(r"[0-9]{12}", fullmatch=True)
regions = st.sampled_from(AWS_REGIONS)
days = st.sampled_from(TRANSITION_DAYS)


@st.composite
def chains(draw: st.DrawFn) -> FileSystemSettings:
    """Settings as the rules allow them: no gap, all but the last promoted."""
    first = draw(st.integers(1, 20))
    numbers = tuple(range(first, first + draw(st.integers(1, 4))))
    promoted = numbers if draw(st.booleans()) else numbers[:-1]
    settled = tuple(sorted(draw(st.sets(st.sampled_from(numbers)))))
    return FileSystemSettings(generations=numbers, promoted_generations=promoted, settled_generations=settled)


@given(account=accounts, region=regions)
def test_aws_would_take_the_policy_and_it_opens_nothing_by_itself(account: str, region: str) -> None:
    arn = f"arn:aws:elasticfilesystem:{region}:{account}:file-system/fs-0123456789abcdef0"
    document = file_systems.mount_policy(arn, account_id=account, region=region)
    token, inputs = "aws:efs/fileSystemPolicy:FileSystemPolicy", {"policy": document}
    assert iam.judge(token, inputs) == []
    assert iam.unjudged(token, inputs) == []
    assert len(document) < 20_000, "EFS takes no longer one"
    for statement in json.loads(document)["Statement"]:
        assert statement["Resource"] == arn
        if statement["Effect"] == "Allow":
            assert statement["Principal"] == {"AWS": f"arn:aws:iam::{account}:root"}


@given(settings=chains(), replicated=st.booleans())
def test_a_chain_has_no_gap_and_one_follower_at_most(settings: FileSystemSettings, replicated: bool) -> None:
    chain = file_systems.chain(settings, replicated=replicated)
    numbers = [generation.number for generation in chain]
    assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))
    assert numbers[0] == settings.generations[0] - 1
    followers = [generation for generation in chain if generation.source is not None]
    assert len(followers) <= 1, "EFS takes a file system into one replication only"
    for follower in followers:
        assert follower is chain[-1], "what follows must not be followed"
        assert follower.source == follower.number - 1
        assert follower.region != chain[-2].region, "a replica beside its source is lost with it"


@given(settings=chains())
def test_what_is_written_to_is_never_opened_to_being_overwritten(settings: FileSystemSettings) -> None:
    for generation in file_systems.chain(settings, replicated=True):
        if generation.source is None:
            assert not generation.opened
        if generation.number in settings.settled_generations:
            assert not generation.opened
        assert generation.ages is (generation.source is None), "a replica's files move where its source's do"


@given(infrequent=days, archive=days)
def test_each_move_is_a_policy_of_its_own_in_the_vendor_s_words(infrequent: int, archive: int) -> None:
    settings = FileSystemSettings(infrequent_after_days=infrequent, archive_after_days=archive)
    moves = file_systems.moves(settings)
    assert [len(move) for move in moves] == [1, 1, 1]
    words = {f"AFTER_{number}_DAY{'' if number == 1 else 'S'}" for number in (infrequent, archive)}
    assert {text for move in moves[:2] for text in move.values()} == words
