"""What `krmfn cmp parameters` prints. Generated from the models: `make generate`."""

ANNOUNCEMENT = r"""[
  {
    "name": "profile",
    "title": "profile",
    "tooltip": "Which objects are rendered: `hardened`, or `nats-manager`, the objects of the operator, for a take-over without restarts.",
    "required": false,
    "itemType": "string",
    "collectionType": "",
    "string": "hardened"
  },
  {
    "name": "zones",
    "title": "zones",
    "tooltip": "Availability zones of the target cluster, up to 100: a list of names, or their number. Default: taken from the label `topology.kubernetes.io/zone` of Node items; else unknown.",
    "required": false,
    "itemType": "string",
    "collectionType": "",
    "string": ""
  },
  {
    "name": "zoneSpread",
    "title": "zoneSpread",
    "tooltip": "How servers are spread over zones. `auto` is `required` when three or more zones are known and the size is 3 or more, else `preferred`.",
    "required": false,
    "itemType": "string",
    "collectionType": "",
    "string": "auto"
  },
  {
    "name": "istio",
    "title": "istio",
    "tooltip": "Whether the cluster runs Istio, so that a DestinationRule is rendered. `auto` looks for the CRD among the items and in Argo CD's `KUBE_API_VERSIONS`; if it is not found, `false`.",
    "required": false,
    "itemType": "string",
    "collectionType": "",
    "string": "auto"
  },
  {
    "name": "provider",
    "title": "provider",
    "tooltip": "Cloud provider. Only `alicloud` has an effect: volumes have at least 20Gi there, and 20Gi if no size is set. Default: taken from a `shoot-info` ConfigMap; else none. An empty string means none.",
    "required": false,
    "itemType": "string",
    "collectionType": "",
    "string": ""
  },
  {
    "name": "kubernetesVersion",
    "title": "kubernetesVersion",
    "tooltip": "Kubernetes version of the target cluster, such as `1.31`; 1.27 or newer. Default: `KUBE_VERSION` in Argo CD, else the newest that krmfn knows.",
    "required": false,
    "itemType": "string",
    "collectionType": "",
    "string": ""
  },
  {
    "name": "clusterDomain",
    "title": "clusterDomain",
    "tooltip": "DNS domain of the target cluster.",
    "required": false,
    "itemType": "string",
    "collectionType": "",
    "string": "cluster.local"
  },
  {
    "name": "clusterName",
    "title": "clusterName",
    "tooltip": "Name of the NATS cluster, the same on all servers. Changing it splits a running cluster. Default: the name of the CR in `hardened`, `eventing-nats` in `nats-manager`.",
    "required": false,
    "itemType": "string",
    "collectionType": "",
    "string": ""
  },
  {
    "name": "secretMode",
    "title": "secretMode",
    "tooltip": "Where the credentials of the system account come from. `existing`: a Secret that you create, for example with `krmfn secret new`. `bcrypt` and `nkey`: krmfn renders a Secret with the hash of a password, or a public key. `external-secret` and `generated-external-secret`: External Secrets Operator creates the Secret, from a password in a store, or from one that it generates once. `none` (hardened only): no system user, for tests.",
    "required": false,
    "itemType": "string",
    "collectionType": "",
    "string": "existing"
  },
  {
    "name": "secretName",
    "title": "secretName",
    "tooltip": "Name of the Secret with the key `resolver.conf`, in every mode. Default: the name of the StatefulSet and `-secret`.",
    "required": false,
    "itemType": "string",
    "collectionType": "",
    "string": ""
  },
  {
    "name": "adminHash",
    "title": "adminHash",
    "tooltip": "For `secretMode: bcrypt`: the bcrypt hash of the system user's password. `krmfn secret hash` makes one.",
    "required": false,
    "itemType": "string",
    "collectionType": "",
    "string": ""
  },
  {
    "name": "adminNkey",
    "title": "adminNkey",
    "tooltip": "For `secretMode: nkey`: the public nkey of the system user: 56 characters that begin with `U`.",
    "required": false,
    "itemType": "string",
    "collectionType": "",
    "string": ""
  },
  {
    "name": "secretStore",
    "title": "secretStore",
    "tooltip": "For `secretMode: external-secret`: name of a SecretStore, or `ClusterSecretStore/<name>`.",
    "required": false,
    "itemType": "string",
    "collectionType": "",
    "string": ""
  },
  {
    "name": "remoteKey",
    "title": "remoteKey",
    "tooltip": "For `secretMode: external-secret`: key of the password in the store, or `key#property` if the value has properties and one of them is the password.",
    "required": false,
    "itemType": "string",
    "collectionType": "",
    "string": ""
  },
  {
    "name": "fileStore",
    "title": "fileStore",
    "tooltip": "Limit of the file store of each server (`max_file_store`): a percentage of the volume such as `90%`, or a size such as `900Mi`. nats-server 2.14 and newer reload a larger limit, which fixes a full store; a smaller limit is an error until the NATS allows it. Only in `hardened`. Default: 90 % of a volume of 10Gi or more, 85 % from 1Gi, 80 % from 512Mi, 75 % from 128Mi, 60 % of a smaller one.",
    "required": false,
    "itemType": "string",
    "collectionType": "",
    "string": ""
  },
  {
    "name": "imageRegistry",
    "title": "imageRegistry",
    "tooltip": "Registry that replaces the operator's registry, with an optional path and no scheme.",
    "required": false,
    "itemType": "string",
    "collectionType": "",
    "string": ""
  },
  {
    "name": "images",
    "title": "images",
    "tooltip": "Where the images come from by default: `kyma`, the registry of the operator, or `upstream`, the NATS project's own on docker.io, of the same versions. `imageRegistry` replaces either registry. Only in `hardened`.",
    "required": false,
    "itemType": "string",
    "collectionType": "",
    "string": "kyma"
  },
  {
    "name": "natsImage",
    "title": "natsImage",
    "tooltip": "Image of the server. Default: the operator's.",
    "required": false,
    "itemType": "string",
    "collectionType": "",
    "string": ""
  },
  {
    "name": "reloaderImage",
    "title": "reloaderImage",
    "tooltip": "Image of the configuration reloader. Default: the operator's.",
    "required": false,
    "itemType": "string",
    "collectionType": "",
    "string": ""
  },
  {
    "name": "exporterImage",
    "title": "exporterImage",
    "tooltip": "Image of the Prometheus exporter. Default: the operator's.",
    "required": false,
    "itemType": "string",
    "collectionType": "",
    "string": ""
  },
  {
    "name": "exporterCpu",
    "title": "exporterCpu",
    "tooltip": "CPU limit of each exporter. Only in `hardened`. Default: `500m`.",
    "required": false,
    "itemType": "string",
    "collectionType": "",
    "string": ""
  },
  {
    "name": "exporterMemory",
    "title": "exporterMemory",
    "tooltip": "Memory limit of each exporter; GOMEMLIMIT is 80 % of it. Only in `hardened`. Default: `128Mi`; with 2,000 consumers 30Mi were used.",
    "required": false,
    "itemType": "string",
    "collectionType": "",
    "string": ""
  },
  {
    "name": "exporterJsz",
    "title": "exporterJsz",
    "tooltip": "Which JetStream metrics the exporter has (its flag `-jsz`): `accounts` is the cheapest, `all` has series for each consumer. Only in `hardened`.",
    "required": false,
    "itemType": "string",
    "collectionType": "",
    "string": "all"
  },
  {
    "name": "reloaderCpu",
    "title": "reloaderCpu",
    "tooltip": "CPU limit of the configuration reloader. Only in `hardened`. Default: `50m`.",
    "required": false,
    "itemType": "string",
    "collectionType": "",
    "string": ""
  },
  {
    "name": "reloaderMemory",
    "title": "reloaderMemory",
    "tooltip": "Memory limit of the configuration reloader. Only in `hardened`. Default: `32Mi`.",
    "required": false,
    "itemType": "string",
    "collectionType": "",
    "string": ""
  },
  {
    "name": "fips",
    "title": "fips",
    "tooltip": "Whether the operator's FIPS images are used by default.",
    "required": false,
    "itemType": "string",
    "collectionType": "",
    "string": "false"
  },
  {
    "name": "imagePullSecrets",
    "title": "imagePullSecrets",
    "tooltip": "Names of the image pull Secrets. Default: none.",
    "required": false,
    "itemType": "string",
    "collectionType": "array",
    "array": []
  },
  {
    "name": "priorityClass",
    "title": "priorityClass",
    "tooltip": "PriorityClass of the pods; it must exist in the cluster. An empty string means none. Default: none in `hardened`, the operator's in `nats-manager`.",
    "required": false,
    "itemType": "string",
    "collectionType": "",
    "string": ""
  },
  {
    "name": "podMonitor",
    "title": "podMonitor",
    "tooltip": "Whether a PodMonitor is rendered, so that Prometheus Operator scrapes the servers.",
    "required": false,
    "itemType": "string",
    "collectionType": "",
    "string": "false"
  },
  {
    "name": "networkPolicy",
    "title": "networkPolicy",
    "tooltip": "Whether a NetworkPolicy is rendered, so that only the servers reach each other's route and monitoring ports.",
    "required": false,
    "itemType": "string",
    "collectionType": "",
    "string": "false"
  },
  {
    "name": "networkPolicyEgress",
    "title": "networkPolicyEgress",
    "tooltip": "Whether the NetworkPolicy also limits where the pods may connect to: DNS, routes between the servers, the monitoring port for the exporters, and what `networkPolicyTo` lists. Needs `networkPolicy: true`.",
    "required": false,
    "itemType": "string",
    "collectionType": "",
    "string": "false"
  },
  {
    "name": "prometheusRule",
    "title": "prometheusRule",
    "tooltip": "Whether a PrometheusRule with alerts is rendered.",
    "required": false,
    "itemType": "string",
    "collectionType": "",
    "string": "false"
  },
  {
    "name": "protect",
    "title": "protect",
    "tooltip": "Whether the StatefulSet and the Secret have annotations that keep Argo CD (`Prune=confirm,Delete=confirm`) and Flux (`prune: disabled`) from removing them without confirmation.",
    "required": false,
    "itemType": "string",
    "collectionType": "",
    "string": "false"
  },
  {
    "name": "include",
    "title": "include",
    "tooltip": "Whether `render` and `cmp` print the rendered objects only, or all other objects of the input too.",
    "required": false,
    "itemType": "string",
    "collectionType": "",
    "string": "children"
  },
  {
    "name": "adopt",
    "title": "adopt",
    "tooltip": "Whether an existing object with the name of a rendered one, but without krmfn's mark, is replaced.",
    "required": false,
    "itemType": "string",
    "collectionType": "",
    "string": "false"
  },
  {
    "name": "allowRemoval",
    "title": "allowRemoval",
    "tooltip": "Clusters that may be deleted because their NATS was removed: `<namespace>/<name>`, or `<name>` if the NATS had no namespace. krmfn deletes no other cluster. Default: none.",
    "required": false,
    "itemType": "string",
    "collectionType": "array",
    "array": []
  }
]
"""
