"""CPU, memory and disk that pods ask for, read from rendered objects and added up."""

from __future__ import annotations

from krmfn.model.quantity import NANO, Quantity

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from krmfn.model.objects import Object

_BINARY = ("", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei")


class Amounts:
    """CPU in billionths of a core, memory and disk in bytes. A limit is None where a container has none."""

    __slots__ = ("cpu", "cpu_limit", "disk", "memory", "memory_limit")

    def __init__(
        self, cpu: int = 0, cpu_limit: int | None = 0, memory: int = 0, memory_limit: int | None = 0, disk: int = 0
    ) -> None:
        self.cpu = cpu
        self.cpu_limit = cpu_limit
        self.memory = memory
        self.memory_limit = memory_limit
        self.disk = disk

    def times(self, count: int) -> Amounts:
        """As much for `count` of the same."""
        limits = [None if limit is None and count else (limit or 0) * count for limit in self._limits()]
        return Amounts(self.cpu * count, limits[0], self.memory * count, limits[1], self.disk * count)

    def _limits(self) -> tuple[int | None, int | None]:
        return self.cpu_limit, self.memory_limit


def total(amounts: Iterable[Amounts]) -> Amounts:
    """The sum; a limit is None where one of them has none."""
    whole = Amounts()
    for one in amounts:
        whole.cpu += one.cpu
        whole.memory += one.memory
        whole.disk += one.disk
        whole.cpu_limit = _added(whole.cpu_limit, one.cpu_limit)
        whole.memory_limit = _added(whole.memory_limit, one.memory_limit)
    return whole


def pod_amounts(workload: Object) -> Amounts:
    """One pod of a StatefulSet or Deployment with the volumes that are claimed for it."""
    containers = [_container(container) for container in workload["spec"]["template"]["spec"]["containers"]]
    claims = workload["spec"].get("volumeClaimTemplates") or []
    whole = total(containers)
    whole.disk = sum(Quantity(claim["spec"]["resources"]["requests"]["storage"]).floor for claim in claims)
    return whole


def cores(nano: int | None) -> str:
    """`2.75 CPU`, `no limit` for None."""
    return "no limit" if nano is None else f"{_rounded(nano, NANO)} CPU"


def size(amount: int | None) -> str:
    """Bytes as `1.5Gi`, with at most two decimals; `no limit` for None."""
    if amount is None:
        return "no limit"
    power = 0
    while power + 1 < len(_BINARY) and amount >= 1024 ** (power + 1):
        power += 1
    return f"{_rounded(amount, 1024**power)}{_BINARY[power]}"


def _rounded(amount: int, unit: int) -> str:
    hundredths = (amount * 200 + unit) // (unit * 2)
    whole, fraction = divmod(hundredths, 100)
    return f"{whole}.{fraction:02}".rstrip("0").rstrip(".") if fraction else str(whole)


def _added(one: int | None, other: int | None) -> int | None:
    return None if one is None or other is None else one + other


def _container(container: Object) -> Amounts:
    """A request that is not written is the limit, as the API server stores it."""
    resources = container.get("resources") or {}
    limits, requests = resources.get("limits") or {}, resources.get("requests") or {}
    return Amounts(
        Quantity(requests.get("cpu", limits.get("cpu", 0))).nano,
        Quantity(limits["cpu"]).nano if "cpu" in limits else None,
        Quantity(requests.get("memory", limits.get("memory", 0))).floor,
        Quantity(limits["memory"]).floor if "memory" in limits else None,
    )
