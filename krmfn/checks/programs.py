"""What the containers of krmfn's pods run: variables that are set, a shell that the image has, a hook that ends."""

from __future__ import annotations

from krmfn.changes.workload import SHELLS, command_line
from krmfn.checks.pods import DEFAULT_GRACE, joined
from krmfn.cluster.images import split_image
from krmfn.model.finding import error, warning
from krmfn.model.lookup import at, listed
from krmfn.model.text import shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from krmfn.checks.pods import Pods
    from krmfn.checks.tree import Tree
    from krmfn.model.finding import Finding
    from krmfn.model.objects import FieldPath, Object

_OFFICIAL = ("nats", "library/nats", "docker.io/nats", "docker.io/library/nats")
"""The image of the NATS project: without "alpine" in its tag it holds the server alone (hub.docker.com/_/nats)."""


def check(tree: Tree) -> Iterator[Finding]:
    """Every container of krmfn's pods."""
    for pods in tree.every_pods():
        if tree.is_ours(pods.ref, pods.obj):
            for path, container in pods.containers():
                for found in (_variables, _shell, _hook):
                    yield from (one.at(object=pods.ref) for one in found(pods, path, container))


def references(text: str) -> list[str]:
    """The variables that a word of the command line or of the environment puts in: `$(NAME)`, not `$$(NAME)`."""
    return [part.partition(")")[0] for part in text.replace("$$", "").split("$(")[1:] if ")" in part]


def _variables(pods: Pods, path: FieldPath, container: Object) -> Iterator[Finding]:
    """The kubelet does not start a container whose subPathExpr names a missing variable; words keep the `$(NAME)`."""
    if listed(container.get("envFrom")):
        return
    known = {str(row.get("name")) for row in listed(container.get("env"))}
    for position, row in enumerate(listed(container.get("volumeMounts"))):
        missing = _missing(row.get("subPathExpr"), known)
        if missing:
            text = f"subPathExpr of {pods.title} uses {joined(missing)}, which the container does not set, so it never"
            yield error(
                "variable-unset", f"{text} starts; add it to env", (*path, "volumeMounts", position, "subPathExpr")
            )
    words = command_line(container)
    if words and words[0].rpartition("/")[2] in SHELLS:
        return
    for part in ("command", "args"):
        rows = container.get(part)
        for position, word in enumerate(rows if isinstance(rows, list) else ()):
            missing = _missing(word, known)
            if missing:
                text = (
                    f"{part} of {pods.title} uses {joined(missing)}, which the container does not set, so the program"
                )
                yield warning(
                    "variable-unset", f'{text} gets "$({missing[0]})" as it is; add it to env', (*path, part, position)
                )


def _missing(text: object, known: set[str]) -> list[str]:
    """Variables of a text that are not set; those that the kubelet sets for Services are not counted."""
    names = references(text) if isinstance(text, str) else []
    return [shown(one) for one in names if one not in known and "_SERVICE_" not in one and "_PORT" not in one]


def _shell(pods: Pods, path: FieldPath, container: Object) -> Iterator[Finding]:
    """A shell in the image of the NATS project that has none."""
    image = container.get("image")
    name, tag, digest = split_image(image) if isinstance(image, str) else ("", None, None)
    if name not in _OFFICIAL or digest or tag is None or "alpine" in tag or "windows" in tag:
        return
    places = [
        ("command",),
        *((name, "exec", "command") for name in ("startupProbe", "readinessProbe", "livenessProbe")),
    ]
    places += [("lifecycle", name, "exec", "command") for name in ("preStop", "postStart")]
    for place in places:
        words = at(container, *place[:-1]).get(place[-1])
        program = words[0] if isinstance(words, list) and words else None
        if isinstance(program, str) and program.rpartition("/")[2] in SHELLS:
            text = (
                f"{'.'.join(place)} of {pods.title} runs {shown(program)}, and image {shown(str(image))} has no shell;"
                f" write {shown(name)}:{shown(tag.partition('-')[0])}-alpine, or run nats-server itself"
            )
            yield error("no-shell", text, (*path, *place))


def _hook(pods: Pods, path: FieldPath, container: Object) -> Iterator[Finding]:
    """A preStop hook that sleeps for the whole grace: SIGTERM comes after it, and SIGKILL at once."""
    grace = pods.spec.get("terminationGracePeriodSeconds", DEFAULT_GRACE)
    hook = at(container, "lifecycle", "preStop")
    seconds = at(hook, "sleep").get("seconds")
    words = at(hook, "exec").get("command")
    if isinstance(words, list) and len(words) == 2 and str(words[0]).rpartition("/")[2] == "sleep":
        seconds = int(words[1]) if str(words[1]).isdecimal() else None
    if isinstance(seconds, int) and isinstance(grace, int) and seconds >= grace:
        text = (
            f"the preStop hook of {pods.title} takes {seconds} s, and its pods are killed after {grace} s, before the"
            " program is told to end; write a larger terminationGracePeriodSeconds"
        )
        yield warning("grace-too-short", text, (*path, "lifecycle", "preStop"))
