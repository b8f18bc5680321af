"""The syntax of labels and annotations, and which of them are not the user's to set."""

from __future__ import annotations

from krmfn.model.finding import error, warning
from krmfn.model.names import is_dns_subdomain
from krmfn.model.objects import ALLOW, OWNER
from krmfn.model.text import shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from krmfn.model.finding import Finding

NAME, INSTANCE, MANAGED_BY = "app.kubernetes.io/name", "app.kubernetes.io/instance", "app.kubernetes.io/managed-by"
DASHBOARD = "kyma-project.io/dashboard"
ZONE, HOST = "topology.kubernetes.io/zone", "kubernetes.io/hostname"
"""Labels of nodes."""
SELECTOR_KEYS = (NAME, INSTANCE, DASHBOARD)
RESERVED_DOMAINS = ("krmfn.dev", "config.kubernetes.io", "config.k8s.io", "kpt.dev")
"""Annotations by which krmfn and its hosts steer files and ownership: on a child they could hide or misplace it."""
_OWN = "krmfn.dev/"
SYNC_WAVE = "argocd.argoproj.io/sync-wave"
FLUX_PRUNE = "kustomize.toolkit.fluxcd.io/prune"
PROTECTION = {"argocd.argoproj.io/sync-options": "Prune=confirm,Delete=confirm", FLUX_PRUNE: "disabled"}
"""Argo CD asks before it removes the object, Flux leaves it; both read it from the object in the cluster."""
CREATED_ONCE = {"kustomize.toolkit.fluxcd.io/ssa": "IfNotPresent"}
"""Flux makes the object and never changes it: on a Secret it would make a rotation a silent no-op."""
GITOPS_DOMAINS = ("argocd.argoproj.io", "toolkit.fluxcd.io")
"""Annotations that steer Argo CD and Flux: not for an object that neither of them applies."""
LONGEST_ANNOTATIONS = 262144
"""Bytes of all annotations of an object together (apimachinery, TotalAnnotationSizeLimitB)."""
_KEY = '[prefix/]name with letters, digits, "-", "_" and "."'
_ALNUM = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")
_VALUE = _ALNUM | set("-_.")


def is_label_value(text: str) -> bool:
    """Empty, or at most 63 of letters, digits, `-`, `_`, `.`, the first and last a letter or digit."""
    return not text or (len(text) <= 63 and _VALUE.issuperset(text) and text[0] in _ALNUM and text[-1] in _ALNUM)


def is_qualified_name(text: str) -> bool:
    """A label's or annotation's key: `name` or `prefix/name`, the prefix a DNS subdomain."""
    prefix, slash, name = text.rpartition("/")
    return bool(name) and is_label_value(name) and (not slash or (is_dns_subdomain(prefix) and bool(prefix)))


def is_of(key: str, domains: tuple[str, ...]) -> bool:
    """Whether the prefix of a key is one of some domains, or below one."""
    domain = key.partition("/")[0]
    return "/" in key and any(domain == d or domain.endswith("." + d) for d in domains)


def check_labels(labels: dict[str, str]) -> Iterator[Finding]:
    """Keys and values that the API server would refuse, and keys that select the pods."""
    for key, value in labels.items():
        path = ("spec", "labels", key)
        if key in SELECTOR_KEYS:
            text = f"{key} is part of the pod selector, which is immutable; remove it"
            yield error("selector-label", text, path)
            continue
        if not is_qualified_name(key):
            text = f'"{shown(key)}" is not a label key; use {_KEY}'
            yield error("label-key", text, path)
        if not is_label_value(value):
            from krmfn.model.placeholders import unresolved

            text = 'the value is not a label value; use at most 63 letters, digits, "-", "_" and "."'
            yield error(*(unresolved(value) or ("label-value", text)), path)


def check_own(metadata: dict[str, Any]) -> Iterator[Finding]:
    """Labels and annotations of the NATS itself with which the API server refuses it; no rendered object has them."""
    why = "so the API server refuses this NATS"
    for key, value in (metadata.get("labels") or {}).items():
        path = ("metadata", "labels", key)
        if not is_qualified_name(key):
            yield warning("label-key", f'"{shown(key)}" is not a label key, {why}; use {_KEY}', path)
        if not is_label_value(value):
            text = f'the value is not a label value, {why}; use at most 63 letters, digits, "-", "_" and "."'
            yield warning("label-value", text, path)
    for key in metadata.get("annotations") or {}:
        path = ("metadata", "annotations", key)
        if not is_qualified_name(key.lower()):
            yield warning("annotation-key", f'"{shown(key)}" is not an annotation key, {why}; use {_KEY}', path)
        elif key.startswith(_OWN) and key not in (ALLOW, OWNER):
            text = f"{shown(key)} is not an annotation that krmfn reads, so it has no effect; "
            yield warning("unknown-annotation", f"{text}for allowed changes write {ALLOW}, or remove it", path)


def check_protection(annotations: dict[str, str], *, created_once: bool) -> Iterator[Finding]:
    """Annotations of the CR that say something else than `protect` writes: neither may win without a word."""
    for key, value in {**PROTECTION, **(CREATED_ONCE if created_once else {})}.items():
        if annotations.get(key, value) != value:
            text = f"protect: true sets {key} to another value; remove it, or remove protect"
            yield error("conflicting-annotation", text, ("spec", "annotations", key))


def check_annotations(annotations: dict[str, str]) -> Iterator[Finding]:
    """Keys that the API server would refuse or that steer krmfn's hosts, and values that Flux would substitute."""
    for key, value in annotations.items():
        path = ("spec", "annotations", key)
        if not is_qualified_name(key.lower()):
            text = f'"{shown(key)}" is not an annotation key; use {_KEY}'
            yield error("annotation-key", text, path)
        elif is_of(key, RESERVED_DOMAINS):
            yield error(
                "reserved-annotation",
                f"{key} controls krmfn, kpt or kustomize and must not be on a rendered object; remove it",
                path,
            )
        if "${" in value or "$$" in value:
            text = "the value contains ${ or $$, which Flux would substitute after the render; remove it"
            yield error("substitution-marker", text, path)
