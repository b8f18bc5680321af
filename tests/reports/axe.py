"""axe-core, the checker of accessibility, from npm."""

from __future__ import annotations

from tests.reports.npm import packed_file

VERSION = "4.14.1"
SHA512 = "FHfa+lmNjQZfJz1q8wKqIDwC6DExcHt/pkjNQb09a3NPjCKg2rhu5qb2S4r76ASyFNNtuFooJpZe37OgudVGtQ=="


def script() -> str:
    """The source of axe; the test is skipped where npm cannot bring it."""
    return packed_file("axe-core", VERSION, SHA512, "axe.min.js")
