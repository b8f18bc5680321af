"""The group `server`: names, limits and JetStream settings of the servers."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field

from krmfn.api.level import IntOrQuantity, Level, Text, whole

Count = Annotated[int, Field(ge=1, le=2**31 - 1), BeforeValidator(whole)]


class LameDuck(Level):
    """How a server that stops moves its clients and leaders away. The pods get the time for it, and 30 s more."""

    duration: Text | None = Field(
        default=None,
        description="Time in which the server disconnects its clients, `grace` included; at least 30s. Default:"
        " `120s`.",
    )
    grace: Text | None = Field(
        default=None,
        description="Time before the server disconnects the first client; less than `duration`. Default: `10s`.",
    )


class Limits(Level):
    """Limits of JetStream on each server."""

    max_ack_pending: Count | None = Field(
        default=None, description="Largest number of unacknowledged messages of a consumer."
    )
    max_ha_assets: Count | None = Field(
        default=None, description="Largest number of replicated streams and consumers on a server."
    )
    max_request_batch: Count | None = Field(default=None, description="Largest batch that a pull consumer may request.")
    duplicate_window: Text | None = Field(
        default=None, description="Largest duplicate window of a stream, such as `2m`."
    )


class JetStream(Level):
    """JetStream of every server. A change restarts every server, one after the other."""

    domain: Text | None = Field(
        default=None, description="JetStream domain, which leafnodes need. It cannot be changed while clients use it."
    )
    sync_interval: Text | None = Field(
        default=None,
        description="How often files are synced to disk: a duration such as `1m`, or `always` for every message."
        " Default of nats-server: 2m.",
    )
    max_outstanding_catchup: IntOrQuantity | None = Field(
        default=None,
        description="Bytes that a server sends to a replica that catches up, before it waits. Default of nats-server:"
        " 64Mi.",
    )
    request_queue_limit: Count | None = Field(
        default=None,
        description="Maximum number of waiting requests to the JetStream API. Default of nats-server: 10000.",
    )
    limits: Limits | None = Field(default=None, description="Limits of streams and consumers on each server.")


class Server(Level):
    """Names, limits and JetStream settings of the servers. `fileStore` has the size of the store."""

    name_prefix: Text | None = Field(
        default=None,
        description="Prefix of the name of each server, before the name of the pod. Set it when you create the cluster:"
        " JetStream identifies servers by name, so a change loses the streams. Default: none.",
    )
    max_payload: IntOrQuantity | None = Field(
        default=None, description="Largest message, such as `8Mi`. Default of nats-server: 1Mi."
    )
    max_control_line: IntOrQuantity | None = Field(
        default=None, description="Longest protocol line, subjects included. Default of nats-server: 4Ki."
    )
    max_connections: Count | None = Field(
        default=None, description="Maximum number of client connections of a server. Default of nats-server: 65536."
    )
    max_pending: IntOrQuantity | None = Field(
        default=None,
        description="Bytes that wait for a client before it is cut off; at least `maxPayload`. A change restarts the"
        " servers. Default of nats-server: 64Mi.",
    )
    max_subscriptions: Count | None = Field(
        default=None,
        description="Most subscriptions that a connection may have. A change restarts the servers. Default: no limit.",
    )
    write_deadline: Text | None = Field(
        default=None, description="Time for a write to a client, such as `10s`. Default of nats-server: 10s."
    )
    ping_interval: Text | None = Field(
        default=None, description="Time between pings to a client, such as `2m`. Default of nats-server: 2m."
    )
    ping_max: Count | None = Field(
        default=None, description="Pings without an answer before a client is cut off. Default of nats-server: 2."
    )
    no_advertise: bool | None = Field(
        default=None,
        description="Whether servers do not send clients the addresses of the other servers, which are addresses of"
        " pods. Default: true with `service`, else false.",
    )
    client_advertise: Text | None = Field(
        default=None, description="Address that servers send to clients instead of their own: `host:port`."
    )
    lame_duck: LameDuck | None = Field(default=None, description="How a server stops. A change restarts the servers.")
    jet_stream: JetStream | None = Field(default=None, description="Settings of JetStream.")
