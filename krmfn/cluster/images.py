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
_ALNUM = frozenset("abcdefghijklmnopqrstuvwxyz0123456789")
_PATH = _ALNUM | set("._-")
_TAG = _PATH | set("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
_HOST = _TAG | set(":[]")
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


def is_fixed(image: str) -> bool:
    """Whether a reference names one version: by a digest, or by a tag that is not `latest`."""
    name, _, digest = image.partition("@")
    return bool(digest) or name.rpartition("/")[2].partition(":")[2] not in ("", "latest")


_DIGESTS = {"sha256": 64, "sha512": 128}
"""Algorithms of digests, and how many hexadecimal digits each has (OCI image specification, descriptor)."""


def has_digest(image: str) -> bool:
    """Whether a reference ends with a whole digest, so that it always means the same image."""
    algorithm, colon, digits = image.partition("@")[2].partition(":")
    return bool(colon) and len(digits) == _DIGESTS.get(algorithm) and set(digits) <= set("0123456789abcdef")


def is_reference(image: str) -> bool:
    """Whether a text is the name of an image (distribution/reference): what the kubelet does not refuse to pull."""
    name, at, _ = image.partition("@")
    host, slash, path = name.partition("/")
    is_host = bool(slash) and ("." in host or ":" in host or host == "localhost")
    path, colon, tag = (path if is_host else name).partition(":")
    return (
        all(part and part[0] in _ALNUM and part[-1] in _ALNUM and _PATH.issuperset(part) for part in path.split("/"))
        and (not colon or (bool(tag) and len(tag) <= 128 and tag[0] not in ".-" and _TAG.issuperset(tag)))
        and (not at or has_digest(image))
        and (not is_host or _HOST.issuperset(host))
    )


def image_version(image: object) -> tuple[int, ...] | None:
    """The numbers that a tag begins with, of at least two: `nats:2.14.2-scratch` is (2, 14, 2); None without."""
    tag = image.partition("@")[0].rpartition("/")[2].partition(":")[2] if isinstance(image, str) else ""
    numbers = []
    for part in tag.removeprefix("v").split(".")[:3]:
        digits = part[: len(part) - len(part.lstrip("0123456789"))]
        if not digits or len(digits) > 6 or not digits.isascii():
            break
        numbers.append(int(digits))
        if digits != part:
            break
    return tuple(numbers) if len(numbers) > 1 else None
