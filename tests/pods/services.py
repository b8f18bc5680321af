"""What a cloud adds to a cluster: names (DNS) and disks. Each polls the API server in a thread of its own."""

from __future__ import annotations

import socket
import struct
import sys
import threading
from typing import TYPE_CHECKING

from tests.cluster.api import Refused
from tests.pods.island import ADDRESS
from tests.pods.node import ZONE

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cluster.api import Api, Object
    from tests.pods.island import Island

DOMAIN = "svc.cluster.local"
UNITS = {"Ki": 2**10, "Mi": 2**20, "Gi": 2**30}


class Polling:
    """Calls a function every half second until it is stopped; a failure is said, and it goes on."""

    def __init__(self, poll: Callable[[], None]) -> None:
        self._poll, self._ended = poll, threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._ended.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._ended.wait(0.5):
            try:
                self._poll()
            except (OSError, Refused, AssertionError) as error:
                sys.stderr.write(f"{self._poll.__qualname__}: {error}\n")


class Names:
    """What CoreDNS answers for `svc.cluster.local`, without its cache: Services, and the pods of headless ones."""

    def __init__(self, api: Api) -> None:
        """Answer on port 53 of the control plane until `stop`."""
        self._api, self._known = api, dict[str, list[str]]()
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind((ADDRESS, 53))
        threading.Thread(target=self._serve, daemon=True).start()
        self._polling = Polling(self._refresh)

    def stop(self) -> None:
        self._polling.stop()
        self._socket.close()
        self._api.close()

    def _refresh(self) -> None:
        known: dict[str, list[str]] = {}
        headless = set()
        for service in self._api.items("/api/v1/services"):
            name = f"{service['metadata']['name']}.{service['metadata']['namespace']}.{DOMAIN}"
            address = service["spec"].get("clusterIP")
            known[name] = [address] if address != "None" else []
            headless |= {name} if address == "None" else set()
        for part in self._api.items("/apis/discovery.k8s.io/v1/endpointslices"):
            labels = part["metadata"].get("labels", {})
            name = f"{labels.get('kubernetes.io/service-name')}.{part['metadata']['namespace']}.{DOMAIN}"
            for end in (part.get("endpoints") or []) if name in headless else []:
                if end["conditions"].get("ready"):
                    known[name] += end["addresses"]
                    known.setdefault(f"{end.get('hostname')}.{name}", []).extend(end["addresses"])
        self._known = known

    def _serve(self) -> None:
        while True:
            try:
                query, peer = self._socket.recvfrom(4096)
            except OSError:
                return
            self._socket.sendto(answer(query, self._known), peer)


def answer(query: bytes, known: dict[str, list[str]]) -> bytes:
    """The answer to one question (RFC 1035): addresses for a known name, NXDOMAIN for any other."""
    at, labels = 12, []
    while length := query[at]:
        labels.append(query[at + 1 : at + 1 + length].decode().lower())
        at += length + 1
    (kind,) = struct.unpack_from("!H", query, at + 1)
    name = ".".join(labels)
    found = known.get(name, []) if kind == 1 else []
    (number,) = struct.unpack_from("!H", query)
    head = struct.pack("!HHHHHH", number, 0x8580 | (0 if name in known else 3), 1, len(found), 0, 0)
    records = [b"\xc0\x0c" + struct.pack("!HHIH", 1, 1, 5, 4) + socket.inet_aton(one) for one in found]
    return head + query[12 : at + 5] + b"".join(records)


class Disks:
    """A disk for each claim: an ext4 file system of exactly its size, which any node of one zone can have."""

    def __init__(self, api: Api, island: Island) -> None:
        """Make disks until `stop`."""
        self._api, self._island = api, island
        self._folder = island.run / "disks"
        self._folder.mkdir()
        api.create({
            "apiVersion": "storage.k8s.io/v1", "kind": "StorageClass", "provisioner": "krmfn.test/disks",
            "metadata": {"name": "disks", "annotations": {"storageclass.kubernetes.io/is-default-class": "true"}},
            "volumeBindingMode": "WaitForFirstConsumer",
        })  # fmt: skip
        self._polling = Polling(self._provision)

    def stop(self) -> None:
        self._polling.stop()
        self._api.close()

    def _provision(self) -> None:
        for claim in self._api.items("/api/v1/persistentvolumeclaims"):
            node = claim["metadata"].get("annotations", {}).get("volume.kubernetes.io/selected-node")
            if node and not claim["spec"].get("volumeName"):
                self._make(claim, self._api.get(f"/api/v1/nodes/{node}")["metadata"]["labels"][ZONE])

    def _make(self, claim: Object, zone: str) -> None:
        metadata, spec = claim["metadata"], claim["spec"]
        name, size = f"pvc-{metadata['uid']}", spec["resources"]["requests"]["storage"]
        image, place = self._folder / f"{name}.img", self._island.volumes / name
        if not image.exists():
            place.mkdir()
            with image.open("wb") as disk:
                disk.truncate(int(size[:-2]) * UNITS[size[-2:]])
            self._island.do("mkfs.ext4", "-q", "-F", "-m0", image)
            self._island.do("mount", "-o", "loop", image, place)
        here = {"key": ZONE, "operator": "In", "values": [zone]}
        self._api.create({
            "apiVersion": "v1", "kind": "PersistentVolume", "metadata": {"name": name},
            "spec": {
                "capacity": {"storage": size}, "accessModes": spec["accessModes"],
                "persistentVolumeReclaimPolicy": "Retain", "storageClassName": spec["storageClassName"],
                "local": {"path": str(place)},
                "claimRef": {key: metadata[key] for key in ("namespace", "name", "uid")},
                "nodeAffinity": {"required": {"nodeSelectorTerms": [{"matchExpressions": [here]}]}},
            },
        })  # fmt: skip
