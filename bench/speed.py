"""Measures the service against a peer in the same run: `python -m bench.speed [--quick]`.

One PostgreSQL has a database for each, with the same rows. Each application has one worker; they
are driven in turn, round after round, so that whatever else the machine does slows both.
`docs/speed.md` says how to read what comes out. Needs Linux and the extra `bench`.
"""

import argparse
import asyncio
import sys
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import asyncpg

from app.embedded.binaries import find_binaries
from app.embedded.server import EmbeddedServer
from app.identity.issuer import LocalIssuer
from app.policy.lock import APP, RELEASE
from app.serving import local_issuer, make_master_keys
from app.settings import Settings
from bench import alone, report, same, statements
from bench.alone import Alone
from bench.consortium import FULL, QUICK, WIDE, Size
from bench.databases import OURS as OUR_DATABASE
from bench.databases import PEER_LOGIN, PEERS, Databases
from bench.measured import Load, Samples, sample
from bench.scenarios import (
    FRAME,
    OURS,
    PEER,
    PEER_SECRET,
    Scenario,
    Side,
    everybody,
    our_tokens,
    peer_tokens,
    scenarios,
)
from bench.served import serving

NO_LIMIT: Final = "1000000000"
"""A quota that nobody reaches: requests are counted as ever."""


@dataclass(frozen=True)
class Run:
    """What is measured, and how long."""

    size: Size
    rounds: int
    load: Load
    only: str

    def scenarios(self) -> list[Scenario]:
        """List the scenarios that were asked for, with what they are compared with."""
        every = scenarios(self.size)
        chosen = [each for each in every if self.only in each.name]
        needed = {name for each in chosen for name in (each.name, each.against)}
        return [each for each in every if each.name in needed]


def told() -> Run:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m bench.speed", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="20 districts, short rounds")
    parser.add_argument("--rounds", type=int)
    parser.add_argument("--seconds", type=float, help="of each scenario in a round")
    parser.add_argument("--connections", type=int, default=4)
    parser.add_argument("--only", default="", help="scenarios whose name has these words")
    options = parser.parse_args()
    size, rounds, seconds = (QUICK, 5, 0.5) if options.quick else (FULL, 15, 1.5)
    load = Load(options.connections, options.seconds or seconds)
    return Run(size, options.rounds or rounds, load, options.only)


@contextmanager
def served(
    databases: Databases, settings: Settings, issuer: LocalIssuer, run: Run
) -> Iterator[tuple[Side, Side, Side]]:
    """Serve both applications meanwhile, and the frame of the service beside them."""
    folder = settings.c34_data
    ours = {
        "C34_DATA": str(folder),
        "C34_QUOTA": NO_LIMIT,
        "DATABASE_URL": databases.url(APP, OUR_DATABASE),
        "RELEASE_DATABASE_URL": databases.url(RELEASE, OUR_DATABASE),
    }
    peer = {"PEER_DATABASE_URL": databases.peer_url(), "PEER_SECRET_KEY": PEER_SECRET}
    frame = {"FRAME_DATABASE_URL": databases.url(PEER_LOGIN, PEERS)}
    asking = [*everybody(run.size), WIDE]
    target = "bench.ours:application"
    with (
        serving(target, ours, folder / "ours.log", "--factory") as our_server,
        serving("bench.peers.template.main:app", peer, folder / "peer.log") as peer_server,
        serving("bench.peers.frame:app", frame, folder / "frame.log") as frame_server,
    ):
        yield (
            Side(OURS, "/v1", our_server, our_tokens(issuer, asking)),
            Side(PEER, "", peer_server, peer_tokens(asking)),
            Side(FRAME, "", frame_server, peer_tokens(asking)),
        )


def measure(run: Run, databases: Databases, sides: tuple[Side, ...]) -> Samples:
    """Go through all scenarios, round after round; the two take turns in going first."""
    samples: Samples = defaultdict(list)
    for turn in range(-1, run.rounds):  # the first one warms up
        for scenario in run.scenarios():
            asked = [side for side in sides if side.name in scenario.sides]
            load = run.load if turn >= 0 else Load(run.load.connections, run.load.seconds / 4)
            for side in asked if turn % 2 else reversed(asked):
                came = sample(side, scenario, turn, databases.process, load)
                if turn >= 0:
                    samples[scenario.name, side.name].append(came)
            if scenario.writes:
                asyncio.run(databases.take_back(run.size.batch))
        say(f"round {turn + 1} of {run.rounds}" if turn >= 0 else "warm")
    return samples


def measure_alone(run: Run, databases: Databases, folder: Path) -> dict[str, list[Alone]]:
    """Send the SQL of the readings from pgbench, as often as there were rounds."""
    program = find_binaries(None).folder / "pgbench"
    if not program.exists():
        say("There is no pgbench beside the server: the database alone is left out.")
        return {}
    url = databases.url(APP, OUR_DATABASE)
    found = {}
    for name, scripts in statements.scripts(run.size, folder).items():
        if run.only in name:
            found[name] = [
                alone.run(
                    program,
                    *(url, scripts, databases.process, run.load.connections, run.load.seconds),
                )
                for _ in range(run.rounds)
            ]
    return found


async def version(databases: Databases) -> str:
    """Ask the server for its version."""
    connection = await asyncpg.connect(databases.server.admin_url())
    told: str = await connection.fetchval("show server_version")
    await connection.close()
    return f"PostgreSQL {told}"


def say(sentence: str) -> None:
    """Say how far it has come, beside what is measured."""
    print(sentence, file=sys.stderr, flush=True)


def main() -> None:
    """Make the data, measure, and print the tables."""
    run = told()
    with TemporaryDirectory(prefix="bench") as name:
        settings = Settings(c34_data=Path(name))
        make_master_keys(settings)
        issuer = local_issuer(settings)
        with EmbeddedServer(settings.c34_data / "pg", durable=False) as server:
            databases = Databases(server)
            asyncio.run(databases.make(run.size, issuer.iss, settings.c34_data))
            say("loaded")
            with served(databases, settings, issuer, run) as sides:
                same.require(sides[:2], run.size)
                samples = measure(run, databases, sides)
            by_itself = measure_alone(run, databases, settings.c34_data)
            server_version = asyncio.run(version(databases))
    print("\n".join(report.conditions(run.size, run.load, run.rounds, server_version)), "\n")
    print("\n".join(report.compared(run.scenarios(), samples)), "\n")
    print("\n".join(report.beside_the_database(by_itself, samples)), "\n")
    print("\n".join(report.framed(run.scenarios(), samples)))


if __name__ == "__main__":
    main()
