"""What stores requests and answers is known, and is sealed (TR-29)."""

import re
from pathlib import Path

from app.db import Base
from app.policy.key_functions import KEPT_UNDER

ROOT = Path(__file__).parent.parent.parent / "app"


def test_every_store_that_a_master_key_seals_is_asked_before_one_is_forgotten():
    sealing = {
        str(path.relative_to(ROOT))
        for path in ROOT.rglob("*.py")
        if re.search(r"\bSystemSeal\(", path.read_text())
        and "class SystemSeal" not in path.read_text()
    }
    assert sealing == {"policy/idempotency.py", "policy/outbox.py"}
    assert re.findall(r"'(\w+)', encode", KEPT_UNDER) == [
        "district_keys",
        "vault_keys",
        "idempotency_records",
        "jobs",
    ]


def test_the_columns_that_keep_bodies_are_those_that_are_sealed():
    """One more is to be looked at before it is listed here."""
    found = {
        f"{table.name}.{column.name}"
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if column.type.python_type is bytes
    }
    sealed = {"answers", "idempotency_records", "inquiries", "introductions", "withdrawals"}
    sealed |= {"cell_memberships", "release_secrets", "release_sums"}
    assert {each for each in found if each.endswith(".sealed")} == {f"{t}.sealed" for t in sealed}
    assert {"district_keys.wrapped", "vault_keys.wrapped", "jobs.asked", "jobs.answer"} <= found
