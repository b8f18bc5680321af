"""Resources that reports are made of, and what the program says of them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tests.calls import documents, krmfn

if TYPE_CHECKING:
    from pathlib import Path

    from tests.calls import Called

ZONES = ("--set", "zones=eu-1a,eu-1b,eu-1c", "--set", "istio=false")


def cr(size: int, name: str = "nats", namespace: str = "shop", disk: str = "20Gi") -> str:
    spec = f"{{cluster: {{size: {size}}}, jetStream: {{fileStorage: {{size: {disk}}}}}}}"
    head = "apiVersion: operator.kyma-project.io/v1alpha1\nkind: NATS\n"
    return f"{head}metadata: {{name: {name}, namespace: {namespace}}}\nspec: {spec}\n"


FLEET = "---\n".join([cr(5, "orders-nats"), cr(3, "events"), cr(1, "single", "test", "3Gi")])


def report(folder: Path, text: str, *more: str, file: str = "nats.yaml") -> Called:
    (folder / file).write_text(text)
    return krmfn("report", "-f", file, *(more or ZONES), cwd=folder)


def simulated(folder: Path, text: str, *more: str) -> list[dict[str, Any]]:
    (folder / "nats.yaml").write_text(text)
    return list(json.loads(krmfn("simulate", "-f", "nats.yaml", "-o", "json", *(more or ZONES), cwd=folder).out))


def rendered(folder: Path, text: str, *more: str) -> list[dict[str, Any]]:
    (folder / "nats.yaml").write_text(text)
    return documents(krmfn("render", "-f", "nats.yaml", *(more or ZONES), cwd=folder).out)
