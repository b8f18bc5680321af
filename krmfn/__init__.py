"""Render a Kyma NATS custom resource into the complete set of Kubernetes objects of a NATS JetStream cluster.

docs/reference/python-api.md describes the functions and classes; each is loaded when it is first asked for.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krmfn.library.comparison import Difference, diff
    from krmfn.library.rendering import Rendering, Simulation, check, render, simulate
    from krmfn.library.resource_list import ResourceList
    from krmfn.library.settings import Settings
    from krmfn.model.finding import Finding

__version__ = "0.1.0"
__all__ = [
    "Difference",
    "Finding",
    "Rendering",
    "ResourceList",
    "Settings",
    "Simulation",
    "check",
    "diff",
    "render",
    "simulate",
]
_MODULES = {
    "krmfn.library.comparison": ("Difference", "diff"),
    "krmfn.library.rendering": ("Rendering", "Simulation", "check", "render", "simulate"),
    "krmfn.library.resource_list": ("ResourceList",),
    "krmfn.library.settings": ("Settings",),
    "krmfn.model.finding": ("Finding",),
}

if not TYPE_CHECKING:  # a type checker knows the names, and no others

    def __getattr__(name: str) -> object:
        """A public name, imported on its first use."""
        for module, names in _MODULES.items():
            if name in names:
                found = getattr(__import__(module, fromlist=(name,)), name)
                globals()[name] = found
                return found
        raise AttributeError(f"module 'krmfn' has no attribute {name!r}")

    def __dir__() -> list[str]:
        return sorted({*globals(), *__all__})
