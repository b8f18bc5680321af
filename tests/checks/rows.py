"""Wrong values: the object in neighbours.yaml, the field, the value, the code of the finding and its field."""

from __future__ import annotations

from typing import Any

from tests.checks import objects

LONG = "a" * 254


class Row:
    """One wrong value."""

    def __init__(self, name: str, path: str, value: Any, code: str, field: str = "") -> None:
        """`name` is kind and name of the object; without `field` the finding is at the path itself."""
        self.name, self.path, self.value, self.code = name, path, value, code
        self.field = field or self._dotted()

    def _dotted(self) -> str:
        text = ""
        for part in self.path.split("|" if "|" in self.path else "."):
            text += f"[{part}]" if part.isdigit() else f".{part}" if text else part
        return text

    def object(self) -> dict[str, Any]:
        """The object with the wrong value."""
        (obj,) = (one for one in objects.neighbours() if f"{one['kind']}/{one['metadata']['name']}" == self.name)
        return objects.changed(obj, self.path, self.value)

    def __str__(self) -> str:
        return f"{self.name} {self.path} {str(self.value)[:20]}"


POD, MAIN, SPREAD = "Pod/pod", "spec.containers.0", "spec.topologySpreadConstraints.0"
DEPLOYMENT, JOB, OUTSIDE, POLICY = "Deployment/box", "Job/backup", "Service/outside", "NetworkPolicy/all"
MISSING, SMALL, LARGE, NAME, CONFLICT = (
    "schema-missing",
    "below-minimum",
    "above-maximum",
    "invalid-name",
    "schema-conflict",
)
TERM = "spec.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution.0"
NODE = "spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms.0.matchExpressions"

ROWS = [
    Row(POD, "metadata.name", "Pod", NAME),
    Row(POD, "metadata.name", "pod_1", NAME),
    Row(POD, "metadata.name", LONG, NAME),
    Row(POD, "metadata.name", None, MISSING),
    Row(POD, "metadata|labels|app", "a b", "label-value"),
    Row(POD, "metadata|labels|-app", "a", "label-key"),
    Row(POD, "metadata|labels|Example.com/app", "a", "label-key"),
    Row(POD, "metadata|annotations|a b", "a", "annotation-key"),
    Row(POD, "spec.containers", [], MISSING),
    Row(POD, f"{MAIN}.image", "", MISSING),
    Row(POD, f"{MAIN}.name", "Main", NAME),
    Row(POD, f"{MAIN}.name", "first", "duplicate-entry"),
    Row(POD, f"{MAIN}.ports.0.containerPort", 70000, LARGE),
    Row(POD, f"{MAIN}.ports.0.containerPort", 0, SMALL),
    Row(POD, f"{MAIN}.ports.0.name", "a-name-that-is-too-long", NAME),
    Row(POD, f"{MAIN}.ports.0.name", "UPPER", NAME),
    Row(POD, f"{MAIN}.ports.1.name", "http", "duplicate-entry"),
    Row(POD, f"{MAIN}.env.0.name", "A=B", NAME),
    Row(POD, f"{MAIN}.env.2.value", "x", CONFLICT, "spec.containers[0].env[2].valueFrom"),
    Row(POD, f"{MAIN}.env.2.valueFrom", {}, MISSING),
    Row(POD, f"{MAIN}.env.2.valueFrom.fieldRef.fieldPath", "metadata.nmae", "schema-enum"),
    Row(POD, f"{MAIN}.env.5.valueFrom.secretKeyRef.key", "", MISSING),
    Row(POD, f"{MAIN}.env.5.valueFrom.secretKeyRef.key", "a/b", NAME),
    Row(POD, f"{MAIN}.envFrom.0.configMapRef", None, MISSING, "spec.containers[0].envFrom[0]"),
    Row(POD, f"{MAIN}.resources.requests.cpu", "2", "request-above-limit"),
    Row(POD, f"{MAIN}.resources.requests.memory", "-1Gi", SMALL),
    Row(POD, f"{MAIN}.resources.limits.memroy", "1Gi", "schema-unknown"),
    Row(POD, f"{MAIN}.livenessProbe.httpGet", None, MISSING, "spec.containers[0].livenessProbe"),
    Row(POD, f"{MAIN}.livenessProbe.exec", {"command": ["x"]}, CONFLICT, "spec.containers[0].livenessProbe.httpGet"),
    Row(POD, f"{MAIN}.livenessProbe.periodSeconds", -1, SMALL),
    Row(POD, f"{MAIN}.livenessProbe.successThreshold", 2, LARGE),
    Row(POD, f"{MAIN}.livenessProbe.httpGet.port", 0, SMALL),
    Row(POD, f"{MAIN}.livenessProbe.httpGet.port", "Http", NAME),
    Row(POD, f"{MAIN}.readinessProbe.terminationGracePeriodSeconds", 5, CONFLICT),
    Row(POD, f"{MAIN}.lifecycle.postStart.exec.command", [], MISSING),
    Row(POD, f"{MAIN}.lifecycle.preStop", {}, MISSING),
    Row(
        POD,
        f"{MAIN}.securityContext.privileged",
        True,
        CONFLICT,
        "spec.containers[0].securityContext.allowPrivilegeEscalation",
    ),
    Row(POD, f"{MAIN}.securityContext.seccompProfile.localhostProfile", "x", CONFLICT),
    Row(POD, f"{MAIN}.volumeMounts.0.mountPath", "", MISSING),
    Row(POD, f"{MAIN}.volumeMounts.1.subPath", "/a", "schema-pattern"),
    Row(POD, f"{MAIN}.volumeMounts.1.mountPath", "/etc/one", "duplicate-entry", "spec.containers[0].volumeMounts[1]"),
    Row(POD, "spec.initContainers.0.restartPolicy", None, CONFLICT, "spec.initContainers[0].startupProbe"),
    Row(POD, "spec.volumes.0.emptyDir", {}, CONFLICT),
    Row(POD, "spec.volumes.0.configMap.name", None, MISSING),
    Row(POD, "spec.volumes.0.configMap.defaultMode", 0o1000, LARGE),
    Row(POD, "spec.volumes.0.configMap.items.0.path", "../x", "schema-pattern"),
    Row(POD, "spec.volumes.1.secret.secretName", "", MISSING),
    Row(POD, "spec.volumes.2.persistentVolumeClaim.claimName", "", MISSING),
    Row(POD, "spec.volumes.3.emptyDir.sizeLimit", "-1", SMALL),
    Row(POD, "spec.volumes.4.hostPath.path", "", MISSING),
    Row(POD, "spec.volumes.5.projected.sources.0.serviceAccountToken.expirationSeconds", 10, SMALL),
    Row(POD, "spec.securityContext.runAsUser", -1, SMALL),
    Row(POD, "spec.securityContext.seccompProfile.localhostProfile", None, MISSING),
    Row(POD, "spec.dnsConfig.nameservers", [], MISSING),
    Row(POD, "spec.dnsConfig.nameservers", ["dns"], "schema-pattern", "spec.dnsConfig.nameservers[0]"),
    Row(POD, "spec.serviceAccountName", "Default", NAME),
    Row(POD, "spec.hostname", "a.b", NAME),
    Row(POD, "spec.tolerations.0.operator", "Exists", CONFLICT, "spec.tolerations[0].value"),
    Row(POD, "spec.tolerations.1.effect", "NoSchedule", CONFLICT),
    Row(POD, f"{SPREAD}.maxSkew", 0, SMALL),
    Row(POD, f"{SPREAD}.topologyKey", "", MISSING),
    Row(POD, f"{SPREAD}.whenUnsatisfiable", "ScheduleAnyway", CONFLICT, "spec.topologySpreadConstraints[0].minDomains"),
    Row(POD, f"{TERM}.topologyKey", "", MISSING),
    Row(POD, f"{TERM}.namespaces.0", "Default", NAME),
    Row(POD, f"{TERM}.labelSelector.matchExpressions.0.operator", "Is", "schema-enum"),
    Row(POD, f"{NODE}.0.values", [], MISSING),
    Row(POD, f"{NODE}.2.values", ["x"], CONFLICT),
    Row(POD, f"{NODE}.0.key", "a b", "label-key"),
    Row(POD, "spec.affinity.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution.0.weight", 101, LARGE),
    Row("Service/alone", "spec", None, MISSING),
    Row(DEPLOYMENT, "spec.replicas", -1, SMALL),
    Row(DEPLOYMENT, "spec.selector", {}, MISSING),
    Row(DEPLOYMENT, "spec.strategy.type", "Recreate", CONFLICT, "spec.strategy.rollingUpdate"),
    Row(DEPLOYMENT, "spec.strategy.rollingUpdate.maxSurge", "lots", "schema-pattern"),
    Row(DEPLOYMENT, "spec.strategy.rollingUpdate.maxSurge", 0, CONFLICT, "spec.strategy.rollingUpdate.maxUnavailable"),
    Row(DEPLOYMENT, "spec.template.spec.restartPolicy", "Never", "schema-enum"),
    Row(JOB, "spec.template.spec.restartPolicy", "Always", "schema-enum"),
    Row(JOB, "spec.backoffLimit", -1, SMALL),
    Row(OUTSIDE, "metadata.name", "out.side", NAME),
    Row(OUTSIDE, "spec.ports", [], MISSING),
    Row(OUTSIDE, "spec.ports.0.name", None, MISSING),
    Row(OUTSIDE, "spec.ports.0.name", "ws", "duplicate-entry", "spec.ports[2].name"),
    Row(OUTSIDE, "spec.ports.0.name", "Client", NAME),
    Row(OUTSIDE, "spec.ports.0.port", 0, SMALL),
    Row(OUTSIDE, "spec.ports.0.port", 443, "duplicate-entry", "spec.ports[2]"),
    Row(OUTSIDE, "spec.ports.0.targetPort", 65536, LARGE),
    Row(OUTSIDE, "spec.ports.0.targetPort", "clientport-too-long", NAME),
    Row(OUTSIDE, "spec.ports.0.appProtocol", "a b", "label-key"),
    Row(OUTSIDE, "spec.selector.app", "a b", "label-value"),
    Row(OUTSIDE, "spec.clusterIP", "none", "schema-pattern"),
    Row(OUTSIDE, "spec.loadBalancerSourceRanges.0", "10.0.0.0/33", "schema-pattern"),
    Row(OUTSIDE, "spec.type", "ClusterIP", CONFLICT, "spec.externalTrafficPolicy"),
    Row("Service/elsewhere", "spec.externalName", "", MISSING),
    Row("Service/alone", "spec.clusterIP", None, MISSING, "spec.ports"),
    Row("ConfigMap/config", "data|a/b", "x", NAME),
    Row("ConfigMap/config", "binaryData.bytes", "x", "schema-pattern"),
    Row("ConfigMap/config", "data.bytes", "x", "duplicate-entry", "binaryData.bytes"),
    Row("ConfigMap/config", "data.large", "x" * 2**20, "object-too-large", "data"),
    Row("Secret/secret", "data.password", "hunter2", "schema-pattern"),
    Row("Secret/secret", "data|a b", "", NAME),
    Row("Secret/tls", "data|tls.crt", None, MISSING),
    Row("PersistentVolumeClaim/data", "spec.accessModes", [], MISSING),
    Row("PersistentVolumeClaim/data", "spec.resources.requests", {}, MISSING, "spec.resources.requests.storage"),
    Row("PersistentVolumeClaim/data", "spec.resources.requests.storage", "0", SMALL),
    Row("PodDisruptionBudget/Budget_of.Anything", "metadata.name", "a/b", NAME),
    Row("PodDisruptionBudget/Budget_of.Anything", "spec.maxUnavailable", 1, CONFLICT, "spec.minAvailable"),
    Row("PodDisruptionBudget/Budget_of.Anything", "spec.minAvailable", "2", "schema-pattern"),
    Row("PodDisruptionBudget/Budget_of.Anything", "spec.minAvailable", -1, SMALL),
    Row(POLICY, "spec.ingress.0.from.0.ipBlock.cidr", "10.0.0.0/40", "schema-pattern"),
    Row(POLICY, "spec.ingress.0.from.0.podSelector", {}, CONFLICT, "spec.ingress[0].from[0].ipBlock"),
    Row(POLICY, "spec.ingress.0.from.0.ipBlock", None, MISSING, "spec.ingress[0].from[0]"),
    Row(POLICY, "spec.ingress.0.ports.0.port", 70000, LARGE),
    Row(POLICY, "spec.ingress.0.ports.1.endPort", 5000, SMALL),
    Row(POLICY, "spec.ingress.0.ports.2.endPort", 5000, CONFLICT),
    Row(POLICY, "spec.ingress.0.ports.0.protocol", "", "schema-enum"),
    Row(POLICY, "spec.policyTypes", ["Ingress", "Egress", "Egress"], "schema-range"),
    Row("Role/system:reader", "rules.0.verbs", [], MISSING),
    Row("Role/system:reader", "rules.0.resources", [], MISSING),
    Row("RoleBinding/system:reader", "roleRef.kind", "Rolle", "schema-enum"),
    Row("RoleBinding/system:reader", "subjects.0.kind", "Account", "schema-enum"),
    Row("RoleBinding/system:reader", "subjects.1.name", "", MISSING),
    Row("PriorityClass/important", "value", 2_000_000_000, LARGE),
    Row("StorageClass/fast", "provisioner", "", MISSING),
    Row("Namespace/nats", "metadata|labels|pod-security.kubernetes.io/enforce", "strict", "schema-enum"),
]
