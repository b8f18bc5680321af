"""The modules that an ordinary call imports, as one file of byte code, and the entry point that loads it.

Python looks for each module in a folder, opens, checks and reads it: for the 80 modules of a call that is a quarter of
the whole run. In an image nothing changes after the build, so one read serves them all. Every other module is imported
from the folder as ever.
"""

from __future__ import annotations

import marshal
import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

ENTRY = """#!{python} -IS
import gc, sys
from _frozen_importlib import ModuleSpec
from marshal import loads
gc.disable()
with open("{library}/krmfn.bundle", "rb") as file:
    CODE = loads(file.read())
class Bundle:
    def find_spec(name, path=None, target=None):
        if name not in CODE:
            return None
        spec = ModuleSpec(name, Bundle, is_package=CODE[name][1] != "")
        if CODE[name][1]:
            spec.submodule_search_locations.append(CODE[name][1])
        return spec
    def create_module(spec):
        return None
    def exec_module(module):
        exec(CODE[module.__name__][0], module.__dict__)
sys.meta_path.insert(0, Bundle)
sys.path.insert(0, "{library}")
from krmfn.__main__ import entry
entry()
"""
"""No site module and nothing of the caller's environment: start-up is what a function costs."""
CALL = """apiVersion: config.kubernetes.io/v1
kind: ResourceList
functionConfig:
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
LOADED = """
import os, sys
sys.path.insert(0, {library!r})
from krmfn.__main__ import main
status = main()
os.write(2, " ".join(sorted(name for name in sys.modules if name.split(".")[0] == "krmfn")).encode())
os._exit(status)
"""


def write(library: Path, python: str, known_as: str) -> None:
    """Write krmfn.bundle into the folder of installed modules, which will be known under another path."""
    command = [python, "-ISBc", LOADED.format(library=str(library))]
    done = subprocess.run(command, input=CALL, capture_output=True, text=True, check=True)
    codes = {}
    for name in done.stderr.split():
        folder = name.replace(".", "/")
        is_package = (library / folder).is_dir()
        file = f"{folder}/__init__.py" if is_package else f"{folder}.py"
        text = (library / file).read_bytes()
        codes[name] = (
            compile(text, f"{known_as}/{file}", "exec", dont_inherit=True, optimize=2),  # docstrings take time to load
            f"{known_as}/{folder}" * is_package,
        )
    (library / "krmfn.bundle").write_bytes(marshal.dumps(codes))
