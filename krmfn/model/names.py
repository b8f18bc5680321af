"""Names of a CR's children, and the syntax that Kubernetes wants of names."""

from __future__ import annotations

LONGEST_WORKLOAD = 52
"""A pod's label `controller-revision-hash` is `<StatefulSet>-<10 characters>`, of at most 63 (kubernetes#64023)."""
LONGEST_HOST = 253
"""Characters of a name in DNS (RFC 1035, 255 octets with the lengths of its first and last label)."""
POD_METADATA = ("metadata.name", "metadata.namespace", "metadata.uid")
POD_FIELDS = (
    "spec.nodeName",
    "spec.serviceAccountName",
    "status.hostIP",
    "status.hostIPs",
    "status.podIP",
    "status.podIPs",
)
"""Names of fields of a pod that its variables can hold; volumes can hold those of POD_METADATA only (downward API)."""
_LETTERS, _DIGITS = frozenset("abcdefghijklmnopqrstuvwxyz"), frozenset("0123456789")
_LOWER = _LETTERS | _DIGITS
_LABEL = _LOWER | {"-"}
_UNITS = frozenset("kmgtpeKMGTPE")


class Names:
    """The names of the children of one CR: the operator's, with one Secret both mounted and named."""

    __slots__ = ("claim", "client", "config", "instance", "metrics", "secret", "workload")

    def __init__(self, cr_name: str, secret: str | None = None) -> None:
        """`secret` is the name of a Secret that exists under another name, or None."""
        self.workload = workload = cr_name if "nats" in cr_name else f"{cr_name}-nats"
        self.instance = "eventing" if cr_name == "eventing-nats" else cr_name
        self.config = f"{workload}-config"
        self.secret = secret or f"{workload}-secret"
        self.client = f"{workload}-client"
        self.claim = f"{workload}-js-pvc"
        self.metrics = f"{workload}-metrics"


def is_dns_label(text: str) -> bool:
    """RFC 1123 label: at most 63 of a-z, 0-9 and `-`, the first and last no `-`."""
    return 0 < len(text) <= 63 and _LABEL.issuperset(text) and text[0] != "-" and text[-1] != "-"


def means_nothing(name: str) -> bool:
    """Whether a name is one that no rule of a schema, of YAML or of a server could know.

    It is a label that starts with two letters and has a digit and a dash, so it cannot be a number, a date, a duration
    or a word.
    """
    return (
        len(name) > 3
        and "-" in name
        and _LETTERS.issuperset(name[:2])
        and not _DIGITS.isdisjoint(name)
        and is_dns_label(name)
    )


def is_dns_subdomain(text: str) -> bool:
    """RFC 1123 subdomain: labels joined by dots, at most 253 characters."""
    return len(text) <= 253 and all(
        part and _LABEL.issuperset(part) and part[0] != "-" and part[-1] != "-" for part in text.split(".")
    )


def reads_as_number(name: str) -> bool:
    """Whether nats-server, which parses the value of a variable again, stumbles over a name that starts with digits.

    `2024-...` is taken for a date, `1e5-...` and `5kb5-...` for a number with a rest; `3scale-...` is a string.
    Seen with nats-server 2.14.2 (tests/clients/test_nats_server.py).
    """
    rest = name.lstrip("0123456789")
    if rest == name or not rest:
        return rest != name
    return rest[0] == "-" or (rest[0] in _UNITS and rest[1:].lstrip("bi")[:1].isdigit())
