"""What the codes of `krmfn adopt` mean: what a take-over from the operator meets."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krmfn.model.codes.files import Meaning

_DUMP = "Dump again with what the message names."
ADOPTION: dict[str, Meaning] = {
    "not-for-take-over": (
        "error",
        "A take-over renders the profile nats-manager with secretMode existing, and something else is stated.",
        "Take over first; the step to hardened, or to another secretMode, is a change of its own.",
    ),
    "live-differs": (
        "error, warning, info",
        "What runs and what is rendered differ: an error where the first sync would restart or lose something.",
        "Write what the message says, where a setting makes it equal.",
    ),
    "nothing-to-take-over": ("error", "The StatefulSet of the NATS is not in the dump.", _DUMP),
    "other-namespace": (
        "error",
        "The StatefulSet runs in another namespace than the NATS is in.",
        "Write the namespace in which it runs; no object moves.",
    ),
    "not-in-dump": (
        "error, warning",
        "A rendered object, or the NATS that owns live ones, is not in the dump.",
        _DUMP,
    ),
    "not-rendered": (
        "warning",
        "A live object of the operator is not rendered. It stays, and nobody looks after it.",
        "State what makes it rendered, or delete it after the take-over.",
    ),
    "rollout-in-progress": (
        "error",
        "The StatefulSet's pods are being replaced.",
        "Wait until all are ready, and dump again.",
    ),
    "servers-not-ready": (
        "warning",
        "Not all servers are ready, or the dump does not say. The steps restart none, and mend none.",
        "Mend it first.",
    ),
    "nats-left-alone": (
        "warning",
        "A NATS of the dump is not taken over, and the plan stops its operator too.",
        "Take it over at the same time, or look after it yourself.",
    ),
    "operator-running": (
        "warning",
        "The operator runs, and puts back what others change.",
        "Step 1 of the plan stops it.",
    ),
    "operator-too-old": (
        "error",
        "The servers run as a nats-manager before 1.5 made them, which krmfn does not render.",
        "Update the module to 1.5 or newer, wait for the restarts, and dump again.",
    ),
    "operator-unknown": (
        "warning",
        "Nothing in the dump says whether the operator runs.",
        "Step 1 of the plan stops it.",
    ),
    "module-managed": (
        "warning",
        "Kyma's lifecycle manager would start the operator again.",
        "Step 1 of the plan makes it let go of the module.",
    ),
    "needed-by-eventing": (
        "warning",
        "Kyma's Eventing finds its servers by the NATS in its namespace.",
        "Step 7 of the plan keeps the NATS.",
    ),
    "password-rotation": (
        "warning",
        "The operator does not see the Secret that the servers use, and makes new passwords while it runs.",
        "Step 1 of the plan stops it.",
    ),
    "owner-reference": (
        "warning",
        "Objects are owned by the NATS and would be deleted with it.",
        "Step 3 of the plan removes the references.",
    ),
    "foreign-owner": (
        "error",
        "An object has an owner that is not this NATS, or that is gone.",
        "Remove the reference first.",
    ),
    "finalizer": (
        "warning",
        "The NATS has a finalizer.",
        "Step 2 of the plan removes the operator's; see who removes another.",
    ),
    "being-deleted": (
        "error",
        "An object is being deleted, which nothing stops.",
        "Wait, and see what is left.",
    ),
    "managed-fields-missing": (
        "warning",
        "Objects are dumped without managedFields, so step 4 cannot be written yet.",
        "Dump with kubectl get -o yaml --show-managed-fields.",
    ),
    "operators-fields": (
        "warning",
        "The operator manages the fields of objects.",
        "Step 4 of the plan hands them over.",
    ),
    "other-field-manager": (
        "warning",
        "Others than the operator manage fields of an object.",
        "What they set and is not rendered stays; remove it where it is not wanted.",
    ),
    "claim-missing": ("error", "A server has no volume claim of its own.", "Mend that first."),
    "claim-lost": (
        "error",
        "A volume claim has lost its volume.",
        "Bring the volume back, or let the server start with an empty one, before the take-over.",
    ),
    "claim-owned": (
        "warning",
        "A volume claim names the NATS as its owner and would be deleted with it.",
        "Keep the claim, and follow the steps in their order.",
    ),
    "claim-too-small": (
        "warning",
        "A volume is smaller than the claim template says.",
        "Grow it, where its class allows that.",
    ),
    "claims-left-over": (
        "warning",
        "There are claims of more servers than run.",
        "Delete them by hand when they are not wanted; a larger cluster would use them.",
    ),
    "claims-not-checked": ("warning", "No volume claim is in the dump.", _DUMP),
    "secret-missing": (
        "error",
        "The Secret that the servers mount is not among the Secrets of the dump.",
        "Make it first.",
    ),
    "secret-not-checked": ("warning", "No Secret is in the dump, so the servers' own cannot be checked.", _DUMP),
    "tracked-elsewhere": (
        "error, warning",
        "An object is tracked by another Application or Kustomization, or by an unnamed one.",
        "Take it out there first, or state --app.",
    ),
    "nats-in-git": (
        "warning",
        "The NATS is applied from Git.",
        "Put the annotations of step 2 on it in Git too, before it is removed there.",
    ),
}
