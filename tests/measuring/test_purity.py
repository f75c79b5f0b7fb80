"""The arithmetic knows no table and no request, and holds no float."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import app.measuring

MODULES = sorted(Path(app.measuring.__file__).parent.glob("*.py"))
WITHIN = ("app.measuring", "app.vocabulary")


def imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or "."


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.stem)
def test_a_module_imports_the_standard_library_and_its_neighbours_alone(module):
    names = imported(ast.parse(module.read_text()))
    strange = [
        name
        for name in names
        if not name.startswith(WITHIN) and name.partition(".")[0] not in sys.stdlib_module_names
    ]
    assert strange == []


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.stem)
def test_a_module_has_no_float_in_it(module):
    tree = ast.parse(module.read_text())
    floats = [
        node.lineno
        for node in ast.walk(tree)
        if (isinstance(node, ast.Constant) and isinstance(node.value, float))
        or (isinstance(node, ast.Name) and node.id in {"float", "math"})
    ]
    assert floats == []


def test_the_modules_are_found():
    assert "status" in {path.stem for path in MODULES}
