"""The file store of JetStream on its volume: a claim, mounted where nats.conf says, writable and large enough."""

from __future__ import annotations

from krmfn.checks.pods import joined
from krmfn.cluster.storage import human_bytes
from krmfn.model.finding import error, warning
from krmfn.model.lookup import at, listed
from krmfn.model.quantity import quantity_of
from krmfn.model.text import shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from krmfn.checks.server import ServerGroup
    from krmfn.model.finding import Finding
    from krmfn.model.objects import Object


def check_store(server: ServerGroup) -> Iterator[Finding]:
    """Every fault of the store; none where it is switched off."""
    folder = server.setting("jetstream", "store_dir") or server.setting("store_dir")
    if ("jetstream",) not in (server.settings or {}) or not isinstance(folder, str):
        return
    store = server.setting("jetstream", "max_file_store")
    found, name = server.mount(folder), server.conf_key
    path = (*server.container_path, "volumeMounts")
    if store == 0:
        return
    if found is None:
        text = (
            f"jetstream.store_dir is {shown(folder)} in {name}, and {server.pods.title} mounts no volume there, so"
            " streams are lost with the container; write the path where the claim is mounted"
        )
        yield error("conf-store-dir", text)
        return
    mount, volume = found[0], server.volume(found[0])
    claim = server.claims().get(str(mount.get("name")))
    if claim is None and volume and "persistentVolumeClaim" not in volume and "ephemeral" not in volume:
        kind = joined(key for key in volume if key != "name")
        text = (
            f"jetstream.store_dir is {shown(folder)} in {name}, which {server.pods.title} mounts from {kind} and not"
            " from a claim, so streams are lost with the pod; mount the claim template there"
        )
        yield error("conf-store-dir", text)
    yield from _hidden(server, folder)
    if at(claim or {}, "spec").get("volumeMode") == "Block":
        text = (
            f"the claim for the store of {server.pods.title} has volumeMode Block, which cannot be mounted as a folder,"
            " so pods do not start; write Filesystem"
        )
        yield error("conf-store-dir", text, path).at(object=server.pods.ref)
    if mount.get("readOnly") is True:
        text = (
            f"{server.pods.title} mounts the store {shown(folder)} readOnly, so JetStream cannot write; remove readOnly"
        )
        yield error("conf-store-dir", text, path).at(object=server.pods.ref)
    yield from _writable(server, folder, mount)
    size = quantity_of(at(claim or {}, "spec", "resources", "requests").get("storage"))
    if size is not None and isinstance(store, int) and store > size.floor:
        text = (
            f"jetstream.max_file_store is {human_bytes(store)} in {name}, and the claim of {server.pods.title} has"
            f" {human_bytes(size.floor)}: the disk is full before the store is, and then JetStream stops; write a"
            " smaller store or a larger claim"
        )
        yield error("store-over-claim", text)


def _writable(server: ServerGroup, folder: str, mount: Object) -> Iterator[Finding]:
    """A volume belongs to root, unless the pods have a group for it."""
    pod = at(server.pods.spec, "securityContext")
    user = at(server.container, "securityContext").get("runAsUser", pod.get("runAsUser"))
    if isinstance(user, int) and user != 0 and pod.get("fsGroup") is None and mount.get("name") in server.claims():
        text = (
            f"the servers of {server.pods.title} run as user {user}, and no fsGroup lets that write to the volume at"
            f" {shown(folder)}, which most drivers give to root; write securityContext.fsGroup"
        )
        path = (*server.pods.path, "securityContext", "fsGroup")
        yield warning("store-not-writable", text, path).at(object=server.pods.ref)


def _hidden(server: ServerGroup, folder: str) -> Iterator[Finding]:
    """Volumes that are mounted over a part of the store: what JetStream writes there is not on the claim."""
    store = f"{folder.rstrip('/')}/jetstream"
    for number, row in enumerate(listed(server.container.get("volumeMounts"))):
        place = str(row.get("mountPath")).rstrip("/")
        if (place == store or place.startswith(f"{store}/")) and row.get("name") not in server.claims():
            text = (
                f"{server.pods.title} mounts volume {shown(str(row.get('name')))} over {shown(place)}, where JetStream"
                " keeps its streams, so they are not on the claim and are lost with the pod; mount it elsewhere"
            )
            here = (*server.container_path, "volumeMounts", number, "mountPath")
            yield error("conf-store-dir", text, here).at(object=server.pods.ref)
