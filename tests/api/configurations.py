"""Settings from keys in each form that a user can write them in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from krmfn.api.config import from_function_config

if TYPE_CHECKING:
    from krmfn.cluster.settings import Settings
    from krmfn.model.finding import Finding


def config_map(data: Any) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "fn"}, "data": data}


def render_nats(spec: Any) -> dict[str, Any]:
    return {"apiVersion": "fn.krmfn.dev/v1alpha1", "kind": "RenderNATS", "metadata": {"name": "fn"}, "spec": spec}


def from_set(pairs: dict[str, Any]) -> tuple[Settings, list[Finding]]:
    """The settings of `--set`, and the findings."""
    settings, _, findings = from_function_config(None, pairs)
    return settings, findings


def from_data(data: dict[str, Any]) -> tuple[Settings, list[Finding]]:
    """The settings of a ConfigMap with this data, and the findings."""
    settings, _, findings = from_function_config(config_map(data))
    return settings, findings


def from_spec(spec: dict[str, Any]) -> tuple[Settings, list[Finding]]:
    """The settings of a RenderNATS with this spec, and the findings."""
    settings, _, findings = from_function_config(render_nats(spec))
    return settings, findings


def stated(**pairs: Any) -> Settings:
    """The settings of keys that are right."""
    settings, findings = from_set(pairs)
    assert findings == []
    return settings


def fault(**pairs: Any) -> Finding:
    """The one finding about keys."""
    (finding,) = from_set(pairs)[1]
    return finding
