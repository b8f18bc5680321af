"""The containers beside the server, and the security context that all containers have."""

from __future__ import annotations

from krmfn.cluster.resources import sidecar_resources
from krmfn.model.objects import Shared, shared
from krmfn.natsconf.server import ACCOUNTS, METRICS, MONITOR, PID_FILE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krmfn.cluster.facts import Facts
    from krmfn.model.objects import Object

CONFIG_DIR = "/etc/nats-config"
CONFIG_MOUNT = Shared({"name": "config-volume", "mountPath": CONFIG_DIR})
PID_MOUNT = Shared({"name": "pid", "mountPath": "/var/run/nats"})
ACCOUNTS_MOUNT = Shared({"name": "accounts-volume", "mountPath": f"{CONFIG_DIR}/accounts"})
FLAGS = (f"-port={METRICS}", "-connz", "-routez", "-subz", "-varz", "-healthz", "-prefix=nats")
_PORT = Shared({"name": "metrics", "containerPort": METRICS, "protocol": "TCP"})


def reloader(facts: Facts) -> Object:
    """The config-reloader, which sends SIGHUP to the server when nats.conf or an included file of a Secret changes."""
    return _reloader(
        facts.images.reloader,
        (*facts.reloader_limits, facts.disk),
        file_mounts(facts),
        accounts=facts.secret_mounted,
        hardened=facts.hardened,
    )


def file_mounts(facts: Facts) -> tuple[tuple[str, str], ...]:
    """(volume, folder) of the files that nats.conf names, beside the accounts."""
    if not facts.extended:
        return ()
    from krmfn.manifests.pod.files import mounts

    return mounts(facts, CONFIG_DIR)


@shared
def _reloader(
    image: str,
    limits: tuple[str, str, str | None],
    files: tuple[tuple[str, str], ...],
    *,
    accounts: bool,
    hardened: bool,
) -> Object:
    watched = ["-config", f"{CONFIG_DIR}/{ACCOUNTS}"] if accounts else []
    return {
        "name": "config-reloader",
        "image": image,
        "imagePullPolicy": "IfNotPresent",
        "command": ["nats-server-config-reloader", "-pid", PID_FILE, "-config", f"{CONFIG_DIR}/nats.conf", *watched],
        "resources": sidecar_resources(*limits),
        "securityContext": security_context(hardened=hardened),
        "volumeMounts": [
            CONFIG_MOUNT,
            PID_MOUNT,
            *([ACCOUNTS_MOUNT] if accounts else []),
            *({"name": name, "mountPath": folder} for name, folder in files),
        ],
    }


def exporter(facts: Facts) -> Object:
    """The Prometheus exporter beside the server, whose monitoring port it reads, as the operator has it."""
    args = [*FLAGS, "-use_internal_server_id", "-jsz=all", f"http://localhost:{MONITOR}/"]
    return {
        **_exporter_head(facts.images.exporter),
        "args": args,
        **_exporter_rest((*facts.exporter_limits, None), None, hardened=False),
    }


def exporter_alone(
    url: str, image: str, jsz: str, limits: tuple[str, str, str | None], go_memory_limit: str | None
) -> Object:
    """The exporter for a pod of its own, for the server of `url_of`, so that it starts also while that is away.

    With `-use_internal_server_id` it would ask the server for an id first, and until it has one answer neither scrapes
    nor SIGTERM (prometheus-nats-exporter 0.20.1, main.go; tests/pods/test_exporter.py).
    """
    rest = _exporter_rest(limits, go_memory_limit, hardened=True)
    return {**_exporter_head(image), "args": [*FLAGS, f"-jsz={jsz}", url], **rest}


def url_of(server: str, workload: str) -> str:
    """The server of an exporter: its name, and where it is asked."""
    return f"{server},http://{server}.{workload}:{MONITOR}/"


def _exporter_head(image: str) -> Object:
    return {"name": "metrics", "image": image, "imagePullPolicy": "IfNotPresent"}


@shared
def _exporter_rest(limits: tuple[str, str, str | None], go_limit: str | None, *, hardened: bool) -> Object:
    return {
        **({"env": [_go_memory_limit(go_limit)]} if go_limit else {}),
        "ports": [_PORT],
        "resources": sidecar_resources(*limits),
        "securityContext": security_context(hardened=hardened),
    }


@shared
def _go_memory_limit(go_limit: str) -> Object:
    return {"name": "GOMEMLIMIT", "value": go_limit}


@shared
def security_context(*, hardened: bool) -> Object:
    """No privileges; in `hardened` the root file system is read-only too: the servers write to their volumes alone."""
    return {
        "allowPrivilegeEscalation": False,
        "capabilities": {"drop": ["ALL"]},
        "privileged": False,
        **({"readOnlyRootFilesystem": True} if hardened else {}),
    }
