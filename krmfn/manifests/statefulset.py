"""The servers. Name, selector, serviceName, podManagementPolicy and claim template are immutable: alike everywhere."""

from __future__ import annotations

from krmfn.manifests.pod import template

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krmfn.cluster.facts import Facts
    from krmfn.model.objects import Object


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
            "volumeClaimTemplates": [_claim(facts)],
        },
    }


def _claim_retention(facts: Facts) -> Object:
    """Volumes outlive the StatefulSet and a scale-down (Kubernetes 1.27, stable in 1.32; also the default)."""
    if not facts.hardened:
        return {}
    return {"persistentVolumeClaimRetentionPolicy": {"whenDeleted": "Retain", "whenScaled": "Retain"}}


def _claim(facts: Facts) -> Object:
    """With the fields that the API server fills in, so that a comparison with the live object shows no drift."""
    storage_class = {"storageClassName": facts.storage_class} if facts.storage_class else {}
    return {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": {"name": facts.names.claim},
        "spec": {
            "accessModes": ["ReadWriteOnce"],
            **storage_class,
            "resources": {"requests": {"storage": facts.claim_size.canonical()}},
            "volumeMode": "Filesystem",
        },
    }
