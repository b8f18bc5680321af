"""A StatefulSet that runs NATS servers, with the nats.conf that they read, as far as the objects show it."""

from __future__ import annotations

from krmfn.changes.server_configuration import conf_of
from krmfn.changes.workload import CONF, conf_file, config_dir, container_of, mount_of, option, volume_of
from krmfn.model.lookup import at, listed
from krmfn.natsconf.server import CLIENT
from krmfn.natsconf.settings import LISTENERS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from krmfn.changes.workload import ServerSettings
    from krmfn.checks.pods import Pods
    from krmfn.model.objects import FieldPath, Object, ObjectRef
    from krmfn.natsconf.tree import Block


class ServerGroup:
    """The servers of one StatefulSet.

    `replicas` is None where it is not a number. `file` is what they read their configuration from, None where no object
    holds it; `conf` is its tree and `settings` the same by path, None without one, or if it is not a nats.conf.
    `config_path` is the path of the file in the container, None where no option names it. `names` are the pods.
    """

    __slots__ = (
        "conf", "config_path", "container", "container_path", "file", "folder", "names", "pods", "replicas", "service",
        "settings",
    )  # fmt: skip

    def __init__(self, pods: Pods, objects: Mapping[ObjectRef, Object]) -> None:
        obj = pods.obj
        spec = at(obj, "spec")
        self.pods = pods
        self.container = container_of(obj)
        self.container_path: FieldPath = next(path for path, one in pods.containers() if one is self.container)
        count = spec.get("replicas", 1)
        self.replicas: int | None = count if isinstance(count, int) and not isinstance(count, bool) else None
        start = at(spec, "ordinals").get("start", 0)
        first = start if isinstance(start, int) else 0
        self.names = tuple(f"{pods.ref.name}-{first + number}" for number in range(min(self.replicas or 0, 10_000)))
        self.service = spec.get("serviceName")
        self.config_path = option(obj, "config")
        self.folder = config_dir(obj)
        self.file = conf_file(obj, objects)
        text = self.file.text if self.file else None
        self.conf: Block | None
        self.settings: ServerSettings | None
        self.conf, self.settings = conf_of(text) if text is not None else (None, None)

    @property
    def conf_key(self) -> str:
        """The name of the configuration's file, for messages."""
        return self.file.key if self.file else CONF

    def setting(self, *path: str) -> Any:
        """The value at a path of settings, variables of the environment put in; None where there is none."""
        return self.resolved((self.settings or {}).get(path))

    def resolved(self, value: Any) -> Any:
        """A setting with its variable's value put in: a number where it is digits; the variable where it is unknown."""
        if isinstance(value, tuple) and value[:1] == ("$",):
            text = self.environment.get(value[1])
            if isinstance(text, str):
                plain = text.strip('"')
                return int(plain) if plain.isascii() and plain.isdigit() else plain
        return value

    @property
    def environment(self) -> dict[str, Any]:
        """Variables of the container: their text, None where it comes from elsewhere."""
        return {str(row.get("name")): row.get("value") for row in listed(self.container.get("env"))}

    def listener(self, use: str) -> int | None:
        """The port of `clients`, `cluster`, `monitor` or a block such as `leafnodes`; None for none, or not known."""
        if self.settings is None:
            return None
        if use == "clients":
            if ("port",) in self.settings or ("listen",) in self.settings:
                return self._port("port") or self._port("listen")
            return CLIENT
        if use == "monitor":
            return self._port("http_port") or self._port("https_port")
        return self._port(use, "port") or self._port(use, "listen")

    def address(self, use: str) -> str | None:
        """The host on which `clients`, `cluster` or `monitor` listen; None where none is set, for all addresses."""
        block = () if use in ("clients", "monitor") else (use,)
        listen = self.setting("http_port" if use == "monitor" else "listen") if not block else None
        listen = self.setting(*block, "listen") if block else listen
        if isinstance(listen, str) and ":" in listen:
            return listen.rpartition(":")[0] or None
        host = self.setting(*block, "host")
        return host if isinstance(host, str) else None

    @property
    def listeners(self) -> set[int]:
        """Every port that the configuration opens."""
        uses = ("clients", "cluster", "monitor", *LISTENERS)
        return {port for use in uses if (port := self.listener(use)) is not None}

    def _port(self, *path: str) -> int | None:
        value = self.setting(*path)
        if isinstance(value, str):
            digits = value.rpartition(":")[2]
            value = int(digits) if digits.isascii() and digits.isdigit() else None
        return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else None

    def claims(self) -> dict[str, Object]:
        """The claim templates by name."""
        rows = listed(at(self.pods.obj, "spec").get("volumeClaimTemplates"))
        return {str(at(row, "metadata").get("name")): row for row in rows}

    def mount(self, path: str) -> tuple[Object, str] | None:
        """The mount of the container that holds a path, and the path in it; None where none does."""
        return mount_of(self.pods.obj, path)

    def full_path(self, file: str) -> str:
        """The path in the container of a file that the configuration names."""
        return file if file.startswith("/") else f"{self.folder}/{file}"

    def volume(self, mount: Object) -> Object:
        """The volume of a mount; empty for one of a claim template, or for none."""
        return volume_of(self.pods.obj, mount.get("name"))
