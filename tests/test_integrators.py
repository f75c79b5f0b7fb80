"""The page for integrators, as written: its blocks run in order against a served demo."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from processes import PATIENCE, READY, TWELVE, running
from slow import slow

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "integrators.md").read_text()
BLOCKS = re.findall(
    r"^```python\n(.*?)^```\n(?:\n```text\n(.*?)^```$)?", PAGE, re.MULTILINE | re.DOTALL
)
"""Each block of code, and what it prints."""
TOLD = re.search(r"^```bash\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
MARK = "--- the next block ---"


def run(environment: dict[str, str], folder: Path) -> list[str]:
    """Run the blocks one after another in one program, and return what each of them prints."""
    program = folder / "page.py"
    program.write_text(f"print({MARK!r})\n".join(code for code, _ in BLOCKS))
    command = f"{TOLD[1]}\nexec {shlex.quote(sys.executable)} {shlex.quote(str(program))}"
    done = subprocess.run(
        ["bash", "-eu", "-c", command],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.split(f"{MARK}\n")


@slow
def test_every_block_of_the_page_prints_what_stands_below_it(tmp_path: Path) -> None:
    data = tmp_path / "var"
    with running(data, *TWELVE) as command:
        command.until(READY)
        printed = run({**os.environ, "C34_DATA": str(data)}, tmp_path)
        command.stop()
    assert printed == [expected for _, expected in BLOCKS]


def test_the_dashboard_takes_20_lines() -> None:
    code, _ = BLOCKS[0]
    assert code.count("\n") <= 20


@pytest.mark.parametrize("link", sorted(set(re.findall(r"\]\(([^)#]+)[^)]*\)", PAGE))))
def test_every_link_of_the_page_leads_somewhere(link: str) -> None:
    assert (ROOT / "docs" / link).exists()
