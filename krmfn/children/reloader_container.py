"""The config-reloader: sends SIGHUP to the server when a mounted file changes."""

from __future__ import annotations

from krmfn.children.container_security import security_context, sidecar_resources
from krmfn.natsconf.server import ACCOUNTS, PID_FILE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krmfn.core.facts import Facts
    from krmfn.core.objects import Object

CONFIG_DIR = "/etc/nats-config"
CONFIG_MOUNT = {"name": "config-volume", "mountPath": CONFIG_DIR}
PID_MOUNT = {"name": "pid", "mountPath": "/var/run/nats"}
ACCOUNTS_MOUNT = {"name": "accounts-volume", "mountPath": f"{CONFIG_DIR}/accounts"}


def build(facts: Facts) -> Object:
    """It watches nats.conf and, where a Secret is mounted, the included accounts."""
    accounts = ["-config", f"{CONFIG_DIR}/{ACCOUNTS}"] if facts.secret_mounted else []
    mounts = [CONFIG_MOUNT, PID_MOUNT, *([ACCOUNTS_MOUNT] if facts.secret_mounted else [])]
    return {
        "name": "config-reloader",
        "image": facts.images.reloader,
        "imagePullPolicy": "IfNotPresent",
        "command": ["nats-server-config-reloader", "-pid", PID_FILE, "-config", f"{CONFIG_DIR}/nats.conf", *accounts],
        "resources": sidecar_resources(),
        "securityContext": security_context(facts),
        "volumeMounts": [dict(mount) for mount in mounts],
    }
