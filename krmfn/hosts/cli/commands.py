"""The commands and their options as data: the parser, `--help` and the completion are made from it."""

from __future__ import annotations


class Option:
    """An option: its spellings, what it takes, what may be written there, and one sentence about it.

    `value` is the name of what it takes, "" for a switch; `choices` are all that may stand there, () for any text;
    `many` allows several after one spelling and the option itself more than once; `takes` says what a shell should
    offer: "path", "directory", "file", "setting" or "".
    """

    __slots__ = ("choices", "flags", "many", "takes", "text", "value")

    def __init__(
        self,
        *flags: str,
        value: str = "",
        choices: tuple[str, ...] = (),
        many: bool = False,
        takes: str = "",
        text: str,
    ) -> None:
        self.flags = flags
        self.value = value
        self.choices = choices
        self.many = many
        self.takes = takes
        self.text = text

    @property
    def name(self) -> str:
        """The long spelling without its dashes: the attribute of the parsed command line, with `_` for `-`."""
        return self.flags[-1].lstrip("-").replace("-", "_")


class Command:
    """A command: its name, what it takes besides options, one sentence, its options and an example."""

    __slots__ = ("choices", "example", "name", "operand", "options", "text")

    def __init__(
        self,
        name: str,
        text: str,
        options: tuple[Option, ...],
        *,
        example: str,
        operand: str = "",
        choices: tuple[str, ...] = (),
    ) -> None:
        """`operand` is "" for a command that takes options only; `choices` are all that may stand there."""
        self.name = name
        self.text = text
        self.options = options
        self.example = example
        self.operand = operand
        self.choices = choices


HELP = Option("-h", "--help", text="Say what the command does.")
VERSION = Option("--version", text="Print the version.")
COLOR = Option(
    "--color", value="WHEN", choices=("auto", "always", "never"), text="Color severities; auto: on a terminal only."
)
DEBUG = Option("--debug", text="Show a traceback when krmfn itself fails.")
EVERYWHERE = (COLOR, DEBUG, HELP)
"""Options of krmfn itself and of every command."""

_INPUT = (
    Option(
        "-f",
        "--filename",
        value="PATH",
        many=True,
        takes="path",
        text="Read files, directories (*.yaml, *.yml and *.json in them), or - for standard input.",
    ),
    Option("-R", "--recursive", text="Read the directories inside directories too."),
    Option("-n", "--namespace", value="NAME", text="The namespace of a NATS that states none."),
    Option("--config", value="FILE", takes="file", text="A RenderNATS, or its ConfigMap form."),
    Option("--set", value="KEY=VALUE", many=True, takes="setting", text="State one setting; it goes over --config."),
)
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
        ),
        example="krmfn render -f nats.yaml --set zones=a,b,c --output-dir rendered",
    ),
    Command(
        "check",
        "Say what is wrong with every NATS found, and what to write instead.",
        (
            *_INPUT,
            Option("-o", "--output", value="FORMAT", choices=("text", "json"), text="Lines of text, or a json list."),
        ),
        example="krmfn check -f clusters -R -o json",
    ),
    Command(
        "simulate",
        "Say where the servers can stand, and what the loss of a zone or a node does. Status 1 also when one of three or"
        " more zones can take the majority.",
        (
            *_INPUT,
            Option("-o", "--output", value="FORMAT", choices=("text", "json"), text="Tables of text, or a json list."),
        ),
        example="krmfn simulate -f nats.yaml --set zones=eu-1a,eu-1b,eu-1c",
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
        "Print the JSON Schema (draft-07) of a kind.",
        (Option("-o", "--output", value="FORMAT", choices=("json",), text="json, the only one."),),
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
