"""Names, size, stores, images and TLS: values of the chart that have a field or a key of their own."""

from __future__ import annotations

from krmfn.helm.chart import DEFAULTS
from krmfn.helm.sizes import as_quantity, claim_bytes, conf_bytes
from krmfn.helm.translation import number_of
from krmfn.helm.verdict import CLEAR_TEXT, IGNORED, INVALID
from krmfn.model.names import is_dns_label
from krmfn.natsconf.formats import is_duration

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from krmfn.helm.translation import Translation
    from krmfn.model.objects import FieldPath

LONGEST_NAME = 63
"""The chart cuts names here."""
IMAGES = (
    ("container.image", "natsImage"),
    ("reloader.image", "reloaderImage"),
    ("promExporter.image", "exporterImage"),
)
_ODD_SIZE = "the chart writes it into nats.conf as it is, which nats-server does not read; krmfn writes bytes"
_REGISTRY = ("global", "image", "registry")
_NOT_USED = "the chart uses it only with {}: true"


def translate_names(t: Translation) -> None:
    """The name of the NATS is that of the chart's StatefulSet."""
    name = fullname(t)
    text = "the name of the StatefulSet" if workload(name) == name else f"krmfn names the StatefulSet {workload(name)}"
    for path in ("fullnameOverride", "nameOverride", "statefulSet.name"):
        if t.states(path) and t.value(path):
            t.take(path, "NATS metadata.name", text)
    t.nats.value["metadata"] = {"name": name}
    namespace = t.value("namespaceOverride") or t.namespace
    if namespace:
        t.nats.value["metadata"]["namespace"] = str(namespace)
    if t.value("namespaceOverride"):
        t.take("namespaceOverride", "NATS metadata.namespace")
    prefix = t.value("config.serverNamePrefix")
    if prefix:
        here = ("config", "serverNamePrefix")
        t.take(here, t.render.put(("server", "namePrefix"), str(prefix), here))
    for path, fixed in (
        ("headlessService.name", workload(name)),
        ("configMap.name", f"{workload(name)}-config"),
        ("podDisruptionBudget.name", workload(name)),
        ("serviceAccount.name", workload(name)),
        ("promExporter.podMonitor.name", workload(name)),
        ("service.name", f"{workload(name)}-client"),
        ("config.jetstream.fileStore.pvc.name", f"{workload(name)}-js-pvc"),
    ):
        if t.value(path) == fixed:
            t.take(path, "NATS metadata.name", "krmfn gives it the same name")


def fullname(t: Translation) -> str:
    """The name of the StatefulSet by the chart's own rule."""
    stated = t.value("statefulSet.name") or t.value("fullnameOverride")
    if not stated:
        base = str(t.value("nameOverride") or "nats")
        stated = t.release if base in t.release else f"{t.release}-{base}"
    return str(stated)[:LONGEST_NAME].rstrip("-")


def workload(name: str) -> str:
    """The name that krmfn gives the StatefulSet of a NATS."""
    return name if "nats" in name else f"{name}-nats"


def check_names(t: Translation) -> None:
    """A name that no NATS can have."""
    name = t.nats.value["metadata"]["name"]
    if not is_dns_label(name):
        for path in ("fullnameOverride", "nameOverride", "statefulSet.name"):
            t.lose(path, "not a name of objects; write a-z, 0-9 and -", INVALID)


def translate_cluster(t: Translation) -> None:
    """The number of servers, and the routes between them."""
    if not t.value("config.cluster.enabled"):
        t.take("config.cluster.enabled", t.nats.put(("cluster", "size"), 1, ("config", "cluster", "enabled")))
        unused(t, "config.cluster")
        return
    size = number_of(t.value("config.cluster.replicas"))
    paths = (("config", "cluster", "enabled"), ("config", "cluster", "replicas"))
    if size % 2 == 0 or not 0 < size < 1000:
        odd = max(3, min(size + 1, 999))
        t.nats.put(("cluster", "size"), odd, paths[0], remark=f"{size} servers are not an odd number")
        text = (
            f"{size} servers tolerate no more losses than {size - 1}, and a NATS has an odd number;"
            f" the result has {odd}"
        )
        t.lose(paths[1], text)
    else:
        t.nats.put(("cluster", "size"), size, paths[1])
    for path in paths:
        t.take(path, "NATS spec.cluster.size")
    if size > 1:
        t.render.put(("server", "noAdvertise"), bool(t.value("config.cluster.noAdvertise")), _NO_ADVERTISE)
    t.take(_NO_ADVERTISE, "RenderNATS spec.server.noAdvertise")
    _translate_routes(t)


_NO_ADVERTISE = ("config", "cluster", "noAdvertise")


def _translate_routes(t: Translation) -> None:
    urls = "config.cluster.routeURLs"
    both = t.value(f"{urls}.user") and t.value(f"{urls}.password")
    if t.value(f"{urls}.password"):
        text = "a password in clear text, which the chart puts into a ConfigMap" if both else "a password in clear text"
        t.lose(f"{urls}.password", f"{text}; routes of krmfn have none: set tls.routes and networkPolicy", CLEAR_TEXT)
    if t.value(f"{urls}.user") and not both:
        t.lose(f"{urls}.user", "the chart uses it only with both user and password", IGNORED)
    if t.value(f"{urls}.useFQDN"):
        t.take(f"{urls}.useFQDN", "", "routes have short names, which resolve to the same pods")
        if t.value(f"{urls}.k8sClusterDomain") != DEFAULTS[f"{urls}.k8sClusterDomain"]:
            domain = str(t.value(f"{urls}.k8sClusterDomain"))
            where = t.render.put(("clusterDomain",), domain, (*tuple(urls.split(".")), "k8sClusterDomain"))
            t.take(f"{urls}.k8sClusterDomain", where)
    elif t.value(f"{urls}.k8sClusterDomain") != DEFAULTS[f"{urls}.k8sClusterDomain"]:
        t.lose(f"{urls}.k8sClusterDomain", _NOT_USED.format(f"{urls}.useFQDN"), IGNORED)


def unused(t: Translation, group: str, why: str = "") -> None:
    """What a file sets in a group that is switched off, and that is not the default: the chart ignores it."""
    for path in t.ledger.open(tuple(group.split("."))):
        name = ".".join(map(str, path))
        inside = name.removeprefix(f"{group}.")
        free = any(part in ("merge", "patch") for part in inside.split("."))
        if name == f"{group}.enabled" or (name not in DEFAULTS and not free):
            continue
        if name not in DEFAULTS or not same(t.value(name), DEFAULTS[name]):
            t.lose(path, why or _NOT_USED.format(f"{group}.enabled"), IGNORED)


def same(value: Any, default: Any) -> bool:
    """Whether a value means the default; null, an empty text and an empty list all mean nothing."""
    return value == default or (not value and not default and value is not False and default is not False)


def translate_jetstream(t: Translation) -> None:
    """The two stores. A NATS always has JetStream, so their sizes are written even where the chart has none."""
    store = "config.jetstream.fileStore"
    is_on = bool(t.value("config.jetstream.enabled"))
    if is_on:
        t.take("config.jetstream.enabled", "NATS spec.jetStream")
    else:
        unused(t, "config.jetstream")
        t.differences.append(
            "the chart runs without JetStream (config.jetstream.enabled is false), and a NATS"
            " always has it: each server"
            " gets a file store on a volume of its own"
        )
    size = _translate_claim(t, f"{store}.pvc", is_on=is_on)
    limit = t.value(f"{store}.maxSize")
    if is_on and limit is not None:
        bytes_ = conf_bytes(limit)
        if bytes_ is None:
            t.lose(f"{store}.maxSize", "not a size that nats-server takes; write one such as 8Gi", INVALID)
        elif size is not None and bytes_ > size:
            t.lose(f"{store}.maxSize", "larger than the volume: the disk would be full before the store; lower it")
        else:
            path = tuple(f"{store}.maxSize".split("."))
            t.take(path, t.render.put(("fileStore",), str(as_quantity(bytes_)), path))
    elif is_on:
        t.differences.append(
            "the chart's max_file_store is the whole volume (config.jetstream.fileStore.maxSize"
            " is not set); krmfn keeps"
            " room for the file system. If streams reserve more, set fileStore: 100%"
        )
    if is_on and t.value(f"{store}.dir") != DEFAULTS[f"{store}.dir"]:
        t.take(f"{store}.dir", "", "the directory is /data; nothing outside of the pod sees it")
    _translate_memory(t, is_on=is_on)


def _translate_claim(t: Translation, pvc: str, *, is_on: bool) -> int | None:
    """The volume; its size in bytes."""
    path = (*tuple(pvc.split(".")), "size")
    value = t.value(f"{pvc}.size") if is_on else DEFAULTS[f"{pvc}.size"]
    size = claim_bytes(value)
    if size is None:
        t.lose(path, "not a quantity; write one such as 10Gi", INVALID)
    else:
        where = t.nats.put(("jetStream", "fileStorage", "size"), as_quantity(size), path)
        if is_on:
            is_odd = conf_bytes(value) is None and t.value("config.jetstream.fileStore.maxSize") is None
            t.take(path, where, _ODD_SIZE if is_odd else "")
    if t.value(f"{pvc}.merge") == {"spec": {"accessModes": ["ReadWriteOnce"]}}:
        t.take(f"{pvc}.merge", "", "krmfn writes it")
    name = t.value(f"{pvc}.storageClassName")
    if not is_on or not name:
        return size
    if name in ("default", "-"):
        text = (
            "in a NATS this name leaves the choice to the cluster; give the class another name, or make it the default"
        )
        t.lose(f"{pvc}.storageClassName", text)
    else:
        where = t.nats.put(
            ("jetStream", "fileStorage", "storageClassName"), str(name), (*path[:-1], "storageClassName")
        )
        t.take(f"{pvc}.storageClassName", where)
    return size


def _translate_memory(t: Translation, *, is_on: bool) -> None:
    store = "config.jetstream.memoryStore"
    path = tuple(store.split("."))
    enabled = is_on and bool(t.value(f"{store}.enabled"))
    where = t.nats.put(("jetStream", "memStorage", "enabled"), enabled, (*path, "enabled"))
    if is_on:
        t.take(f"{store}.enabled", where)
    if is_on and not enabled:
        unused(t, store)
    if not enabled:
        return
    size = conf_bytes(t.value(f"{store}.maxSize"))
    if size is None:
        t.lose(f"{store}.maxSize", "not a size that nats-server takes; write one such as 1Gi", INVALID)
    else:
        t.take(
            f"{store}.maxSize", t.nats.put(("jetStream", "memStorage", "size"), as_quantity(size), (*path, "maxSize"))
        )


def translate_images(t: Translation) -> None:
    """The images that the values name; else the NATS project's own, since krmfn's default images are those of Kyma."""
    by_default = False
    for group, key in IMAGES:
        base = tuple(group.split("."))
        full, digest = t.value(f"{group}.fullImageName"), t.value(f"{group}.digest")
        used = ("fullImageName",) if full else ("registry", "repository", "digest" if digest else "tag")
        sources = [(*base, name) for name in used if t.states(f"{group}.{name}") and t.value(f"{group}.{name}")]
        if t.value("global.image.registry") and "registry" in used and not t.value(f"{group}.registry"):
            sources.append(_REGISTRY)
        if sources:
            where = t.render.put((key,), _image(t, group), *sources)
            for source in sources:
                t.take(source, where)
        else:
            by_default = True
        for name in ("registry", "repository", "tag", "digest"):
            if name not in used and not same(t.value(f"{group}.{name}"), DEFAULTS[f"{group}.{name}"]):
                t.lose((*base, name), f"the chart takes {used[-1]} instead", IGNORED)
    if by_default:
        t.render.put(("images",), "upstream", remark="the NATS project's own, as in the chart")
    for path in ("global.image.pullPolicy", *(f"{group}.pullPolicy" for group, _ in IMAGES)):
        if t.value(path) == "IfNotPresent":
            t.take(path, "", "krmfn always writes IfNotPresent")
    secrets = t.value("global.image.pullSecretNames")
    if secrets:
        names = ("global", "image", "pullSecretNames")
        t.take(names, t.render.put(("imagePullSecrets",), [str(one) for one in secrets], names))


def _image(t: Translation, group: str) -> str:
    """The image by the chart's rule."""
    full = t.value(f"{group}.fullImageName")
    if full:
        return str(full)
    digest = t.value(f"{group}.digest")
    version = f"@{digest}" if digest else f":{t.value(f'{group}.tag')}"
    name = f"{t.value(f'{group}.repository')}{version}"
    registry = t.value(f"{group}.registry") or t.value("global.image.registry")
    return f"{registry}/{name}" if registry else name


def translate_resources(t: Translation) -> None:
    """CPU and memory of the server; without any the chart has none, and the result too."""
    both: dict[str, Any] = {"limits": {}, "requests": {}}
    merged = t.value("container.merge") or {}
    found = False
    for path in (("container", "resources"), ("container", "merge", "resources")):
        stated = merged.get("resources") if path[1] == "merge" else t.value("container.resources")
        if not isinstance(stated, dict):
            continue
        for block, amounts in both.items():
            inner = stated.get(block)
            if isinstance(inner, dict) and inner:
                found = True
                for name, amount in inner.items():
                    amounts[name] = amount
                    where = t.nats.put(("resources", block, name), amount, (*path, block, name))
                    t.take((*path, block, name), where)
            elif not inner:
                t.take((*path, block), "NATS spec.resources")
    for block in both if found else ():
        if not both[block]:
            t.nats.put(("resources", block), {}, ("container", "resources"))
    if not found:
        t.nats.put(("resources",), both, ("container", "resources"), remark="no limits and requests")
    _translate_go_memory(t, has_limit="memory" in both["limits"])


def _translate_go_memory(t: Translation, *, has_limit: bool) -> None:
    env = t.value("container.env")
    if isinstance(env, dict) and "GOMEMLIMIT" in env:
        path = ("container", "env", "GOMEMLIMIT")
        if has_limit:
            t.take(path, "NATS spec.resources.limits.memory", "krmfn sets GOMEMLIMIT to 80 % of the memory limit")
        else:
            t.lose(path, "krmfn sets GOMEMLIMIT to 80 % of the memory limit; set container.resources.limits.memory")


def translate_tls(t: Translation) -> None:
    """Certificates for clients and routes, from Secrets that are there."""
    for group, key in (("config.nats.tls", "clients"), ("config.cluster.tls", "routes")):
        if key == "routes" and not t.value("config.cluster.enabled"):
            continue
        if not t.value(f"{group}.enabled"):
            unused(t, group)
            continue
        path = tuple(group.split("."))
        secret = t.value(f"{group}.secretName")
        if not secret:
            text = (
                "without secretName the chart writes an empty tls block: the server starts, and no client can connect"
            )
            t.lose(f"{group}.enabled", f"{text}; set {group}.secretName", INVALID)
            continue
        wrong = [
            name
            for name in ("cert", "key")
            if t.value(f"{group}.{name}") != f"tls.{'crt' if name == 'cert' else 'key'}"
        ]
        for name in wrong:
            t.lose(f"{group}.{name}", "krmfn reads the keys tls.crt and tls.key of a Secret of type kubernetes.io/tls")
        where = t.render.put(("tls", key, "secret"), str(secret), (*path, "secretName"))
        t.take(f"{group}.secretName", where)
        t.take(f"{group}.enabled", where)
        if key == "routes":
            t.render.put(("tls", key, "stage"), "active", (*path, "enabled"), remark="for a new cluster only")
        if t.value(f"{group}.dir") != DEFAULTS[f"{group}.dir"]:
            t.take(f"{group}.dir", "", "krmfn mounts it in a directory of its own")
        translate_tls_merge(t, (*path, "merge"), key, t.value(f"{group}.merge") or {})
    _translate_ca(t)


_OF_CLIENTS = {
    "timeout": "timeout",
    "handshake_first": "handshakeFirst",
    "pinned_certs": "pinned",
    "min_version": "minVersion",
}


def translate_tls_merge(t: Translation, path: FieldPath, key: str, merged: dict[str, Any]) -> None:
    """Settings of a `tls` block that have a key."""
    for name, value in merged.items():
        here = (*path, name)
        if name in ("verify", "verify_and_map") and isinstance(value, bool):
            if key == "clients" and value:
                word = "map" if name == "verify_and_map" else "required"
                t.take(here, t.render.put(("tls", key, "verify"), word, here))
            elif value or key == "clients":
                t.take(here, f"RenderNATS spec.tls.{key}", "krmfn writes it" if value else "it is the default")
        elif key == "clients" and name in _OF_CLIENTS:
            given = f"{value}s" if name == "timeout" and isinstance(value, (int, float)) else value
            if name == "timeout" and not (isinstance(given, str) and is_duration(given)):
                t.lose(here, "not a duration; write one such as 5s", INVALID)
            else:
                t.take(here, t.render.put(("tls", key, _OF_CLIENTS[name]), given, here))


def _translate_ca(t: Translation) -> None:
    names = [name for name in ("configMapName", "secretName") if t.value(f"tlsCA.{name}")]
    if not t.value("tlsCA.enabled"):
        unused(t, "tlsCA")
        return
    if not names:
        t.lose("tlsCA", "the chart uses it only with configMapName or secretName", IGNORED)
        return
    if not t.render.has("tls"):
        return
    if len(names) > 1:
        t.lose("tlsCA.secretName", "the chart takes configMapName where both are set", IGNORED)
    field = "configMap" if names[0] == "configMapName" else "secret"
    where = t.render.put(("tls", "ca", field), str(t.value(f"tlsCA.{names[0]}")), ("tlsCA", names[0]))
    t.take(f"tlsCA.{names[0]}", where)
    t.take("tlsCA.enabled", where)
    if t.value("tlsCA.key") != DEFAULTS["tlsCA.key"]:
        t.take("tlsCA.key", t.render.put(("tls", "ca", "key"), str(t.value("tlsCA.key")), ("tlsCA", "key")))
    if t.value("tlsCA.dir") != DEFAULTS["tlsCA.dir"]:
        t.take("tlsCA.dir", "", "krmfn mounts it in a directory of its own")
