"""The values of an object: what the API server's own validation refuses, and the schema does not say."""

from __future__ import annotations

from krmfn.checks.rules import containers, contents, metadata, pods, policies, services, workloads
from krmfn.checks.schema import KEYED, REPEATED, Repetitions, root, visit
from krmfn.model.finding import error, warning
from krmfn.model.text import shown
from krmfn.model.usage import listed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from krmfn.model.finding import Finding
    from krmfn.model.objects import FieldPath, Object

DEFAULTS = {"protocol": "TCP"}
"""What the API server takes for an absent key of an entry."""
TAKEN_TWICE = ("env", "ports", "imagePullSecrets", "hostAliases", "secrets", "ownerReferences")
"""Lists whose duplicates the API server's validation takes, with a warning; a server-side apply refuses them."""


def _duplicates(value: Object, path: FieldPath) -> Iterator[Finding]:
    """Entries of a list that its keys do not tell apart."""
    keys, seen = value["keys"], set()
    for index, item in enumerate(value["items"]):
        if not isinstance(item, dict):
            continue
        entry = tuple(item.get(key, DEFAULTS.get(key)) for key in keys)
        if None in entry or any(isinstance(part, (dict, list)) for part in entry):
            continue
        if entry in seen:
            said = " and ".join(f"{key} {shown(str(part))}" for key, part in zip(keys, entry, strict=True))
            text = f"another entry has the same {said}; remove one, or change {listed(keys)}"
            tell = warning if path[-1] in TAKEN_TWICE and "targetPort" not in item else error
            yield tell("duplicate-entry", text, (*path, index))
        seen.add(entry)


RULES: dict[str, tuple[Callable[[Object, FieldPath], Iterator[Finding]], ...]] = {
    "apps.v1.Deployment": (workloads.kind_with_spec,),
    "apps.v1.DeploymentSpec": (workloads.deployment,),
    "apps.v1.StatefulSet": (workloads.kind_with_spec,),
    "apps.v1.StatefulSetSpec": (workloads.stateful_set,),
    "batch.v1.Job": (workloads.kind_with_spec,),
    "batch.v1.JobSpec": (workloads.job,),
    "core.v1.AppArmorProfile": (pods.profile,),
    "core.v1.ConfigMap": (contents.config_map,),
    "core.v1.ConfigMapEnvSource": (pods.config_map_source,),
    "core.v1.ConfigMapKeySelector": (containers.key_selector,),
    "core.v1.ConfigMapProjection": (pods.config_map_source,),
    "core.v1.ConfigMapVolumeSource": (pods.config_map_source,),
    "core.v1.Container": (containers.container, containers.init_container),
    "core.v1.ContainerPort": (containers.container_port,),
    "core.v1.DownwardAPIVolumeFile": (pods.downward_file,),
    "core.v1.EmptyDirVolumeSource": (containers.empty_dir,),
    "core.v1.EnvFromSource": (containers.env_from,),
    "core.v1.EnvVar": (containers.env_var,),
    "core.v1.EnvVarSource": (containers.env_source,),
    "core.v1.ExecAction": (containers.exec_action,),
    "core.v1.GRPCAction": (containers.with_port,),
    "core.v1.HTTPGetAction": (containers.http_get,),
    "core.v1.HostPathVolumeSource": (pods.host_path,),
    "core.v1.KeyToPath": (pods.item,),
    "core.v1.LifecycleHandler": (containers.lifecycle_handler,),
    "core.v1.Namespace": (metadata.security_levels,),
    "core.v1.NodeAffinity": (pods.node_affinity,),
    "core.v1.NodeSelectorRequirement": (metadata.node_requirement,),
    "core.v1.ObjectFieldSelector": (containers.field_selector,),
    "core.v1.PersistentVolumeClaim": (workloads.kind_with_spec,),
    "core.v1.PersistentVolumeClaimSpec": (pods.claim_spec,),
    "core.v1.PersistentVolumeClaimVolumeSource": (pods.claim_source,),
    "core.v1.Pod": (workloads.kind_with_spec,),
    "core.v1.PodAffinityTerm": (pods.affinity_term, pods.namespace_names),
    "core.v1.PodSecurityContext": (pods.security_context,),
    "core.v1.PodSpec": (pods.pod_spec,),
    "core.v1.PodTemplateSpec": (workloads.kind_with_spec,),
    "core.v1.PreferredSchedulingTerm": (pods.weighted,),
    "core.v1.Probe": (containers.probe,),
    "core.v1.ProjectedVolumeSource": (pods.projected,),
    "core.v1.ResourceRequirements": (containers.resources,),
    "core.v1.SeccompProfile": (pods.profile,),
    "core.v1.Secret": (contents.secret,),
    "core.v1.SecretEnvSource": (pods.config_map_source,),
    "core.v1.SecretKeySelector": (containers.key_selector,),
    "core.v1.SecretProjection": (pods.config_map_source,),
    "core.v1.SecretVolumeSource": (pods.secret_source,),
    "core.v1.SecurityContext": (pods.security_context,),
    "core.v1.Service": (workloads.kind_with_spec,),
    "core.v1.ServiceAccountTokenProjection": (pods.token,),
    "core.v1.ServicePort": (services.service_port,),
    "core.v1.ServiceSpec": (services.service_spec,),
    "core.v1.TCPSocketAction": (containers.with_port,),
    "core.v1.Toleration": (pods.toleration,),
    "core.v1.TopologySpreadConstraint": (pods.spread,),
    "core.v1.Volume": (pods.volume,),
    "core.v1.VolumeMount": (pods.volume_mount,),
    "core.v1.VolumeProjection": (pods.projection,),
    "core.v1.VolumeResourceRequirements": (containers.volume_resources,),
    "core.v1.WeightedPodAffinityTerm": (pods.weighted,),
    "meta.v1.LabelSelector": (metadata.label_selector,),
    "meta.v1.LabelSelectorRequirement": (metadata.label_requirement,),
    "meta.v1.ObjectMeta": (metadata.object_meta,),
    "networking.v1.IPBlock": (policies.ip_block,),
    "networking.v1.NetworkPolicySpec": (policies.network_policy,),
    "networking.v1.NetworkPolicyPeer": (policies.network_peer,),
    "networking.v1.NetworkPolicyPort": (policies.network_port,),
    "policy.v1.PodDisruptionBudgetSpec": (policies.budget,),
    KEYED: (_duplicates,),
    "rbac.v1.PolicyRule": (policies.access_rule,),
    "rbac.v1.RoleRef": (policies.role_reference,),
    "rbac.v1.Subject": (policies.subject,),
    "scheduling.v1.PriorityClass": (policies.priority,),
    "storage.v1.StorageClass": (policies.storage_class,),
}
"""What is asked of every map of a definition, wherever it is in an object."""


def values(obj: Object, wrong: Collection[FieldPath] = ()) -> list[Finding]:
    """What the API server refuses of the values of an object.

    Args:
        obj: an object as it was read
        wrong: where its shape is wrong; nothing is asked of a map that holds such a place, at any depth

    Returns:
        findings with path and code, without a place; none for a kind without a schema. The rules are those of the
        newest known Kubernetes, where an older one is not laxer.
    """
    name = root(obj)
    if name is None:
        return []
    unsure = {path[:length] for path in wrong for length in range(len(path) + 1)}
    named = ("metadata",) not in unsure and all(len(path) > 1 for path in wrong)
    findings = list(metadata.names(obj)) if named else []

    repetitions = Repetitions("values")

    def ask(definition: str, value: Object, path: FieldPath) -> bool:
        if path in unsure:
            return False
        if definition in REPEATED and repetitions.is_sound(value, path):
            return True
        for rule in RULES.get(definition, ()):
            findings.extend(rule(value, path))
        return False

    visit(obj, name, ask)
    repetitions.keep(one.path for one in findings)
    return findings
