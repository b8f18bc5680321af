"""Texts as nats-server reads them: durations, subjects, addresses, URLs, versions, mappings."""

from __future__ import annotations

from krmfn.model.quantity import NotAQuantity, Quantity

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

LAST_PORT = 65535
_NANOSECONDS = {"ms": 10**6, "us": 10**3, "ns": 1, "h": 3600 * 10**9, "m": 60 * 10**9, "s": 10**9}
LONGEST = 2**63 - 1
"""Nanoseconds: Go's durations have 63 bits, about 292 years, and a longer one is refused (time.ParseDuration)."""
_NAME = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_")
_HOST = _NAME | {"."}
_IPV6 = frozenset("0123456789abcdefABCDEF:.")
_URLS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.~/?=&%+")
_MODES = (
    *("on", "enabled", "true", "disabled", "off", "false", "not supported", "not_supported", "accept"),
    *("auto", "s2_auto", "fast", "s2_fast", "better", "s2_better", "best", "s2_best"),
)
"""Modes of compression (server/server.go, validateAndNormalizeCompressionOption)."""
_OLDEST_LEAFNODE = (2, 8, 0)
"""What `min_version` of leafnodes is at least (server/leafnode.go)."""
_FUNCTIONS = frozenset(
    (
        *("wildcard", "partition", "split", "splitfromleft", "splitfromright"),
        *("slicefromleft", "slicefromright", "left", "right", "random"),
    )
)
"""Functions of subject mapping (server/subject_transform.go)."""
_MOST_WEIGHT = 100


def size_of(value: Any) -> int | None:
    """A size in bytes: nats-server would read `8Mi` and `8MB` in quotes otherwise than Kubernetes, or not at all."""
    try:
        size = Quantity(value).whole() if isinstance(value, (int, str)) and not isinstance(value, bool) else None
    except NotAQuantity:
        return None
    return size if size is not None and -(2**63) <= size < 2**63 else None


def nanoseconds(text: str) -> int | None:
    """A duration as Go reads it, `10s`, `1h30m` or `1.5s`, in nanoseconds; None for any other text."""
    rest, total = text, 0
    while rest:
        digits = len(rest) - len(rest.lstrip("0123456789."))
        number, rest = rest[:digits], rest[digits:]
        unit = next((one for one in _NANOSECONDS if rest.startswith(one)), None)
        whole, _, part = number.partition(".")
        if unit is None or not (whole + part).isdigit():
            return None
        total += int(whole or 0) * _NANOSECONDS[unit] + int(part or 0) * _NANOSECONDS[unit] // 10 ** len(part)
        rest = rest[len(unit) :]
    return total if text and total <= LONGEST else None


def is_duration(text: str) -> bool:
    """Whether Go reads a text as a duration."""
    return nanoseconds(text) is not None


def is_subject(text: str, *, may_queue: bool = False) -> bool:
    """Whether nats-server takes a text for a subject with wildcards; `a.b*` it would take literally.

    `may_queue`: a queue group may stand behind it.
    """
    words = text.split(" ")
    if len(words) > (2 if may_queue else 1) or not text.isprintable() or "${" in text or "$$" in text:
        return False
    for word in words:
        tokens = word.split(".")
        wild = any(("*" in token or ">" in token) and len(token) > 1 for token in tokens)
        if not all(tokens) or wild or ">" in tokens[:-1] or any(map(str.isspace, word)):
            return False
    return True


def is_domain(text: str) -> bool:
    """Whether a text names a JetStream domain, which becomes one token of a subject."""
    return bool(text) and _NAME.issuperset(text)


def is_address(text: str) -> bool:
    """Whether Go splits a text into a host and a port: `host:port`, `[::1]:port`."""
    host, colon, port = text.rpartition(":")
    if host.startswith("["):
        named = host.endswith("]") and ":" in host and _IPV6.issuperset(host[1:-1])
    else:
        named = bool(host) and _HOST.issuperset(host)
    return bool(colon) and named and is_port(port)


def is_port(text: str) -> bool:
    """Whether a text is the number of a port."""
    return text.isascii() and text.isdigit() and len(text) <= len(str(LAST_PORT)) and 1 <= int(text) <= LAST_PORT


def _is_url(text: str, *schemes: str) -> bool:
    """Whether a text is a URL with a host and no user; a port and a path may follow."""
    scheme, separator, rest = text.partition("://")
    authority, slash, path = rest.partition("/")
    has_port = ":" in authority.rpartition("]")[2]
    is_host = is_address(authority if has_port else f"{authority}:1")
    return bool(separator) and scheme in schemes and is_host and _URLS.issuperset(slash + path)


def is_leafnode_url(text: str) -> bool:
    """Whether a leafnode can connect to a URL."""
    return _is_url(text, "nats", "nats-leaf", "tls", "ws", "wss")


def is_proxy_url(text: str) -> bool:
    """Whether a text is the URL of an HTTP proxy."""
    return _is_url(text, "http", "https")


def is_syslog_url(text: str) -> bool:
    """Whether a text names a server of syslog; a container has no local one."""
    return _is_url(text, "udp", "tcp")


def is_version(text: str) -> bool:
    """Whether a text is a version that `min_version` of leafnodes can be."""
    parts = text.split(".")
    is_whole = len(parts) == len(_OLDEST_LEAFNODE) and all(part.isascii() and part.isdigit() for part in parts)
    return is_whole and tuple(map(int, parts)) >= _OLDEST_LEAFNODE


def is_compression(text: str) -> bool:
    """Whether a text is a mode of compression."""
    return text.lower() in _MODES


def is_thresholds(durations: list[Any]) -> bool:
    """Whether round-trip times choose between the four levels of s2_auto: 0 leaves a level out, the others ascend."""
    times = [nanoseconds(one) or 0 if isinstance(one, str) else 0 for one in durations]
    used = [one for one in times if one]
    last = max((number for number, one in enumerate(times, 1) if one), default=0)
    return bool(used) and used == sorted(used) and last <= 4


def is_public_key(text: str) -> bool:
    """Whether a text has the form of a public nkey, of any kind."""
    return len(text) == 56 and text[0] in "NCOAUX" and frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567").issuperset(text)


def is_weight(text: str) -> bool:
    """Whether a text is a weight of a mapping: `50` or `50%`."""
    number = text.removesuffix("%")
    return number.isascii() and number.isdigit() and int(number) <= _MOST_WEIGHT


def is_mapping(subject: str, destinations: Any) -> bool:
    """Whether nats-server maps a subject to a text, or to destinations with weights (server/subject_transform.go)."""
    rows = destinations if isinstance(destinations, list) else [destinations]
    targets, weights = [], dict[str, int]()
    for row in rows:
        named = {"dest": row} if isinstance(row, str) else {name.lower(): value for name, value in row.items()}
        targets.append(named.get("dest", named.get("destination", "")))
        weight, cluster = str(named.get("weight", 0)).removesuffix("%"), str(named.get("cluster", ""))
        weights[cluster] = weights.get(cluster, 0) + (int(weight) if is_weight(weight) else 0)
    return (
        is_subject(subject)
        and all(isinstance(target, str) and _is_target(subject, target) for target in targets)
        and len(set(targets)) == len(targets)
        and max(weights.values()) <= _MOST_WEIGHT
    )


def _is_target(subject: str, target: str) -> bool:
    wildcards = subject.split(".").count("*")
    tokens = ["x" if _is_function(token) else token for token in target.split(".")]
    references = [token[1:] for token in tokens if token[:1] == "$" and token[1:].isdecimal()]
    return (
        is_subject(".".join(tokens))
        and "*" not in tokens
        and (">" in tokens) == (">" in subject.split("."))
        and all(1 <= int(one) <= wildcards for one in references)
    )


def _is_function(token: str) -> bool:
    """Whether a token is a function of subject mapping; its arguments are the server's to check."""
    name = token[2:].partition("(")[0].strip().lower()
    return token.startswith("{{") and token.rstrip().endswith(")}}") and name in _FUNCTIONS
