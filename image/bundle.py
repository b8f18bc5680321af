"""The modules of an ordinary call as one file of byte code, and the entry point that runs it.

Python looks for each module in a folder, opens, checks and reads it, and keeps a record of where it came from: for the
90 modules of a call that is a third of the whole run. In an image nothing changes after the build, so one read serves
them all, and they run in the order in which their imports end. Modules that only some calls need are in the same file
and wait there as bytes. Every other module is imported from the folder.
"""

from __future__ import annotations
import __future__

import ast
import marshal
import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path
    from types import CodeType

ENTRY = """#!{python} -IS
import gc
from marshal import loads
gc.disable()
with open("{library}/krmfn.bundle", "rb") as file:
    LOAD, MODULES, WAITING = loads(file.read())
exec(LOAD)
from krmfn.__main__ import entry
entry()
"""
"""No site module and nothing of the caller's environment: start-up is what a function costs."""
LOAD = """
import sys
from _frozen_importlib import ModuleSpec
known, new = sys.modules, type(sys)
for name, code, folder in MODULES:
    module = known[name] = new(name)
    if folder:
        module.__path__ = [folder]
    exec(code, module.__dict__)
    parent, _, child = name.rpartition(".")
    if parent:
        setattr(known[parent], child, module)
class Waiting:
    def find_spec(name, path=None, target=None):
        if name not in WAITING:
            return None
        spec = ModuleSpec(name, Waiting, is_package=WAITING[name][1] != "")
        if WAITING[name][1]:
            spec.submodule_search_locations.append(WAITING[name][1])
        return spec
    def create_module(spec):
        return None
    def exec_module(module):
        exec(loads(WAITING[module.__name__][0]), module.__dict__)
sys.meta_path.insert(0, Waiting)
sys.path.insert(0, "{library}")
"""
"""A part of the entry point, in the bundle so that a call does not compile it."""
CALL = """apiVersion: config.kubernetes.io/v1
kind: ResourceList
items:
- apiVersion: operator.kyma-project.io/v1alpha1
  kind: NATS
  metadata:
    name: nats
    namespace: shop
  spec:
    cluster:
      size: 3
"""
SETTINGS = """functionConfig:
  apiVersion: fn.krmfn.dev/v1alpha1
  kind: RenderNATS
  metadata:
    name: render
  spec:
    zones:
    - a
    - b
    - c
    istio: false
"""
RUN = "import sys; sys.path.insert(0, {library!r}); from krmfn.__main__ import main; sys.exit(main())"


def write(library: Path, python: str, known_as: str) -> None:
    """Write krmfn.bundle into the folder of installed modules, which will be known under another path."""
    plain = imported(library, python, CALL)
    others = [name for name in imported(library, python, CALL + SETTINGS) if name not in plain]
    modules = [(name, *_compiled(library, name, known_as)) for name in plain]
    waiting = {}
    for name in others:
        code, folder = _compiled(library, name, known_as)
        waiting[name] = (marshal.dumps(code), folder)
    load = compile(LOAD.format(library=known_as), "krmfn.bundle", "exec", dont_inherit=True)
    (library / "krmfn.bundle").write_bytes(marshal.dumps((load, modules, waiting)))


def imported(library: Path, python: str, data: str) -> list[str]:
    """The modules of krmfn that a call imports, in the order in which their imports end."""
    command = [python, "-ISB", "-X", "importtime", "-c", RUN.format(library=str(library))]
    done = subprocess.run(command, input=data, capture_output=True, text=True, check=True)
    names = [line.rpartition("|")[2].strip() for line in done.stderr.splitlines()]
    return [name for name in names if name.partition(".")[0] == "krmfn"]


def _compiled(library: Path, name: str, known_as: str) -> tuple[CodeType, str]:
    """The byte code of a module, without what only its readers and a type checker need, and its folder if a package."""
    path = name.replace(".", "/")
    is_package = (library / path).is_dir()
    file = f"{path}/__init__.py" if is_package else f"{path}.py"
    tree = _WithoutTypes().visit(ast.parse((library / file).read_bytes()))
    flags = __future__.annotations.compiler_flag
    code = compile(tree, f"{known_as}/{file}", "exec", flags, dont_inherit=True, optimize=2)  # 2: no docstrings
    return code, f"{known_as}/{path}" * is_package


class _WithoutTypes(ast.NodeTransformer):
    """Leaves out the annotations of functions, what is imported for the type checker, and the import of `__future__`.

    Annotations of a class stay: they are the fields of a `Record`.
    """

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        """A function without annotations."""
        self.generic_visit(node)
        node.returns = None
        return node

    def visit_arg(self, node: ast.arg) -> ast.arg:
        """A parameter without one."""
        node.annotation = None
        return node

    def visit_If(self, node: ast.If) -> ast.If | list[ast.stmt]:
        """What a program runs of `if TYPE_CHECKING:`, its else; any other `if` as it is."""
        self.generic_visit(node)
        return node.orelse if isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING" else node

    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.ImportFrom | None:
        """None for `from __future__`, which the compiler gets as a flag: a program would search for a file."""
        return None if node.module == "__future__" else node
