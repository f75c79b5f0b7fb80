"""What a release vouches for (DR-15), checked offline; and what was found wrong in it (DR-09)."""

import json
from uuid import uuid4

import pytest
from conftest import NORTH, SOUTH, account
from paths import ledger_of, told
from ten import TEN, cells_of
from typer.testing import CliRunner
from vaulted import members_of, put_members

from app.cli import app as command
from app.vocabulary import Role

pytestmark = pytest.mark.anyio


@pytest.fixture
async def release(released):
    return await released()


async def kept(caller, client, release, folder, district=NORTH):
    """What a member keeps of a release, in files; and a way to check them."""
    member = caller(Role.SUPERINTENDENT, district)
    path = f"/v1/releases/{release['id']}"
    lines = {"Accept": "application/jsonl"}
    answers = {
        "certificate": await member.get(f"{path}/certificate"),
        "cells": await member.get(f"{path}/cells", headers=lines),
        "inclusion": await member.get(f"{path}/inclusion", params={"district_id": str(district)}),
        "jwks": await client.get("/.well-known/jwks.json"),
    }
    for name, answer in answers.items():
        assert answer.status_code == 200, answer.text
        (folder / name).write_bytes(answer.content)
    return folder


def checked(folder):
    asked = [
        part
        for name in ("certificate", "cells", "jwks", "inclusion")
        for part in (f"--{name}", str(folder / name))
    ]
    return CliRunner().invoke(command, ["release", "verify", *asked])


async def test_a_member_checks_a_release_offline(everyone, client, release, tmp_path):
    done = checked(await kept(everyone, client, release, tmp_path))
    assert (done.exit_code, done.output) == (0, "The certificate holds, for 48 cells.\n")


async def test_a_certificate_says_what_was_audited(everyone, release):
    path = f"/v1/releases/{release['id']}/certificate"
    body = told(await everyone(Role.VIEWER, SOUTH).get(path), 200)
    certificate = body["certificate"]
    assert body.keys() == {"release_id", "certificate", "signature", "key"}
    assert certificate["release"] == {
        "id": release["id"],
        "round": release["round_id"],
        "number": 1,
    }
    assert certificate["audit"] == {"outcome": "certified", "figures": 22, "earlier_releases": 0}
    assert certificate["charter"]["parameters"]["fewest_districts"] == 5
    assert len(certificate["cells"]) == 48
    assert certificate["inclusion"]["places"] == 128


async def test_a_changed_figure_is_found(everyone, client, release, tmp_path):
    folder = await kept(everyone, client, release, tmp_path)
    cells = [json.loads(line) for line in (folder / "cells").read_text().splitlines()]
    cells[0]["value"] += 0.1
    (folder / "cells").write_text(json.dumps(cells))
    done = checked(folder)
    assert done.exit_code == 1
    assert done.output == f"Cell {cells[0]['id']} is not as it was certified.\n"


async def test_a_proof_of_other_answers_is_found(everyone, client, release, tmp_path):
    folder = await kept(everyone, client, release, tmp_path)
    proof = json.loads((folder / "inclusion").read_text())
    assert [answer["item"] for answer in proof["answers"]] == [
        "advisory",
        "expenditure",
        "students-per-teacher",
        "survey",
        "who-coaches",
    ]
    proof["answers"][1]["version"] = 2
    (folder / "inclusion").write_text(json.dumps(proof))
    done = checked(folder)
    assert done.output == "Version 2 of the answer to expenditure was not included.\n"


async def test_a_file_that_is_none_is_told(everyone, client, release, tmp_path):
    folder = await kept(everyone, client, release, tmp_path)
    (folder / "jwks").write_text("none")
    done = checked(folder)
    assert (done.exit_code, done.output) == (2, f"c34: {folder / 'jwks'} holds no JSON.\n")


async def test_nobody_is_given_the_proof_of_another(everyone, released):
    release = await released({SOUTH: {}})
    path = f"/v1/releases/{release['id']}/inclusion"
    strange = await everyone(Role.SUPERINTENDENT, NORTH).get(
        path, params={"district_id": str(TEN[2])}
    )
    absent = await everyone(Role.SUPERINTENDENT, NORTH).get(
        f"/v1/releases/{uuid4()}/inclusion", params={"district_id": str(NORTH)}
    )
    assert [each.status_code for each in (strange, absent)] == [404, 404]
    silent = await everyone(Role.SUPERINTENDENT, SOUTH).get(
        path, params={"district_id": str(SOUTH)}
    )
    assert (silent.status_code, silent.json()["rule"]) == (403, "TR-24")
    staff = await everyone(Role.ANALYST).get(path, params={"district_id": str(NORTH)})
    assert (staff.status_code, staff.json()["rule"]) == (403, "TR-02")


async def test_the_auditor_has_it_audited_again_and_learns_no_more_than_whether(
    everyone, release, owner
):
    path = f"/v1/releases/{release['id']}/audit"
    body = told(await everyone(Role.AUDITOR).post(path), 200)
    assert {name: body[name] for name in ("release_id", "passed", "systems")} == {
        "release_id": release["id"],
        "passed": True,
        "systems": 5,
    }
    assert body.keys() == {"release_id", "passed", "systems", "seed", "audited_at"}
    for role in (Role.ANALYST, Role.CONSORTIUM_ADMIN):
        refused = await everyone(role).post(path)
        assert (refused.status_code, refused.json()["rule"]) == (403, "TR-02")
    entries = await ledger_of(owner, f"release:{release['id']}")
    told_ = {"step": "audit", "passed": True, "systems": 5}
    assert entries[-1] == ("release:audit", "done", "DR-15", told_)


async def test_an_audit_finds_what_should_not_have_gone_out(everyone, release, owner, master_keys):
    """Somebody who owns the tables, and the keys, takes a contributor out of one figure."""
    cell = (await cells_of(everyone, release))[1]
    behind = await members_of(owner, master_keys, cell["id"])
    others = [each for each in behind if each.district_id != NORTH]
    assert len(others) == len(behind) - 1
    await put_members(owner, master_keys, cell["id"], others, cell["n"])
    path = f"/v1/releases/{release['id']}/audit"
    assert told(await everyone(Role.AUDITOR).post(path), 200)["passed"] is False


async def retracted(caller, release, cell, role=Role.ANALYST):
    path = f"/v1/releases/{release['id']}/cells/{cell['id']}/retract"
    place = None if role.of_consortium else NORTH
    return await caller(role, place).post(path, json={"reason": "A column was shifted."})


async def test_a_cell_found_wrong_is_shown_without_its_figure(
    everyone, client, release, tmp_path, owner
):
    before = await cells_of(everyone, release)
    body = told(await retracted(everyone, release, before[1]), 201)
    assert body == {
        "id": body["id"],
        "cell_id": before[1]["id"],
        "reason": "A column was shifted.",
        "retracted_by": str(account(Role.ANALYST)),
        "retracted_at": body["retracted_at"],
    }
    after = await cells_of(everyone, release)
    gone = {"status": "retracted", "n": None, "value": None}
    assert after == [before[0], before[1] | gone, *before[2:]]
    path = f"/v1/releases/{release['id']}"
    viewer = everyone(Role.SUPERINTENDENT, NORTH)
    assert told(await viewer.get(f"{path}/retractions"), 200)["data"] == [body]
    asked = {"district_id": str(NORTH)}
    items = told(await viewer.get(f"{path}/position", params=asked), 200)["items"]
    told_ = items[0]["released"][1]
    assert (told_["status"], told_["value"], told_["band"]) == ("retracted", None, "retracted")
    done = checked(await kept(everyone, client, release, tmp_path))
    assert done.output == (
        f"Cell {before[1]['id']} was retracted since.\nThe certificate holds, for 48 cells.\n"
    )


async def test_only_what_is_shown_is_retracted_and_once(everyone, release):
    cells = await cells_of(everyone, release)
    withheld = await retracted(everyone, release, cells[2])
    assert (withheld.status_code, withheld.json()["rule"]) == (409, "DR-09")
    told(await retracted(everyone, release, cells[0]), 201)
    again = await retracted(everyone, release, cells[0])
    assert (again.status_code, again.json()["rule"]) == (409, "DR-09")
    absent = await retracted(everyone, release, {"id": uuid4()})
    assert absent.status_code == 404
    for role in (Role.CONSORTIUM_ADMIN, Role.SUPERINTENDENT):
        refused = await retracted(everyone, release, cells[1], role)
        assert (refused.status_code, refused.json()["rule"]) == (403, "TR-02")
