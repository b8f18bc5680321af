"""`krmfn cmp`: what the plugin file of Argo CD calls. `generate` never reads standard input."""

from __future__ import annotations

import os

from krmfn.model.finding import failed
from krmfn.reports.terminal import lines, put
from krmfn.streams import complain

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import Namespace


def run(parsed: Namespace) -> int:
    """The exit status. Raises Usage."""
    from krmfn.plugins import argocd

    if parsed.operand == "parameters":
        import json

        return put(json.dumps(argocd.announcement(), indent=2) + "\n")
    result = argocd.generate(os.environ, parsed.config, parsed.set, recursive=parsed.recursive, exclude=parsed.exclude)
    complain(lines(argocd.said(result), color=False))
    if failed(result.findings):
        return 1
    text, rest = argocd.text_of(result)
    complain(rest)
    return put(text)
