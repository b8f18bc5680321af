"""What `helm template` renders from a chart on the disk. Nothing is downloaded, and no value is shown."""

from __future__ import annotations

import json
import os
import shutil
import subprocess

from krmfn.goyaml.errors import Unreadable
from krmfn.goyaml.reader import read
from krmfn.goyaml.stream import decode, split
from krmfn.model.finding import error
from krmfn.model.text import shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from krmfn.model.finding import Finding
    from krmfn.model.objects import Object

HELM = "helm"


def render_chart(
    chart: str, values: dict[str, Any], release: str, namespace: str
) -> tuple[list[Object], Finding | None]:
    """The objects of a chart (a directory or an archive) for values, or why there are none.

    What helm says is not repeated: it prints values, and secrets may be among them.
    """
    if not os.path.exists(chart):
        return [], error("no-such-file", "no such chart; name its directory or .tgz, since krmfn downloads none").at(
            file=chart
        )
    program = shutil.which(HELM)
    if program is None:
        return [], error("helm-failed", "helm is not on PATH; install it, or leave out --prove")
    command = [program, "template", release, os.path.abspath(chart), "--skip-tests", "-f", "-"]
    command += ["-n", namespace] if namespace else []
    done = subprocess.run(command, input=json.dumps(values).encode(), capture_output=True, check=False)
    if done.returncode != 0:
        text = f"helm template failed with status {done.returncode}; run it with the same values to see why"
        return [], error("helm-failed", text).at(file=chart)
    try:
        found = [read(one.text).value for one in split(decode(done.stdout))]
    except Unreadable as why:
        return [], error("helm-failed", f"what helm rendered cannot be read: {shown(why.message)}").at(file=chart)
    return [one for one in found if isinstance(one, dict)], None
