"""Differences between the chart and a rendered cluster that no value changes."""

from __future__ import annotations

from krmfn.helm.server_rules import fullname, workload

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from krmfn.helm.translation import Translation


def differences(t: Translation) -> Iterator[str]:
    """One sentence or two for each; they are about the whole cluster, and so have no line."""
    yield from _names(t)
    if t.value("natsBox.enabled"):
        yield "the chart runs nats-box (natsBox.enabled is true by default), and krmfn renders none"
    if not t.value("promExporter.enabled"):
        yield "krmfn always renders exporters for metrics, one Deployment per server"
    yield (
        "krmfn has a user of the system account: create its Secret with krmfn secret new -f FILE before you apply; the"
        " chart has none"
    )
    if not t.render.has("server", "lameDuck"):
        yield "a server of the chart gets 60 s to stop (30 s lame duck); one of krmfn 150 s (120 s)"
    if not t.value("podTemplate.merge"):
        yield (
            "pods of the chart may run as root and on any node; those of krmfn run as user"
            " 1000, keep the Pod Security"
            " Standard restricted, and prefer other zones and nodes"
        )


def _names(t: Translation) -> Iterator[str]:
    """Names decide whether volumes can be used again, and which host clients connect to."""
    chart, name = fullname(t), workload(t.nats.value["metadata"]["name"])
    headless = t.value("headlessService.name") or f"{chart}-headless"
    client = t.value("service.name") or chart
    claim = t.value("config.jetstream.fileStore.pvc.name") or f"{chart}-js"
    if client != f"{name}-client":
        also = ", which is the headless Service of krmfn and still reaches the servers" if client == name else ""
        yield f"clients of the chart connect to Service {client}{also}; those of krmfn to {name}-client"
    yield (
        "this is the same meaning and no take-over: the selector of a StatefulSet is immutable, and that of the chart"
        f" differs{'' if headless == name else f'; its headless Service is {headless}, that of krmfn {name}'}"
    )
    if not t.value("config.jetstream.enabled"):
        return
    if claim == f"{name}-js-pvc" and chart == name:
        yield (
            f"the claims have the names that krmfn gives them ({claim}-{name}-0 and so on), so servers would find the"
            " data of the chart's servers after the StatefulSet is deleted and applied anew; no"
            " test shows that, so back"
            " up the streams first"
        )
    else:
        yield (
            f"the claims of the chart are {claim}-{chart}-0 and so on, those of krmfn {name}-js-pvc-{name}-0: servers"
            " start with empty volumes. Move streams by nats stream backup and restore, or by a mirror over a leaf node"
        )
