"""Options of kubectl, kustomize, kpt, Helm, git and linters: what they are called here, or why krmfn has none."""

from __future__ import annotations

_DIRECTORY = ("--output-dir", "--output FILE", "--report FORMAT=FILE")

OPTIONS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("outdir", "outputdir", "outputdirectory", "outputfolder", "out", "directory"), _DIRECTORY),
    **dict.fromkeys(("outfile", "outputfile"), ("--output FILE", "--report FORMAT=FILE", "--output-dir")),
    **dict.fromkeys(("format", "outputformat", "template"), ("-o",)),
    **dict.fromkeys(("r", "recurse", "recursively"), ("-R",)),
    **dict.fromkeys(("file", "files", "input", "path", "manifests"), ("-f",)),
    **dict.fromkeys(("fnconfig", "settings", "params", "parameters"), ("--config",)),
    **dict.fromkeys(("setstring", "setfile", "setjson", "setliteral", "param"), ("--set KEY=VALUE",)),
    **dict.fromkeys(("kubeversion", "k8sversion"), ("--set kubernetesVersion=1.31",)),
    "image": ("--set natsImage=registry/path:tag",),
    **dict.fromkeys(("strict", "failonwarnings", "warningsaserrors"), ("--fail-on warning",)),
    **dict.fromkeys(("parallel", "workers", "processes", "concurrency"), ("--jobs",)),
    **dict.fromkeys(("ignore", "skip", "excludedir"), ("--exclude",)),
    **dict.fromkeys(("stacktrace", "traceback", "trace"), ("--debug",)),
    **dict.fromkeys(("nocolor", "nocolour"), ("--color never",)),
    **dict.fromkeys(("silent", "nosummary"), ("-q",)),
    "all": ("-v",),
    "dryrun": ("--diff",),
    "dump": ("--live",),
    "name": ("--release",),
    "schemalocation": ("--schema",),
}
"""Option in lower case without dashes -> what may be meant here: the first one that the command has.

A value may follow. FILE after --output is for the command whose --output names a file and not a format.
"""
PATHS = frozenset(("f", "file", "files", "filename", "input", "path", "values"))
"""Options that name what a command reads, in the same spelling: some commands take it without an option."""

_NO_READING = "krmfn does not read a cluster; remove it"
_NO_APPLY = "krmfn does not change a cluster; remove it"
_NO_SELECTOR = "name the files with -f, and skip others with --exclude"
_FIX = "krmfn fix -f PATH edits files; remove it"

REASONS: dict[str, str] = {
    **dict.fromkeys(("a", "allnamespaces", "context", "kubeconfig", "cluster", "server"), _NO_READING),
    **dict.fromkeys(("dryrun", "force", "prune", "wait", "serverside", "forceconflicts", "atomic"), _NO_APPLY),
    **dict.fromkeys(("l", "selector", "fieldselector"), _NO_SELECTOR),
    **dict.fromkeys(("k", "kustomize"), "pass the output of kustomize build to -f -"),
    **dict.fromkeys(("values", "valuesfile"), "convert values of the NATS chart with krmfn import FILE"),
    **dict.fromkeys(("fix", "write", "w", "inplace", "i"), _FIX),
    "exitcode": "the exit status is 1 if there are changes; remove it",
}
"""Option in the same spelling -> why no option of the command is meant, and what to do."""
