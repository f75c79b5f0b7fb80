"""Disclosure control reads nothing and writes nothing, and knows nothing else of the application."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import app.disclosure

MODULES = sorted(Path(app.disclosure.__file__).parent.glob("*.py"))
LIBRARIES = {"numpy", "scipy", "flint", "highspy", "cryptography"}
OUTWARD = {"io", "os", "pathlib", "socket", "logging", "random", "secrets", "time", "subprocess"}


def imported(module: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(module.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or "."


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.stem)
def test_a_module_imports_its_neighbours_and_what_computes(module):
    allowed = LIBRARIES | sys.stdlib_module_names - OUTWARD
    strange = [
        name
        for name in imported(module)
        if not f"{name}.".startswith("app.disclosure.") and name.partition(".")[0] not in allowed
    ]
    assert strange == []


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.stem)
def test_a_module_opens_and_prints_nothing(module):
    called = {
        node.func.id
        for node in ast.walk(ast.parse(module.read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    assert called & {"open", "print", "input", "exec", "eval"} == set()
