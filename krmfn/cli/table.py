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


class Command:
    """A command: its name, what it takes besides options, one sentence, its options and an example."""

    __slots__ = ("also", "choices", "example", "many", "name", "operand", "options", "text")

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
    ) -> None:
        """`operand` is "" for a command that takes options only; `choices` are all that may stand there.

        `also` is a second operand that may be left out. `many`: the operands are paths, any number of them.
        """
        self.name = name
        self.text = text
        self.options = options
        self.example = example
        self.operand = operand
        self.also = also
        self.many = many
        self.choices = choices


HELP = Option("-h", "--help", text="Say what the command does.")
VERSION = Option("-V", "--version", text="Print the version.")
COLOR = Option(
    "--color", value="WHEN", choices=("auto", "always", "never"), text="Color severities; auto: on a terminal only."
)
DEBUG = Option("--debug", text="Show a traceback when krmfn itself fails.")
EVERYWHERE = (COLOR, DEBUG, HELP)
"""Options of krmfn itself and of every command."""

_EXCLUDE = Option(
    "--exclude",
    value="GLOB",
    many=True,
    text="Leave out files and directories whose name, or path, matches; a pattern as in .krmignore.",
)
_INPUT = (
    Option(
        "-f",
        "--filename",
        value="PATH",
        many=True,
        takes="path",
        text="Read a file, a directory (*.yaml, *.yml and *.json in it), or - for standard input; repeat it for more.",
    ),
    Option("-R", "--recursive", text="Read the directories inside directories too."),
    _EXCLUDE,
    Option(
        "-n", "--namespace", value="NAME", text="The namespace of a NATS that states none; another one is an error."
    ),
    Option(
        "--config",
        value="FILE",
        takes="file",
        text="A RenderNATS, or its ConfigMap form; it overrides the RenderNATS nearest to a NATS, key by key.",
    ),
    Option("--set", value="KEY=VALUE", many=True, takes="setting", text="Set one key; it overrides --config."),
)
_ALLOW_REMOVAL = Option(
    "--allow-removal",
    value="CLUSTER",
    many=True,
    text="Allow to remove the cluster of this NATS (namespace/name), whose NATS is gone.",
)
FINDING_FORMATS = ("text", "json", "github", "gitlab", "sarif", "junit")
"""Those of `reports.formats.writers`; not imported from there: every command reads this module."""
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
                "-o", "--output", value="FORMAT", choices=("yaml", "json"), text="yaml documents, or one json List."
            ),
            Option(
                "--output-dir",
                value="DIR",
                takes="directory",
                text="Write one file an object and a kustomization.yaml there, all or nothing.",
            ),
            Option(
                "--previous",
                value="DIR",
                takes="directory",
                text="Refuse what the step from this earlier render would destroy; --output-dir itself by default.",
            ),
            _ALLOW_REMOVAL,
        ),
        example="krmfn render -f nats.yaml --set zones=a,b,c --output-dir rendered",
    ),
    Command(
        "check",
        "Say what is wrong with every NATS found, and what to write instead.",
        (
            *_INPUT,
            Option(
                "-o",
                "--output",
                value="FORMAT",
                choices=FINDING_FORMATS,
                text="Lines of text, a json list, or what CI reads: workflow commands, Code Quality, SARIF, JUnit.",
            ),
            Option(
                "--report",
                value="FORMAT=FILE",
                many=True,
                text="Write the findings into a file too, in this format of -o; repeat it for more.",
            ),
            Option(
                "--schema",
                value="FILE",
                many=True,
                takes="file",
                text="Judge objects of other kinds too, by a CustomResourceDefinition or JSON schema; needs the"
                " extra krmfn[schema].",
            ),
            Option("--fail-on", value="SEVERITY", choices=("warning",), text="Status 1 for warnings too."),
            _ALLOW_REMOVAL,
        ),
        example="krmfn check -f clusters -R -o json",
    ),
    Command(
        "diff",
        "Say what a change does to a running cluster: nothing, a reload, restarts, a refusal, or the loss of data. Each"
        " state is a file or directory of NATS or of rendered objects, a dump, or -. Status 0 no change, 1 changes, 2 a"
        " state that cannot be compared.",
        (
            Option(
                "--git",
                value="REV",
                text="Compare paths at a revision with the working tree, or OLD..NEW, or OLD...NEW from the merge base",
            ),
            Option(
                "--fail-on",
                value="CLASS",
                choices=("metadata", "reload", "restart", "blocked", "outage", "recreate", "data-loss", "broken"),
                text="Status 1 only for changes of this class or a stronger one (in this order) that no NATS allows.",
            ),
            *_INPUT[2:],
            Option(
                "-o",
                "--output",
                value="FORMAT",
                choices=("text", "json", "markdown", "html"),
                text="Lines of text, json, a comment for a pull request (markdown), or a page (html).",
            ),
        ),
        operand="OLD NEW",
        many=True,
        example="krmfn diff --git main -- clusters --fail-on blocked",
    ),
    Command(
        "adopt",
        "Say whether a cluster that nats-manager runs can be taken over so that nothing restarts and nothing is lost,"
        " and print the steps: status 0 when it is safe, else 1. --live is what kubectl get -o yaml"
        " --show-managed-fields printed, -f the NATS as it stands in Git.",
        (
            Option(
                "--live",
                value="DUMP",
                many=True,
                takes="path",
                text="Read the dump: files, directories, or - for standard input.",
            ),
            *_INPUT,
            Option(
                "--for",
                name="client",
                value="CLIENT",
                choices=("argocd", "flux", "kubectl"),
                text="Who applies the objects from now on; without it the steps are for Argo CD and for Flux.",
            ),
            Option("--app", value="NAME", text="The Application or Kustomization that is to apply them."),
            Option(
                "--output-dir",
                value="DIR",
                takes="directory",
                text="Write plan.md and the patches there, all or nothing, when it is safe.",
            ),
            Option(
                "-o",
                "--output",
                value="FORMAT",
                choices=("text", "json", "markdown"),
                text="Lines of text, json, or the plan as a page.",
            ),
        ),
        example="krmfn adopt --live live.yaml -f nats.yaml --for flux --app eventing --output-dir plan",
    ),
    Command(
        "simulate",
        "Show where the servers can stand, and what the loss of a zone or a node does. Status 0 only when every"
        " placement that the rules allow keeps its quorum through the loss of any one zone; 1 also when no zones are"
        " known.",
        (
            *_INPUT,
            Option(
                "--accept",
                value="CODE",
                choices=ZONE_LOSSES,
                many=True,
                text="Status 0 for this verdict too.",
            ),
            Option("-o", "--output", value="FORMAT", choices=("text", "json"), text="Tables of text, or a json list."),
            Option("-v", "--verbose", text="Show every loss with its streams, every placement and other sizes too."),
        ),
        example="krmfn simulate -f nats.yaml --set zones=eu-1a,eu-1b,eu-1c",
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
        "Print every NATS found with the status that the operator would write, for kubectl replace"
        " --subresource=status.",
        (
            *_INPUT,
            Option(
                "--time",
                value="TIME",
                text="When conditions have changed, such as 2030-01-31T12:00:00Z; without it 1970-01-01T00:00:00Z.",
            ),
        ),
        example="krmfn status -f nats.yaml --set zones=3 | kubectl replace --subresource=status -f -",
    ),
    Command(
        "secret",
        "Print a Secret with a new password for the user admin of the account $SYS, called NAME or as the NATS behind"
        " -f want it, to be encrypted before it is committed (new); or the bcrypt hash of a password from the terminal"
        " or one line of standard input, for secretMode bcrypt (hash).",
        (
            *_INPUT,
            Option("--password-stdin", text="new: take the password from standard input."),
            Option(
                "--variable",
                value="VARIABLE",
                text="new: the password of a user of auth (passwordFrom), under the key user.conf, as this variable.",
            ),
            Option("--cost", value="NUMBER", text="hash: 4 to 31, each doubles the time of a login; 11 by default."),
        ),
        operand="WHAT",
        also="NAME",
        choices=("new", "hash"),
        example="krmfn secret new eventing-nats-secret -n kyma-system",
    ),
    Command(
        "cmp",
        "Be a config management plugin of Argo CD: print the objects of every NATS in the current directory, or the"
        " parameters that an Application may give.",
        (
            Option("-R", "--recursive", text="Read the directories inside the app directory too."),
            _EXCLUDE,
            Option(
                "--config",
                value="FILE",
                takes="file",
                text="A RenderNATS; it overrides the one nearest to a NATS, key by key.",
            ),
            Option(
                "--set",
                value="KEY=VALUE",
                many=True,
                takes="setting",
                text="Set one key; a parameter overrides it.",
            ),
        ),
        operand="WHAT",
        choices=("generate", "parameters"),
        example="krmfn cmp generate",
    ),
    Command(
        "kustomize",
        "Put the legacy exec plugins in place, by which kubectl kustomize --enable-alpha-plugins calls krmfn.",
        (
            Option(
                "--dir",
                value="DIR",
                takes="directory",
                text="The plugin directory; without it the one that kustomize looks in.",
            ),
        ),
        operand="WHAT",
        choices=("install",),
        example="krmfn kustomize install",
    ),
    Command(
        "doctor",
        "Say which hosts can call krmfn on this machine, and why the others cannot.",
        (Option("-o", "--output", value="FORMAT", choices=("text", "json"), text="Lines of text, or a json list."),),
        example="krmfn doctor",
    ),
    Command(
        "explain",
        "Describe a field of NATS or RenderNATS, a setting, or the code of a finding.",
        (),
        operand="FIELD",
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
                text="A json schema, or yaml for kubectl apply.",
            ),
        ),
        operand="KIND",
        choices=("NATS", "RenderNATS"),
        example="krmfn schema NATS",
    ),
    Command(
        "completion",
        "Print what makes a shell complete krmfn's command line.",
        (),
        operand="SHELL",
        choices=("bash", "zsh", "fish"),
        example="source <(krmfn completion bash)",
    ),
)
COMMANDS: dict[str, Command] = {command.name: command for command in _COMMANDS}
