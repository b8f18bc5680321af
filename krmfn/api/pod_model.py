"""The groups `pod` and `service`: where servers run, and how clients outside of the cluster reach them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from krmfn.api.level import IntOrQuantity, Level, StringMap, Text, whole

Id = Annotated[int, Field(ge=1, le=2**31 - 1), BeforeValidator(whole)]
Port = Annotated[int, Field(ge=1, le=65535), BeforeValidator(whole)]


class Toleration(Level):
    """A taint that the servers tolerate, as in a pod."""

    key: Text | None = Field(default=None, description="Key of the taint. Absent, with `Exists`: every taint.")
    operator: Literal["Equal", "Exists"] | None = Field(default=None, description="Default: `Equal`.")
    value: Text | None = Field(default=None, description="Value of the taint, with `Equal`.")
    effect: Literal["NoSchedule", "PreferNoSchedule", "NoExecute"] | None = Field(
        default=None, description="Effect of the taint. Absent: all."
    )
    toleration_seconds: Annotated[int, Field(ge=0, le=2**31 - 1), BeforeValidator(whole)] | None = Field(
        default=None, description="How long a `NoExecute` taint is tolerated. Absent: without limit."
    )


class NodeExpression(Level):
    """A label of a node, as in a pod."""

    key: Text = Field(description="Key of the label.")
    operator: Literal["In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt"] = Field(description="How it is compared.")
    values: list[Text] | None = Field(
        default=None, description="Values for `In` and `NotIn`; one whole number for `Gt` and `Lt`."
    )


class NodeTerm(Level):
    """Nodes with all of these labels."""

    match_expressions: list[NodeExpression] = Field(description="Labels that a node must have, all of them.")


class PreferredNodes(Level):
    """Nodes that the scheduler prefers."""

    weight: Annotated[int, Field(ge=1, le=100), BeforeValidator(whole)] = Field(
        description="Weight. The spread of the servers has 70 for zones and 35 for nodes."
    )
    match_expressions: list[NodeExpression] = Field(description="Labels that a node must have, all of them.")


class NodeAffinity(Level):
    """Nodes for the servers, beside the spread over zones and nodes, which stays."""

    required: list[NodeTerm] | None = Field(default=None, description="A node must match one of these terms.")
    preferred: list[PreferredNodes] | None = Field(default=None, description="Nodes that the scheduler prefers.")


class EnvVar(Level):
    """A variable of the server's container: `value`, or `secret` and `key`, or `configMap` and `key`, or `field`."""

    name: Text = Field(description="Name of the variable.")
    value: Text | None = Field(default=None, description="Its value.")
    secret: Text | None = Field(default=None, description="Name of a Secret that holds the value under `key`.")
    config_map: Text | None = Field(default=None, description="Name of a ConfigMap that holds the value under `key`.")
    key: Text | None = Field(default=None, description="Key of the Secret or ConfigMap.")
    field: Text | None = Field(default=None, description="Field of the pod, such as `spec.nodeName`.")


class Volume(Level):
    """A volume and where it is mounted, whole: `secret`, `configMap`, `emptyDir` or `claim`.

    It is mounted into the server and the configuration reloader.
    """

    name: Text = Field(description="Name of the volume. In the pod its name begins with `extra-`.")
    mount_path: Text = Field(description="Folder in the containers, such as `/etc/leaf`.")
    secret: Text | None = Field(default=None, description="Name of a Secret. Read only.")
    config_map: Text | None = Field(default=None, description="Name of a ConfigMap. Read only.")
    empty_dir: IntOrQuantity | None = Field(
        default=None, description="Size limit of a directory that is deleted with the pod."
    )
    claim: Text | None = Field(
        default=None, description="Name of a PersistentVolumeClaim that all servers can mount. Read only."
    )


class ServiceAccount(Level):
    """The account of the pods."""

    name: Text | None = Field(
        default=None, description="Name of a ServiceAccount that you create. Absent: krmfn renders one."
    )
    annotations: StringMap | None = Field(
        default=None, description="Annotations of the rendered ServiceAccount, such as those of a cloud identity."
    )
    automount_token: bool | None = Field(
        default=None, description="Whether the servers get a token of the API server. Default: false."
    )


class Pod(Level):
    """Where and how the servers run. A change restarts every server, one after the other."""

    labels: StringMap | None = Field(
        default=None, description="Labels of the server pods, in addition to those of the NATS."
    )
    annotations: StringMap | None = Field(
        default=None, description="Annotations of the server pods, in addition to those of the NATS."
    )
    node_selector: StringMap | None = Field(default=None, description="Labels that a node must have.")
    tolerations: list[Toleration] | None = Field(default=None, description="Taints that the servers tolerate.")
    node_affinity: NodeAffinity | None = Field(default=None, description="Nodes that the servers need or prefer.")
    env: list[EnvVar] | None = Field(default=None, description="Variables of the server's container.")
    volumes: list[Volume] | None = Field(default=None, description="Volumes of the server's pod, with their mounts.")
    ephemeral_storage: IntOrQuantity | None = Field(
        default=None,
        description="Ephemeral storage of each container of servers and exporters, for its logs, as request and limit;"
        " at least 64Mi. That of the server includes the `emptyDir` volumes, and the directory of the process id gets a"
        " limit of 1Mi. `spec.resources` of the NATS overrides it. Absent: no request and no limit.",
    )
    startup_minutes: Annotated[int, Field(ge=1, le=1440), BeforeValidator(whole)] | None = Field(
        default=None,
        description="Minutes that a server may take to become healthy before the kubelet restarts it. Large stores"
        " need more. Default: 15.",
    )
    run_as_user: Id | None = Field(default=None, description="User of the processes; never root. Default: 1000.")
    run_as_group: Id | None = Field(default=None, description="Group of the processes. Default: 10001.")
    fs_group: Id | None = Field(
        default=None, description="Group that the kubelet gives the files of the volumes. Default: 10001."
    )
    service_account: ServiceAccount | None = Field(default=None, description="ServiceAccount of the pods.")


class Service(Level):
    """A Service of its own for clients outside of the cluster, `<workload>-external`. Clients inside keep theirs."""

    type: Literal["LoadBalancer", "NodePort"] = Field(description="Type of the Service.")
    port: Port | None = Field(default=None, description="Port of the Service. Default: 4222.")
    annotations: StringMap | None = Field(
        default=None, description="Annotations that the provider of the load balancer reads."
    )
    load_balancer_class: Text | None = Field(default=None, description="Class of the load balancer. It is immutable.")
    source_ranges: list[Text] | None = Field(
        default=None, description="Networks that may connect, such as `10.0.0.0/8`. Absent: all."
    )
    external_traffic_policy: Literal["Cluster", "Local"] | None = Field(
        default=None, description="`Local` keeps the address of the client. Default: `Cluster`."
    )
    node_port: Port | None = Field(default=None, description="Port on the nodes. Absent: the API server chooses one.")


class Peers(Level):
    """Who may connect: pods of namespaces, and networks. At least one of both."""

    namespaces: list[Text] | None = Field(default=None, description="Names of namespaces.")
    networks: list[Text] | None = Field(default=None, description="Networks, such as `10.0.0.0/8`.")


class NetworkPolicyFrom(Level):
    """Who may connect to each listener of the servers. Routes and monitoring are for the servers, always."""

    clients: Peers | None = Field(
        default=None, description="Who may connect to the port for clients. Absent: every client."
    )


class Destination(Level):
    """Where the servers may connect to: `namespaces` and `networks`, on `ports`."""

    namespaces: list[Text] | None = Field(default=None, description="Names of namespaces.")
    networks: list[Text] | None = Field(
        default=None,
        description="Networks, such as `203.0.113.0/24`. Without `namespaces` and `networks`: all destinations.",
    )
    ports: list[Port] | None = Field(
        default=None, description="Ports of the pods or hosts, not of a Service. Absent: all."
    )
    protocol: Literal["TCP", "UDP"] | None = Field(default=None, description="Protocol of the ports. Default: `TCP`.")


class NetworkPolicyTo(Level):
    """What the servers may connect to. DNS and the routes between them are always allowed."""

    dns_ports: list[Port] | None = Field(
        default=None,
        description="Ports of the DNS servers, TCP and UDP: 53 everywhere, others in pods of the cluster. Default: 53,"
        " 5353 (pods of OpenShift's DNS) and 8053 (those of Gardener's).",
    )
    others: list[Destination] | None = Field(
        default=None, description="Other destinations, such as the hub of leaf nodes that `conf` names."
    )
