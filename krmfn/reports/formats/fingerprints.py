"""What makes a finding the same finding in another run: its code, its object and its field, never its line."""

from __future__ import annotations

from hashlib import sha256

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from krmfn.model.finding import Finding


def fingerprints(findings: Iterable[Finding]) -> list[str]:
    """64 hexadecimal digits for each finding, no two alike: of equal ones the second and further are counted."""
    seen: dict[tuple[str, ...], int] = {}
    made = []
    for finding in findings:
        one = finding.object
        identity = (one.group, one.kind, one.namespace, one.name) if one else ("", "", "", finding.file or "")
        key = (finding.code, *identity, finding.field)
        seen[key] = number = seen.get(key, 0) + 1
        made.append(sha256("\0".join((*key, str(number))).encode(errors="surrogatepass")).hexdigest())
    return made
