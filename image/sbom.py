"""The software bill of materials, CycloneDX 1.6 as JSON: krmfn, its requirements, and the packages of the base image.

Made from what is installed and not from what was asked for; the same bytes for the same files.
"""

from __future__ import annotations

import json
import platform
import re
from datetime import UTC, datetime
from email.parser import HeaderParser
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

if TYPE_CHECKING:
    from email.message import Message
    from pathlib import Path

PROGRAM = "krmfn"


def document(library: Path, wheels: dict[str, str], root: Path, epoch: int) -> str:
    """The SBOM as text.

    `library` is the folder of installed distributions, `wheels` the SHA-256 of each wheel file by name, `root` the
    file system in which Debian's package lists are looked up, `epoch` the date in seconds.
    """
    metadata = [_metadata(file) for file in sorted(library.glob("*.dist-info/METADATA"))]
    digests = {_normal(wheel.split("-")[0]): digest for wheel, digest in wheels.items()}
    described = {_normal(one["Name"]): _distribution(one, digests) for one in metadata}
    program = {**described.pop(PROGRAM), "type": "application"}
    base = [_interpreter(), *map(_debian, debian_packages(root))]
    parts = [*described.values(), *base]
    whole = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "timestamp": datetime.fromtimestamp(epoch, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "component": program,
        },
        "components": sorted(parts, key=lambda one: str(one["bom-ref"])),
        "dependencies": [_dependencies(one, {PROGRAM: program, **described}) for one in metadata],
    }
    return json.dumps(whole, indent=2, sort_keys=True) + "\n"


def debian_packages(root: Path) -> list[dict[str, str]]:
    """Name, version and architecture by Debian's lists: one file for all, or one a package as in bases without dpkg."""
    files = [root / "var/lib/dpkg/status", *sorted(root.glob("var/lib/dpkg/status.d/*"))]
    texts = [
        file.read_text(encoding="utf-8") for file in files if file.is_file() and not file.name.endswith(".md5sums")
    ]
    stanzas = [stanza for text in texts for stanza in text.split("\n\n") if stanza.startswith("Package:")]
    fields = [dict(re.findall(r"^([A-Za-z-]+): (.*)$", stanza, re.MULTILINE)) for stanza in stanzas]
    return [one for one in fields if "installed" in one.get("Status", "installed").split()]


def _metadata(file: Path) -> Message:
    return HeaderParser().parsestr(file.read_text(encoding="utf-8"))


def _distribution(metadata: Message, digests: dict[str, str]) -> dict[str, Any]:
    name, version = _normal(metadata["Name"]), metadata["Version"]
    url = f"pkg:pypi/{name}@{version}"
    part: dict[str, Any] = {"type": "library", "name": name, "version": version, "purl": url, "bom-ref": url}
    if metadata["License-Expression"]:
        part["licenses"] = [{"expression": metadata["License-Expression"]}]
    elif metadata["License"]:
        part["licenses"] = [{"license": {"name": metadata["License"]}}]
    if name in digests:
        part["hashes"] = [{"alg": "SHA-256", "content": digests[name]}]
    return part


def _interpreter() -> dict[str, Any]:
    version = platform.python_version()
    url = f"pkg:generic/python@{version}"
    return {"type": "platform", "name": "python", "version": version, "purl": url, "bom-ref": url}


def _debian(package: dict[str, str]) -> dict[str, Any]:
    name, version = package["Package"], package["Version"]
    url = f"pkg:deb/debian/{quote(name, safe='.-_')}@{quote(version, safe='.-_~')}?arch={package['Architecture']}"
    return {"type": "library", "name": name, "version": version, "purl": url, "bom-ref": url}


def _dependencies(metadata: Message, described: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """What a distribution requires of the others installed, extras left out."""
    stated = [line for line in metadata.get_all("Requires-Dist", []) if "extra ==" not in line.replace("'", '"')]
    names = {_normal(re.split(r"[ \[<>=!~;(]", line)[0]) for line in stated} & described.keys()
    reference = described[_normal(metadata["Name"])]["bom-ref"]
    return {"ref": reference, "dependsOn": sorted(described[name]["bom-ref"] for name in names)}


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
