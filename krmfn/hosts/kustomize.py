"""What only kustomize does: generators that see nothing but themselves, and names changed after the render."""

from __future__ import annotations

from krmfn.model.finding import error
from krmfn.model.names import Names
from krmfn.model.objects import CONFIG_KIND, KIND, ObjectRef
from krmfn.model.text import shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    from krmfn.model.finding import Finding
    from krmfn.sources.items import Item
    from krmfn.sources.source import Source

NOTHING_TO_RENDER = (
    f"a kustomize generator sees no other objects, so a {CONFIG_KIND} finds no {KIND} to render; put the {KIND} under"
    f" generators, or the {CONFIG_KIND} under transformers and the {KIND} under resources"
)
_RENDER_AFTERWARDS = (
    f"render after that: put the {KIND} under resources and a {CONFIG_KIND} under transformers of the kustomization"
    " that renames"
)


def is_alone(items: list[Item], config: object) -> bool:
    """Whether the functionConfig is the only item too, in no file: so kustomize calls a generator."""
    if len(items) != 1 or items[0].file is not None:
        return False
    key = ObjectRef.parse(config)
    return key is not None and items[0].source.ref() == key


def nothing_to_render() -> Finding:
    """An error about a generator that is not a NATS: without it the build would have no objects and status 0."""
    return error("generator-without-nats", NOTHING_TO_RENDER, ("kind",))


def stale_renders(sources: Iterable[Source]) -> Iterator[Finding]:
    """Children that kustomize has renamed or moved, so that strings in them name objects that no longer exist.

    kustomize changes names in the fields that it knows; nats.conf, environment, hosts of Istio and alerts are not
    among them.
    """
    for source in sources:
        key, owner = source.ref(), source.owner
        if key is None or owner is None:
            continue
        namespace, _, name = owner.rpartition("/")
        workload, moved = Names(name).workload, bool(namespace) and key.namespace != namespace
        if key.kind == "StatefulSet" and key.name != workload and _is_clustered(source.value()):
            text = (
                f"it was rendered as {shown(workload)} and then renamed (namePrefix, nameSuffix); nats.conf still"
                f" uses {shown(workload)}, so the servers would not find each other; {_RENDER_AFTERWARDS}"
            )
            yield source.place(error("renamed-child", text, ("metadata", "name")))
        elif key.kind == "Deployment" and not key.name.startswith(f"{Names(name).metrics}-"):
            text = (
                f"its exporter still scrapes the server {shown(workload)}, which was renamed too; {_RENDER_AFTERWARDS}"
            )
            yield source.place(error("renamed-child", text, ("metadata", "name")))
        elif (moved or key.name != workload) and key.kind == "DestinationRule":
            if _host(source.value()).startswith((f"{workload}.{namespace}.", f"{workload}.")):
                text = f"spec.host still has the name before the change, {shown(owner)}; {_RENDER_AFTERWARDS}"
                yield source.place(error("renamed-child", text, ("spec", "host")))
        elif (moved or key.name != workload) and key.kind == "PrometheusRule":
            if f'pod=~"{workload}-' in str(source.value().get("spec")):
                text = f"its alerts still have the name before the change, {shown(owner)}; {_RENDER_AFTERWARDS}"
                yield source.place(error("renamed-child", text, ("spec", "groups")))
        elif key.kind == "ExternalSecret" and _generator(source.value()) not in ("", key.name):
            text = f"it still has the name of its generator before the change; {_RENDER_AFTERWARDS}"
            yield source.place(error("renamed-child", text, ("spec", "dataFrom")))
        elif moved and key.kind == "ConfigMap" and f".{namespace}.svc." in _conf(source.value()):
            text = f"nats.conf still has the namespace before the change, {shown(namespace)}; {_RENDER_AFTERWARDS}"
            yield source.place(error("renamed-child", text, ("metadata", "namespace")))


def _is_clustered(workload: dict[str, Any]) -> bool:
    spec = workload.get("spec")
    return not isinstance(spec, dict) or spec.get("replicas") != 1


def _host(rule: dict[str, Any]) -> str:
    spec = rule.get("spec")
    return str(spec.get("host", "")) if isinstance(spec, dict) else ""


def _generator(external_secret: dict[str, Any]) -> str:
    """The name of the generator, which is that of the ExternalSecret; "" for one that has none."""
    here: Any = external_secret
    for part in ("spec", "dataFrom", 0, "sourceRef", "generatorRef", "name"):
        if isinstance(part, int):
            here = here[part] if isinstance(here, list) and here else None
        else:
            here = here.get(part) if isinstance(here, dict) else None
    return here if isinstance(here, str) else ""


def _conf(config: dict[str, Any]) -> str:
    data = config.get("data")
    return str(data.get("nats.conf", "")) if isinstance(data, dict) else ""
