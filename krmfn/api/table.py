"""Both resources as plain data, for `accept`. Generated from the models: `python -m tools.generate`."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

NATS: dict[str, Any] = {
    "type": "object",
    "closed": True,
    "required": ("apiVersion", "kind", "metadata"),
    "fields": {
        "apiVersion": {"type": "choice", "of": ("operator.kyma-project.io/v1alpha1",)},
        "kind": {"type": "choice", "of": ("NATS",)},
        "metadata": {
            "type": "object",
            "closed": True,
            "required": ("name",),
            "fields": {
                "name": {"type": "subdomain"},
                "namespace": {"type": "label"},
                "labels": {"type": "map", "values": {"type": "string"}},
                "annotations": {"type": "map", "values": {"type": "string"}},
                "generateName": {"type": "any"},
                "uid": {"type": "any"},
                "resourceVersion": {"type": "any"},
                "generation": {"type": "any"},
                "creationTimestamp": {"type": "any"},
                "deletionTimestamp": {"type": "any"},
                "deletionGracePeriodSeconds": {"type": "any"},
                "selfLink": {"type": "any"},
                "managedFields": {"type": "any"},
                "ownerReferences": {"type": "any"},
                "finalizers": {"type": "any"},
            },
        },
        "spec": {
            "type": "object",
            "closed": True,
            "required": (),
            "fields": {
                "cluster": {
                    "type": "object",
                    "closed": True,
                    "required": (),
                    "fields": {"size": {"type": "integer", "minimum": 1, "maximum": 999, "default": 3}},
                    "default": {"size": 3},
                },
                "jetStream": {
                    "type": "object",
                    "closed": True,
                    "required": (),
                    "fields": {
                        "memStorage": {
                            "type": "object",
                            "closed": True,
                            "required": (),
                            "fields": {
                                "enabled": {"type": "boolean", "default": True},
                                "size": {"type": "quantity", "default": "1Gi"},
                            },
                            "default": {"enabled": True, "size": "1Gi"},
                        },
                        "fileStorage": {
                            "type": "object",
                            "closed": True,
                            "required": (),
                            "fields": {
                                "storageClassName": {"type": "string", "default": "default"},
                                "size": {"type": "quantity"},
                            },
                            "default": {"storageClassName": "default"},
                        },
                    },
                    "default": {
                        "memStorage": {"enabled": True, "size": "1Gi"},
                        "fileStorage": {"storageClassName": "default"},
                    },
                },
                "logging": {
                    "type": "object",
                    "closed": True,
                    "required": (),
                    "fields": {
                        "debug": {"type": "boolean", "default": False},
                        "trace": {"type": "boolean", "default": False},
                    },
                    "default": {"debug": False, "trace": False},
                },
                "resources": {
                    "type": "object",
                    "closed": True,
                    "required": (),
                    "fields": {
                        "limits": {"type": "map", "values": {"type": "quantity"}},
                        "requests": {"type": "map", "values": {"type": "quantity"}},
                        "claims": {
                            "type": "array",
                            "items": {
                                "type": "object",
                                "closed": True,
                                "required": ("name",),
                                "fields": {"name": {"type": "string"}, "request": {"type": "string"}},
                            },
                        },
                    },
                    "default": {
                        "limits": {"cpu": "500m", "memory": "1Gi"},
                        "requests": {"cpu": "40m", "memory": "64Mi"},
                    },
                },
                "annotations": {"type": "map", "values": {"type": "string"}},
                "labels": {"type": "map", "values": {"type": "string"}},
            },
            "default": {
                "cluster": {"size": 3},
                "jetStream": {
                    "fileStorage": {"storageClassName": "default"},
                    "memStorage": {"enabled": True, "size": "1Gi"},
                },
                "logging": {"debug": False, "trace": False},
                "resources": {"limits": {"cpu": "500m", "memory": "1Gi"}, "requests": {"cpu": "40m", "memory": "64Mi"}},
            },
        },
        "status": {"type": "any"},
    },
}
RENDER_NATS: dict[str, Any] = {
    "type": "object",
    "closed": True,
    "required": ("apiVersion", "kind"),
    "fields": {
        "apiVersion": {"type": "choice", "of": ("fn.krmfn.dev/v1alpha1",)},
        "kind": {"type": "choice", "of": ("RenderNATS",)},
        "metadata": {
            "type": "object",
            "closed": True,
            "required": (),
            "fields": {
                "name": {"type": "string"},
                "namespace": {"type": "string"},
                "labels": {"type": "map", "values": {"type": "string"}},
                "annotations": {"type": "map", "values": {"type": "string"}},
                "generateName": {"type": "any"},
                "uid": {"type": "any"},
                "resourceVersion": {"type": "any"},
                "generation": {"type": "any"},
                "creationTimestamp": {"type": "any"},
                "deletionTimestamp": {"type": "any"},
                "deletionGracePeriodSeconds": {"type": "any"},
                "selfLink": {"type": "any"},
                "managedFields": {"type": "any"},
                "ownerReferences": {"type": "any"},
                "finalizers": {"type": "any"},
            },
        },
        "spec": {
            "type": "object",
            "closed": True,
            "required": (),
            "fields": {
                "profile": {"type": "choice", "of": ("hardened", "nats-manager")},
                "zones": {
                    "type": "either",
                    "of": (
                        {"type": "integer", "minimum": 1, "maximum": 100},
                        {"type": "array", "items": {"type": "string"}, "most": 100},
                    ),
                },
                "zoneSpread": {"type": "choice", "of": ("auto", "required", "preferred", "off")},
                "istio": {"type": "either", "of": ({"type": "boolean"}, {"type": "choice", "of": ("auto",)})},
                "provider": {"type": "string"},
                "kubernetesVersion": {"type": "string"},
                "clusterDomain": {"type": "string"},
                "clusterName": {"type": "string"},
                "secretMode": {
                    "type": "choice",
                    "of": ("bcrypt", "existing", "external-secret", "generated-external-secret", "nkey", "none"),
                },
                "secretName": {"type": "string"},
                "adminHash": {"type": "string"},
                "adminNkey": {"type": "string"},
                "secretStore": {"type": "string"},
                "remoteKey": {"type": "string"},
                "fileStore": {
                    "type": "either",
                    "of": ({"type": "integer", "minimum": 1, "maximum": 9223372036854775807}, {"type": "string"}),
                },
                "imageRegistry": {"type": "string"},
                "images": {"type": "choice", "of": ("kyma", "upstream")},
                "natsImage": {"type": "string"},
                "reloaderImage": {"type": "string"},
                "exporterImage": {"type": "string"},
                "exporterCpu": {"type": "string"},
                "exporterMemory": {"type": "string"},
                "exporterJsz": {"type": "choice", "of": ("all", "consumers", "streams", "accounts")},
                "reloaderCpu": {"type": "string"},
                "reloaderMemory": {"type": "string"},
                "fips": {"type": "boolean"},
                "imagePullSecrets": {"type": "array", "items": {"type": "string"}},
                "priorityClass": {"type": "string"},
                "podMonitor": {"type": "boolean"},
                "networkPolicy": {"type": "boolean"},
                "networkPolicyEgress": {"type": "boolean"},
                "prometheusRule": {"type": "boolean"},
                "protect": {"type": "boolean"},
                "keepCR": {"type": "choice", "of": ("keep", "local-config", "drop")},
                "mode": {"type": "choice", "of": ("render", "validate")},
                "include": {"type": "choice", "of": ("children", "all")},
                "adopt": {"type": "boolean"},
                "allowRemoval": {"type": "array", "items": {"type": "string"}},
                "previous": {"type": "string"},
                "conf": {"type": "any"},
                "auth": {
                    "type": "object",
                    "closed": True,
                    "required": (),
                    "fields": {
                        "users": {
                            "type": "array",
                            "items": {
                                "type": "object",
                                "closed": True,
                                "required": (),
                                "fields": {
                                    "name": {"type": "string"},
                                    "nkey": {"type": "string"},
                                    "hash": {"type": "string"},
                                    "passwordFrom": {
                                        "type": "object",
                                        "closed": True,
                                        "required": ("secret", "key"),
                                        "fields": {
                                            "secret": {"type": "string"},
                                            "key": {"type": "string"},
                                            "variable": {"type": "string"},
                                        },
                                    },
                                    "certificate": {"type": "boolean"},
                                    "permissions": {
                                        "type": "object",
                                        "closed": True,
                                        "required": (),
                                        "fields": {
                                            "publish": {
                                                "type": "either",
                                                "of": (
                                                    {"type": "array", "items": {"type": "string"}},
                                                    {
                                                        "type": "object",
                                                        "closed": True,
                                                        "required": (),
                                                        "fields": {
                                                            "allow": {"type": "array", "items": {"type": "string"}},
                                                            "deny": {"type": "array", "items": {"type": "string"}},
                                                        },
                                                    },
                                                ),
                                            },
                                            "subscribe": {
                                                "type": "either",
                                                "of": (
                                                    {"type": "array", "items": {"type": "string"}},
                                                    {
                                                        "type": "object",
                                                        "closed": True,
                                                        "required": (),
                                                        "fields": {
                                                            "allow": {"type": "array", "items": {"type": "string"}},
                                                            "deny": {"type": "array", "items": {"type": "string"}},
                                                        },
                                                    },
                                                ),
                                            },
                                            "allowResponses": {
                                                "type": "object",
                                                "closed": True,
                                                "required": (),
                                                "fields": {
                                                    "max": {
                                                        "type": "integer",
                                                        "minimum": -1,
                                                        "maximum": 9223372036854775807,
                                                    },
                                                    "expires": {"type": "string"},
                                                },
                                            },
                                        },
                                    },
                                    "connections": {
                                        "type": "array",
                                        "items": {
                                            "type": "choice",
                                            "of": (
                                                "STANDARD",
                                                "WEBSOCKET",
                                                "LEAFNODE",
                                                "LEAFNODE_WS",
                                                "MQTT",
                                                "MQTT_WS",
                                                "IN_PROCESS",
                                            ),
                                        },
                                    },
                                },
                            },
                        },
                        "accounts": {
                            "type": "map",
                            "values": {
                                "type": "object",
                                "closed": True,
                                "required": (),
                                "fields": {
                                    "jetStream": {
                                        "type": "either",
                                        "of": (
                                            {"type": "boolean"},
                                            {
                                                "type": "object",
                                                "closed": True,
                                                "required": (),
                                                "fields": {
                                                    "maxMemory": {"type": "quantity"},
                                                    "maxFile": {"type": "quantity"},
                                                    "maxStreams": {
                                                        "type": "integer",
                                                        "minimum": -1,
                                                        "maximum": 9223372036854775807,
                                                    },
                                                    "maxConsumers": {
                                                        "type": "integer",
                                                        "minimum": -1,
                                                        "maximum": 9223372036854775807,
                                                    },
                                                },
                                            },
                                        ),
                                    },
                                    "users": {
                                        "type": "array",
                                        "items": {
                                            "type": "object",
                                            "closed": True,
                                            "required": (),
                                            "fields": {
                                                "name": {"type": "string"},
                                                "nkey": {"type": "string"},
                                                "hash": {"type": "string"},
                                                "passwordFrom": {
                                                    "type": "object",
                                                    "closed": True,
                                                    "required": ("secret", "key"),
                                                    "fields": {
                                                        "secret": {"type": "string"},
                                                        "key": {"type": "string"},
                                                        "variable": {"type": "string"},
                                                    },
                                                },
                                                "certificate": {"type": "boolean"},
                                                "permissions": {
                                                    "type": "object",
                                                    "closed": True,
                                                    "required": (),
                                                    "fields": {
                                                        "publish": {
                                                            "type": "either",
                                                            "of": (
                                                                {"type": "array", "items": {"type": "string"}},
                                                                {
                                                                    "type": "object",
                                                                    "closed": True,
                                                                    "required": (),
                                                                    "fields": {
                                                                        "allow": {
                                                                            "type": "array",
                                                                            "items": {"type": "string"},
                                                                        },
                                                                        "deny": {
                                                                            "type": "array",
                                                                            "items": {"type": "string"},
                                                                        },
                                                                    },
                                                                },
                                                            ),
                                                        },
                                                        "subscribe": {
                                                            "type": "either",
                                                            "of": (
                                                                {"type": "array", "items": {"type": "string"}},
                                                                {
                                                                    "type": "object",
                                                                    "closed": True,
                                                                    "required": (),
                                                                    "fields": {
                                                                        "allow": {
                                                                            "type": "array",
                                                                            "items": {"type": "string"},
                                                                        },
                                                                        "deny": {
                                                                            "type": "array",
                                                                            "items": {"type": "string"},
                                                                        },
                                                                    },
                                                                },
                                                            ),
                                                        },
                                                        "allowResponses": {
                                                            "type": "object",
                                                            "closed": True,
                                                            "required": (),
                                                            "fields": {
                                                                "max": {
                                                                    "type": "integer",
                                                                    "minimum": -1,
                                                                    "maximum": 9223372036854775807,
                                                                },
                                                                "expires": {"type": "string"},
                                                            },
                                                        },
                                                    },
                                                },
                                                "connections": {
                                                    "type": "array",
                                                    "items": {
                                                        "type": "choice",
                                                        "of": (
                                                            "STANDARD",
                                                            "WEBSOCKET",
                                                            "LEAFNODE",
                                                            "LEAFNODE_WS",
                                                            "MQTT",
                                                            "MQTT_WS",
                                                            "IN_PROCESS",
                                                        ),
                                                    },
                                                },
                                            },
                                        },
                                    },
                                    "limits": {
                                        "type": "object",
                                        "closed": True,
                                        "required": (),
                                        "fields": {
                                            "maxConnections": {"type": "integer", "minimum": 0, "maximum": 2147483647},
                                            "maxSubscriptions": {
                                                "type": "integer",
                                                "minimum": 0,
                                                "maximum": 2147483647,
                                            },
                                            "maxPayload": {"type": "quantity"},
                                            "maxLeafnodes": {"type": "integer", "minimum": 0, "maximum": 2147483647},
                                        },
                                    },
                                    "defaultPermissions": {
                                        "type": "object",
                                        "closed": True,
                                        "required": (),
                                        "fields": {
                                            "publish": {
                                                "type": "either",
                                                "of": (
                                                    {"type": "array", "items": {"type": "string"}},
                                                    {
                                                        "type": "object",
                                                        "closed": True,
                                                        "required": (),
                                                        "fields": {
                                                            "allow": {"type": "array", "items": {"type": "string"}},
                                                            "deny": {"type": "array", "items": {"type": "string"}},
                                                        },
                                                    },
                                                ),
                                            },
                                            "subscribe": {
                                                "type": "either",
                                                "of": (
                                                    {"type": "array", "items": {"type": "string"}},
                                                    {
                                                        "type": "object",
                                                        "closed": True,
                                                        "required": (),
                                                        "fields": {
                                                            "allow": {"type": "array", "items": {"type": "string"}},
                                                            "deny": {"type": "array", "items": {"type": "string"}},
                                                        },
                                                    },
                                                ),
                                            },
                                            "allowResponses": {
                                                "type": "object",
                                                "closed": True,
                                                "required": (),
                                                "fields": {
                                                    "max": {
                                                        "type": "integer",
                                                        "minimum": -1,
                                                        "maximum": 9223372036854775807,
                                                    },
                                                    "expires": {"type": "string"},
                                                },
                                            },
                                        },
                                    },
                                },
                            },
                        },
                        "anonymous": {"type": "string"},
                    },
                },
                "tls": {
                    "type": "object",
                    "closed": True,
                    "required": (),
                    "fields": {
                        "ca": {
                            "type": "object",
                            "closed": True,
                            "required": (),
                            "fields": {
                                "secret": {"type": "string"},
                                "configMap": {"type": "string"},
                                "key": {"type": "string"},
                            },
                        },
                        "clients": {
                            "type": "object",
                            "closed": True,
                            "required": (),
                            "fields": {
                                "secret": {"type": "string"},
                                "certificate": {
                                    "type": "object",
                                    "closed": True,
                                    "required": ("issuer",),
                                    "fields": {
                                        "issuer": {
                                            "type": "object",
                                            "closed": True,
                                            "required": ("name",),
                                            "fields": {
                                                "name": {"type": "string"},
                                                "kind": {"type": "string"},
                                                "group": {"type": "string"},
                                            },
                                        },
                                        "hosts": {"type": "array", "items": {"type": "string"}},
                                        "duration": {"type": "string"},
                                        "renewBefore": {"type": "string"},
                                    },
                                },
                                "ca": {
                                    "type": "object",
                                    "closed": True,
                                    "required": (),
                                    "fields": {
                                        "secret": {"type": "string"},
                                        "configMap": {"type": "string"},
                                        "key": {"type": "string"},
                                    },
                                },
                                "verify": {"type": "choice", "of": ("none", "required", "map")},
                                "required": {"type": "boolean"},
                                "minVersion": {"type": "choice", "of": ("1.2", "1.3")},
                                "timeout": {"type": "string"},
                                "handshakeFirst": {"type": "boolean"},
                                "pinned": {"type": "array", "items": {"type": "string"}},
                            },
                        },
                        "routes": {
                            "type": "object",
                            "closed": True,
                            "required": ("stage",),
                            "fields": {
                                "secret": {"type": "string"},
                                "certificate": {
                                    "type": "object",
                                    "closed": True,
                                    "required": ("issuer",),
                                    "fields": {
                                        "issuer": {
                                            "type": "object",
                                            "closed": True,
                                            "required": ("name",),
                                            "fields": {
                                                "name": {"type": "string"},
                                                "kind": {"type": "string"},
                                                "group": {"type": "string"},
                                            },
                                        },
                                        "hosts": {"type": "array", "items": {"type": "string"}},
                                        "duration": {"type": "string"},
                                        "renewBefore": {"type": "string"},
                                    },
                                },
                                "ca": {
                                    "type": "object",
                                    "closed": True,
                                    "required": (),
                                    "fields": {
                                        "secret": {"type": "string"},
                                        "configMap": {"type": "string"},
                                        "key": {"type": "string"},
                                    },
                                },
                                "stage": {"type": "choice", "of": ("mounted", "active")},
                            },
                        },
                    },
                },
                "encryption": {
                    "type": "object",
                    "closed": True,
                    "required": ("keyFrom",),
                    "fields": {
                        "keyFrom": {
                            "type": "object",
                            "closed": True,
                            "required": ("secret", "key"),
                            "fields": {"secret": {"type": "string"}, "key": {"type": "string"}},
                        },
                        "previousKeyFrom": {
                            "type": "object",
                            "closed": True,
                            "required": ("secret", "key"),
                            "fields": {"secret": {"type": "string"}, "key": {"type": "string"}},
                        },
                        "cipher": {"type": "choice", "of": ("chacha", "aes")},
                    },
                },
                "server": {
                    "type": "object",
                    "closed": True,
                    "required": (),
                    "fields": {
                        "namePrefix": {"type": "string"},
                        "maxPayload": {"type": "quantity"},
                        "maxControlLine": {"type": "quantity"},
                        "maxConnections": {"type": "integer", "minimum": 1, "maximum": 2147483647},
                        "maxPending": {"type": "quantity"},
                        "maxSubscriptions": {"type": "integer", "minimum": 1, "maximum": 2147483647},
                        "writeDeadline": {"type": "string"},
                        "pingInterval": {"type": "string"},
                        "pingMax": {"type": "integer", "minimum": 1, "maximum": 2147483647},
                        "noAdvertise": {"type": "boolean"},
                        "clientAdvertise": {"type": "string"},
                        "lameDuck": {
                            "type": "object",
                            "closed": True,
                            "required": (),
                            "fields": {"duration": {"type": "string"}, "grace": {"type": "string"}},
                        },
                        "jetStream": {
                            "type": "object",
                            "closed": True,
                            "required": (),
                            "fields": {
                                "domain": {"type": "string"},
                                "syncInterval": {"type": "string"},
                                "maxOutstandingCatchup": {"type": "quantity"},
                                "requestQueueLimit": {"type": "integer", "minimum": 1, "maximum": 2147483647},
                                "limits": {
                                    "type": "object",
                                    "closed": True,
                                    "required": (),
                                    "fields": {
                                        "maxAckPending": {"type": "integer", "minimum": 1, "maximum": 2147483647},
                                        "maxHaAssets": {"type": "integer", "minimum": 1, "maximum": 2147483647},
                                        "maxRequestBatch": {"type": "integer", "minimum": 1, "maximum": 2147483647},
                                        "duplicateWindow": {"type": "string"},
                                    },
                                },
                            },
                        },
                    },
                },
                "pod": {
                    "type": "object",
                    "closed": True,
                    "required": (),
                    "fields": {
                        "labels": {"type": "map", "values": {"type": "string"}},
                        "annotations": {"type": "map", "values": {"type": "string"}},
                        "nodeSelector": {"type": "map", "values": {"type": "string"}},
                        "tolerations": {
                            "type": "array",
                            "items": {
                                "type": "object",
                                "closed": True,
                                "required": (),
                                "fields": {
                                    "key": {"type": "string"},
                                    "operator": {"type": "choice", "of": ("Equal", "Exists")},
                                    "value": {"type": "string"},
                                    "effect": {"type": "choice", "of": ("NoSchedule", "PreferNoSchedule", "NoExecute")},
                                    "tolerationSeconds": {"type": "integer", "minimum": 0, "maximum": 2147483647},
                                },
                            },
                        },
                        "nodeAffinity": {
                            "type": "object",
                            "closed": True,
                            "required": (),
                            "fields": {
                                "required": {
                                    "type": "array",
                                    "items": {
                                        "type": "object",
                                        "closed": True,
                                        "required": ("matchExpressions",),
                                        "fields": {
                                            "matchExpressions": {
                                                "type": "array",
                                                "items": {
                                                    "type": "object",
                                                    "closed": True,
                                                    "required": ("key", "operator"),
                                                    "fields": {
                                                        "key": {"type": "string"},
                                                        "operator": {
                                                            "type": "choice",
                                                            "of": ("In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt"),
                                                        },
                                                        "values": {"type": "array", "items": {"type": "string"}},
                                                    },
                                                },
                                            },
                                        },
                                    },
                                },
                                "preferred": {
                                    "type": "array",
                                    "items": {
                                        "type": "object",
                                        "closed": True,
                                        "required": ("weight", "matchExpressions"),
                                        "fields": {
                                            "weight": {"type": "integer", "minimum": 1, "maximum": 100},
                                            "matchExpressions": {
                                                "type": "array",
                                                "items": {
                                                    "type": "object",
                                                    "closed": True,
                                                    "required": ("key", "operator"),
                                                    "fields": {
                                                        "key": {"type": "string"},
                                                        "operator": {
                                                            "type": "choice",
                                                            "of": ("In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt"),
                                                        },
                                                        "values": {"type": "array", "items": {"type": "string"}},
                                                    },
                                                },
                                            },
                                        },
                                    },
                                },
                            },
                        },
                        "env": {
                            "type": "array",
                            "items": {
                                "type": "object",
                                "closed": True,
                                "required": ("name",),
                                "fields": {
                                    "name": {"type": "string"},
                                    "value": {"type": "string"},
                                    "secret": {"type": "string"},
                                    "configMap": {"type": "string"},
                                    "key": {"type": "string"},
                                    "field": {"type": "string"},
                                },
                            },
                        },
                        "volumes": {
                            "type": "array",
                            "items": {
                                "type": "object",
                                "closed": True,
                                "required": ("name", "mountPath"),
                                "fields": {
                                    "name": {"type": "string"},
                                    "mountPath": {"type": "string"},
                                    "secret": {"type": "string"},
                                    "configMap": {"type": "string"},
                                    "emptyDir": {"type": "quantity"},
                                    "claim": {"type": "string"},
                                },
                            },
                        },
                        "ephemeralStorage": {"type": "quantity"},
                        "startupMinutes": {"type": "integer", "minimum": 1, "maximum": 1440},
                        "runAsUser": {"type": "integer", "minimum": 1, "maximum": 2147483647},
                        "runAsGroup": {"type": "integer", "minimum": 1, "maximum": 2147483647},
                        "fsGroup": {"type": "integer", "minimum": 1, "maximum": 2147483647},
                        "serviceAccount": {
                            "type": "object",
                            "closed": True,
                            "required": (),
                            "fields": {
                                "name": {"type": "string"},
                                "annotations": {"type": "map", "values": {"type": "string"}},
                                "automountToken": {"type": "boolean"},
                            },
                        },
                    },
                },
                "service": {
                    "type": "object",
                    "closed": True,
                    "required": ("type",),
                    "fields": {
                        "type": {"type": "choice", "of": ("LoadBalancer", "NodePort")},
                        "port": {"type": "integer", "minimum": 1, "maximum": 65535},
                        "annotations": {"type": "map", "values": {"type": "string"}},
                        "loadBalancerClass": {"type": "string"},
                        "sourceRanges": {"type": "array", "items": {"type": "string"}},
                        "externalTrafficPolicy": {"type": "choice", "of": ("Cluster", "Local")},
                        "nodePort": {"type": "integer", "minimum": 1, "maximum": 65535},
                    },
                },
                "networkPolicyFrom": {
                    "type": "object",
                    "closed": True,
                    "required": (),
                    "fields": {
                        "clients": {
                            "type": "object",
                            "closed": True,
                            "required": (),
                            "fields": {
                                "namespaces": {"type": "array", "items": {"type": "string"}},
                                "networks": {"type": "array", "items": {"type": "string"}},
                            },
                        },
                    },
                },
                "networkPolicyTo": {
                    "type": "object",
                    "closed": True,
                    "required": (),
                    "fields": {
                        "dnsPorts": {"type": "array", "items": {"type": "integer", "minimum": 1, "maximum": 65535}},
                        "others": {
                            "type": "array",
                            "items": {
                                "type": "object",
                                "closed": True,
                                "required": (),
                                "fields": {
                                    "namespaces": {"type": "array", "items": {"type": "string"}},
                                    "networks": {"type": "array", "items": {"type": "string"}},
                                    "ports": {
                                        "type": "array",
                                        "items": {"type": "integer", "minimum": 1, "maximum": 65535},
                                    },
                                    "protocol": {"type": "choice", "of": ("TCP", "UDP")},
                                },
                            },
                        },
                    },
                },
                "podMonitorLabels": {"type": "map", "values": {"type": "string"}},
                "policies": {
                    "type": "object",
                    "closed": True,
                    "required": (),
                    "fields": {
                        "podSecurity": {"type": "choice", "of": ("restricted", "baseline", "privileged")},
                        "registries": {"type": "array", "items": {"type": "string"}},
                        "digests": {"type": "boolean"},
                        "forbiddenTags": {"type": "array", "items": {"type": "string"}},
                    },
                },
            },
        },
    },
}
