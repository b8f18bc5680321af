"""The modules of an ordinary call as one file of byte code, and the entry point that runs it.

Python looks for each module in a folder, opens, checks and reads it, and keeps a record of where it came from: for the
75 modules of a call that is a third of the whole run. In an image nothing changes after the build, so one file serves
them all, and they run in the order in which their imports end. What an ordinary call does not run waits in the same
file and is read when it is wanted: modules that only some calls import, and the bodies of functions. Every other module
is imported from the folder.
"""

from __future__ import annotations
import __future__

import ast
import inspect
import marshal
import subprocess
from types import CodeType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

HEAD = 8192
"""Bytes of the bundle that ENTRY reads."""
OPTIONS = "-ISXutf8"
"""No site module and nothing of the caller's environment, its locale neither: start-up is what a function costs.

Where no locale is set, as in most containers, Python is in UTF-8 mode anyway.
"""
ENTRY = f"""#!{{python}} {OPTIONS}
from marshal import loads
file = open("{{library}}/krmfn.bundle", "rb", 0)
exec(loads(file.read({HEAD})))
"""
"""LOAD closes the file, since it has the number of standard input where the caller has closed that."""
LOAD = """
import builtins, gc, sys
gc.disable()
sys.path.insert(0, "{library}")
known, new, find = sys.modules, type(sys), __import__
def find_known(name, space, local, names, level):
    return known[name] if names and name in known else find(name, space, local, names, level)
def part(start, size):
    with open("{library}/krmfn.bundle", "rb") as file:
        file.seek(start)
        return loads(file.read(size))
def krmfn_body(start, size, values):
    frame = sys._getframe(1)
    stub, space = frame.f_code, frame.f_globals
    owner, _, name = stub.co_qualname.rpartition(".")
    function = vars(space[owner])[name] if owner else space[name]
    function = getattr(function, "fget", None) or getattr(function, "__func__", function)
    if function.__code__ is stub:
        function.__code__ = part(start, size)
    positional, named = stub.co_argcount, stub.co_argcount + stub.co_kwonlyargcount
    names = stub.co_varnames
    arguments = [values[name] for name in names[:positional]]
    keywords = {{name: values[name] for name in names[positional:named]}}
    if stub.co_flags & 4:
        arguments += values[names[named]]
    if stub.co_flags & 8:
        keywords |= values[names[-1]]
    return function(*arguments, **keywords)
def find_spec(name, path=None, target=None):
    if name not in WAITING:
        return None
    folder = WAITING[name][2]
    spec = known["_frozen_importlib"].ModuleSpec(name, finder, is_package=folder != "")
    if folder:
        spec.submodule_search_locations.append(folder)
    return spec
def exec_module(module):
    start, size, _ = WAITING[module.__name__]
    exec(part(start, size), module.__dict__)
if "--debug" not in sys.argv:
    START, SIZES, WAITING = {place}
    builtins.krmfn_body = krmfn_body
    builtins.__import__ = find_known
    file.seek(START)
    for size in SIZES:
        for name, code, folder in loads(file.read(size)):
            module = known[name] = new(name)
            if folder:
                module.__path__ = [folder]
            exec(code, module.__dict__)
            parent, _, child = name.rpartition(".")
            if parent:
                setattr(known[parent], child, module)
    for name, values in loads(file.read()):
        vars(known[name]).update(values)
    builtins.__import__ = find
    finder = new("krmfn.bundle")
    finder.find_spec, finder.create_module, finder.exec_module = find_spec, lambda spec: None, exec_module
    sys.meta_path.insert(0, finder)
file.close()
from krmfn.__main__ import entry
entry()
"""
"""What ENTRY runs; it is byte code in the head of the bundle.

For `from MODULE import NAME` Python looks for attributes that the modules of the bundle lack, which costs a tenth of
the whole call; `find_known` does without while the modules run. `krmfn_body` is what a function calls whose body is
not there yet: it gets the body, and calls the function again. The bundle has no line numbers, so a call that may show
a traceback imports all from the folder.
"""
CHUNK = 100_000
"""Bytes to read at once, at most. Above 128 KiB malloc takes new pages from the system for each piece."""
LEAST = 60
"""Bytes of byte code of a function that is worth a place of its own."""
CALL = """apiVersion: config.kubernetes.io/v1
kind: ResourceList
items:
- apiVersion: operator.kyma-project.io/v1alpha1
  kind: NATS
  metadata:
    name: nats
    namespace: shop
    annotations:
      config.kubernetes.io/index: '0'
      config.kubernetes.io/path: 'nats.yaml'
      internal.config.kubernetes.io/index: '0'
      internal.config.kubernetes.io/path: 'nats.yaml'
      internal.config.kubernetes.io/seqindent: 'compact'
  spec:
    cluster:
      size: 3
    jetStream:
      memStorage:
        enabled: true
        size: 512Mi
      fileStorage:
        storageClassName: default
        size: 10Gi
"""
"""As kpt gives it."""
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
CACHES = {"krmfn.goyaml.emitter": ("_KEYS", "_INLINE")}
"""Variables of modules that keep what a function found; a call begins with what an ordinary call leaves in them."""
RUN = """
import posix, sys
ended, called, function = [], {{}}, type(lambda: 0)
def watch(frame, event, _):
    code = frame.f_code
    if event == "call":
        called[id(code)] = code
    if event == "return" and code.co_name == "<module>":
        ended.append(frame.f_globals["__name__"])
def functions(name, owner, prefix=""):
    for key, value in vars(owner).items():
        value = getattr(value, "fget", None) or getattr(value, "__func__", value)
        if type(value) in (function, type) and (value.__module__, value.__qualname__) == (name, prefix + key):
            yield from [value] if type(value) is function else functions(name, value, key + ".")
def tell(status):
    sys.setprofile(None)
    names = [name for name in ended if name.partition(".")[0] == "krmfn"]
    idle = [
        (name, one.__qualname__, one.__code__.co_firstlineno)
        for name in names for one in functions(name, sys.modules[name]) if id(one.__code__) not in called
    ]
    caches = [(name, {caches}[name]) for name in names if name in {caches}]
    kept = [(name, {{one: vars(sys.modules[name])[one] for one in variables}}) for name, variables in caches]
    posix.write(2, repr((names, idle, kept)).encode())
    leave(status)
leave, posix._exit = posix._exit, tell
sys.path.insert(0, {library!r})
sys.setprofile(watch)
from krmfn.__main__ import entry
entry()
"""
"""A call that tells on standard error which modules it imported, in the order in which that ended, which of their
functions it did not call, as module, name and line, and what it left in CACHES."""


def write(library: Path, python: str, known_as: str) -> None:
    """Write krmfn.bundle into the folder of installed modules, which will be known under another path."""
    plain, idle, kept = ordinary(library, python, CALL)
    more, idle_with_settings, _ = ordinary(library, python, CALL + SETTINGS)
    rest = _Rest({*idle}.intersection(idle_with_settings))
    modules = []
    for name in plain:
        code, folder = _compiled(library, name, known_as)
        modules.append((name, rest.without_idle(code, name), folder))
    waiting = {}
    for name in more:
        if name not in plain:
            code, folder = _compiled(library, name, known_as)
            waiting[name] = (*rest.add(code), folder)
    chunks = _chunks(modules)
    place = (HEAD + len(rest.data), tuple(map(len, chunks)), waiting)
    load = compile(LOAD.format(library=known_as, place=place), f"{known_as}/krmfn.bundle", "exec", dont_inherit=True)
    head = marshal.dumps(_without_lines(load))
    if len(head) > HEAD:
        raise ValueError(f"the head of the bundle has {len(head)} bytes, more than {HEAD}")
    (library / "krmfn.bundle").write_bytes(head.ljust(HEAD, b"\0") + rest.data + b"".join(chunks) + marshal.dumps(kept))


def ordinary(library: Path, python: str, data: str) -> tuple[list[str], list[tuple[str, str, int]], list[Any]]:
    """What RUN tells of a call."""
    command = [python, "-ISB", "-c", RUN.format(library=str(library), caches=CACHES)]
    done = subprocess.run(command, input=data, capture_output=True, text=True, check=True)
    names, idle, kept = ast.literal_eval(done.stderr)
    return names, idle, kept


class _Rest:
    """What waits behind the head of the bundle; `idle` are the functions whose bodies may wait there."""

    def __init__(self, idle: set[tuple[str, str, int]]) -> None:
        self.idle = idle
        self.data = b""

    def add(self, code: CodeType) -> tuple[int, int]:
        """Where in the bundle some code is, and its bytes."""
        dumped = marshal.dumps(code)
        self.data += dumped
        return HEAD + len(self.data) - len(dumped), len(dumped)

    def without_idle(self, code: CodeType, module: str) -> CodeType:
        """The same code with a stub for each function that is idle."""
        parts = [self._part(part, module) if isinstance(part, CodeType) else part for part in code.co_consts]
        return code.replace(co_consts=tuple(parts))

    def _part(self, code: CodeType, module: str) -> CodeType:
        is_idle = (module, code.co_qualname, code.co_firstlineno) in self.idle
        if is_idle and not code.co_freevars and len(code.co_code) > LEAST:
            return _stub(code, *self.add(code))
        return self.without_idle(code, module)


def _stub(code: CodeType, start: int, size: int) -> CodeType:
    """A function with the same parameters that gets the body from its place in the bundle."""
    source = f"def body():\n return krmfn_body({start}, {size}, locals())"
    body = next(one for one in compile(source, "", "exec").co_consts if isinstance(one, CodeType))
    has_more = (code.co_flags & inspect.CO_VARARGS > 0) + (code.co_flags & inspect.CO_VARKEYWORDS > 0)
    names = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount + has_more]
    return code.replace(
        co_code=body.co_code,
        co_consts=body.co_consts,
        co_names=body.co_names,
        co_stacksize=body.co_stacksize,
        co_exceptiontable=body.co_exceptiontable,
        co_varnames=names,
        co_nlocals=len(names),
        co_cellvars=(),
        co_flags=code.co_flags & ~inspect.CO_GENERATOR,
    )


def _chunks(modules: list[tuple[str, CodeType, str]]) -> list[bytes]:
    """The modules in lists of at most CHUNK bytes; a list shares what is equal, such as names."""
    lists: list[list[tuple[str, CodeType, str]]] = []
    room = 0
    for module in modules:
        size = len(marshal.dumps(module))
        if size > room:
            lists.append([])
            room = CHUNK
        lists[-1].append(module)
        room -= size
    return [marshal.dumps(some) for some in lists]


def _compiled(library: Path, name: str, known_as: str) -> tuple[CodeType, str]:
    """The byte code of a module, without what only its readers and a type checker need, and its folder if a package."""
    path = name.replace(".", "/")
    is_package = (library / path).is_dir()
    file = f"{path}/__init__.py" if is_package else f"{path}.py"
    tree = _WithoutTypes().visit(ast.parse((library / file).read_bytes()))
    flags = __future__.annotations.compiler_flag
    code = compile(tree, f"{known_as}/{file}", "exec", flags, dont_inherit=True, optimize=2)  # 2: no docstrings
    return _without_lines(code), f"{known_as}/{path}" * is_package


def _without_lines(code: CodeType) -> CodeType:
    """The same code without the numbers of its lines, a quarter of its bytes."""
    parts = tuple(_without_lines(part) if isinstance(part, CodeType) else part for part in code.co_consts)
    return code.replace(co_consts=parts, co_linetable=b"")


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
