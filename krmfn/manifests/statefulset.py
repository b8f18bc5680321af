"""The servers. Name, selector, serviceName, podManagementPolicy and claim template are immutable: alike everywhere."""

from __future__ import annotations

from krmfn.manifests.pod import template
from krmfn.model.objects import Shared, formed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krmfn.cluster.facts import Facts
    from krmfn.model.objects import Object

_RETENTION = Shared({"whenDeleted": "Retain", "whenScaled": "Retain"})


def build(facts: Facts) -> Object:
    """Parallel: a new JetStream cluster elects no meta leader until all servers are up; none may wait for another."""
    return {
        "apiVersion": "apps/v1",
        "kind": "StatefulSet",
        "metadata": facts.protected_metadata(facts.names.workload),
        "spec": {
            "replicas": facts.replicas,
            "serviceName": facts.names.workload,
            "podManagementPolicy": "Parallel",
            **_claim_retention(facts),
            "selector": {"matchLabels": facts.selector},
            "template": template.template(facts),
            "volumeClaimTemplates": [
                _claim(
                    facts.storage_class is not None,
                    name=facts.names.claim,
                    size=facts.claim_size.canonical(),
                    storage_class=facts.storage_class,
                )
            ],
        },
    }


def _claim_retention(facts: Facts) -> Object:
    """Volumes outlive the StatefulSet and a scale-down (Kubernetes 1.27, stable in 1.32; also the default)."""
    if not facts.hardened:
        return {}
    return {"persistentVolumeClaimRetentionPolicy": _RETENTION}


@formed
def _claim(has_class: bool, *, name: str, size: str, storage_class: str | None) -> Object:  # noqa: FBT001
    """With the fields that the API server fills in, so that a comparison with the live object shows no drift."""
    return {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": {"name": name},
        "spec": {
            "accessModes": ["ReadWriteOnce"],
            **({"storageClassName": storage_class} if has_class else {}),
            "resources": {"requests": {"storage": size}},
            "volumeMode": "Filesystem",
        },
    }
