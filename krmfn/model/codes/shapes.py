"""What the codes of findings about the shape of final objects mean: what strict decoding or a schema refuses."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krmfn.model.codes.files import Meaning

SHAPES: dict[str, Meaning] = {
    "schema-unknown": (
        "error",
        "An object has a field that its kind does not have in the version of Kubernetes that will read it.",
        "Correct the spelling or the indent, or remove the field.",
    ),
    "schema-type": (
        "error",
        "A value has the wrong type for its field.",
        "Write a value of the type that the message names.",
    ),
    "schema-missing": ("error", "A required field is missing.", "Write the field."),
    "schema-enum": (
        "error",
        "A value is not one of those that its field allows.",
        "Write one of those that the message names.",
    ),
    "schema-pattern": (
        "error",
        "A value does not have the format of its field, such as a quantity.",
        "Use the form in the message.",
    ),
    "schema-range": (
        "error",
        "A number, a string or a list is smaller or larger than its field allows.",
        "Write a value between the bounds that the message names.",
    ),
    "schema-conflict": (
        "error",
        "Several fields are set, and at most one of them is allowed.",
        "Remove all but one.",
    ),
    "volume-without-source": (
        "warning",
        "A volume has no source, so Kubernetes makes it an empty directory.",
        "Write emptyDir: {} if that is meant, else the source that is missing.",
    ),
    "api-version-removed": (
        "error",
        "Kubernetes does not serve this version of the kind any more.",
        "Write the version that the message names; some fields may have other names there.",
    ),
    "api-version-unknown": (
        "error",
        "No version of Kubernetes serves the kind under this apiVersion.",
        "Write the apiVersion that the message names.",
    ),
    "kind-unknown": (
        "error",
        "Kubernetes has no such kind in this group and version.",
        "Write the kind that the message names.",
    ),
}
