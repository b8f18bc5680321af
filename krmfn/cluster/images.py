"""The container images: the operator's, unless others are set."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krmfn.cluster.settings import Settings

_PROD = "europe-docker.pkg.dev/kyma-project/prod/external"
_FIPS = "europe-docker.pkg.dev/kyma-project/restricted-prod"
NATS = f"{_PROD}/library/nats:2.14.2-scratch"
RELOADER = f"{_PROD}/natsio/nats-server-config-reloader:0.23.0"
EXPORTER = f"{_PROD}/natsio/prometheus-nats-exporter:0.20.1"
NATS_FIPS = f"{_FIPS}/nats-fips:2.14.200"
RELOADER_FIPS = f"{_FIPS}/nats-server-config-reloader-fips:0.23.100"
EXPORTER_FIPS = f"{_FIPS}/prometheus-nats-exporter-fips:0.20.100"
"""nats-manager 1.6.4, config/manager/manager.yaml: for both profiles, since the operator's registry is known to hold no
newer ones. The only place to change them; docs/how-to/upgrade-images.md says what to try then."""
_UPSTREAM = "docker.io"
NATS_UPSTREAM = f"{_UPSTREAM}/library/nats:2.14.2-scratch"
RELOADER_UPSTREAM = f"{_UPSTREAM}/natsio/nats-server-config-reloader:0.23.0"
EXPORTER_UPSTREAM = f"{_UPSTREAM}/natsio/prometheus-nats-exporter:0.20.1"
"""The same versions in the NATS project's own repositories, which the operator's registry mirrors."""
_COMPONENT = frozenset("abcdefghijklmnopqrstuvwxyz0123456789._-")
_TAG = _COMPONENT | set("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
_DOMAIN = _TAG - {"."}
_IPV6 = frozenset("0123456789abcdefABCDEF:.[]")
LONGEST_REPOSITORY, LONGEST_TAG = 255, 128
"""Characters of an image's path and tag, above which the kubelet says InvalidImageName (distribution, reference)."""
LONGEST_PORT = 5
OLDEST_SERVER = (2, 9, 10)
"""The first nats-server with `/healthz?js-enabled-only` (absent in 2.9.8; server/monitor.go)."""


class Images:
    """One reference for each container."""

    __slots__ = ("exporter", "nats", "reloader")

    def __init__(self, settings: Settings) -> None:
        """`imageRegistry` replaces the host of the operator's images; an image that is set stays as it is."""
        registry = settings.image_registry
        nats, reloader, exporter = _defaults(settings)
        self.nats = settings.nats_image or _moved(nats, registry)
        self.reloader = settings.reloader_image or _moved(reloader, registry)
        self.exporter = settings.exporter_image or _moved(exporter, registry)


def _defaults(settings: Settings) -> tuple[str, str, str]:
    if settings.images == "upstream":
        return NATS_UPSTREAM, RELOADER_UPSTREAM, EXPORTER_UPSTREAM
    return (NATS_FIPS, RELOADER_FIPS, EXPORTER_FIPS) if settings.fips else (NATS, RELOADER, EXPORTER)


def _moved(image: str, registry: str | None) -> str:
    return f"{registry.rstrip('/')}/{image.partition('/')[2]}" if registry else image


def split_image(image: str) -> tuple[str, str | None, str | None]:
    """Name, tag and digest of a reference, right or wrong; None for a tag or digest that it does not have."""
    rest, at, digest = image.partition("@")
    folder, slash, last = rest.rpartition("/")
    base, colon, tag = last.partition(":")
    return f"{folder}{slash}{base}", tag if colon else None, digest if at else None


def host_of(name: str) -> tuple[str, str]:
    """Host and path of an image's name, as runtimes split it; "" and all of it where the host is left out."""
    host, slash, path = name.partition("/")
    return (host, path) if slash and ("." in host or ":" in host or host == "localhost") else ("", name)


def is_fixed(image: str) -> bool:
    """Whether a reference names one version: by a digest, or by a tag that is not `latest`."""
    _, tag, digest = split_image(image)
    return bool(digest) or tag not in (None, "", "latest")


_DIGESTS = {"sha256": 64, "sha512": 128}
"""Algorithms of digests, and how many hexadecimal digits each has (OCI image specification, descriptor)."""


def has_digest(image: str) -> bool:
    """Whether a reference ends with a whole digest, so that it always means the same image."""
    algorithm, colon, digits = image.partition("@")[2].partition(":")
    return bool(colon) and len(digits) == _DIGESTS.get(algorithm) and set(digits) <= set("0123456789abcdef")


def is_reference(image: str) -> bool:
    """Whether a text is the name of an image: what the kubelet does not refuse to pull.

    For this and what follows see github.com/distribution/reference.
    """
    name, tag, _ = split_image(image)
    host, path = host_of(name)
    return (
        (is_repository(host) or (host[:1] in ("", "[") and _IPV6.issuperset(host)))
        and all(map(is_component, path.split("/")))
        and (tag is None or (is_tag(tag) and len(tag) <= LONGEST_TAG))
        and ("@" not in image or has_digest(image))
    )


def is_tag(text: str) -> bool:
    """Whether a text has the characters of a tag."""
    return bool(text) and _TAG.issuperset(text) and text[0] not in "-."


def is_repository(text: str) -> bool:
    """Whether a text is a host with its port and a path, or either."""
    first, slash, rest = text.partition("/")
    host, colon, port = first.partition(":")
    is_host = all(part and _DOMAIN.issuperset(part) and "-" not in (part[0], part[-1]) for part in host.split("."))
    is_port = port.isascii() and port.isdigit() and len(port) <= LONGEST_PORT
    return is_host and is_port == bool(colon) and (not slash or all(map(is_component, rest.split("/"))))


def is_component(text: str) -> bool:
    """Whether a text is a part of a path: lower case letters and digits, and single separators between them."""
    words = text.replace("__", ".").replace("_", ".").split(".")
    parts = [part for word in words for part in (word.split("-")[0], word.split("-")[-1])]
    return all(parts) and _COMPONENT.issuperset(text)


def image_version(image: object) -> tuple[int, ...] | None:
    """The numbers that a tag begins with, of at least two: `nats:2.14.2-scratch` is (2, 14, 2); None without."""
    tag = (split_image(image)[1] or "") if isinstance(image, str) else ""
    numbers = []
    for part in tag.removeprefix("v").split(".")[:3]:
        digits = part[: len(part) - len(part.lstrip("0123456789"))]
        if not digits or len(digits) > 6 or not digits.isascii():
            break
        numbers.append(int(digits))
        if digits != part:
            break
    return tuple(numbers) if len(numbers) > 1 else None
