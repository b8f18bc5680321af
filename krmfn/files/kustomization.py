"""The kustomization.yaml of an output directory: its head, and findings about objects that it cannot list."""

from __future__ import annotations

from krmfn.model.finding import error, warning

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krmfn.model.finding import Finding

HEAD = {"apiVersion": "kustomize.config.k8s.io/v1beta1", "kind": "Kustomization"}


def same_file(path: str) -> Finding:
    """An error about two objects that would be written to one file."""
    return error("same-file-twice", f"two objects would be written to {path}; render without --output-dir")


def unnamed(path: str) -> Finding:
    """A warning about a file that is not listed, since its object has no name."""
    text = f"{path} has no name (generateName), which kustomize refuses, so kustomization.yaml does not list it"
    return warning("unnamed-resource", f"{text}; give it a name, or create it yourself (kubectl create -f)")
