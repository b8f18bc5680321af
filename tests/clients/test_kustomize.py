"""The ResourceLists that kustomize sends to a KRM function, as seen from kustomize 5.5; it shows no results at all."""

from __future__ import annotations

import pytest

from tests.calls import documents, items_of, krmfn

CR = """\
apiVersion: operator.kyma-project.io/v1alpha1
kind: NATS
metadata:
  annotations:
    config.kubernetes.io/function: |
      exec:
        path: ./krmfn
    config.kubernetes.io/local-config: 'true'
  name: nats
  namespace: ns
spec:
  cluster:
    size: 3
"""
RENDER = """\
apiVersion: fn.krmfn.dev/v1alpha1
kind: RenderNATS
metadata:
  annotations:
    config.kubernetes.io/function: |
      exec:
        path: ./krmfn
    config.kubernetes.io/local-config: 'true'
  name: render
spec:
  mode: {mode}
  zones:
  - a
  - b
  - c
"""
ITEM = """\
- apiVersion: {api}
  kind: {kind}
  metadata:
    annotations:
      internal.config.kubernetes.io/index: '{index}'
      kustomize.config.k8s.io/id: '{index}'
    name: {name}
    namespace: ns
  {body}
"""
OTHER = ITEM.format(api="v1", kind="ConfigMap", index=0, name="other", body="data: {}")
CR_ITEM = ITEM.format(api="operator.kyma-project.io/v1alpha1", kind="NATS", index=1, name="nats", body="spec: {}")


def indented(text: str, first: str = "  ") -> str:
    lines = text.rstrip("\n").split("\n")
    return "".join(f"{first if number == 0 else '  '}{line}\n" for number, line in enumerate(lines))


def listed(items: str, config: str) -> str:
    return (
        f"apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems:\n{items}functionConfig:\n{indented(config)}"
    )


def kinds(text: str) -> list[str]:
    return [item["kind"] for item in items_of(text)]


CHILDREN = [
    "ServiceAccount",
    "ConfigMap",
    "Service",
    "Service",
    "StatefulSet",
    "PodDisruptionBudget",
    "Service",
    *("Deployment", "Deployment", "Deployment"),
]


def test_a_generator_is_its_own_configuration_and_only_item_and_gives_children_once() -> None:
    called = krmfn(stdin=listed(indented(CR, "- "), CR))
    assert (called.status, called.err) == (0, "")
    assert kinds(called.out) == ["NATS", *CHILDREN]


def test_a_generator_that_is_not_among_the_items_gives_children_too() -> None:
    called = krmfn(stdin=listed(OTHER, CR))
    assert called.status == 0
    assert kinds(called.out) == ["ConfigMap", *CHILDREN]


def test_children_of_a_generator_carry_none_of_its_own_annotations() -> None:
    children = [item for item in items_of(krmfn(stdin=listed(indented(CR, "- "), CR)).out) if item["kind"] != "NATS"]
    for child in children:
        notes = child["metadata"]["annotations"]
        assert not any(key.startswith(("config.kubernetes.io/", "kustomize.config.k8s.io/")) for key in notes)


def test_a_transformer_keeps_every_item_and_adds_the_children() -> None:
    text = listed(OTHER + CR_ITEM, RENDER.format(mode="render"))
    called = krmfn(stdin=text)
    assert called.status == 0
    assert kinds(called.out) == ["ConfigMap", "NATS", *CHILDREN]
    assert OTHER + CR_ITEM in called.out


def test_a_validator_that_is_content_returns_no_item() -> None:
    called = krmfn(stdin=listed(OTHER + CR_ITEM, RENDER.format(mode="validate")))
    assert (called.status, called.err) == (0, "")
    assert items_of(called.out) == []
    assert documents(called.out)[0]["items"] == []


@pytest.mark.parametrize("mode", ["render", "validate"])
def test_an_even_size_fails_the_build_and_says_why_on_standard_error(mode: str) -> None:
    wrong = CR_ITEM.replace("spec: {}", "spec: {cluster: {size: 4}}")
    called = krmfn(stdin=listed(OTHER + wrong, RENDER.format(mode=mode)))
    assert called.status == 1
    assert "size only accepts odd numbers" in called.err
    assert kinds(called.out) == ["ConfigMap", "NATS"]


def test_kpt_gets_its_items_back_from_a_validator_since_none_would_empty_the_package() -> None:
    text = listed(OTHER + CR_ITEM, RENDER.format(mode="validate"))
    without_id = "".join(line for line in text.splitlines(keepends=True) if "kustomize.config.k8s.io/id" not in line)
    called = krmfn(stdin=without_id)
    assert called.status == 0
    assert kinds(called.out) == ["ConfigMap", "NATS"]
