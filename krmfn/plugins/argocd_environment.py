"""The environment that Argo CD gives a plugin: parameters, namespace, Kubernetes version and the served APIs."""

from __future__ import annotations

import json

from krmfn.api.config import PACKAGE_CONTEXT
from krmfn.api.keys import kubernetes_version
from krmfn.model.finding import error
from krmfn.model.names import is_dns_label
from krmfn.model.text import shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from krmfn.model.finding import Finding

PARAMETERS, NAMESPACE, NAME = "ARGOCD_APP_PARAMETERS", "ARGOCD_APP_NAMESPACE", "ARGOCD_APP_NAME"
VERSION, API_VERSIONS = "KUBE_VERSION", "KUBE_API_VERSIONS"
_ISTIO = "networking.istio.io/"
_FORMS = ("string", "array", "map")
_SAY = "use name with string or array in spec.source.plugin.parameters"


class Environment:
    """What is set, and what is wrong with it. Empty texts are not set.

    `pairs` are keys and texts as of `--set`; `istio_versions` the served versions of DestinationRule, () for none, None
    where Argo CD names no API at all, as its source hydrator does.
    `apis` are the served `group/version` and `group/version/Kind`, none where Argo CD names none.
    """

    __slots__ = ("apis", "app", "findings", "istio_versions", "kubernetes_version", "namespace", "pairs")

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.findings: list[Finding] = []
        self.app = environment.get(NAME, "")
        self.pairs = self._parameters(environment.get(PARAMETERS, ""))
        self.namespace = self._namespace(environment.get(NAMESPACE, "").strip())
        self.kubernetes_version = self._version(environment.get(VERSION, "").strip())
        self.apis = apis(environment.get(API_VERSIONS, ""))
        self.istio_versions = istio_versions(self.apis)

    def _parameters(self, text: str) -> dict[str, str]:
        """Argo CD writes `null` for a plugin without parameters, and nothing at all without `plugin`."""
        try:
            parameters = json.loads(text) if text.strip() else None
        except (ValueError, RecursionError):
            parameters = text
        if parameters is None:
            return {}
        if not isinstance(parameters, list):
            self._wrong(f"{PARAMETERS} is not a JSON list; {_SAY}")
            return {}
        pairs: dict[str, str] = {}
        for number, one in enumerate(parameters, 1):
            name = one.get("name") if isinstance(one, dict) else None
            if not isinstance(name, str) or not name:
                self._wrong(f"parameter {number} has no name; {_SAY}")
            elif name in PACKAGE_CONTEXT:
                self._wrong(f'unknown parameter "{name}"; remove it', name)
            elif name in pairs:
                self._wrong(f'duplicate parameter "{shown(name)}"; remove one', name)
            else:
                pairs[name] = self._text(one, name)
        return pairs

    def _text(self, parameter: dict[str, Any], name: str) -> str:
        """A parameter's value as `--set` would have it: an array with commas. "" where none is set."""
        unknown = sorted(set(parameter).difference(_FORMS, ("name",)))
        if unknown:
            self._wrong(f'parameter "{shown(name)}" has the unknown field "{shown(unknown[0])}"; {_SAY}', name)
            return ""
        forms = {form: parameter[form] for form in _FORMS if parameter.get(form) not in (None, [], {})}
        value = next(iter(forms.values()), "")
        if len(forms) > 1:
            self._wrong(f'parameter "{shown(name)}" has {" and ".join(forms)}; keep one of them', name)
        elif isinstance(value, str):
            return value
        elif not isinstance(value, list) or not all(isinstance(part, str) for part in value):
            self._wrong(f'parameter "{shown(name)}" is neither a string nor an array of strings; use one of them', name)
        elif any("," in part for part in value):
            self._wrong(f'an entry of parameter "{shown(name)}" contains a comma; use one entry per value', name)
        else:
            return ",".join(value)
        return ""

    def _wrong(self, text: str, *name: str) -> None:
        self.findings.append(error("invalid-parameters", text, name))

    def _namespace(self, name: str) -> str:
        if name and not is_dns_label(name):
            text = f'"{shown(name)}" is not a namespace name; fix spec.destination.namespace of the Application'
            self.findings.append(error("namespace", text, (NAMESPACE,)))
            return ""
        return name

    def _version(self, text: str) -> tuple[int, int] | None:
        if not text:
            return None
        version, faults = kubernetes_version(text)
        advice = "or set the parameter kubernetesVersion"
        self.findings += [error(code, f"{why}; {advice}", (VERSION,)) for code, why, _ in faults]
        made: tuple[int, int] | None = version
        return made


def apis(served: str) -> list[str]:
    """The entries of KUBE_API_VERSIONS: `group/version`, and `group/version/Kind` but for a list without kinds.

    A webhook of Argo CD has sent such a list (argo-cd#11240); there the group tells.
    """
    return [entry.strip() for entry in served.split(",") if entry.strip()]


def istio_versions(entries: list[str]) -> tuple[str, ...] | None:
    """The served versions of DestinationRule; None where nothing is known."""
    if not entries:
        return None
    ours = [entry.removeprefix(_ISTIO) for entry in entries if entry.startswith(_ISTIO)]
    kinds = tuple(entry.partition("/")[0] for entry in ours if entry.endswith("/DestinationRule"))
    return kinds or tuple(entry for entry in ours if "/" not in entry)


def is_missing(entries: list[str], api_version: str, kind: str) -> bool:
    """Whether the cluster is known not to serve a kind."""
    if not entries or f"{api_version}/{kind}" in entries:
        return False
    return api_version not in entries or any(entry.startswith(f"{api_version}/") for entry in entries)
