"""`krmfn render`: the objects of every NATS found, on standard output or as the files of a directory."""

from __future__ import annotations

from krmfn.core.finding import error, failed, in_order
from krmfn.hosts.cli.others import in_the_way, others_of, printed
from krmfn.hosts.cli.out import STDERR, is_colored, lines, put
from krmfn.hosts.cli.run import run as run_all
from krmfn.hosts.cli.usage import Usage
from krmfn.hosts.output import complain
from krmfn.wire.emitter import document
from krmfn.wire.unreadable import Unreadable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import Namespace

    from krmfn.core.finding import Finding
    from krmfn.hosts.cli.run import Printed, Result


def run(parsed: Namespace) -> int:
    """The exit status. Raises Usage."""
    if parsed.output_dir is not None and parsed.output == "json":
        raise Usage("--output-dir writes yaml; leave -o json out")
    result = run_all(parsed)
    if result.settings.include == "all" and not failed(result.findings):
        _add_others(result)
    is_wanted = result.settings.mode == "render" and not failed(result.findings)
    said = ""
    if is_wanted and parsed.output_dir is not None:
        said, found = _write(parsed.output_dir, result.printed, result.files)
        result.findings += found
    complain(lines(in_order(result.findings), color=is_colored(parsed.color, STDERR)))
    if failed(result.findings):
        return 1
    complain(said + _left_out(result))
    if not is_wanted or parsed.output_dir is not None:
        return 0
    return put(_json(result.printed) if parsed.output == "json" else "---\n".join(one.text for one in result.printed))


def _add_others(result: Result) -> None:
    """Print the other objects behind the children, but for those that a child takes the place of."""
    found = others_of(result.sources)
    taken = in_the_way(found, result.crs)
    if not result.settings.adopt:
        result.findings += taken.values()
    for source in found:
        if source in taken:
            continue
        try:
            result.printed.append(printed(source))
        except Unreadable as why:
            result.findings.append(source.unreadable(why))


def _left_out(result: Result) -> str:
    if result.settings.include == "all" or result.settings.mode != "render":
        return ""
    count = len(others_of(result.sources))
    if not count:
        return ""
    what, them = ("1 other object was", "it") if count == 1 else (f"{count} other objects were", "them")
    return f"{what} left out (include=all adds {them})\n"


def _json(objects: list[Printed]) -> str:
    import json

    whole = {"apiVersion": "v1", "kind": "List", "items": [one.value for one in objects]}
    return json.dumps(whole, ensure_ascii=True, indent=2) + "\n"


def _write(directory: str, objects: list[Printed], inputs: list[str]) -> tuple[str, list[Finding]]:
    """Replace the directory's content. Returns what to say about it, and error findings."""
    from krmfn.hosts.output_dir import COMMENT, KUSTOMIZATION, replace

    files: dict[str, bytes] = {}
    findings = []
    for one in objects:
        if one.path in files:
            text = f"two objects would be written to {one.path}; render them without --output-dir"
            findings.append(error("same-file-twice", text))
        files[one.path] = f"{COMMENT}{one.text}".encode()
    if findings:
        return "", findings
    kustomization = {
        "apiVersion": "kustomize.config.k8s.io/v1beta1",
        "kind": "Kustomization",
        "resources": sorted(files),
    }
    files[KUSTOMIZATION] = f"{COMMENT}{document(kustomization)}".encode()
    outcome, findings = replace(directory, files, inputs)
    return f"{outcome}\n" if outcome else "", findings
