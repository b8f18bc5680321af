"""Every golden object is what the API schemas of Kubernetes allow, with no field that they do not know."""

from __future__ import annotations

import warnings

import pytest

from tests.golden_cases import CASES, Case

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    kubernetes_validate = pytest.importorskip("kubernetes_validate", reason="kubernetes-validate is not installed")
OF_OTHERS = ("Certificate", "DestinationRule", "ExternalSecret", "Password", "PodMonitor", "PrometheusRule")
VERSIONS = ("1.31", kubernetes_validate.latest_version())


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("name", CASES)
def test_every_object_is_valid_and_has_no_unknown_field(name: str, version: str) -> None:
    known = [obj for obj in Case(name).objects() if obj["kind"] not in OF_OTHERS]
    assert len(known) >= 4
    for obj in known:
        kubernetes_validate.validate(obj, version, strict=True)


@pytest.mark.parametrize("version", VERSIONS)
def test_the_validation_would_notice_an_unknown_field(version: str) -> None:
    (obj,) = Case("size-1").of_kind("StatefulSet")
    obj["spec"]["replica"] = 1
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(obj, version, strict=True)
