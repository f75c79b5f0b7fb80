"""The database alone: the same SQL of the same login, sent by pgbench with nothing around it."""

import os
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qs, unquote, urlsplit

from app.policy.lock import telling
from app.policy.reach import Reach
from app.policy.reader import BEGIN
from app.policy.reading import Reading
from bench import cpu

TPS: Final = re.compile(r"^tps = ([0-9.]+)", re.MULTILINE)
COUNT: Final = re.compile(r"^number of transactions actually processed: (\d+)", re.MULTILINE)
PARAMETER: Final = re.compile(r"\$(\d+)")


@dataclass(frozen=True)
class Alone:
    """What came of one run: per transaction, in seconds of processor time."""

    per_second: float
    database: float


def literal(value: Any) -> str:
    """Write an argument as SQL."""
    if value is None:
        return "null"
    if isinstance(value, bool | int):
        return str(value).lower()
    if isinstance(value, list | tuple):
        return f"'{{{','.join(map(str, value))}}}'"
    return "'" + str(value).replace("'", "''") + "'"


def filled(sql: str, written: list[str]) -> str:
    """Put arguments in the place of parameters."""
    return PARAMETER.sub(lambda found: written[int(found[1]) - 1], sql)


def transaction(reach: Reach, *readings: tuple[Reading[Any], Mapping[str, Any]]) -> str:
    """Write the transaction of a read as a script: who asks, the readings, the end."""
    lines = [BEGIN, telling(reach)]
    for reading, values in readings:
        sql, arguments = reading.within(reach, values)
        lines.append(filled(sql, [literal(argument) for argument in arguments]))
    return "".join(" ".join(each.split()) + ";\n" for each in [*lines, "commit"])


def run(
    program: Path, url: str, scripts: list[Path], postmaster: int, clients: int, seconds: float
) -> Alone:
    """Run scripts against the database for some seconds, in turn, with prepared statements."""
    address = urlsplit(url)
    command = [
        *(str(program), "--no-vacuum", "--protocol=prepared", f"--client={clients}", "--jobs=1"),
        *(f"--time={max(1, round(seconds))}", f"--username={address.username}"),
        f"--host={parse_qs(address.query)['host'][0]}",
        *(f"--file={script}" for script in scripts),
        address.path.lstrip("/"),
    ]
    environment = os.environ | {"PGPASSWORD": unquote(address.password or "")}
    before = cpu.of_server(postmaster)
    told = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    used = cpu.of_server(postmaster) - before
    tps, count = TPS.search(told.stdout), COUNT.search(told.stdout)
    if tps is None or count is None:
        raise RuntimeError(told.stdout)
    return Alone(float(tps[1]), used / int(count[1]))
