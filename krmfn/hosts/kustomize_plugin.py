"""The legacy exec plugin of kustomize, the one way without a container in kubectl: a file as config, plain streams."""

from __future__ import annotations

from krmfn.goyaml.errors import Unreadable
from krmfn.goyaml.reader import read
from krmfn.goyaml.stream import decode, split
from krmfn.hosts.function import transformed
from krmfn.hosts.kustomize import nothing_to_render
from krmfn.model.finding import ERROR, Findings, error
from krmfn.model.objects import API_VERSION, KIND, ObjectRef
from krmfn.reports.findings import named
from krmfn.resourcelist import resource_list
from krmfn.resourcelist.head import head
from krmfn.sources.recognition import nats_crs
from krmfn.sources.source import FileOrigin, Source
from krmfn.streams import complain, read_all, write_all

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krmfn.model.finding import Finding

_HEAD = "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems:"


def run(arguments: list[str]) -> int:
    """The exit status. `arguments` are the config file, and what `argsOneLiner` or `argsFromFile` add.

    On an error nothing is written to standard output: kustomize shows standard error, and its own error after it.
    """
    if len(arguments) > 1:
        complain("error: argsOneLiner and argsFromFile are not supported; set keys in the spec of a RenderNATS\n")
        return 2
    try:
        output, findings = _rendered(_config(arguments[0]), decode(read_all(0)))
    except OSError as why:
        complain(f"error: the input cannot be read: {why.strerror} [read-failed]\n")
        return 1
    except Unreadable as why:
        complain(f"error: {why.message} [{why.code}]\n")
        return 1
    if findings.failed:
        complain("".join(f"{_unplaced(finding)}\n" for finding in findings if finding.severity == ERROR))
        return 1
    try:
        write_all(1, output.encode())
    except OSError as why:
        complain(f"error: standard output cannot be written: {why.strerror} [write-failed]\n")
        return 1
    return 0


def _config(path: str) -> str:
    """The one document of the config file. Raises OSError, Unreadable."""
    with open(path, "rb") as file:
        documents = split(decode(read_all(file.fileno())))
    if len(documents) != 1:
        raise Unreadable("unknown-function-config", f"the config file has {len(documents)} documents; keep one")
    return documents[0].text


def _rendered(config: str, stream: str) -> tuple[str, Findings]:
    """What to print, and all findings. An empty stream: kustomize calls a generator. Raises Unreadable."""
    documents = [document.text for document in split(stream)]
    if not documents and not _is_cr(config):
        _, wrong = nats_crs([Source(config, FileOrigin(None), lambda: read(config))])
        return "", Findings(wrong or [nothing_to_render()])
    written, findings = transformed(_listed(config, documents))
    if findings.failed:
        return "", findings
    listed = resource_list.split(written)
    return "---\n".join(listed.document(index) for index in range(len(listed.items))), findings


def _is_cr(config: str) -> bool:
    found = head(config)
    key = found or ObjectRef.parse(read(config).value)
    return key is not None and (key.api_version, key.kind) == (API_VERSION, KIND)


def _listed(config: str, documents: list[str]) -> str:
    """A ResourceList as kustomize gives it to a KRM function. The stream is kustomize's own print, so block style."""
    items = "".join(f"\n- {_indented(document)}" for document in documents).removesuffix("\n")
    return f"{_HEAD}{items or ' []'}\nfunctionConfig:\n  {_indented(config)}"


def _indented(text: str) -> str:
    """Two to the right but for the first line, without the marker that begins a document."""
    lines = text.removesuffix("\n").split("\n")
    if lines[0].rstrip() == "---":
        del lines[0]
    return "\n".join([lines[0], *(f"  {line}" if line else line for line in lines[1:])]) + "\n"


def _unplaced(finding: Finding) -> str:
    """A line of the list that was made here is none of the user's."""
    bare = error(finding.code, finding.message, finding.path)
    return named(bare.at(object=finding.object, file=finding.file))
