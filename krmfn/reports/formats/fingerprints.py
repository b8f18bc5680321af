"""What makes a finding the same finding in another run: its code, its object and its field, never its line."""

from __future__ import annotations

from array import array
from hashlib import sha256
from itertools import pairwise

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from krmfn.model.finding import Finding


def fingerprints(findings: Iterable[Finding]) -> Iterator[tuple[Finding, str]]:
    """Each finding with 64 hexadecimal digits, no two alike: of equal ones the second and further are counted.

    `findings` is iterated twice, so that of many only the equal ones are kept.
    """
    hashes = array("q", (hash(_identity(finding)) for finding in findings))
    equal = {one for one, following in pairwise(sorted(hashes)) if one == following}
    seen: dict[tuple[str, ...], int] = {}
    for finding in findings:
        key = _identity(finding)
        number = 1
        if hash(key) in equal:
            seen[key] = number = seen.get(key, 0) + 1
        yield finding, sha256("\0".join((*key, str(number))).encode(errors="surrogatepass")).hexdigest()


def _identity(finding: Finding) -> tuple[str, ...]:
    one = finding.object
    identity = (one.group, one.kind, one.namespace, one.name) if one else ("", "", "", finding.file or "")
    return (finding.code, *identity, finding.field)
