"""With the first lock off, row security alone lets no row of another district out."""

import os
import subprocess
import sys
from pathlib import Path

from slow import slow

ROOT = Path(__file__).parent.parent.parent


@slow
def test_the_matrix_with_the_policy_open_shows_nothing_of_another_district():
    """In a process of its own: what is written at import is written without the first lock."""
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "matrix.opened",
        "-p",
        "no:cacheprovider",
    ]
    done = subprocess.run(
        [*command, "tests/matrix/alone.py"],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'tests'}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout[-4000:]) == (0, done.stdout[-4000:])
    assert done.stdout.startswith("..")
