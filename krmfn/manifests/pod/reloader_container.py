"""The config-reloader: sends SIGHUP to the server when a mounted file changes."""

from __future__ import annotations

from krmfn.cluster.sidecars import sidecar_resources
from krmfn.manifests.pod.container_security import security_context
from krmfn.model.objects import Shared, shared
from krmfn.natsconf.server import ACCOUNTS, PID_FILE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krmfn.cluster.facts import Facts
    from krmfn.model.objects import Object

CONFIG_DIR = "/etc/nats-config"
CONFIG_MOUNT = Shared({"name": "config-volume", "mountPath": CONFIG_DIR})
PID_MOUNT = Shared({"name": "pid", "mountPath": "/var/run/nats"})
ACCOUNTS_MOUNT = Shared({"name": "accounts-volume", "mountPath": f"{CONFIG_DIR}/accounts"})


def build(facts: Facts) -> Object:
    """It watches nats.conf and, where a Secret is mounted, the included accounts."""
    return _container(
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
def _container(
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
