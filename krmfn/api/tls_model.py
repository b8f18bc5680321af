"""The group `tls`: certificates of the servers, for clients and for the routes between servers."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from krmfn.api.level import Level, Text


class CaFile(Level):
    """Certificates of authorities that are trusted: a key of a Secret or of a ConfigMap."""

    secret: Text | None = Field(default=None, description="Name of the Secret.")
    config_map: Text | None = Field(default=None, description="Name of the ConfigMap, of a trust bundle for example.")
    key: Text | None = Field(default=None, description="Key that holds the certificates. Default: `ca.crt`.")


class Issuer(Level):
    """The issuer of cert-manager that signs the certificate."""

    name: Text = Field(description="Name of the issuer.")
    kind: Text | None = Field(default=None, description="`Issuer` or `ClusterIssuer`. Default: `Issuer`.")
    group: Text | None = Field(default=None, description="API group of the issuer. Default: `cert-manager.io`.")


class Certificate(Level):
    """A Certificate of cert-manager, rendered with every name of the Services; cert-manager makes the Secret of it."""

    issuer: Issuer = Field(description="Who signs it.")
    hosts: list[Text] | None = Field(default=None, description="Further DNS names, of a load balancer for example.")
    duration: Text | None = Field(default=None, description="How long it is valid, such as `2160h`.")
    renew_before: Text | None = Field(default=None, description="How long before its end it is renewed.")


class Listener(Level):
    """What both kinds of connections have in common."""

    secret: Text | None = Field(
        default=None,
        description="Secret of type `kubernetes.io/tls`, with the keys `tls.crt` and `tls.key`. With `certificate` the"
        " name of the Secret that cert-manager creates; default then: `<workload>-clients-tls`,"
        " `<workload>-routes-tls`.",
    )
    certificate: Certificate | None = Field(default=None, description="Certificate that cert-manager creates.")
    ca: CaFile | None = Field(
        default=None,
        description="CA certificates that verify the other side. Default: `tls.ca`; without it, with `certificate`,"
        " the key `ca.crt` of its Secret.",
    )


class ClientTls(Listener):
    """TLS on the port of clients. A certificate that is renewed is taken by a reload."""

    verify: Literal["none", "required", "map"] | None = Field(
        default=None,
        description="Whether clients need a certificate: `none`, `required`, or `map`, where the required certificate"
        " also names the user. Default: `none`.",
    )
    required: bool | None = Field(
        default=None,
        description="Whether clients must use TLS. `false` also lets clients without TLS connect, while you move them"
        " to TLS. A change restarts the servers. Default: `true`.",
    )
    min_version: Literal["1.2", "1.3"] | None = Field(default=None, description="Oldest version of TLS. Default: 1.2.")
    timeout: Text | None = Field(default=None, description="Time for a handshake, such as `5s`. Default: 2s.")
    handshake_first: bool | None = Field(
        default=None, description="Whether the handshake comes before the first line of the NATS protocol."
    )
    pinned: list[Text] | None = Field(
        default=None, description="SHA-256 fingerprints of public keys, in hexadecimal: only these clients may connect."
    )


class RouteTls(Listener):
    """TLS between servers. Each verifies the certificate of the other."""

    stage: Literal["mounted", "active"] = Field(
        description="`mounted`: pods get the files, and nothing else changes. `active`: servers use them. A running"
        " cluster needs both steps, in this order: in one step the rollout stops at its first pod. A new cluster"
        " starts with `active`."
    )


class Tls(Level):
    """Certificates of the servers. Absent: connections are not encrypted."""

    ca: CaFile | None = Field(default=None, description="CA certificates that are trusted, for clients and routes.")
    clients: ClientTls | None = Field(default=None, description="TLS for clients.")
    routes: RouteTls | None = Field(default=None, description="TLS for routes between servers.")
