"""What the servers cannot do without: their volumes and their Secret."""

from __future__ import annotations

from krmfn.adoption.dump import called
from krmfn.changes.workload import replicas
from krmfn.model.finding import error, warning
from krmfn.model.lookup import at
from krmfn.model.objects import ObjectRef
from krmfn.model.quantity import quantity_of
from krmfn.natsconf.accounts import FILE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from krmfn.adoption.dump import LiveCluster
    from krmfn.model.finding import Finding

_CLAIM = "PersistentVolumeClaim"
_STORAGE = ("resources", "requests")


def check_claims(cluster: LiveCluster) -> Iterator[Finding]:
    """A claim for each server, as large as the template says, and none besides."""
    names, space = cluster.facts.names, cluster.facts.namespace
    if not cluster.claims and any(key.namespace == space for key, _ in cluster.live.of_kind(_CLAIM, "")):
        text = f"the dump has volume claims of {space}, but none of {names.workload}: its servers have none"
        yield error("claim-missing", f"{text}; fix that first").at(object=cluster.key)
        return
    if not cluster.claims:
        text = (
            f"the dump has no volume claim of {names.workload}, so none can be checked; add pvc to the kinds"
            " of kubectl get"
        )
        yield warning("claims-not-checked", text).at(object=cluster.key)
        return
    count = replicas(cluster.workload) if cluster.workload is not None else cluster.facts.replicas
    for number in range(count):
        key = ObjectRef("v1", _CLAIM, space, f"{names.claim}-{names.workload}-{number}")
        if key not in cluster.claims:
            text = (
                f"{called(key)} is not in the dump, but others are: {names.workload}-{number} has no volume of its own"
            )
            yield error("claim-missing", f"{text}; fix that first").at(object=key)
    for key in cluster.claims:
        yield from _check_claim(cluster, key, count)


def _check_claim(cluster: LiveCluster, key: ObjectRef, count: int) -> Iterator[Finding]:
    if int(key.name.rpartition("-")[2]) >= count:
        text = f"{called(key)} is of none of the {count} servers: it stays, and a larger cluster would use its data"
        yield warning("claims-left-over", text).at(object=key)
        return
    obj = cluster.claims[key]
    if at(obj, "status").get("phase") == "Lost":
        text = f"{called(key)} has lost its volume (phase Lost): the server cannot restart with it; fix that first"
        yield error("claim-lost", text, ("status", "phase")).at(object=key)
    has = at(obj, "status", "capacity").get("storage", at(obj, "spec", *_STORAGE).get("storage"))
    size = quantity_of(has)
    if size is not None and size < cluster.facts.claim_size:
        text = (
            f"{called(key)} has {size.canonical()}, but the claim template has"
            f" {cluster.facts.claim_size.canonical()}: the server could fill more than the volume holds"
        )
        yield warning("claim-too-small", text, ("status", "capacity", "storage")).at(object=key)


def check_secret(cluster: LiveCluster) -> Iterator[Finding]:
    """Pods start only with it. Its keys are looked at, never its values."""
    key = cluster.secret_key
    if cluster.secret is not None:
        if FILE not in {**at(cluster.secret, "data"), **at(cluster.secret, "stringData")}:
            text = f"{called(key)} has no key {FILE}, which nats.conf includes; add it"
            yield error("secret-without-key", text).at(object=key)
    elif any(one.namespace == key.namespace for one, _ in cluster.live.of_kind("Secret", "")):
        text = f"{called(key)} is not in the dump, but other Secrets are: no server starts without it; create it first"
        yield error("secret-missing", text).at(object=key)
    else:
        text = (
            f"{called(key)} is not in the dump, so its key and owner are not checked; add secret to the kinds"
            " of kubectl get"
        )
        yield warning("secret-not-checked", text).at(object=key)
