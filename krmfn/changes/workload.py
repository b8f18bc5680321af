"""A StatefulSet before and after: the pods, files and store that decide the effect of other changes."""

from __future__ import annotations

from krmfn.changes.mounted_file import MountedFile, mounted_file, sources
from krmfn.cluster.images import image_version
from krmfn.model.lookup import at, listed
from krmfn.model.objects import ObjectRef
from krmfn.model.text import shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Any

    from krmfn.changes.difference import Difference
    from krmfn.model.objects import Object

    ServerSettings = dict[tuple[str, ...], Any]

NATS_CONTAINER = "nats"
FIRST_TO_GROW_STORES = (2, 14)
"""nats-server takes larger store limits on a reload from this version (absent in 2.12.6; seen with 2.14.2)."""
FIRST_TO_TAKE_LIMITS = (2, 15, 1)
"""nats-server takes `jetstream.limits` on a reload in this version (refused by 2.14.2; 2.15.0 was not tried)."""
CONF = "nats.conf"
_OPTIONS = {
    "store_dir": ("sd", "store_dir"),
    "server_name": ("n", "name", "server_name"),
    "cluster_name": ("cluster_name",),
    "config": ("c", "config"),
}


SHELLS = ("sh", "bash", "ash", "dash")


class Workload:
    """A StatefulSet before and after.

    `version` is that of the servers that run, None where no tag has it. `restarts`: every pod restarts with the step,
    by itself. `conf_files` are the files that its server reads, before and after, and `confs` their texts; None for one
    that is not known. `settings` are what these say, None until `server_configuration.both` reads them.
    """

    __slots__ = (
        "conf_files", "config_dirs", "confs", "kept_from", "name", "namespace", "new", "new_replicas", "old",
        "old_replicas", "restarts", "settings", "states", "template_changes", "variables", "version",
    )  # fmt: skip

    def __init__(
        self,
        old: Object,
        new: Object,
        found: list[Difference],
        before: Mapping[ObjectRef, Object] | None = None,
        after: Mapping[ObjectRef, Object] | None = None,
    ) -> None:
        container = container_of(old)
        self.old, self.new = old, new
        self.name = shown(str(old["metadata"]["name"]))
        self.namespace = shown(str(old["metadata"].get("namespace") or ""))
        self.old_replicas, self.new_replicas = replicas(old), replicas(new)
        self.template_changes = any(path[:2] == ("spec", "template") for path, *_ in found)
        self.kept_from = kept_from(new)
        self.restarts = self.template_changes and self.kept_from == 0
        self.version = image_version(container.get("image"))
        self.variables = {str(row.get("name")) for row in listed(container.get("env"))}
        self.states = (before or {}, after or {})
        self.conf_files = (conf_file(old, before or {}), conf_file(new, after or {}))
        first, second = (file and file.text for file in self.conf_files)
        self.confs = (first, second)
        self.settings: tuple[ServerSettings | None, ServerSettings | None] | None = None
        self.config_dirs = (config_dir(old), config_dir(new))

    @property
    def grows_stores(self) -> bool:
        """Whether the running servers are known to take larger store limits on a reload."""
        return self.version is not None and self.version >= FIRST_TO_GROW_STORES

    @property
    def takes_limits(self) -> bool:
        """Whether the running servers are known to take JetStream's `limits` on a reload."""
        return self.version is not None and self.version >= FIRST_TO_TAKE_LIMITS

    @property
    def leaves_one(self) -> bool:
        """Whether a single server becomes a cluster."""
        return self.old_replicas == 1 and self.new_replicas > 1

    @property
    def order(self) -> str:
        """The pods in the order in which a rolling update takes them, the highest ordinal first."""
        last = min(self.old_replicas, self.new_replicas) - 1
        if last <= 0:
            return f"{self.name}-0"
        between = [f"{self.name}-{last - 1}"] if last == 2 else ["..."] if last > 2 else []
        return ", ".join([f"{self.name}-{last}", *between, f"{self.name}-0"])

    def has_file(self, name: str) -> tuple[bool, bool]:
        """Whether the running pods, and the new ones, mount a file that nats.conf names."""
        sides = zip((self.old, self.new), self.states, self.config_dirs, strict=True)
        return tuple(has_file(one, state, name, folder) for one, state, folder in sides)  # type: ignore[return-value]


def unavailable_at_once(statefulset: Object, size: int) -> int:
    """How many pods a rolling update may take at once; the API server rounds a percentage up."""
    away = at(statefulset, "spec", "updateStrategy", "rollingUpdate").get("maxUnavailable", 1)
    if isinstance(away, str) and away.endswith("%") and away[:-1].isdigit():
        return max(-(-int(away[:-1]) * size // 100), 1)
    return away if isinstance(away, int) else 1


def kept_from(statefulset: Object) -> int:
    """How many pods, from ordinal 0, a change of the template leaves alone: `partition`, or all of them (OnDelete)."""
    strategy = at(statefulset, "spec", "updateStrategy")
    if strategy.get("type") == "OnDelete":
        return max(replicas(statefulset), 1)
    partition = at(strategy, "rollingUpdate").get("partition", 0)
    return partition if isinstance(partition, int) else 0


def is_nats(statefulset: Object) -> bool:
    """Whether a StatefulSet runs NATS servers."""
    return bool(container_of(statefulset))


def container_of(statefulset: Object) -> Object:
    """The container of the server, by its name, its image or its program; empty when there is none."""
    rows = listed(at(statefulset, "spec", "template", "spec").get("containers"))
    named = (row for row in rows if row.get("name") == NATS_CONTAINER)
    return next(named, None) or next((row for row in rows if _runs_nats(row)), {})


def _runs_nats(container: Object) -> bool:
    image, command = container.get("image"), container.get("command")
    program = command[0] if isinstance(command, list) and command else ""
    repository = image.partition("@")[0].rpartition("/")[2].partition(":")[0] if isinstance(image, str) else ""
    return repository in ("nats", "nats-server") or str(program).rpartition("/")[2] == "nats-server"


def pod_labels(workload: Object) -> Object:
    """The labels of the pods that a workload makes."""
    return at(workload, "spec", "template", "metadata", "labels")


def mounted(statefulset: Object) -> list[tuple[str, str, str]]:
    """(kind, namespace, name) of the ConfigMaps and Secrets among its volumes."""
    namespace = str(statefulset["metadata"].get("namespace") or "")
    rows = listed(at(statefulset, "spec", "template", "spec").get("volumes"))
    return [(kind, namespace, name) for row in rows for kind, name in names_in(row)]


def names_in(volume: Object) -> list[tuple[str, str]]:
    """(kind, name) of the ConfigMaps and Secrets that a volume holds."""
    named = ((kind, source.get("secretName", source.get("name"))) for kind, source in sources(volume))
    return [(kind, name) for kind, name in named if isinstance(name, str)]


def conf_file(statefulset: Object, state: Mapping[ObjectRef, Object]) -> MountedFile | None:
    """The file that the server's options name, through the mounts of its container; None where no object holds it.

    Without an option it is the nats.conf of a ConfigMap that the pods mount.
    """
    namespace = str(statefulset["metadata"].get("namespace") or "")
    path = option(statefulset, "config")
    if path is None:
        for kind, space, name in mounted(statefulset):
            file = MountedFile(ObjectRef("v1", kind, space, name), CONF, state)
            if kind == "ConfigMap" and file.text is not None:
                return file
        return None
    found = mount_of(statefulset, path)
    if found is None:
        return None
    mount, inside = found
    name = "/".join(part for part in (str(mount.get("subPath") or ""), inside) if part)
    return mounted_file(volume_of(statefulset, mount.get("name")), namespace, name, state)


def option(statefulset: Object, what: str) -> str | None:
    """The value of one of the server's command line options; None where it is not given."""
    found = None
    for value in options(_words(container_of(statefulset)), _OPTIONS[what]):
        found = value
    return found


def options(words: list[str], names: Sequence[str]) -> Iterator[str | None]:
    """Every value that an option of a command line has under one of its names; None where the words end before it."""
    for number, word in enumerate(words):
        name, equals, value = word.partition("=")
        if name.startswith("-") and name.lstrip("-") in names:
            yield value if equals else words[number + 1] if number + 1 < len(words) else None


def command_line(container: Object) -> list[str]:
    """The words of `command` and `args`; empty where the image says what runs."""
    lists = [part for part in (container.get("command"), container.get("args")) if isinstance(part, list)]
    return [word for part in lists for word in part if isinstance(word, str)]


def _words(container: Object) -> list[str]:
    """The words of the command line; of a script that a shell runs, those from nats-server on."""
    words = command_line(container)
    if not words or words[0].rpartition("/")[2] not in SHELLS:
        return words
    script = [word.strip("\"'") for line in words[1:] for word in line.split()]
    starts = [number for number, word in enumerate(script) if word.rpartition("/")[2] == "nats-server"]
    return script[starts[-1] :] if starts else []


def config_dir(statefulset: Object) -> str | None:
    """The folder of the server's configuration; None where no option names the file."""
    file = option(statefulset, "config")
    return file.rpartition("/")[0] if file else None


def mount_of(statefulset: Object, path: str) -> tuple[Object, str] | None:
    """The mount of the server's container that holds a path, and the path in it; None where none does."""
    return mount_in(container_of(statefulset), path)


def mount_in(container: Object, path: str) -> tuple[Object, str] | None:
    """The mount of a container that holds a path, and the path in it; None where none does."""
    best: tuple[Object, str] | None = None
    for row in listed(container.get("volumeMounts")):
        place = str(row.get("mountPath")).rstrip("/")
        holds = path == place or path.startswith(f"{place}/")
        if holds and (best is None or len(place) > len(str(best[0].get("mountPath")).rstrip("/"))):
            best = row, path[len(place) :].strip("/")
    return best


def volume_of(statefulset: Object, name: object) -> Object:
    """The volume of the pod with this name; empty where there is none, as for a claim template."""
    rows = listed(at(statefulset, "spec", "template", "spec").get("volumes"))
    return next((row for row in rows if row.get("name") == name), {})


def has_file(statefulset: Object, state: Mapping[ObjectRef, Object], name: str, folder: str | None) -> bool:
    """Whether the server's container mounts a file; a Secret or ConfigMap that is not known is taken to hold it."""
    if not name.startswith("/"):
        if folder is None:
            return False
        name = f"{folder}/{name}"
    found = mount_of(statefulset, name)
    if found is None:
        return False
    mount, inside = found
    inside = inside or str(mount.get("subPath") or "")
    volume = volume_of(statefulset, mount.get("name"))
    keys = volume_keys(volume, statefulset, state)
    return keys is None or inside in keys


def volume_keys(volume: Object, statefulset: Object, state: Mapping[ObjectRef, Object]) -> set[str] | None:
    """The files in a volume; None where they are not known."""
    for kind, part in (("ConfigMap", "configMap"), ("Secret", "secret")):
        source = at(volume, part)
        if not source:
            continue
        items = listed(source.get("items"))
        if items:
            return {str(row.get("path")) for row in items}
        name, space = source.get("name", source.get("secretName")), statefulset["metadata"].get("namespace") or ""
        obj = state.get(ObjectRef("v1", kind, str(space), str(name)))
        if obj is not None:
            return {str(one) for part in ("data", "stringData", "binaryData") for one in at(obj, part)}
    return None


def replicas(statefulset: Object) -> int:
    """How many pods are wanted; 1 where it is not set."""
    count = at(statefulset, "spec").get("replicas", 1)
    return count if isinstance(count, int) else 1
