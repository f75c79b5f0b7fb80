"""One command from a fresh clone, told on a small project that needs no network."""

import ast
import base64
import hashlib
import importlib.util
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import tomllib
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[1]
PROJECT = """
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]

[project]
name = "small"
version = "1"
"""
BACKEND = """
import os, pathlib, time, zipfile

def build_editable(folder, config_settings=None, metadata_directory=None):
    time.sleep(float(pathlib.Path("slowly").read_text()) if os.path.exists("slowly") else 0)
    files = {
        "small.pth": os.getcwd(),
        "small-1.dist-info/METADATA": "Metadata-Version: 2.1\\nName: small\\nVersion: 1\\n",
        "small-1.dist-info/WHEEL": "Wheel-Version: 1.0\\nTag: py3-none-any\\n",
        "small-1.dist-info/entry_points.txt": "[console_scripts]\\nc34 = command:main\\n",
        "small-1.dist-info/RECORD": "",
    }
    with zipfile.ZipFile(os.path.join(folder, "small-1-py3-none-any.whl"), "w") as wheel:
        for name, text in files.items():
            wheel.writestr(name, text)
    return "small-1-py3-none-any.whl"
"""
COMMAND = (
    "import json, sys, pebble\ndef main(): print(json.dumps([pebble.WEIGHT, *sys.argv[1:]]))\n"
)
PYTEST = "import json, sys\nprint(json.dumps(['pytest', *sys.argv[1:]]))\n"


ANEW = """\
Making .venv ... done
Installing requirements.lock ... done
Installing the project ... done
"""
ANOTHER = """\
Installing requirements.lock ... failed
A package differs from the one that requirements.lock promises, so it was not installed: look into it before you go on.
"""
OUT_OF_REACH = """\
Installing requirements.lock ... failed
The packages of requirements.lock could not be fetched: check the network (and pip's settings) and run this again. pip said: No matching distribution found for boulder==1
"""
NO_VENV = "This Python cannot make virtual environments: install its venv module (on Debian or Ubuntu: apt install python3-venv) and run this again with {python}."


def wheel_of(name: str, folder: Path) -> str:
    """Make a package that does next to nothing and return its line for a lock file."""
    path = folder / f"{name}-1-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as wheel:
        wheel.writestr(f"{name}.py", "WEIGHT = 34\n")
        wheel.writestr(
            f"{name}-1.dist-info/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1\n"
        )
        wheel.writestr(f"{name}-1.dist-info/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        wheel.writestr(f"{name}-1.dist-info/RECORD", "")
    return f"{name}==1 --hash=sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}\n"


def make_project(home: Path) -> Path:
    shelf = home.parent / "shelf"
    shelf.mkdir()
    home.mkdir()
    shutil.copy(ROOT / "bootstrap.py", home)
    (home / "pyproject.toml").write_text(PROJECT)
    (home / "backend.py").write_text(BACKEND)
    (home / "command.py").write_text(COMMAND)
    (home / "pytest.py").write_text(PYTEST)
    wheel_of("gravel", shelf)
    run = wheel_of("pebble", shelf)
    (home / "requirements.lock").write_text(run)
    (home / "requirements-test.lock").write_text(run + wheel_of("sieve", shelf))
    return home


def begin(project: Path, *arguments: str, python: str = sys.executable) -> subprocess.Popen[str]:
    offline = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(project.parent / "shelf")}
    return subprocess.Popen(
        [python, str(project / "bootstrap.py"), *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=project,
        env={**os.environ, **offline, "PIP_CONFIG_FILE": os.devnull},
        start_new_session=True,
    )


def outcome(running: subprocess.Popen[str]) -> tuple[int, object, str]:
    """Return the exit code, what was printed, and what was told, without the times it took."""
    printed, told = running.communicate(timeout=120)
    return (
        running.returncode,
        printed and json.loads(printed),
        re.sub(r"[\d.]+ s\n", "done\n", told),
    )


def bootstrap(project: Path, *arguments: str) -> tuple[int, object, str]:
    return outcome(begin(project, *arguments))


@pytest.fixture(scope="module")
def settled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project that was set up, by two at once."""
    project = make_project(tmp_path_factory.mktemp("settled") / "a project")
    both = [begin(project, "demo", "--members", "12") for _ in range(2)]
    outcomes = sorted((outcome(one) for one in both), key=lambda one: len(one[2]))
    assert outcomes == [
        (
            0,
            [34, "demo", "--members", "12"],
            "Another set-up of this folder is running: waiting for it.\n",
        ),
        (
            0,
            [34, "demo", "--members", "12"],
            ANEW,
        ),
    ]
    return project


@pytest.fixture
def project(settled: Path) -> Iterator[Path]:
    """The project, given back as it was."""
    names = ("requirements.lock", "requirements-test.lock", ".venv/set-up.json")
    before = {name: (settled / name).read_bytes() for name in names}
    yield settled
    for name, content in before.items():
        (settled / name).write_bytes(content)


def test_the_second_time_nothing_is_set_up_again(project: Path) -> None:
    assert bootstrap(project, "demo") == (0, [34, "demo"], "")


def test_any_command_can_be_run(project: Path) -> None:
    assert bootstrap(project, "run", "doctor", "-v") == (0, [34, "doctor", "-v"], "")


def test_the_tests_get_packages_of_their_own_and_leave_the_demo_in_order(project: Path) -> None:
    assert bootstrap(project, "test", "-k", "door") == (
        0,
        ["pytest", "-k", "door"],
        "Installing requirements-test.lock ... done\n",
    )
    assert bootstrap(project, "test", "-x") == (0, ["pytest", "-x"], "")
    assert bootstrap(project, "demo") == (0, [34, "demo"], "")


def test_all_tests_are_run_at_once_and_some_one_by_one(project: Path) -> None:
    at_once = ["--numprocesses=logical", "--maxprocesses=8", "--no-loadscope-reorder"]
    assert bootstrap(project, "test")[:2] == (0, ["pytest", *at_once])
    assert bootstrap(project, "test", "tests/wire") == (0, ["pytest", "tests/wire"], "")


def test_a_changed_lock_file_is_installed(project: Path) -> None:
    lock = project / "requirements.lock"
    lock.write_text(lock.read_text() + "# changed\n")
    assert bootstrap(project, "demo") == (
        0,
        [34, "demo"],
        "Installing requirements.lock ... done\n",
    )


def test_a_package_that_is_not_the_promised_one_is_refused(project: Path) -> None:
    promised = base64.b16encode(hashlib.sha256(b"another").digest()).decode().lower()
    (project / "requirements.lock").write_text(f"gravel==1 --hash=sha256:{promised}\n")
    assert bootstrap(project, "demo") == (
        1,
        "",
        ANOTHER,
    )


def test_a_package_without_a_hash_is_refused(project: Path) -> None:
    (project / "requirements.lock").write_text("gravel==1\n")
    code, printed, told = bootstrap(project, "demo")
    assert (code, printed) == (1, "")
    assert told.startswith(
        "Installing requirements.lock ... failed\nInstalling requirements.lock failed:"
    )


def test_packages_out_of_reach_are_told(project: Path) -> None:
    (project / "requirements.lock").write_text(f"boulder==1 --hash=sha256:{'0' * 64}\n")
    assert bootstrap(project, "demo") == (
        1,
        "",
        OUT_OF_REACH,
    )


def test_an_unknown_command_is_told(project: Path) -> None:
    sentence = "Say what to do: python3 bootstrap.py demo, test, or run <command of c34>.\n"
    assert bootstrap(project) == (1, "", sentence)
    assert bootstrap(project, "serve") == (1, "", sentence)
    assert bootstrap(project, "run") == (1, "", sentence)


def test_a_set_up_that_was_killed_is_made_anew(project: Path) -> None:
    (project / "slowly").write_text("60")
    toml = project / "pyproject.toml"
    toml.write_text(PROJECT + "# changed\n")
    killed = begin(project, "demo")
    stamp = project / ".venv" / "set-up.json"
    deadline = time.monotonic() + 60
    while not json.loads(stamp.read_text())["busy"]:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    os.killpg(killed.pid, signal.SIGKILL)
    killed.communicate()
    (project / "slowly").unlink()
    assert bootstrap(project, "demo") == (
        0,
        [34, "demo"],
        ANEW,
    )
    toml.write_text(PROJECT)


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The program as a module, at work in an empty folder."""
    spec = importlib.util.spec_from_file_location("bootstrap", ROOT / "bootstrap.py")
    assert spec is not None
    assert spec.loader is not None
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    for name, path in (("ROOT", ""), ("VENV", ".venv"), ("STAMP", ".venv/set-up.json")):
        monkeypatch.setattr(loaded, name, tmp_path / path)
    return loaded


@pytest.fixture
def stamped(module: ModuleType, tmp_path: Path) -> Callable:
    """An environment that says how it was made."""

    def write(**differences: object) -> None:
        (tmp_path / ".venv" / "bin").mkdir(parents=True, exist_ok=True)
        for program in ("python", "pip"):
            (tmp_path / ".venv" / "bin" / program).touch()
        made = {"python": module.this_python(), "place": str(tmp_path), "busy": False}
        module.STAMP.write_text(json.dumps({**made, **differences}))

    return write


def test_an_environment_of_this_python_and_place_is_kept(
    module: ModuleType, stamped: Callable
) -> None:
    stamped(extra=1)
    assert module.what_is_done() == {
        "python": module.this_python(),
        "place": str(module.ROOT),
        "busy": False,
        "extra": 1,
    }


@pytest.mark.parametrize(
    "difference",
    [{"python": "cpython-310 linux-x86_64"}, {"place": "/somewhere/else"}, {"busy": True}],
    ids=["another Python's", "moved", "half-installed"],
)
def test_an_environment_that_does_not_fit_is_made_anew(
    module: ModuleType, stamped: Callable, difference: dict[str, object]
) -> None:
    stamped(**difference)
    assert module.what_is_done() is None


@pytest.mark.parametrize("program", ["python", "pip"])
def test_an_environment_that_lost_a_program_is_made_anew(
    module: ModuleType, stamped: Callable, program: str
) -> None:
    stamped()
    (module.VENV / "bin" / program).unlink()
    assert module.what_is_done() is None


def test_an_environment_of_unknown_making_is_made_anew(module: ModuleType) -> None:
    assert module.what_is_done() is None


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        (
            "python3: No module named venv",
            NO_VENV,
        ),
        (
            "The virtual environment was not created successfully because ensurepip is not available.",
            NO_VENV,
        ),
        (
            "OSError: [Errno 28] No space left on device",
            "The disk that holds {root} is full: make room and run this again.",
        ),
        ("Something else", "Making .venv failed: Something else"),
    ],
)
def test_a_python_that_makes_no_environment_is_told(
    module: ModuleType,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    said: str,
    sentence: str,
) -> None:
    python = tmp_path / "python3"
    python.write_text(f"#!/bin/sh\necho '{said}' >&2\nexit 1\n")
    python.chmod(0o755)
    monkeypatch.setattr(module.sys, "executable", str(python))
    monkeypatch.setattr(module.sys, "prefix", sys.base_prefix)
    with pytest.raises(module.Trouble) as refused:
        module.make_venv()
    assert str(refused.value) == sentence.format(python=python, root=tmp_path)


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root to mount a small disk")
def test_a_full_disk_is_told(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    words = ["/bin/mount", "-t", "tmpfs", "-o", "size=1m", "none", str(disk)]
    if subprocess.run(words, check=False).returncode:
        pytest.skip("no disk can be mounted here")
    try:
        shutil.copy(ROOT / "bootstrap.py", disk)
        for name in ("requirements.lock", "pyproject.toml"):
            (disk / name).write_text("")
        assert bootstrap(disk, "demo") == (
            1,
            "",
            f"Making .venv ... failed\nThe disk that holds {disk} is full: make room and run this again.\n",
        )
    finally:
        subprocess.run(["/bin/umount", str(disk)], check=True)


@pytest.mark.parametrize("version", [(3, 6), (3, 8), (3, 10)])
def test_an_old_python_reads_the_file_as_far_as_the_sentence(version: tuple[int, int]) -> None:
    source = (ROOT / "bootstrap.py").read_text()
    ast.parse(source, feature_version=version)
    pretend = f"import sys; sys.version_info = {version}; exec(sys.stdin.read())"
    refused = subprocess.run(
        [sys.executable, "-c", pretend],
        input=source,
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": "/nowhere"},
    )
    assert (refused.returncode, refused.stdout, refused.stderr) == (
        1,
        "",
        f"Python 3.11 or newer is needed, and this is Python {version[0]}.{version[1]}: install a newer one and run this with it.\n",
    )


def pins(name: str) -> dict[str, str]:
    """Return the version of each package of a lock file."""
    lines = (ROOT / name).read_text().splitlines()
    found = [re.match(r"([a-z0-9-]+)(?:\[.*\])?==(\S+)", line) for line in lines]
    return {match[1]: match[2] for match in found if match}


def test_the_lock_file_of_the_tests_holds_the_packages_of_the_other_in_the_same_versions() -> None:
    assert {
        name: pins("requirements-test.lock").get(name) for name in pins("requirements.lock")
    } == (pins("requirements.lock"))


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-test.lock"])
def test_the_lock_files_meet_what_the_project_asks_for(lock: str) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    asked = [Requirement(line) for line in project["dependencies"]]
    if lock == "requirements-test.lock":
        asked += [Requirement(line) for line in project["optional-dependencies"]["test"]]
    locked = pins(lock)
    unmet = [
        str(one)
        for one in asked
        if not (one.name in locked and one.specifier.contains(locked[one.name]))
    ]
    assert unmet == []


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-test.lock"])
def test_the_lock_files_name_no_address(lock: str) -> None:
    assert (
        re.findall(
            r"https?://|file:|--(?:extra-)?index-url|--find-links", (ROOT / lock).read_text()
        )
        == []
    )
