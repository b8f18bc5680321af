"""The pod template of the StatefulSet. A change in here restarts every server."""

from __future__ import annotations

from krmfn.cluster.facts import PID_LIMIT
from krmfn.manifests.pod import nats_container, sidecars
from krmfn.manifests.pod.spread import affinity, node_affinity, topology_spread_constraints
from krmfn.model.objects import shared

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krmfn.cluster.facts import Facts
    from krmfn.model.objects import Object

GRACE_SECONDS = 150
"""Longer than `lame_duck_duration` (120 s), which includes its grace period (nats-server, server.go)."""


def template(facts: Facts) -> Object:
    """Metadata and spec. The process namespace is shared, so that the reloader can signal the server."""
    return {
        "metadata": {
            "labels": dict(sorted({**_stated(facts, "labels"), **facts.pod_labels}.items())),
            "annotations": dict(
                sorted({**facts.pod_annotations, **_stated(facts, "annotations"), **_restart_hash(facts)}.items())
            ),
        },
        "spec": {
            **identity(facts),
            **_token(facts),
            "enableServiceLinks": False,
            "shareProcessNamespace": True,
            "terminationGracePeriodSeconds": _grace_seconds(facts),
            "securityContext": {**security_context(hardened=facts.hardened), **_ids(facts)},
            **_placement(facts),
            "affinity": {**affinity(facts), **node_affinity(_stated(facts, "nodeAffinity"))},
            **topology_spread_constraints(facts),
            "containers": [
                sidecars.reloader(facts),
                *([] if facts.hardened else [sidecars.exporter(facts)]),
                nats_container.build(facts),
            ],
            "volumes": _volumes(facts),
        },
    }


def _stated(facts: Facts, name: str) -> Object:
    """A part of the key `pod`; empty where it is not set."""
    part: Object = (facts.pod or {}).get(name, {})
    return part


def _ids(facts: Facts) -> Object:
    """User and groups of the processes, in place of the usual ones."""
    stated = facts.pod or {}
    return {name: stated[name] for name in ("runAsUser", "runAsGroup", "fsGroup") if name in stated}


def _token(facts: Facts) -> Object:
    """For the servers alone: exporters never need one."""
    return {"automountServiceAccountToken": True} if _stated(facts, "serviceAccount").get("automountToken") else {}


def _placement(facts: Facts) -> Object:
    """Nodes for the servers, beside the spread over zones."""
    stated = facts.pod or {}
    return {name: stated[name] for name in ("nodeSelector", "tolerations") if stated.get(name)}


def _grace_seconds(facts: Facts) -> int:
    if facts.server is None:
        return GRACE_SECONDS
    from krmfn.natsconf.server_keys import grace_seconds

    return grace_seconds(facts.server)


def _restart_hash(facts: Facts) -> dict[str, str]:
    if not facts.extended:
        return {}
    from krmfn.manifests.pod.restart_hash import annotation

    return annotation(facts)


def identity(facts: Facts) -> Object:
    """Account, priority, and Secrets for images, alike for servers and exporters."""
    return {
        **_account(facts),
        **({"priorityClassName": facts.priority_class} if facts.priority_class else {}),
        **_pull_secrets(facts),
    }


def _account(facts: Facts) -> Object:
    """The old field beside the new one: the API server fills it in, and left unowned it would outlive the account."""
    if not facts.hardened:
        return {}
    name = _stated(facts, "serviceAccount").get("name", facts.names.workload)
    return {"serviceAccountName": name, "serviceAccount": name, "automountServiceAccountToken": False}


def _pull_secrets(facts: Facts) -> Object:
    if not facts.image_pull_secrets:
        return {}
    return {"imagePullSecrets": [{"name": name} for name in facts.image_pull_secrets]}


@shared
def security_context(*, hardened: bool) -> Object:
    """Pod Security Standard "restricted" wants runAsNonRoot, which the operator leaves out."""
    return {
        **({"runAsNonRoot": True} if hardened else {}),
        "runAsUser": 1000,
        "runAsGroup": 10001,
        "fsGroup": 10001,
        "fsGroupChangePolicy": "OnRootMismatch",
        "seccompProfile": {"type": "RuntimeDefault"},
    }


def _volumes(facts: Facts) -> list[Object]:
    accounts = [{"name": "accounts-volume", "secret": {"secretName": facts.names.secret}}]
    return [
        *(accounts if facts.secret_mounted else []),
        {"name": "config-volume", "configMap": {"name": facts.names.config}},
        {"name": "pid", "emptyDir": {"sizeLimit": PID_LIMIT} if facts.disk else {}},
        *_files(facts),
    ]


def _files(facts: Facts) -> list[Object]:
    if not facts.extended:
        return []
    from krmfn.manifests.pod.files import volumes

    return volumes(facts)
