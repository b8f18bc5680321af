"""The commands and their options as data: the parser, `--help` and the completion are made from it."""

from __future__ import annotations


class Option:
    """An option: its spellings, what it takes, what may be written there, and one sentence about it.

    `name` is its field in the command's arguments: the long spelling without dashes, where nothing else is given.
    `value` is the name of what it takes, "" for a switch; `choices` are all that may stand there, () for any text;
    `many` allows the option more than once, each time with one value; `takes` says what a shell should
    offer: "path", "directory", "file", "setting" or "".
    """

    __slots__ = ("choices", "flags", "many", "name", "takes", "text", "value")

    def __init__(
        self,
        *flags: str,
        name: str = "",
        value: str = "",
        choices: tuple[str, ...] = (),
        many: bool = False,
        takes: str = "",
        text: str,
    ) -> None:
        self.flags = flags
        self.name = name or flags[-1].lstrip("-").replace("-", "_")
        self.value = value
        self.choices = choices
        self.many = many
        self.takes = takes
        self.text = text


_STATUS = "0 no error, 1 an error finding or nothing to work on, 2 wrong usage"


class Command:
    """A command: its name, what it takes besides options, one sentence, its options and an example."""

    __slots__ = (
        "also", "choices", "example", "many", "module", "name", "operand", "options", "status", "text", "usage",
    )  # fmt: skip

    def __init__(
        self,
        name: str,
        text: str,
        options: tuple[Option, ...],
        *,
        example: str,
        operand: str = "",
        also: str = "",
        choices: tuple[str, ...] = (),
        many: bool = False,
        module: str = "",
        status: str = _STATUS,
        usage: tuple[str, ...] = (),
    ) -> None:
        """`operand` is "" for a command that takes options only; `choices` are all that may stand there.

        `also` is a second operand that may be left out. `many`: the operands are paths, any number of them. `module` is
        that of the command where it is not named like it. `status` says what each exit status means; `usage` are the
        ways to call it, without `krmfn`, where the operand does not tell.
        """
        self.name = name
        self.module = module or name
        self.text = text
        self.options = options
        self.example = example
        self.operand = operand
        self.also = also
        self.many = many
        self.choices = choices
        self.status = status
        self.usage = usage


HELP = Option("-h", "--help", text="Show this help.")
VERSION = Option("-V", "--version", text="Print the version.")
COLOR = Option(
    "--color", value="WHEN", choices=("auto", "always", "never"), text="Color the output; auto: on a terminal only."
)
DEBUG = Option("--debug", text="Show a traceback when krmfn itself fails.")
EVERYWHERE = (COLOR, DEBUG, HELP)
"""Options of krmfn itself and of every command."""

_EXCLUDE = Option(
    "--exclude",
    value="GLOB",
    many=True,
    text="Skip files and directories whose name or path matches; patterns as in .krmignore.",
)
_INPUT = (
    Option(
        "-f",
        "--filename",
        value="PATH",
        many=True,
        takes="path",
        text="A file, a directory (its *.yaml, *.yml and *.json files), or - for standard input.",
    ),
    Option("-R", "--recursive", text="Read subdirectories too."),
    _EXCLUDE,
    Option(
        "-n",
        "--namespace",
        value="NAME",
        text="Namespace for NATS resources without one; a different one is an error.",
    ),
    Option(
        "--config",
        value="FILE",
        takes="file",
        text="A RenderNATS, or a ConfigMap with its keys; overrides the nearest RenderNATS, key by key.",
    ),
    Option("--set", value="KEY=VALUE", many=True, takes="setting", text="Set a key; overrides --config."),
)
_QUIET = Option("-q", "--quiet", text="Print errors only, and no summary.")
_VERBOSE = Option("-v", "--verbose", text="Also print infos that need no action.")
_ALLOW_REMOVAL = Option(
    "--allow-removal",
    value="CLUSTER",
    many=True,
    text="Allow the removal of this cluster (namespace/name), whose NATS was removed.",
)
FINDING_FORMATS = ("text", "json", "github", "gitlab", "sarif", "junit")
"""Those of `reports.formats.writers`; not imported from there: every command reads this module."""
LOSSES = ("helm-ignored", "helm-invalid", "helm-not-portable", "clear-text-secret", "helm-open")
"""Those of `helm.verdict`, and its OPEN; not imported from there: every command reads this module."""
ZONE_LOSSES = (
    "zone-loss-full-zone",
    "zone-loss-possible",
    "zone-loss-nodes-missing",
    "zones-unknown",
    "too-few-zones",
    "zone-spread-single-server",
)
"""Every verdict of `topology.verdict` but the good one; not imported from there: every command reads this module."""
_COMMANDS = (
    Command(
        "render",
        "Print the objects of every NATS found.",
        (
            *_INPUT,
            Option(
                "-o", "--output", value="FORMAT", choices=("yaml", "json"), text="YAML documents, or one JSON List."
            ),
            Option(
                "--output-dir",
                value="DIR",
                takes="directory",
                text="Write one file per object and a kustomization.yaml, atomically.",
            ),
            Option("--check", text="Write nothing; exit 1 if a file of --output-dir would change, appear or go."),
            Option(
                "--previous",
                value="DIR",
                takes="directory",
                text="Earlier render to compare with; destructive changes fail (default: --output-dir).",
            ),
            _ALLOW_REMOVAL,
            Option(
                "-j",
                "--jobs",
                value="N",
                text="Processes to use (default: one, or one for each core for more than 200 NATS).",
            ),
            Option(
                "--shard",
                value="I/N",
                text="Render share I of N of the NATS, by a hash of namespace and name; with --output-dir into"
                " DIR/shard-I-of-N. 0/N is N/N.",
            ),
            _QUIET,
            _VERBOSE,
        ),
        example="krmfn render -f nats.yaml --set zones=a,b,c --output-dir rendered",
    ),
    Command(
        "check",
        "Check every NATS found; each finding proposes a fix.",
        (
            *_INPUT,
            Option(
                "-o",
                "--output",
                value="FORMAT",
                choices=FINDING_FORMATS,
                text="Lines of text, a JSON list, or a format for CI: workflow commands, Code Quality, SARIF, JUnit.",
            ),
            Option(
                "--report",
                value="FORMAT=FILE",
                many=True,
                text="Also write the findings to a file, in a format of -o; repeatable.",
            ),
            Option(
                "--schema",
                value="FILE",
                many=True,
                takes="file",
                text="Also check objects of other kinds, by a CustomResourceDefinition or JSON schema; needs the"
                " extra krmfn[schema].",
            ),
            Option("--fail-on", value="SEVERITY", choices=("warning",), text="Exit 1 for warnings too."),
            _QUIET,
            _VERBOSE,
            _ALLOW_REMOVAL,
        ),
        example="krmfn check -f clusters -R -o json",
    ),
    Command(
        "fix",
        "Fix what is mechanical in your own files: misspelled fields and values, quotes, units. Nothing else of a file"
        " changes.",
        (
            *_INPUT,
            Option("--diff", text="Print the changes and write nothing; exit 1 if there are any."),
            Option("--unsafe-fixes", text="Also make fixes that may change what is meant, such as 20GB to 20Gi."),
            _QUIET,
            Option("-v", "--verbose", text="Also print the remaining infos."),
        ),
        example="krmfn fix -f clusters -R --diff",
        status="0 no error is left, 1 an error is left, or --diff has changes, 2 wrong usage",
    ),
    Command(
        "diff",
        "Show what a change does to a running cluster, from nothing to data loss. OLD and NEW are files or"
        " directories with NATS or rendered objects, dumps, or -.",
        (
            Option(
                "--git",
                value="REV",
                text="Compare paths at REV with the working tree; or OLD..NEW; or OLD...NEW from the merge base.",
            ),
            Option(
                "--fail-on",
                value="CLASS",
                choices=("metadata", "reload", "restart", "blocked", "outage", "recreate", "data-loss", "broken"),
                text="Exit 1 only for changes of this class or a stronger one (in this order) that no NATS allows.",
            ),
            *_INPUT[2:],
            Option(
                "-o",
                "--output",
                value="FORMAT",
                choices=("text", "json", "markdown", "html", "github"),
                text="Lines of text, JSON, a comment for a pull request (markdown), a page (html), or annotations"
                " of GitHub Actions at the lines that cause the changes (github).",
            ),
            Option("-v", "--verbose", text="Show harmless changes too."),
        ),
        operand="OLD NEW",
        many=True,
        example="krmfn diff --git main -- clusters --fail-on blocked",
        status="0 no change, or none that --fail-on names, 1 changes, 2 a state cannot be compared, or wrong usage",
        usage=("diff OLD NEW [OPTIONS]", "diff --git REV [OPTIONS] -- PATH..."),
    ),
    Command(
        "adopt",
        "Check whether a cluster of nats-manager can be taken over without restarts or data loss, and print the"
        " steps. --live is the output of kubectl get -o yaml --show-managed-fields, -f"
        " the NATS in Git.",
        (
            Option(
                "--live",
                value="DUMP",
                many=True,
                takes="path",
                text="The dump: a file, a directory, or - for standard input.",
            ),
            *_INPUT,
            Option(
                "--for",
                name="client",
                value="CLIENT",
                choices=("argocd", "flux", "kubectl"),
                text="Which tool will apply the objects; default: the steps for both Argo CD and Flux.",
            ),
            Option("--app", value="NAME", text="The Application or Kustomization that will apply them."),
            Option(
                "--output-dir",
                value="DIR",
                takes="directory",
                text="If it is safe, write plan.md and the patches there, atomically.",
            ),
            Option(
                "-o",
                "--output",
                value="FORMAT",
                choices=("text", "json", "markdown", "html"),
                text="Lines of text, JSON, or the plan as a page with checkboxes (markdown, html).",
            ),
        ),
        example="krmfn adopt --live live.yaml -f nats.yaml --for flux --app eventing --output-dir plan",
        status="0 safe, 1 not safe, or an error, 2 wrong usage",
        usage=("adopt --live DUMP... -f PATH... [OPTIONS]",),
    ),
    Command(
        "import",
        "Read values of the official NATS Helm chart (1.0 and later): list what becomes of each value, and print the"
        " NATS and RenderNATS that mean the same. Several files are merged as by helm -f.",
        (
            Option("--lint", text="Only list the values; print no objects, and nothing about them without -v."),
            Option(
                "--release",
                value="NAME",
                text="Name of the Helm release, from which the chart makes names (default: nats).",
            ),
            Option("-n", "--namespace", value="NAME", text="Namespace of the release."),
            Option(
                "--at",
                value="PATH",
                text="Where the values are in the files: nats for a subchart, spec.values for a HelmRelease.",
            ),
            Option(
                "--accept",
                value="CODE",
                choices=LOSSES,
                many=True,
                text="Accept the loss of values with this verdict.",
            ),
            Option(
                "--output-dir",
                value="DIR",
                takes="directory",
                text="Write nats.yaml and render.yaml there, if neither exists; the list goes to standard output.",
            ),
            Option(
                "-o",
                "--output",
                value="FORMAT",
                choices=("text", "json", "markdown"),
                text="Format of the list: lines of text, JSON, or a table.",
            ),
            Option(
                "--prove",
                value="CHART",
                takes="path",
                text="Also render the chart (a directory or .tgz) with helm, and compare both results.",
            ),
            Option("-v", "--verbose", text="List defaults too, and everything about the objects."),
        ),
        operand="VALUES",
        many=True,
        module="import_values",
        example="krmfn import values.yaml -n messaging --output-dir cluster",
        status="0 no value is lost, or --accept names its verdict, 1 values would be lost, or an error, 2 wrong usage",
        usage=("import VALUES... [OPTIONS]",),
    ),
    Command(
        "simulate",
        "Show where servers can run and what the loss of a zone or a node does.",
        (
            *_INPUT,
            Option(
                "--accept",
                value="CODE",
                choices=ZONE_LOSSES,
                many=True,
                text="Also exit 0 for this verdict.",
            ),
            Option("-o", "--output", value="FORMAT", choices=("text", "json"), text="Tables of text, or a JSON list."),
            Option("-v", "--verbose", text="Show every loss with its streams, every placement and other sizes too."),
        ),
        example="krmfn simulate -f nats.yaml --set zones=eu-1a,eu-1b,eu-1c",
        status="0 every allowed placement keeps its quorum when any one zone is lost, or --accept names the verdict,"
        " 1 otherwise (also when no zones are known), 2 wrong usage",
    ),
    Command(
        "report",
        "Show every NATS found as one HTML page without network access, or as a picture: zones, what their loss does,"
        " CPU, memory and disk, Services, objects and findings.",
        (
            *_INPUT,
            Option(
                "-o",
                "--format",
                value="FORMAT",
                choices=("html", "svg", "mermaid", "markdown"),
                text="A page (html, the default; markdown) or a picture for a README or a pull request (svg, mermaid).",
            ),
            Option(
                "--output", value="FILE", takes="file", text="Write this file, atomically, instead of standard output."
            ),
        ),
        example="krmfn report -f clusters -R --set zones=a,b,c --output report.html",
    ),
    Command(
        "status",
        "Print every NATS found with the status that the operator would write, for Kyma modules that wait for it where"
        " no operator runs; it is not the state of a cluster. Apply it with kubectl replace --subresource=status.",
        (
            *_INPUT,
            Option(
                "--time",
                value="TIME",
                text="Time of the conditions, such as 2030-01-31T12:00:00Z (default 1970-01-01T00:00:00Z).",
            ),
        ),
        example="krmfn status -f nats.yaml --set zones=3 | kubectl replace --subresource=status -f -",
    ),
    Command(
        "secret",
        "new: print a Secret with a new password for the system user (admin in account $SYS); its name is NAME, or"
        " comes from the NATS of -f. Encrypt it before you commit it. hash: print the bcrypt hash of a password,"
        " read from the terminal or standard input, for secretMode bcrypt.",
        (
            *_INPUT[:3],
            Option(
                "-n",
                "--namespace",
                value="NAME",
                text="Namespace of the Secret; with -f, of NATS resources without one (a different one is an error).",
            ),
            *_INPUT[4:],
            Option("--password-stdin", text="new: read the password from standard input."),
            Option(
                "--variable",
                value="VARIABLE",
                text="new: the password of a user of auth (passwordFrom), under the key user.conf, as this variable.",
            ),
            Option(
                "--cost", value="NUMBER", text=("hash: 4 to 31; each step doubles the time of a login (default 11).")
            ),
        ),
        operand="WHAT",
        also="NAME",
        choices=("new", "hash"),
        usage=("secret new NAME [OPTIONS]", "secret new -f PATH... [OPTIONS]", "secret hash [OPTIONS]"),
        example="krmfn secret new eventing-nats-secret -n kyma-system",
    ),
    Command(
        "cmp",
        "Run as an Argo CD plugin. generate: print the objects of every NATS in the current directory. parameters:"
        " print the parameters that an Application can set.",
        (
            Option("-R", "--recursive", text="Read subdirectories too."),
            _EXCLUDE,
            Option(
                "--config",
                value="FILE",
                takes="file",
                text="A RenderNATS; overrides the nearest one, key by key.",
            ),
            Option(
                "--set",
                value="KEY=VALUE",
                many=True,
                takes="setting",
                text="Set a key; parameters override it.",
            ),
        ),
        operand="WHAT",
        choices=("generate", "parameters"),
        example="krmfn cmp generate",
    ),
    Command(
        "kustomize",
        "Install the plugins for kubectl kustomize --enable-alpha-plugins.",
        (
            Option(
                "--dir",
                value="DIR",
                takes="directory",
                text="The plugin directory (default: the one that kustomize searches).",
            ),
        ),
        operand="WHAT",
        choices=("install",),
        example="krmfn kustomize install",
    ),
    Command(
        "doctor",
        "Check which tools on this machine can run krmfn, and why the others cannot.",
        (Option("-o", "--output", value="FORMAT", choices=("text", "json"), text="Lines of text, or a JSON list."),),
        example="krmfn doctor",
    ),
    Command(
        "explain",
        "Describe a field of NATS or RenderNATS, a key, the code of a finding, a class of changes, an annotation or a"
        " command; without a topic, list them.",
        (),
        also="TOPIC",
        example="krmfn explain spec.cluster.size",
    ),
    Command(
        "schema",
        "Print the JSON Schema (draft-07) of a kind, or NATS as a CustomResourceDefinition.",
        (
            Option(
                "-o",
                "--output",
                value="FORMAT",
                choices=("json", "crd"),
                text="A JSON Schema, or YAML for kubectl apply.",
            ),
        ),
        operand="KIND",
        choices=("NATS", "RenderNATS"),
        example="krmfn schema NATS",
    ),
    Command(
        "completion",
        "Print a shell completion script.",
        (),
        operand="SHELL",
        choices=("bash", "zsh", "fish"),
        example="source <(krmfn completion bash)",
    ),
)
BESIDE = {"help": "Print the help of krmfn, or of a command.", "version": "Print the version."}
"""Words that stand where a command does, and mean an option."""
COMMANDS: dict[str, Command] = {command.name: command for command in _COMMANDS}
