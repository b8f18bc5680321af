"""The cases of tests/golden: what each gives krmfn, and what is expected of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from tests.calls import as_item, documents, resource_list

FOLDER = Path(__file__).parent / "golden"
CASES = sorted(path.name for path in FOLDER.iterdir() if path.is_dir())


class Case:
    """One folder: `input.yaml`, `config.yaml` where there is one, `expected/<kind>-<name>.yaml`, `results.yaml`."""

    def __init__(self, name: str) -> None:
        self.name, self.folder = name, FOLDER / name
        self.input = self.folder / "input.yaml"
        self.config = self.folder / "config.yaml"
        self.expected, self.results = self.folder / "expected", self.folder / "results.yaml"

    def render_arguments(self) -> list[str]:
        """The arguments of `krmfn` that render the case."""
        config = ["--config", str(self.config)] if self.config.exists() else []
        return ["render", "-f", str(self.input), *config]

    def resource_list(self) -> str:
        """The same as a host would give it."""
        texts = self.input.read_text().split("---\n")
        config = self.config.read_text() if self.config.exists() else ""
        return resource_list([as_item(text, "input.yaml", index) for index, text in enumerate(texts)], config)

    def objects(self) -> list[dict[str, Any]]:
        """The expected children, sorted by file name."""
        return [obj for file in sorted(self.expected.iterdir()) for obj in documents(file.read_text())]

    def of_kind(self, kind: str) -> list[dict[str, Any]]:
        """The expected children of a kind."""
        return [obj for obj in self.objects() if obj["kind"] == kind]

    def files(self) -> dict[str, str]:
        """The text of each expected file by its name."""
        return {file.name: file.read_text() for file in sorted(self.expected.glob("*.yaml"))}


def file_name(obj: dict[str, Any]) -> str:
    """`<kind>-<name>.yaml`, with the namespace in front where one case has several."""
    return f"{obj['kind']}-{obj['metadata']['name']}.yaml".lower()


def dump(value: Any) -> str:
    """YAML for results.yaml."""
    return yaml.safe_dump(value, sort_keys=False, width=10**6, allow_unicode=False)
