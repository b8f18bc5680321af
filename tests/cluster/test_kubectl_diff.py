"""What `kubectl diff` says of a running installation, with every controller at work on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.cluster.rendered import prepare, render
from tests.golden_cases import Case

if TYPE_CHECKING:
    from tests.cluster.api import Api
    from tests.cluster.control_plane import ControlPlane

SERVER_SIDE = ("--server-side", "--field-manager=krmfn")
CHANGED = 1
"""The exit status of `kubectl diff` for a difference."""


@pytest.mark.parametrize("name", ["hardened-everything", "istio-true-nats-manager", "several-crs"])
def test_kubectl_applies_what_is_rendered_and_then_sees_no_difference(
    name: str, cluster: ControlPlane, cluster_api: Api
) -> None:
    wanted = render(*Case(name).render_arguments()[1:])
    prepare(cluster_api, wanted)
    text = "---\n".join(one.text for one in wanted)
    known = [f"Warning: {warning}" for one in wanted for warning in one.warnings]
    try:
        applied = cluster.kubectl("apply", *SERVER_SIDE, "--validate=strict", "-f", "-", stdin=text)
        assert (applied.returncode, applied.stderr.splitlines()) == (0, known)
        assert len(applied.stdout.splitlines()) == len(wanted)
        same = cluster.kubectl("diff", *SERVER_SIDE, "-f", "-", stdin=text)
        assert (same.returncode, same.stdout) == (0, ""), same.stderr
        other = cluster.kubectl("diff", *SERVER_SIDE, "-f", "-", stdin=text.replace("nats.conf: |", "other: |"))
        assert other.returncode == CHANGED
    finally:
        cluster.kubectl("delete", "-f", "-", "--wait=false", stdin=text)
