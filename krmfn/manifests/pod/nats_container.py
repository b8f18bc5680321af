"""The NATS server itself."""

from __future__ import annotations

from krmfn.manifests.pod.sidecars import (
    ACCOUNTS_MOUNT,
    CONFIG_DIR,
    CONFIG_MOUNT,
    PID_MOUNT,
    file_mounts,
    security_context,
)
from krmfn.model.labels import ZONE
from krmfn.model.objects import Shared, formed, shared
from krmfn.natsconf.server import (
    CLIENT,
    CLUSTER,
    GATEWAYS,
    LEAFNODES,
    METRICS,
    MONITOR,
    PID_FILE,
    STORE_DIR,
    ZONE_TAG_PREFIX,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krmfn.cluster.facts import Facts
    from krmfn.model.objects import Object

PERIOD = 10
"""Seconds between two probes."""
LIFECYCLE = Shared({"preStop": {"exec": {"command": ["nats-server", f"-sl=ldm={PID_FILE}"]}}})


def build(facts: Facts) -> Object:
    """Stopped by lame duck mode: leaders move away before the server goes."""
    return _container(
        facts.images.nats,
        _startup_failures(facts),
        facts.hardened,
        bool(facts.resources),
        env=_env(facts),
        ports=_ports(facts),
        resources=facts.resources,
        mounts=_mounts(facts),
    )


@formed
def _container(
    image: str,
    startup_failures: int,
    hardened: bool,  # noqa: FBT001
    has_resources: bool,  # noqa: FBT001
    *,
    env: list[Object],
    ports: list[Object],
    resources: Object,
    mounts: list[Object],
) -> Object:
    return {
        "name": "nats",
        "image": image,
        "imagePullPolicy": "IfNotPresent",
        "command": ["nats-server", "--config", f"{CONFIG_DIR}/nats.conf"],
        "env": env,
        "ports": ports,
        **({"resources": resources} if has_resources else {}),
        "securityContext": security_context(hardened=hardened),
        "lifecycle": LIFECYCLE,
        "startupProbe": _probe("/healthz", failures=startup_failures, period=PERIOD),
        "readinessProbe": _probe("/healthz?js-server-only=true", failures=3, period=10),
        "livenessProbe": _probe("/healthz?js-enabled-only=true", failures=5, period=30),
        "volumeMounts": mounts,
    }


def _startup_failures(facts: Facts) -> int:
    """A server that reads a large store is not healthy for long; after 15 minutes it would be killed."""
    minutes: int = (facts.pod or {}).get("startupMinutes", 15)
    return minutes * 60 // PERIOD


def _env(facts: Facts) -> list[Object]:
    """nats-server parses a variable's value again, so a pod's name is given in quotes where it could be a number.

    Hardened: a server advertises the host that the routes of the others name: two names would be dialled twice.
    """
    service = facts.names.workload
    domain = "" if facts.hardened else f".$(POD_NAMESPACE).svc.{facts.cluster_domain}"
    advertise = f"$(POD_NAME).{service}{domain}"
    quote = '"' if facts.quote_pod_name else ""
    return [
        _field("POD_NAME", "metadata.name"),
        _field("POD_NAMESPACE", "metadata.namespace"),
        *(
            [{"name": "CLUSTER_ADVERTISE", "value": f"{quote}{advertise}{quote}"}]
            if facts.clustered or not facts.hardened
            else []
        ),
        _variable("SERVER_NAME", f"{quote}{_prefix(facts)}$(POD_NAME){quote}"),
        *_zone_tag(facts),
        *_go_memory_limit(facts),
        *_stated_env(facts),
    ]


def _stated_env(facts: Facts) -> list[Object]:
    if not (facts.pod or {}).get("env"):
        return []
    from krmfn.manifests.pod.env import variables

    return variables(facts)


def _prefix(facts: Facts) -> str:
    prefix: str = (facts.server or {}).get("namePrefix", "")
    return prefix


def _zone_tag(facts: Facts) -> list[Object]:
    """The zone in quotes and behind a prefix: a zone named `1` would be read as a number, and the server not start."""
    if not facts.zone_tags:
        return []
    zone = _field("ZONE", f"metadata.labels['{ZONE}']")
    return [zone, _variable("ZONE_TAG", f'"{ZONE_TAG_PREFIX}$(ZONE)"')]


def _go_memory_limit(facts: Facts) -> list[Object]:
    """Go's collector must know the limit: without it the server is killed where it could have collected."""
    if not facts.hardened or facts.go_memory_limit is None:
        return []
    return [_variable("GOMEMLIMIT", facts.go_memory_limit)]


@shared
def _variable(name: str, value: str) -> Object:
    return {"name": name, "value": value}


@shared
def _field(name: str, path: str) -> Object:
    return {"name": name, "valueFrom": {"fieldRef": {"fieldPath": path}}}


def _ports(facts: Facts) -> list[Object]:
    rows = [
        ("client", CLIENT, True),
        ("leafnodes", LEAFNODES, False),
        ("gateways", GATEWAYS, False),
        ("cluster", CLUSTER, facts.clustered),
        ("monitor", MONITOR, True),
        ("metrics", METRICS, False),
    ]
    return [_port(name, port) for name, port, listens in rows if listens or not facts.hardened]


@shared
def _port(name: str, port: int) -> Object:
    return {"name": name, "containerPort": port, "protocol": "TCP"}


@shared
def _probe(path: str, *, failures: int, period: int) -> Object:
    return {
        "httpGet": {"path": path, "port": MONITOR},
        "initialDelaySeconds": 10,
        "periodSeconds": period,
        "timeoutSeconds": 5,
        "successThreshold": 1,
        "failureThreshold": failures,
    }


def _mounts(facts: Facts) -> list[Object]:
    return [
        *([ACCOUNTS_MOUNT] if facts.secret_mounted else []),
        CONFIG_MOUNT,
        PID_MOUNT,
        {"name": facts.names.claim, "mountPath": STORE_DIR},
        *({"name": name, "mountPath": folder} for name, folder in file_mounts(facts)),
    ]
