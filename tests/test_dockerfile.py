"""The image, judged without an engine: its rules are read, its steps are taken in a folder."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fnmatch import fnmatch
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from slow import slow

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Step:
    """One instruction, its lines joined."""

    word: str
    rest: str


@cache
def stages() -> list[list[Step]]:
    """Read the instructions of each stage; a stage begins with FROM."""
    text = (ROOT / "Dockerfile").read_text()
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    joined = re.sub(r"\\\n\s*", "", "\n".join(lines))
    found: list[list[Step]] = []
    for line in filter(None, joined.splitlines()):
        word, _, rest = line.partition(" ")
        if word == "FROM":
            found.append([])
        found[-1].append(Step(word, rest.strip()))
    return found


def rest_of(word: str, stage: list[Step]) -> list[str]:
    return [step.rest for step in stage if step.word == word]


def test_it_is_built_in_one_stage_and_runs_in_another() -> None:
    build, final = stages()
    assert rest_of("FROM", build) == ["python:3.13-slim-trixie AS build"]
    assert rest_of("FROM", final) == ["python:3.13-slim-trixie"]


def test_it_runs_as_an_account_without_privileges() -> None:
    final = stages()[-1]
    assert rest_of("USER", final) == ["10034:10034"]
    words = [step.word for step in final]
    assert words[words.index("USER") :].count("RUN") == 0


def test_the_final_stage_installs_and_builds_nothing() -> None:
    programs = re.compile(r"\b(apt|apt-get|apk|dpkg|gcc|g\+\+|make|pip|curl|wget|git|cargo|npm)\b")
    assert [run for run in rest_of("RUN", stages()[-1]) if programs.search(run)] == []


def test_the_packages_are_those_of_the_lock_file() -> None:
    installs = [run for run in rest_of("RUN", stages()[0]) if "pip install" in run]
    assert len(installs) == 2
    for word in ("--require-hashes", "--no-deps", "--only-binary :all:", "requirements.lock"):
        assert installs[0].count(word) == 1
    for word in ("--no-deps", "--no-build-isolation", "--editable ."):
        assert installs[1].count(word) == 1


def test_nothing_is_fetched_by_address() -> None:
    for stage in stages():
        assert rest_of("ADD", stage) == []
        assert [
            step for step in stage if re.search(r"(https?|ftp)://(?!127\.0\.0\.1)", step.rest)
        ] == []


def test_no_secret_is_in_it() -> None:
    secret = re.compile(r"pass|secret|token|key|DATABASE_URL", re.IGNORECASE)
    for stage in stages():
        assert rest_of("ARG", stage) == []
        assert [line for line in rest_of("ENV", stage) if secret.search(line)] == []


def test_every_setting_it_makes_is_one_of_the_service() -> None:
    from app.settings import Settings

    made = re.findall(r"\b(C34_\w+)=", " ".join(rest_of("ENV", stages()[-1])))
    known = {name.upper() for name in Settings.model_fields}
    assert made == ["C34_DATA", "C34_HOST", "C34_PORT"]
    assert [name for name in made if name not in known] == []


def test_it_serves_on_the_port_that_it_shows() -> None:
    final = stages()[-1]
    assert rest_of("EXPOSE", final) == ["8034"]
    assert rest_of("VOLUME", final) == ["/var/lib/c34"]
    assert [json.loads(words) for words in rest_of("CMD", final)] == [["c34", "serve"]]


def excluded(path: Path) -> bool:
    """Say whether the builder is not sent a file; the last line that fits decides."""
    inside = path.relative_to(ROOT)
    names = [str(inside), *(str(folder) for folder in inside.parents)]
    verdict = False
    for line in (ROOT / ".dockerignore").read_text().splitlines():
        pattern = line.removeprefix("!").removeprefix("**/")
        if line.startswith("#"):
            continue
        spots = [part for name in names for part in name.split("/")] if "**/" in line else names
        if any(fnmatch(spot, pattern) for spot in spots):
            verdict = not line.startswith("!")
    return verdict


def copied() -> list[Path]:
    lines = [line.split() for line in rest_of("COPY", stages()[0])]
    return [ROOT / source for *sources, _ in lines for source in sources]


def test_everything_copied_is_there_and_sent_to_the_builder() -> None:
    assert [path for path in copied() if not path.exists() or excluded(path)] == []


@pytest.mark.parametrize(
    "name", [".git/config", ".venv/bin/python", "var/keys/master.json", "tests/conftest.py", ".env"]
)
def test_what_is_not_of_the_service_is_not_sent_to_the_builder(name: str) -> None:
    assert excluded(ROOT / name) is True


def test_what_python_compiled_here_is_not_sent_to_the_builder() -> None:
    assert excluded(ROOT / "app" / "policy" / "__pycache__" / "gate.cpython-311.pyc") is True
    assert excluded(ROOT / "app" / "policy" / "gate.py") is False


@contextmanager
def answering(status: int) -> Iterator[int]:
    """Answer every question about /live on a free port."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status if self.path == "/live" else 404)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        Thread(target=server.serve_forever).start()
        yield server.server_port
        server.shutdown()


@pytest.mark.parametrize(("status", "code"), [(200, 0), (503, 1)])
def test_its_health_is_what_live_answers(status: int, code: int) -> None:
    (line,) = rest_of("HEALTHCHECK", stages()[-1])
    check = json.loads(line.partition("CMD ")[2])
    assert check[0] == "python"
    with answering(status) as port:
        asked = subprocess.run(
            [sys.executable, *check[1:]],
            check=False,
            capture_output=True,
            env={"C34_PORT": str(port), "http_proxy": "http://127.0.0.1:1"},
        )
    assert asked.returncode == code


@slow
def test_its_build_steps_lead_from_an_empty_folder_to_a_command_that_runs(tmp_path: Path) -> None:
    image = tmp_path / "image"
    place = image
    base = {"PATH": f"{tmp_path / 'base'}:/usr/bin:/bin", "HOME": str(tmp_path)}
    pip = {name: value for name, value in os.environ.items() if name.startswith("PIP_")}
    (tmp_path / "base").mkdir()
    (tmp_path / "base" / "python").symlink_to(Path(sys.executable).resolve())
    for step in stages()[0]:
        if step.word == "WORKDIR":
            place = image / step.rest.lstrip("/")
            place.mkdir(parents=True)
        elif step.word == "COPY":
            *sources, target = step.rest.split()
            for source in sources:
                copy(ROOT / source, place / target)
        elif step.word == "RUN":
            subprocess.run(["/bin/sh", "-c", step.rest], cwd=place, env={**base, **pip}, check=True)
    programs = place / ".venv" / "bin"
    asked = subprocess.run(
        [programs / "c34", "--help"], capture_output=True, text=True, check=False, env=base
    )
    assert (asked.returncode, asked.stderr) == (0, "")
    tried = "import app.main, app.embedded.server, importlib.util as u; print(u.find_spec('pip'), u.find_spec('setuptools'))"
    asked = subprocess.run(
        [programs / "python", "-c", tried],
        capture_output=True,
        text=True,
        check=False,
        env=base,
        cwd="/",
    )
    assert (asked.stdout, asked.stderr) == ("None None\n", "")


def copy(source: Path, target: Path) -> None:
    """Copy as the builder does: a folder's content, and nothing that is not sent to it."""
    if source.is_dir():
        sent = [path for path in source.rglob("*") if path.is_file() and not excluded(path)]
        for path in sent:
            (target / path.relative_to(source)).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, target / path.relative_to(source))
    else:
        target.mkdir(exist_ok=True)
        shutil.copy(source, target)
