"""Files that nats.conf names, beside the Secret of the system account: their volumes, and where they are mounted.

Whole volumes, never a subPath: the kubelet renews no file of one. They are mounted into the server and the reloader,
which ends where a file of nats.conf is missing.
"""

from __future__ import annotations

from krmfn.model.quantity import Quantity
from krmfn.natsconf.references import SECRETS_DIR
from krmfn.natsconf.server import server_conf
from krmfn.natsconf.tls import DIR, sources

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krmfn.cluster.facts import Facts
    from krmfn.model.objects import Object

LONGEST_VOLUME = 63
EXTRA = "extra-"
"""How the names of volumes of the key `pod` begin."""


def volumes(facts: Facts) -> list[Object]:
    """One volume for each Secret and ConfigMap. Nothing is optional: a pod waits for what its server needs."""
    secrets = [{"name": _volume(name), "secret": {"secretName": name}} for name in _included(facts)]
    certificates = [
        {"name": f"tls-{folder}", **({"secret": {"secretName": name}} if kind == "secret" else {kind: {"name": name}})}
        for folder, (kind, name) in _certificates(facts)
    ]
    return [*secrets, *certificates, *map(_extra, _stated(facts))]


def _stated(facts: Facts) -> list[Object]:
    """Volumes of the key `pod`. Others may hold files that `conf` names, so the reloader has all of them."""
    return list((facts.pod or {}).get("volumes", ()))


def _extra(stated: Object) -> Object:
    name = f"{EXTRA}{stated['name']}"
    if "secret" in stated:
        return {"name": name, "secret": {"secretName": stated["secret"]}}
    if "configMap" in stated:
        return {"name": name, "configMap": {"name": stated["configMap"]}}
    if "claim" in stated:
        return {"name": name, "persistentVolumeClaim": {"claimName": stated["claim"], "readOnly": True}}
    return {"name": name, "emptyDir": {"sizeLimit": Quantity(stated["emptyDir"]).canonical()}}


def mounts(facts: Facts, config_dir: str) -> tuple[tuple[str, str], ...]:
    """(volume, folder) of each."""
    return (
        *((_volume(name), f"{config_dir}/{SECRETS_DIR}/{name}") for name in _included(facts)),
        *((f"tls-{folder}", f"{DIR}/{folder}") for folder, _ in _certificates(facts)),
        *((f"{EXTRA}{one['name']}", one["mountPath"]) for one in _stated(facts)),
    )


def _included(facts: Facts) -> list[str]:
    """Names of the Secrets with files that nats.conf includes."""
    return sorted({file.split("/")[1] for file in facts.once(server_conf).definitions})


def _certificates(facts: Facts) -> list[tuple[str, tuple[str, str]]]:
    return sorted(sources(facts.tls, facts.names.workload).items()) if facts.tls is not None else []


def _volume(secret: str) -> str:
    """A volume's name is a label: a Secret's name as it is, or a digest of one that is too long or has dots."""
    name = f"secret-{secret}"
    if len(name) <= LONGEST_VOLUME and "." not in name:
        return name
    from hashlib import sha256

    return f"secret-{sha256(secret.encode()).hexdigest()[:16]}"
