"""The loss of a zone is told in the same words by the function, by `krmfn simulate` and by `krmfn check`."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from tests.calls import as_item, documents, krmfn, resource_list

if TYPE_CHECKING:
    from pathlib import Path

NATS = """\
apiVersion: operator.kyma-project.io/v1alpha1
kind: NATS
metadata:
  name: orders-nats
  namespace: shop
spec:
  cluster:
    size: {size}
"""
CASES = [
    (5, "3", "zone-loss-full-zone"), (3, "3", "zone-loss-survived"), (3, "2", "too-few-zones"),
    (1, "3", "zone-spread-single-server"),
]  # fmt: skip


@pytest.mark.parametrize(("size", "zones", "code"), CASES)
def test_all_three_say_the_same(size: int, zones: str, code: str, tmp_path: Path):
    (tmp_path / "nats.yaml").write_text(NATS.format(size=size))
    settings = ("-f", "nats.yaml", "--set", f"zones={zones}")
    config = f'apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: c}}\ndata: {{zones: "{zones}"}}\n'
    (whole,) = documents(krmfn(stdin=resource_list([as_item(NATS.format(size=size), "nats.yaml")], config)).out)
    (result,) = (one for one in whole["results"] if one["tags"]["code"] == code)
    words = re.sub(r"^nats\.yaml:\d+: ", "", result["message"])
    assert "\n" not in words
    assert krmfn("simulate", *settings, cwd=tmp_path).out.startswith(f"NATS shop/orders-nats: {words}\n")
    found = json.loads(krmfn("check", *settings, "-o", "json", cwd=tmp_path).out)
    assert words in [f"{one['message']} [{one['code']}]" for one in found]
    (simulated,) = json.loads(krmfn("simulate", *settings, "-o", "json", cwd=tmp_path).out)
    assert code in json.dumps(simulated)
