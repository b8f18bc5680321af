"""The NATS custom resource as a user writes it. The models are the authority: all else about it comes from them.

Types, defaults and limits are those of the CRD of nats-manager, filled in level by level as the API server does.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import ConfigDict, Field

from krmfn.api.level import (
    Integer,
    IntOrQuantity,
    LabelOrEmpty,
    Level,
    ObjectMeta,
    QuantityMap,
    StringMap,
    Subdomain,
    Text,
)

MOST_SERVERS = 999
"""The most that a cluster may have: a Service lists 1000 addresses and drops the rest (Kubernetes, Endpoints), and the
number of servers is odd. Every server is a voter of one RAFT group and has a route to every other, so that far smaller
clusters are too slow already."""
ODD: dict[str, Any] = {"not": {"type": "integer", "multipleOf": 2}}
MEMORY_OFF_BY_SIZE: dict[str, Any] = {
    "not": {"properties": {"enabled": {"enum": [True, None]}, "size": {"const": 0}}, "required": ["size"]}
}
"""Two CEL rules of the CRD as JSON Schema, for editors; `rules` is what krmfn goes by."""


class Metadata(ObjectMeta):
    """Name and namespace of the resource. Its own labels and annotations are not copied to its objects."""

    name: Subdomain = Field(
        description="Name of the resource. Objects are named `<name>` if it contains `nats`, else `<name>-nats`."
    )
    namespace: LabelOrEmpty | None = Field(
        default=None,
        description="Namespace of the resource and of every object rendered for it. Absent: they have no namespace.",
    )
    labels: StringMap | None = Field(default=None, description="Labels of the resource itself; they stay on it.")
    annotations: StringMap | None = Field(
        default=None,
        description="Annotations of the resource itself; they stay on it. `krmfn.dev/allow` lists the codes of findings"
        " about a change that the author accepts.",
    )


class Cluster(Level):
    """The servers of the cluster."""

    size: Integer = Field(
        default=3,
        ge=1,
        le=MOST_SERVERS,
        json_schema_extra=ODD,
        description="Number of servers, odd, 1 to 999; replicas of the StatefulSet. 1 is not a cluster and survives"
        " no loss; 3 survive the loss of one server, 5 of two. It cannot go from more than 1 to 1.",
    )


class MemStorage(Level):
    """The memory store of JetStream, on each server."""

    model_config = ConfigDict(json_schema_extra=MEMORY_OFF_BY_SIZE)

    enabled: bool = Field(
        default=True,
        description="Whether streams may be kept in memory. Off renders `max_memory_store: 0`; without that line a"
        " server would use 75 % of the memory of its node.",
    )
    size: IntOrQuantity = Field(
        default="1Gi",
        description="Upper limit of the memory store of each server, in bytes: a quantity such as `512Mi`, or a plain"
        " number. The integer 0 is allowed only with `enabled: false`. It is part of the container's memory limit.",
    )


class FileStorage(Level):
    """The file store of JetStream, on each server: one volume a server."""

    storage_class_name: Text = Field(
        default="default",
        description="StorageClass of the volumes. `default` and an empty string leave the choice to the cluster. It"
        " is immutable.",
    )
    size: IntOrQuantity | None = Field(
        default=None,
        description="Size of the volume of each server, in bytes: a quantity such as `10Gi`, or a plain number."
        " Default 1Gi, on the provider `alicloud` 20Gi, which is the minimum there. It is immutable: not"
        " even another spelling of the same size is allowed.",
    )


class JetStream(Level):
    """The stores of JetStream."""

    mem_storage: MemStorage = Field(default=MemStorage(), description="The memory store of each server.")
    file_storage: FileStorage = Field(default=FileStorage(), description="The file store of each server.")


class Logging(Level):
    """What the servers log beyond the ordinary."""

    debug: bool = Field(
        default=False, description="Whether the servers log debug messages. Reloaded without a restart."
    )
    trace: bool = Field(
        default=False,
        description="Whether the servers log every protocol message, payloads included. Reloaded without a restart.",
    )


class Claim(Level):
    """A claim on a device, from the pod's own list of resource claims. The operator ignores it, and so does krmfn."""

    name: Text = Field(description="Name of the claim in the pod; each name once.")
    request: Text | None = Field(
        default=None, description="Name of one request of the claim. Default: all of the claim."
    )


class Resources(Level):
    """CPU and memory of the NATS container."""

    limits: QuantityMap | None = Field(
        default=None,
        description="Limits of the NATS container of each server: `cpu` in cores (`500m` is half a core), `memory`"
        " in bytes.",
    )
    requests: QuantityMap | None = Field(
        default=None,
        description="Requests of the NATS container, which the scheduler reserves: `cpu` in cores, `memory` in bytes.",
    )
    claims: list[Claim] | None = Field(default=None, description="Resource claims of devices; not rendered.")


class NatsSpec(Level):
    """The wanted state of the cluster."""

    cluster: Cluster = Field(default=Cluster(), description="The servers of the cluster.")
    jet_stream: JetStream = Field(default=JetStream(), description="The stores of JetStream.")
    logging: Logging = Field(default=Logging(), description="Additional logging of the servers.")
    resources: Resources = Field(
        default=Resources(limits={"cpu": "500m", "memory": "1Gi"}, requests={"cpu": "40m", "memory": "64Mi"}),
        description="CPU and memory of the NATS container. The default counts only when the whole group is absent: with"
        " `limits` alone there are no requests.",
    )
    annotations: StringMap | None = Field(
        default=None, description="Annotations of the rendered objects and the pods. They override krmfn's own."
    )
    labels: StringMap | None = Field(
        default=None,
        description="Labels of the rendered objects and the pods. The labels that select the pods cannot be changed.",
    )


class NATS(Level):
    """A NATS JetStream cluster, as Kyma's NATS Manager knows it."""

    api_version: Literal["operator.kyma-project.io/v1alpha1"] = Field(description="Group and version of the resource.")
    kind: Literal["NATS"] = Field(description="Kind of the resource.")
    metadata: Metadata = Field(description="Name and namespace of the resource.")
    spec: NatsSpec = Field(default=NatsSpec(), description="Desired state of the cluster.")
    status: Any = Field(default=None, description="Status as reported by an operator; ignored.")
