"""Files of keys: who may read them, and what becomes of them when several write."""

import errno
import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from app.keyfile import MOST_BYTES, KeyFile, KeyFileRefused, read_document

CANARY = "c4n4ry-s3cr3t"


@pytest.fixture
def file(tmp_path: Path) -> KeyFile:
    return KeyFile(tmp_path / "var" / "keys.json")


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_new_file_is_for_its_owner_alone(file: KeyFile) -> None:
    before = os.umask(0)
    try:
        assert file.create({"a": 1}) is True
    finally:
        os.umask(before)
    assert mode_of(file.path) == 0o600
    assert mode_of(file.path.parent) == 0o700
    assert sorted(mode_of(path) for path in file.path.parent.iterdir()) == [0o600, 0o600]
    assert file.read() == ({"a": 1}, file.stamp())


def test_a_file_that_is_there_is_not_written_over(file: KeyFile) -> None:
    file.create({"a": 1})
    assert file.create({"a": 2}) is False
    assert file.read()[0] == {"a": 1}


def test_a_replaced_file_has_another_stamp_and_the_same_mode(file: KeyFile) -> None:
    file.create({"a": 1})
    before = file.stamp()
    with file.locked():
        file.replace({"a": 2})
    assert file.read() == ({"a": 2}, file.stamp())
    assert file.stamp() != before
    assert mode_of(file.path) == 0o600


def test_what_a_crash_left_behind_is_no_hindrance(file: KeyFile) -> None:
    file.create({"a": 1})
    file.path.with_name("keys.json.new").write_text("half a ri")
    with file.locked():
        file.replace({"a": 2})
    assert file.read()[0] == {"a": 2}


def test_a_link_is_followed_and_kept_when_the_file_is_replaced(
    file: KeyFile, tmp_path: Path
) -> None:
    file.create({"a": 1})
    link = tmp_path / "link.json"
    link.symlink_to(file.path)
    linked = KeyFile(link)
    with linked.locked():
        linked.replace({"a": 2})
    assert link.is_symlink()
    assert file.read()[0] == {"a": 2}


def test_an_absent_file_has_no_stamp(file: KeyFile) -> None:
    assert file.stamp() is None
    with pytest.raises(KeyFileRefused, match=r"^There is no key file .*keys\.json\.$"):
        file.read()


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o660, 0o666, 0o610, 0o601])
def test_a_file_open_to_others_is_refused(file: KeyFile, mode: int) -> None:
    file.create({"a": CANARY})
    file.path.chmod(mode)
    with pytest.raises(KeyFileRefused, match=r"^Others can read the key file .*: chmod 600 it\.$"):
        file.read()


@pytest.mark.parametrize("mode", [0o600, 0o400])
def test_a_file_for_its_owner_alone_is_read(file: KeyFile, mode: int) -> None:
    file.create({"a": 1})
    file.path.chmod(mode)
    assert file.read()[0] == {"a": 1}


def test_a_folder_is_refused(file: KeyFile) -> None:
    file.path.mkdir(parents=True)
    with pytest.raises(KeyFileRefused, match=r"is not a file\.$"):
        file.read()


def test_a_pipe_does_not_keep_the_start_waiting(file: KeyFile) -> None:
    file.path.parent.mkdir()
    os.mkfifo(file.path, 0o600)
    with pytest.raises(KeyFileRefused, match=r"is not a file\.$"):
        file.read()


def test_a_path_through_a_file_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    file = KeyFile(tmp_path / "file" / "keys.json")
    assert file.stamp() is None
    with pytest.raises(KeyFileRefused, match=r"cannot be read: Not a directory\.$"):
        file.read()
    with pytest.raises(KeyFileRefused, match=r"cannot be written: File exists\.$"):
        file.create({})


def test_a_full_disk_leaves_the_old_file_whole(
    file: KeyFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    file.create({"a": 1})

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with (
        pytest.raises(KeyFileRefused, match=r"cannot be written: No space left on device\.$"),
        file.locked(),
    ):
        file.replace({"a": 2})
    assert file.read()[0] == {"a": 1}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (f'{{"a": "{CANARY}"', "A key file is JSON."),
        (CANARY, "A key file is JSON."),
        ("", "A key file is JSON."),
        (b"\xff" + CANARY.encode(), "A key file is JSON."),
        ("[" * 100_000, "A key file is JSON."),
        (f'["{CANARY}"]', "A key file is a JSON object."),
        ("1", "A key file is a JSON object."),
        (" " * MOST_BYTES + "{}", "A key file is smaller than that."),
    ],
    ids=["cut", "word", "empty", "bytes", "deep", "list", "number", "large"],
)
def test_a_text_that_is_no_object_is_refused_without_quoting_it(
    text: str | bytes, sentence: str
) -> None:
    with pytest.raises(KeyFileRefused) as refused:
        read_document(text)
    assert str(refused.value) == sentence
    assert refused.value.__cause__ is None


def test_a_text_of_the_largest_size_is_read() -> None:
    assert read_document("{}".ljust(MOST_BYTES)) == {}


STARTER = """
import sys
from pathlib import Path
from app.keyfile import KeyFile
sys.stdin.read(1)
print(KeyFile(Path(sys.argv[1])).create({"who": sys.argv[2]}))
"""

COUNTER = """
import sys
from pathlib import Path
from app.keyfile import KeyFile
file = KeyFile(Path(sys.argv[1]))
sys.stdin.read(1)
for _ in range(20):
    with file.locked():
        document, _ = file.read()
        file.replace({"count": document["count"] + 1})
print("done")
"""


def run_at_once(script: str, path: Path, workers: int) -> list[str]:
    """Start several workers, let them go together, and collect what they print."""
    started = [
        subprocess.Popen(
            [sys.executable, "-c", script, str(path), str(number)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parents[1],
        )
        for number in range(workers)
    ]
    return sorted(worker.communicate("x")[0].strip() for worker in started)


def test_of_several_workers_that_start_at_once_one_writes(file: KeyFile) -> None:
    assert run_at_once(STARTER, file.path, 4) == ["False", "False", "False", "True"]
    assert list(json.loads(file.path.read_text())) == ["who"]


def test_no_change_is_lost_when_several_workers_change_the_file(file: KeyFile) -> None:
    file.create({"count": 0})
    assert run_at_once(COUNTER, file.path, 3) == ["done"] * 3
    assert file.read()[0] == {"count": 60}
