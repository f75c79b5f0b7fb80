"""What starts without being asked for plans waits for no library that plans are made with."""

import json
import subprocess
import sys

import pytest

HEAVY = ["flint", "highspy", "numpy", "scipy"]
LOADED = """
import importlib, json, sys
importlib.import_module(sys.argv[1])
print(json.dumps(sorted(sys.modules.keys() & {*sys.argv[2:]})))
"""


def loaded_by(module: str) -> list[str]:
    run = subprocess.run(
        [sys.executable, "-c", LOADED, module, *HEAVY], capture_output=True, check=True, text=True
    )
    return json.loads(run.stdout)


@pytest.mark.parametrize("module", ["app.serving", "app.contract", "app.verifying", "demo.command"])
def test_nothing_that_starts_loads_the_libraries_of_the_audit(module):
    assert loaded_by(module) == []


def test_they_are_those_that_the_audit_loads():
    assert loaded_by("app.disclosure.intervals") == ["highspy", "numpy", "scipy"]
    assert loaded_by("app.disclosure.audit") == ["flint", "numpy", "scipy"]
