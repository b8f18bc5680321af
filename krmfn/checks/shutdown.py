"""The end of a server: the time and the hook in which it moves its clients and leaders away."""

from __future__ import annotations

from krmfn.checks.pods import DEFAULT_GRACE
from krmfn.model.finding import error, warning
from krmfn.model.fix import replaced
from krmfn.model.lookup import at
from krmfn.model.text import shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from krmfn.checks.server import ServerGroup
    from krmfn.model.finding import Finding

LAME_DUCK_DURATION = 120
"""Seconds of `lame_duck_duration` where nothing is set (server/const.go); its grace period is a part of it."""


def check_shutdown(server: ServerGroup) -> Iterator[Finding]:
    """A pod must live until its server has moved all clients and leaders away."""
    stated = server.setting("lame_duck_duration")
    seconds = stated[1] if isinstance(stated, tuple) and stated[:1] == ("s",) else LAME_DUCK_DURATION
    grace = server.pods.spec.get("terminationGracePeriodSeconds", DEFAULT_GRACE)
    path = (*server.pods.path, "terminationGracePeriodSeconds")
    if isinstance(grace, int) and grace < seconds:
        text = (
            f"the pods of {server.pods.title} are killed {grace} s after SIGTERM, but a server takes {seconds} s"
            " (lame_duck_duration) to move clients and leaders away; write terminationGracePeriodSeconds:"
            f" {seconds + DEFAULT_GRACE}"
        )
        yield warning("grace-too-short", text, path, grace, replaced(path, seconds + DEFAULT_GRACE)).at(
            object=server.pods.ref
        )
    if not at(server.container, "lifecycle", "preStop"):
        text = (
            f"the servers of {server.pods.title} have no preStop hook, so they stop at once and cut off every client;"
            " write one that runs nats-server -sl=ldm=<pid file>"
        )
        here = (*server.container_path, "lifecycle", "preStop")
        yield warning("lame-duck-missing", text, here).at(object=server.pods.ref)
    written = server.setting("pid_file")
    hook = at(server.container, "lifecycle", "preStop", "exec").get("command")
    for word in hook if isinstance(hook, list) and isinstance(written, str) else ():
        read = word.partition("=")[2].partition("=")[2] if isinstance(word, str) and "sl=" in word else ""
        if read.startswith("/") and read != written:
            text = (
                f"the preStop hook of {server.pods.title} reads the process id from {shown(read)}, and"
                f" {server.conf_key} writes it to {shown(written)}, so clients are cut off; write the same file"
            )
            path = (*server.container_path, "lifecycle", "preStop", "exec", "command")
            yield error("conf-process-id", text, path).at(object=server.pods.ref)
