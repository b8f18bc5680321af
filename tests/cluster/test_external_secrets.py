"""The objects for External Secrets Operator against the CRDs of its oldest version that serves v1, and of a new one."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from krmfn.changes.compare import changes
from tests.clients.eso import definitions
from tests.cluster.api import Refused
from tests.cluster.rendered import drift, prepare, render, stated
from tests.golden_cases import Case

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.cluster.api import Api, Object
    from tests.cluster.control_plane import ControlPlane

VERSIONS = ("v0.17.0", "v0.20.4", "v1.3.2")
CASES = ("secret-external", "secret-external-nats-manager", "secret-generated", "protect-generated")
OURS = ("ExternalSecret", "Password")
CRDS = (
    "external-secrets.io_externalsecrets",
    "external-secrets.io_secretstores",
    "generators.external-secrets.io_passwords",
)
SINCE = {"encoding": "raw"}
"""A default of newer versions, in a field that the older ones do not know: it cannot be written, and is no drift."""


@pytest.fixture(scope="module", params=VERSIONS)
def with_operator(request: pytest.FixtureRequest, api_server: ControlPlane) -> Iterator[Api]:
    """The API server with the CRDs of one version, and no operator: nobody but the test changes an object.

    They stay: the next version goes over them, as in an upgrade.
    """
    api_server.define("---\n".join(definitions(request.param, *CRDS)))
    with closing(api_server.api) as api:
        yield api


@pytest.mark.parametrize("case", CASES)
def test_what_is_stored_is_what_was_rendered_and_a_second_apply_changes_nothing(case: str, with_operator: Api):
    api = with_operator
    wanted = [one for one in render(*Case(case).render_arguments()[1:]) if one.kind in OURS]
    assert {one.kind for one in wanted} == ({"ExternalSecret"} if "external" in case else set(OURS))
    prepare(api, wanted)
    try:
        for one in wanted:
            first = api.apply(one.text, one.object, one.namespace)
            assert first.warnings == []
            live = stated(first.body)
            if one.kind == "Password":
                assert live["spec"] | SINCE == one.object["spec"] | SINCE
                live["spec"].pop("encoding", None)
            assert live == stated(one.object)
            assert api.apply(one.text, one.object, one.namespace).body == first.body
            assert list(drift(one.object, first.body)) == []
    finally:
        for one in wanted:
            api.delete(api.path(one.object, one.namespace))


def made_by_operator(external: Object, values: dict[str, str], *, name: str) -> Object:
    """The Secret as the operator makes it of an ExternalSecret: its template's type and labels, perhaps immutable."""
    target = external["spec"]["target"]
    metadata = {"name": name, "namespace": external["metadata"]["namespace"], **target["template"]["metadata"]}
    secret = {"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "type": target["template"]["type"]}
    return {**secret, "data": values, "immutable": target.get("immutable", False)}


@pytest.mark.parametrize(("case", "is_refused"), [("secret-generated", True), ("secret-external", False)])
def test_a_rendered_secret_over_the_operators_is_refused_where_that_is_immutable(
    case: str, *, is_refused: bool, api: Api
):
    """As `krmfn.changes` classes it: `recreate`, with the deletion of the Secret for its recipe."""
    before = [one.object for one in render(*Case(case).render_arguments()[1:])]
    wanted = render(*Case("secret-bcrypt").render_arguments()[1:])
    classed = {change.code for change in changes(before, [one.object for one in wanted])} - {""}
    assert classed - {"secret-removed"} == ({"immutable-object"} if is_refused else set())
    (external,) = (obj for obj in before if obj["kind"] == "ExternalSecret")
    (ours,) = (one for one in wanted if one.kind == "Secret")
    prepare(api, [ours])
    path = api.path(ours.object, ours.namespace)
    api.create(made_by_operator(external, {"resolver.conf": "YQ=="}, name=ours.object["metadata"]["name"]))
    try:
        if is_refused:
            with pytest.raises(Refused, match="field is immutable when `immutable` is set"):
                api.apply(ours.text, ours.object, ours.namespace, manager="argocd-controller", force=True)
            api.delete(path)
        api.apply(ours.text, ours.object, ours.namespace, manager="argocd-controller", force=True)
        assert api.get(path)["data"] == ours.object["data"]
    finally:
        api.delete(path)
