"""The generator of External Secrets Operator that makes the password of the system account, in the cluster."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krmfn.cluster.facts import Facts
    from krmfn.model.objects import Object

LENGTH = 60
"""Characters, as many as the operator's chart makes."""
DIGITS = 15
"""A quarter, which is also the generator's default."""


def build(facts: Facts) -> Object | None:
    """Letters and digits: the default set of symbols has quotes, backslashes and `$`.

    `encoding` is left out: it says what is the default, and version 0.17 of the operator does not know it.
    """
    if not facts.password_generated:
        return None
    from krmfn.manifests.external_secret import GENERATORS, metadata

    return {
        "apiVersion": GENERATORS,
        "kind": "Password",
        "metadata": metadata(facts),
        "spec": {"length": LENGTH, "digits": DIGITS, "symbols": 0, "noUpper": False, "allowRepeat": True},
    }
