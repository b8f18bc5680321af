"""Pod Security Standards, baseline and restricted, as k8s.io/pod-security-admission 0.36 checks them."""

from __future__ import annotations

from krmfn.model.lookup import at, listed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from krmfn.checks.pods import Pods
    from krmfn.model.objects import FieldPath, Object

LEVELS = PRIVILEGED, BASELINE, RESTRICTED = "privileged", "baseline", "restricted"
_CAPABILITIES = frozenset(
    [
        "AUDIT_WRITE",
        "CHOWN",
        "DAC_OVERRIDE",
        "FOWNER",
        "FSETID",
        "KILL",
        "MKNOD",
        "NET_BIND_SERVICE",
        "SETFCAP",
        "SETGID",
        "SETPCAP",
        "SETUID",
        "SYS_CHROOT",
    ]
)
_SYSCTLS = frozenset(
    [
        "kernel.shm_rmid_forced",
        "net.ipv4.ip_local_port_range",
        "net.ipv4.ip_unprivileged_port_start",
        "net.ipv4.tcp_syncookies",
        "net.ipv4.ping_group_range",
        "net.ipv4.ip_local_reserved_ports",
        "net.ipv4.tcp_keepalive_time",
        "net.ipv4.tcp_fin_timeout",
        "net.ipv4.tcp_keepalive_intvl",
        "net.ipv4.tcp_keepalive_probes",
        "net.ipv4.tcp_rmem",
        "net.ipv4.tcp_wmem",
    ]
)
_VOLUMES = frozenset(
    [
        "configMap",
        "csi",
        "downwardAPI",
        "emptyDir",
        "ephemeral",
        "persistentVolumeClaim",
        "projected",
        "secret",
        "image",
        "name",
    ]
)
_SELINUX = frozenset(("", "container_t", "container_init_t", "container_kvm_t", "container_engine_t"))


def violations(pods: Pods, level: str) -> Iterator[tuple[FieldPath, list[str]]]:
    """(path, what to write) of the pod and of each container that breaks the level."""
    spec = pods.spec
    found = [*_pod_baseline(pods), *(_pod_restricted(spec) if level == RESTRICTED else ())]
    if found:
        yield (*pods.path, "securityContext"), found
    for path, container in pods.containers():
        found = [*_baseline(container)]
        if level == RESTRICTED:
            found += _restricted(container, at(spec, "securityContext"))
        if found:
            yield (*path, "securityContext"), found


def _pod_baseline(pods: Pods) -> Iterator[str]:
    spec, context = pods.spec, at(pods.spec, "securityContext")
    for name in ("hostNetwork", "hostPID", "hostIPC"):
        if spec.get(name) is True:
            yield f"{name}: false"
    for volume in listed(spec.get("volumes")):
        if "hostPath" in volume:
            yield f"volume {volume.get('name')} without hostPath"
    for row in listed(context.get("sysctls")):
        if row.get("name") not in _SYSCTLS:
            yield f"no sysctl {row.get('name')}"
    yield from _either(context)


def _pod_restricted(spec: Object) -> Iterator[str]:
    for volume in listed(spec.get("volumes")):
        kinds = set(volume) - _VOLUMES - {"hostPath"}
        if kinds:
            yield f"volume {volume.get('name')} without {min(kinds)}"
    if at(spec, "securityContext").get("runAsUser") == 0:
        yield "runAsUser other than 0"


def _either(context: dict[str, Any]) -> Iterator[str]:
    """What pods and containers may set alike."""
    if at(context, "seccompProfile").get("type") == "Unconfined":
        yield "seccompProfile.type: RuntimeDefault"
    if at(context, "appArmorProfile").get("type") == "Unconfined":
        yield "appArmorProfile.type: RuntimeDefault"
    options = at(context, "seLinuxOptions")
    if options.get("type", "") not in _SELINUX or options.get("user") or options.get("role"):
        yield "no seLinuxOptions"
    if at(context, "windowsOptions").get("hostProcess") is True:
        yield "windowsOptions.hostProcess: false"


def _baseline(container: Object) -> Iterator[str]:
    context = at(container, "securityContext")
    if context.get("privileged") is True:
        yield "privileged: false"
    added = at(context, "capabilities").get("add")
    extra = sorted(set(map(str, added)) - _CAPABILITIES) if isinstance(added, list) else []
    if extra:
        yield f"no capability {extra[0]}"
    if any(isinstance(port.get("hostPort"), int) and port["hostPort"] for port in listed(container.get("ports"))):
        yield "no hostPort"
    if context.get("procMount", "Default") != "Default":
        yield "procMount: Default"
    yield from _either(context)


def _restricted(container: Object, pod: Object) -> Iterator[str]:
    context = at(container, "securityContext")
    if context.get("allowPrivilegeEscalation") is not False:
        yield "allowPrivilegeEscalation: false"
    capabilities = at(context, "capabilities")
    dropped, added = capabilities.get("drop"), capabilities.get("add")
    if not isinstance(dropped, list) or "ALL" not in dropped:
        yield "capabilities.drop: [ALL]"
    if isinstance(added, list) and set(map(str, added)) - {"NET_BIND_SERVICE"}:
        yield "no capabilities but NET_BIND_SERVICE"
    as_root = context.get("runAsNonRoot") if context.get("runAsNonRoot") is not None else pod.get("runAsNonRoot")
    if as_root is not True:
        yield "runAsNonRoot: true"
    if context.get("runAsUser") == 0:
        yield "runAsUser other than 0"
    profile = at(context, "seccompProfile").get("type") or at(pod, "seccompProfile").get("type")
    if profile not in ("RuntimeDefault", "Localhost"):
        yield "seccompProfile.type: RuntimeDefault"
