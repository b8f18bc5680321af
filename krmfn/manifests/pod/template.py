"""The pod template of the StatefulSet. A change in here restarts every server."""

from __future__ import annotations

from krmfn.cluster.facts import PID_LIMIT
from krmfn.manifests.pod import nats_container, sidecars
from krmfn.manifests.pod.spread import affinity, node_affinity, topology_spread_constraints
from krmfn.model.objects import formed, shared

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
            **identity(account_of(facts), *identity_of(facts)),
            **_token(facts),
            "enableServiceLinks": False,
            "shareProcessNamespace": True,
            "terminationGracePeriodSeconds": _grace_seconds(facts),
            "securityContext": _security_context(facts),
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


def _security_context(facts: Facts) -> Object:
    """User and groups of the processes may be others than the usual ones."""
    stated, usual = facts.pod or {}, security_context(hardened=facts.hardened)
    ids: Object = {name: stated[name] for name in ("runAsUser", "runAsGroup", "fsGroup") if name in stated}
    return {**usual, **ids} if ids else usual


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


def identity(account: str | None, priority_class: str, pull_secrets: tuple[str, ...]) -> Object:
    """ServiceAccount (None: the namespace's), priority, and Secrets for images, alike for servers and exporters.

    The account's old field is beside the new one: the API server fills it in, and left unowned it would outlive it.
    """
    named = {"serviceAccountName": account, "serviceAccount": account, "automountServiceAccountToken": False}
    return {
        **(named if account is not None else {}),
        **({"priorityClassName": priority_class} if priority_class else {}),
        **({"imagePullSecrets": [{"name": name} for name in pull_secrets]} if pull_secrets else {}),
    }


def identity_of(facts: Facts) -> tuple[str, tuple[str, ...]]:
    """The PriorityClass, "" for none, and the Secrets for images."""
    return facts.priority_class, facts.image_pull_secrets


def account_of(facts: Facts) -> str | None:
    """The name of the pods' ServiceAccount; None in `nats-manager`."""
    if not facts.hardened:
        return None
    name: str = _stated(facts, "serviceAccount").get("name", facts.names.workload)
    return name


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
    return [
        *([_accounts_volume(secret=facts.names.secret)] if facts.secret_mounted else []),
        _config_volume(config=facts.names.config),
        _pid_volume(limited=facts.disk is not None),
        *_files(facts),
    ]


@formed
def _accounts_volume(*, secret: str) -> Object:
    return {"name": "accounts-volume", "secret": {"secretName": secret}}


@formed
def _config_volume(*, config: str) -> Object:
    return {"name": "config-volume", "configMap": {"name": config}}


@shared
def _pid_volume(*, limited: bool) -> Object:
    return {"name": "pid", "emptyDir": {"sizeLimit": PID_LIMIT} if limited else {}}


def _files(facts: Facts) -> list[Object]:
    if not facts.extended:
        return []
    from krmfn.manifests.pod.files import volumes

    return volumes(facts)
