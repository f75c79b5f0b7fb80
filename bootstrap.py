"""Set this project up in ``.venv`` and run a command there; needs Python and nothing else.

    python3 bootstrap.py demo [ARGUMENT ...]   serve the demo on this machine
    python3 bootstrap.py test                  run all tests, a process for each processor
    python3 bootstrap.py test ARGUMENT ...     run pytest with these arguments, one test at a time
    python3 bootstrap.py run ARGUMENT ...      run any command of c34

The packages are those of the lock files, each checked by its hash. What is set up already is left
alone; half a set-up is made anew.
"""

import os
import subprocess
import sys

# An old Python must still be able to read this file, so it stands before everything else.
if sys.version_info < (3, 11):  # noqa: UP036 - this is the check
    advice = "install a newer one and run this with it"
    for newer in ("python3.14", "python3.13", "python3.12", "python3.11"):
        if os.system(newer + " -c '' 2>/dev/null") == 0:  # noqa: S605 - fixed words
            advice = "run this with " + newer
            break
    found = "{}.{}".format(*sys.version_info[:2])
    sys.exit("Python 3.11 or newer is needed, and this is Python " + found + ": " + advice + ".")
if os.name != "posix":
    sys.exit("This project runs on Linux and macOS; on Windows, run it in WSL.")

import fcntl
import hashlib
import json
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from sysconfig import get_platform

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
STAMP = VENV / "set-up.json"
RUN_LOCK = "requirements.lock"
TEST_LOCK = "requirements-test.lock"
"""Holds everything of the other lock file, in the same versions."""

AT_ONCE = ("--numprocesses=logical", "--maxprocesses=8", "--no-loadscope-reorder")
"""How all tests are run: by a process for each processor, which takes the next module in order."""

MISLEADING = ("PIP_TARGET", "PIP_PREFIX", "PIP_USER", "PIP_ROOT", "PYTHONHOME", "PYTHONPATH")
"""Variables that would make pip install somewhere else."""

NO_ROOM = "No space left on device"
LEAST_ROOM = 20_000_000
"""Free bytes without which not even an empty environment can be made."""


class Trouble(Exception):  # noqa: N818 - the word a person reads
    """Says in one sentence what keeps the set-up from going on."""


def main(arguments: list[str]) -> int:
    """Set up and become the command; return an exit code only if that fails."""
    try:
        command = command_for(arguments)
        set_up(TEST_LOCK if arguments[0] == "test" else RUN_LOCK)
        os.execv(command[0], command)  # noqa: S606 - a program by its path, no shell
    except Trouble as trouble:
        print(trouble, file=sys.stderr)
    except OSError as error:
        print(sentence_about(error), file=sys.stderr)
    except KeyboardInterrupt:
        print("\nInterrupted: run it again to go on.", file=sys.stderr)
        return 130
    return 1


def command_for(arguments: list[str]) -> list[str]:
    """Translate the arguments into the program to become."""
    if arguments[:1] == ["demo"]:
        return [str(VENV / "bin" / "c34"), *arguments]
    if arguments[:1] == ["run"] and arguments[1:]:
        return [str(VENV / "bin" / "c34"), *arguments[1:]]
    if arguments[:1] == ["test"]:
        os.chdir(ROOT)
        return [str(VENV / "bin" / "python"), "-m", "pytest", *(arguments[1:] or AT_ONCE)]
    raise Trouble("Say what to do: python3 bootstrap.py demo, test, or run <command of c34>.")


def set_up(lock: str) -> None:
    """Bring ``.venv`` to what the lock file says, doing only what is not done yet."""
    with alone():
        done = what_is_done()
        if done is None:
            make_venv()
            done = {"python": this_python(), "place": str(ROOT), "busy": False}
        for step, digest in steps(lock):
            if done.get(step) == digest:
                continue
            remember({**done, "busy": True})
            install(step)
            done[step] = digest
            if step == TEST_LOCK:
                done[RUN_LOCK] = digest_of(RUN_LOCK)
            remember(done)


def steps(lock: str) -> list[tuple[str, str]]:
    """List what must be installed, in order, each with the digest of what it is made from."""
    return [(name, digest_of(name)) for name in (lock, "pyproject.toml")]


@contextmanager
def alone() -> Iterator[None]:
    """Keep a second set-up of this folder waiting until this one is done."""
    held = os.open(ROOT, os.O_RDONLY)
    try:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("Another set-up of this folder is running: waiting for it.", file=sys.stderr)
            fcntl.flock(held, fcntl.LOCK_EX)
        yield
    finally:
        os.close(held)


def what_is_done() -> dict[str, object] | None:
    """Return what the stamp says; nothing when ``.venv`` must be made anew.

    That is when it was moved, made by another Python or program, or left half-installed.
    """
    try:
        done = json.loads(STAMP.read_text())
    except (OSError, ValueError):
        return None
    whole = (VENV / "bin" / "python").exists() and (VENV / "bin" / "pip").exists()
    fits = done.get("python") == this_python() and done.get("place") == str(ROOT)
    return done if whole and fits and not done.get("busy") else None


def this_python() -> str:
    """Name what compiled packages depend on."""
    return f"{sys.implementation.cache_tag} {get_platform()}"


def digest_of(name: str) -> str:
    """Return the SHA-256 of a file of the project."""
    return hashlib.sha256((ROOT / name).read_bytes()).hexdigest()


def remember(done: dict[str, object]) -> None:
    """Write the stamp so that it is there as a whole or not at all."""
    fresh = STAMP.with_suffix(".new")
    fresh.write_text(json.dumps(done))
    fresh.replace(STAMP)


def make_venv() -> None:
    """Make an empty environment, in place of what is there."""
    inside = sys.prefix != sys.base_prefix
    python = os.path.realpath(sys.executable) if inside else sys.executable
    said = run("Making .venv", [python, "-m", "venv", "--clear", str(VENV)])
    if said is None:
        return
    if is_full(said):
        raise Trouble(full())
    if "No module named" in said or "ensurepip is not available" in said:
        raise Trouble(
            "This Python cannot make virtual environments: install its venv module"
            f" (on Debian or Ubuntu: apt install python3-venv) and run this again with {python}."
        )
    raise Trouble(f"Making .venv failed: {last_line(said)}")


def install(step: str) -> None:
    """Install the packages of a lock file, or the project itself so that it runs from here."""
    pip = [str(VENV / "bin" / "python"), "-m", "pip", "install", "--quiet", "--no-input"]
    pip += ["--no-deps", "--disable-pip-version-check", "--retries", "2"]
    if step == "pyproject.toml":
        said = run(
            "Installing the project", [*pip, "--no-build-isolation", "--editable", str(ROOT)]
        )
    else:
        # Wheels alone: what builds a source package is in no lock file.
        pip += ["--require-hashes", "--only-binary", ":all:", "--no-compile"]
        said = run(f"Installing {step}", [*pip, "--requirement", str(ROOT / step)])
    if said is not None:
        raise Trouble(sentence_about_pip(step, said))


def run(what: str, command: list[str]) -> str | None:
    """Run a step, tell how long it took, and return what it said if it failed."""
    print(f"{what} ... ", end="", file=sys.stderr, flush=True)
    began = time.monotonic()
    environment = {name: value for name, value in os.environ.items() if name not in MISLEADING}
    ended = subprocess.run(  # noqa: S603 - a list from this file, no shell
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
        text=True,
        errors="replace",
        env=environment,
    )
    passed = time.monotonic() - began
    print(f"{passed:.1f} s" if ended.returncode == 0 else "failed", file=sys.stderr)
    return None if ended.returncode == 0 else ended.stdout


def sentence_about_pip(step: str, said: str) -> str:
    """Turn what pip said into what a person can do."""
    if is_full(said):
        return full()
    if "DO NOT MATCH THE HASHES" in said:
        return (
            f"A package differs from the one that {step} promises, so it was not installed:"
            " look into it before you go on."
        )
    out_of_reach = ("Could not find a version", "No matching distribution", "Connection", "resolve")
    if any(sign in said for sign in out_of_reach):
        return (
            f"The packages of {step} could not be fetched: check the network (and pip's settings)"
            f" and run this again. pip said: {last_line(said)}"
        )
    return f"Installing {step} failed: {last_line(said)}"


def last_line(said: str) -> str:
    """Return the last line that tells something, an error if there is one."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    errors = [line for line in lines if line.startswith("ERROR")]
    return (errors or lines or ["it gave no reason"])[-1].removeprefix("ERROR: ")


def is_full(said: str) -> bool:
    """Say whether a step failed for want of room, which not every program tells."""
    return NO_ROOM in said or shutil.disk_usage(ROOT).free < LEAST_ROOM


def full() -> str:
    """Say that the disk is full."""
    return f"The disk that holds {ROOT} is full: make room and run this again."


def sentence_about(error: OSError) -> str:
    """Turn a refusal of the operating system into a sentence."""
    if error.strerror == NO_ROOM:
        return full()
    return f"The set-up cannot use {error.filename}: {error.strerror}."


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
