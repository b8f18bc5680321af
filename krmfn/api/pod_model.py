"""The groups `pod` and `service`: where servers run, and how clients outside of the cluster reach them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from krmfn.api.level import Level, StringMap, Text, whole


class Toleration(Level):
    """A taint that the servers tolerate, as in a pod."""

    key: Text | None = Field(default=None, description="Key of the taint. Absent, with `Exists`: every taint.")
    operator: Literal["Equal", "Exists"] | None = Field(default=None, description="Default: `Equal`.")
    value: Text | None = Field(default=None, description="Value of the taint, with `Equal`.")
    effect: Literal["NoSchedule", "PreferNoSchedule", "NoExecute"] | None = Field(
        default=None, description="Effect of the taint. Absent: all."
    )
    toleration_seconds: Annotated[int, Field(ge=0, le=2**31 - 1), BeforeValidator(whole)] | None = Field(
        default=None, description="How long a `NoExecute` taint is tolerated. Absent: for ever."
    )


class Pod(Level):
    """Where the servers run. A change restarts every server, one after the other."""

    node_selector: StringMap | None = Field(default=None, description="Labels that a node must have.")
    tolerations: list[Toleration] | None = Field(default=None, description="Taints that the servers tolerate.")
    startup_minutes: Annotated[int, Field(ge=1, le=1440), BeforeValidator(whole)] | None = Field(
        default=None,
        description="Minutes until a server that starts must be healthy; then it is killed. Large stores need more."
        " Default: 15.",
    )


class Service(Level):
    """A Service of its own for clients outside of the cluster, `<workload>-external`. Clients inside keep theirs."""

    type: Literal["LoadBalancer", "NodePort"] = Field(description="Type of the Service.")
    annotations: StringMap | None = Field(
        default=None, description="Annotations that the provider of the load balancer reads."
    )
    load_balancer_class: Text | None = Field(default=None, description="Class of the load balancer; it never changes.")
    source_ranges: list[Text] | None = Field(
        default=None, description="Networks that may connect, such as `10.0.0.0/8`. Absent: all."
    )
    external_traffic_policy: Literal["Cluster", "Local"] | None = Field(
        default=None, description="`Local` keeps the address of the client. Default: `Cluster`."
    )
    node_port: Annotated[int, Field(ge=1, le=65535), BeforeValidator(whole)] | None = Field(
        default=None, description="Port on the nodes. Absent: the API server chooses one."
    )
