"""The run of all checks: none is left out because another one failed."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PROGRAMS = ("ruff", "mypy", "lint-imports", "c34", "python")
SAY = '#!/bin/sh\necho "{name}${{*:+ $*}}"\n'
BREAK = '#!/bin/sh\necho "{name}${{*:+ $*}}"\nexit 3\n'


def checked(folder: Path, *broken: str) -> tuple[int, str]:
    """Run the checks where each program only tells that it was called, and some fail."""
    (folder / ".ci").mkdir()
    shutil.copy(ROOT / ".ci" / "run", folder / ".ci")
    (folder / "tests").mkdir()
    (folder / "tests" / "mutants.py").touch()
    (folder / "bootstrap.py").write_text("import sys\nprint('bootstrap', *sys.argv[1:])\n")
    (folder / ".venv" / "bin").mkdir(parents=True)
    for name in PROGRAMS:
        program = folder / ".venv" / "bin" / name
        program.write_text((BREAK if name in broken else SAY).format(name=name))
        program.chmod(0o755)
    ended = subprocess.run(
        ["/usr/bin/env", "bash", str(folder / ".ci" / "run")],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        cwd="/",
        env={"PATH": os.environ["PATH"]},
    )
    return ended.returncode, re.sub(r"\(\d+ s\)", "(a while)", ended.stdout)


def test_every_check_runs_and_is_told(tmp_path: Path) -> None:
    code, said = checked(tmp_path)
    assert code == 0
    assert (
        said
        == """
== tests
bootstrap test

== lint
ruff check .

== format
ruff format --check .

== types
mypy

== import contracts
lint-imports

== contract is fresh
c34 openapi --check

== generated pages are fresh
c34 docs --check

== each breakage is caught
python -m tests.mutants --tested --minutes=12

== summary
ok      tests (a while)
ok      lint (a while)
ok      format (a while)
ok      types (a while)
ok      import contracts (a while)
ok      contract is fresh (a while)
ok      generated pages are fresh (a while)
ok      each breakage is caught (a while)
"""
    )


@pytest.mark.parametrize("broken", [("mypy",), PROGRAMS])
def test_a_failure_stops_no_other_check_and_fails_the_run(
    tmp_path: Path, broken: tuple[str, ...]
) -> None:
    code, said = checked(tmp_path, *broken)
    assert code == 1
    lines = said.partition("== summary\n")[2].splitlines()
    failed = [line for line in lines if line.startswith("FAILED")]
    assert len(failed) == {"mypy": 1}.get("".join(broken), 7)
    assert lines[-1] == f"{len(failed)} of 8 checks failed"
