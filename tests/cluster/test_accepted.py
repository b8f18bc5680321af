"""Every object that krmfn renders, before the API server: taken with strict validation and stored as written."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from tests.cluster.api import Refused
from tests.cluster.programs import EMULATED
from tests.cluster.rendered import Manifest, drift, prepare, render
from tests.golden_cases import CASES, Case

if TYPE_CHECKING:
    from tests.cluster.api import Api, Object

PROFILES = ("hardened", "nats-manager")
REFUSED = {(name, "nats-manager") for name in (
    "no-namespace", "monitored-no-namespace", "secret-mode-none", "users-conf-service", "tls-encryption",
    "pod-everything", "server-upstream", "network-egress",
)}  # fmt: skip
"""Inputs that only one profile takes: krmfn itself refuses them."""
OF_OTHERS = ("Certificate", "ExternalSecret", "Password", "PodMonitor", "PrometheusRule")
"""Kinds of operators that are not here: see test_external_secrets.py and test_monitoring.py."""


def manifests(name: str, profile: str) -> list[Manifest]:
    return render(*Case(name).render_arguments()[1:], "--set", f"profile={profile}", namespace="stated-nowhere")


@pytest.mark.parametrize(
    ("name", "profile"),
    [(name, profile) for name in CASES for profile in PROFILES if (name, profile) not in REFUSED],
)
def test_every_rendered_object_is_taken_and_a_second_apply_changes_nothing(name: str, profile: str, api: Api) -> None:
    """Without a warning too, but for one in the operator's own pod template."""
    if name == "name-numeric" and os.environ.get(EMULATED):
        pytest.skip("before Kubernetes 1.36 no Service starts with a digit: krmfn says so when the version is stated")
    wanted = [one for one in manifests(name, profile) if one.kind not in OF_OTHERS]
    prepare(api, wanted)
    try:
        for one in wanted:
            made = api.apply(one.text, one.object, one.namespace)
            assert made.warnings == one.warnings
            assert list(drift(one.object, made.body)) == []
            for again in (
                api.apply(one.text, one.object, one.namespace),
                api.apply(one.text, one.object, one.namespace, dry=True),
            ):
                assert again.warnings == []
                assert again.body == made.body  # with its resourceVersion and its managedFields
    finally:
        for one in wanted:
            api.delete(api.path(one.object, one.namespace))


PLAIN = """\
apiVersion: v1
kind: Pod
metadata:
  name: plain
spec:
  containers:
  - name: one
    image: one
    resources:
      limits:
        memory: {memory}
        {field}: 100m
"""


def pod(**values: str) -> tuple[str, Object]:
    return PLAIN.format(**{"memory": "1Gi", "field": "cpu", **values}), {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "plain"},
    }


def test_a_field_that_the_api_does_not_know_would_be_refused(api: Api) -> None:
    text, obj = pod()
    with pytest.raises(Refused, match="field not declared in schema"):
        api.apply(text.replace("image:", "imgae:"), obj, "default", dry=True)


def test_a_warning_would_be_seen(api: Api) -> None:
    prepare_default_account(api)
    text, obj = pod(memory="100m")
    assert "fractional byte value" in api.apply(text, obj, "default", dry=True).warnings[0]


def test_a_quantity_in_another_spelling_than_the_stored_one_would_be_drift(api: Api) -> None:
    prepare_default_account(api)
    text, obj = pod(memory="1024Mi")
    live = api.apply(text, obj, "default", dry=True).body
    (found,) = drift(Manifest(text, "default").object, live)
    assert found == ".spec.containers[0].resources.limits.memory: rendered '1024Mi', live '1Gi'"


def prepare_default_account(api: Api) -> None:
    """Pods of a namespace need it; it is made by a controller that does not run here."""
    api.create({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "default", "namespace": "default"}})
