"""What the codes of `krmfn adopt` mean: what a take-over from the operator meets."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krmfn.model.codes.files import Meaning

_DUMP = "Dump again with what the message names."
ADOPTION: dict[str, Meaning] = {
    "not-for-take-over": (
        "error",
        "A take-over renders profile nats-manager with secretMode existing; another value is set.",
        "Take over first. Move to hardened, or to another secretMode, in a later change.",
    ),
    "live-differs": (
        "error, warning, info",
        (
            "The live object differs from the rendered one: an error where the first sync would restart servers or"
            " lose data."
        ),
        "Set what the message proposes, if a setting makes them equal.",
    ),
    "nothing-to-take-over": ("error", "The StatefulSet of the NATS is not in the dump.", _DUMP),
    "other-namespace": (
        "error",
        "The StatefulSet runs in another namespace than the NATS.",
        "Set the NATS' namespace to the one where it runs. Objects cannot move between namespaces.",
    ),
    "not-in-dump": (
        "error, warning",
        "A rendered object, or the NATS that owns live ones, is not in the dump.",
        _DUMP,
    ),
    "not-rendered": (
        "warning",
        "A live object of the operator is not rendered. It stays in the cluster, unmanaged.",
        "Set the key that renders it, or delete it after the take-over.",
    ),
    "rollout-in-progress": (
        "error",
        "The StatefulSet's pods are being replaced.",
        "Wait until all are ready, and dump again.",
    ),
    "servers-not-ready": (
        "warning",
        "Not all servers are ready, or the dump does not show it. The plan restarts none and fixes none.",
        "Fix the servers first.",
    ),
    "nats-left-alone": (
        "warning",
        "The dump has a NATS that is not taken over, and the plan stops its operator too.",
        "Take it over at the same time, or manage it yourself.",
    ),
    "operator-running": (
        "warning",
        "The operator runs and reverts changes by others.",
        "Step 1 of the plan stops it.",
    ),
    "operator-too-old": (
        "error",
        "The StatefulSet was made by a nats-manager older than 1.5, which krmfn does not render.",
        "Update the module to 1.5 or newer, wait for the restarts, and dump again.",
    ),
    "operator-unknown": (
        "warning",
        "The dump does not show whether the operator runs.",
        "Step 1 of the plan stops it.",
    ),
    "module-managed": (
        "warning",
        "Kyma's lifecycle manager would start the operator again.",
        "Step 1 of the plan sets the module to unmanaged.",
    ),
    "needed-by-eventing": (
        "warning",
        "Kyma Eventing finds its servers through the NATS in its namespace.",
        "Step 7 of the plan keeps the NATS.",
    ),
    "password-rotation": (
        "warning",
        "The operator does not find the Secret that the servers use and creates a new password at each reconcile.",
        "Step 1 of the plan stops it.",
    ),
    "owner-reference": (
        "warning",
        "Objects are owned by the NATS and would be deleted with it.",
        "Step 3 of the plan removes the references.",
    ),
    "foreign-owner": (
        "error",
        "An object has an owner that is not this NATS, or that no longer exists.",
        "Remove the reference first.",
    ),
    "finalizer": (
        "warning",
        "The NATS has a finalizer.",
        "Step 2 of the plan removes the operator's. For another one, find out which controller removes it.",
    ),
    "being-deleted": (
        "error",
        "An object is being deleted, and that cannot be undone.",
        "Wait until it is gone, and dump again.",
    ),
    "managed-fields-missing": (
        "warning",
        "Objects are dumped without managedFields, so the plan has no patches for step 4.",
        "Dump with kubectl get -o yaml --show-managed-fields.",
    ),
    "operators-fields": (
        "warning",
        "The operator manages the fields of objects.",
        "Step 4 of the plan hands them over.",
    ),
    "other-field-manager": (
        "warning",
        "A field manager other than the operator owns fields of an object.",
        "Fields that they set and krmfn does not render stay. Remove those you do not want.",
    ),
    "claim-missing": ("error", "A server has no volume claim of its own.", "Create the claim, or restore it, first."),
    "claim-lost": (
        "error",
        "A volume claim has lost its volume.",
        "Before the take-over, restore the volume or let the server start with an empty one.",
    ),
    "claim-owned": (
        "warning",
        "A volume claim has the NATS as an owner and would be deleted with it.",
        "Keep the claim, and take the steps in order.",
    ),
    "claim-too-small": (
        "warning",
        "A volume is smaller than the claim template asks for.",
        "Grow it, if its StorageClass allows expansion.",
    ),
    "claims-left-over": (
        "warning",
        "There are volume claims for more servers than run.",
        "Delete those you do not want. A larger cluster would use them again.",
    ),
    "claims-not-checked": ("warning", "No volume claim is in the dump.", _DUMP),
    "secret-missing": (
        "error",
        "The dump has Secrets, but not the one that the servers mount.",
        "Create it first.",
    ),
    "secret-not-checked": ("warning", "The dump has no Secret, so the servers' Secret cannot be checked.", _DUMP),
    "tracked-elsewhere": (
        "error, warning",
        "An object is tracked by another Application or Kustomization, or by an unnamed one.",
        "Remove it from that one first, or set --app.",
    ),
    "nats-in-git": (
        "warning",
        "The NATS is applied from Git.",
        "Add the annotations of step 2 in Git too, before you remove it there.",
    ),
}
