"""Breaks the verifier once in every place where it checks something."""

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from types import ModuleType

HOUSE = Path(__file__).parents[2] / "app" / "identity"
MODULES = ["compact", "trust", "verifier"]
LOOSER: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
}


@dataclass(frozen=True)
class Mutant:
    """One module with one check broken, and what was broken in words."""

    module: str
    broken: str
    tree: ast.Module


def mutants() -> Iterator[Mutant]:
    """Break each check, each half of a check, each bound, each member of a list, each handler."""
    for module in MODULES:
        source = (HOUSE / f"{module}.py").read_text(encoding="utf-8")
        for place, node in enumerate(ast.walk(ast.parse(source))):
            for way in range(ways(node)):
                broken = ast.parse(source)
                words = break_it(next(islice(ast.walk(broken), place, None)), way)
                yield Mutant(module, words, ast.fix_missing_locations(broken))


def raises(statements: list[ast.stmt]) -> bool:
    return isinstance(statements[-1], ast.Raise)


def ways(node: ast.AST) -> int:  # noqa: PLR0911 - a table
    """In how many ways a node can be broken."""
    match node:
        case ast.If(body=body) if raises(body):
            return 1 + (len(node.test.values) if isinstance(node.test, ast.BoolOp) else 0)
        case ast.If(test=ast.BoolOp(values=values)):
            return 1 + len(values)
        case ast.ExceptHandler(body=body) if raises(body):
            return 1
        case ast.Compare():
            return sum(type(op) in LOOSER for op in node.ops)
        case ast.Call(func=ast.Name(id="frozenset"), args=[ast.Set(elts=elements)]):
            return len(elements)
        case ast.Assign(value=ast.Constant(value=int() | float())):
            return 1
        case ast.Assign(value=ast.Call(func=ast.Name(id="range"), args=bounds)):
            return min(len(bounds), 2)
        case ast.Call(func=ast.Name(id=name), keywords=[]) if name.startswith("require_"):
            return 1
        case ast.Call(func=ast.Name(id="decode_part")) | ast.keyword(arg="parse_constant"):
            return 1
    return 0


def break_it(node: ast.AST, way: int) -> str:  # noqa: C901 - a table
    """Break a node in one way and say what was broken."""
    words = ast.unparse(node).splitlines()[0]
    match node:
        case ast.If(test=test) if way == 0:
            node.test = ast.Constant(value=False)
        case ast.If(test=ast.BoolOp(values=values) as test):
            words += f" without {ast.unparse(values[way - 1])}"
            values[way - 1] = ast.Constant(value=isinstance(test.op, ast.And))
        case ast.ExceptHandler():
            words += f" {ast.unparse(node.body[-1])}"
            node.body[-1] = ast.Raise()
        case ast.Compare(ops=ops):
            index = [i for i, op in enumerate(ops) if type(op) in LOOSER][way]
            ops[index] = LOOSER[type(ops[index])]()
            words += f" as {ast.unparse(node)}"
        case ast.Call(func=ast.Name(id="frozenset"), args=[ast.Set(elts=elements)]):
            words = f"frozenset without {ast.unparse(elements.pop(way))}"
        case ast.Assign(value=ast.Constant() as constant):
            constant.value += 1
        case ast.Assign(value=ast.Call(args=bounds)):
            bounds[way] = ast.BinOp(
                bounds[way], ast.Sub() if way == 0 else ast.Add(), ast.Constant(2)
            )
            words += f" with {ast.unparse(bounds[way])}"
        case ast.Call(func=ast.Name(id="decode_part")):
            node.func.id = "lenient"
            words = f"lenient {words}"
        case ast.Call():
            node.func = ast.Name(id="print_nothing", ctx=ast.Load())
        case ast.keyword():
            node.value = ast.Name(id="float", ctx=ast.Load())
    return words


def lenient(part: str) -> bytes:
    """Decode as the standard library does by default: what is strange is passed over."""
    from base64 import urlsafe_b64decode

    return urlsafe_b64decode(part + "=" * (-len(part) % 4))


def house(mutant: Mutant | None) -> tuple[ModuleType, ModuleType]:
    """Load the modules anew, one of them broken: those of trust and of the verifier."""
    names = [f"app.identity.{module}" for module in MODULES]
    before = {name: sys.modules.pop(name, None) for name in names}
    try:
        for module, name in zip(MODULES, names, strict=True):
            path = HOUSE / f"{module}.py"
            broken = mutant is not None and mutant.module == module
            source = mutant.tree if broken else path.read_text(encoding="utf-8")
            loaded = ModuleType(name)
            loaded.__dict__.update(lenient=lenient, print_nothing=lambda *_: None)
            sys.modules[name] = loaded
            exec(compile(source, str(path), "exec"), loaded.__dict__)  # noqa: S102 - our own source
        return sys.modules[names[1]], sys.modules[names[2]]
    finally:
        for name, module in before.items():
            sys.modules.pop(name, None)
            if module is not None:
                sys.modules[name] = module
