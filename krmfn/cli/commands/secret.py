"""`krmfn secret`: what the system account's user needs, made by a person and not by a render. The only randomness."""

from __future__ import annotations

from krmfn.api.credentials import COSTS
from krmfn.cli.arguments import CommonArguments
from krmfn.cli.commands.secret_object import generated, secret
from krmfn.cli.commands.secret_password import as_hash, check_hashed, check_plain, given
from krmfn.cli.commands.secret_place import of_crs
from krmfn.goyaml.emitter import document
from krmfn.model.finding import Findings, error
from krmfn.model.names import is_dns_subdomain
from krmfn.model.text import shown
from krmfn.model.usage import Usage
from krmfn.natsconf.references import check_variable
from krmfn.reports.terminal import STDERR, is_colored, lines, put, stream
from krmfn.sources.call_settings import checked_namespace
from krmfn.sources.options import InputOptions
from krmfn.streams import complain

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from krmfn.cli.commands.secret_place import Place
    from krmfn.model.finding import Finding

COST = 11
"""The default of NATS' own tool (`nats server passwd`)."""
_HINT = """\
This Secret is not encrypted: do not commit it as it is. Pipe it into one of
  sops -e --encrypted-regex '^(data|stringData)$' --input-type yaml --output-type yaml /dev/stdin > secret.yaml
  kubeseal -o yaml > sealed-secret.yaml
"""


class Arguments(CommonArguments):
    """`operand` is new or hash, `also` the name of the Secret."""

    operand: str
    also: str | None = None
    input: InputOptions = InputOptions()
    password_stdin: bool = False
    variable: str | None = None
    cost: str | None = None


def run(arguments: Arguments) -> int:
    """The exit status. Raises Usage."""
    return _new(arguments) if arguments.operand == "new" else _hash(arguments)


def _new(arguments: Arguments) -> int:
    if arguments.cost is not None:
        raise Usage("--cost is an option of hash; write krmfn secret hash --cost 11")
    if arguments.variable is not None:
        _check_variable(arguments.variable, arguments.also)
    places, findings = _places(arguments)
    password = ""
    if arguments.password_stdin and not findings.failed:
        password, found = given()
        findings += [*found, *check_plain(password)]
    if findings.failed:
        return _refused(findings, arguments)
    text = stream(document(secret(place, password or generated(), arguments.variable)) for place in places)
    status = put(text)
    if status == 0:
        complain(_HINT)
    return status


def _check_variable(variable: str, name: str | None) -> None:
    """Raises Usage."""
    if name is None:
        raise Usage("--variable belongs to a Secret with a name; write krmfn secret new NAME --variable VARIABLE")
    fault = check_variable(variable)
    if fault:
        raise Usage(f"--{fault}")


def _places(arguments: Arguments) -> tuple[list[Place], Findings]:
    """Where the Secrets belong: the one that is named, or those that the NATS want. Raises Usage."""
    namespace = checked_namespace(arguments.input.namespace)
    if arguments.also is None:
        if not arguments.input.filename:
            raise Usage("NAME is missing; write krmfn secret new eventing-nats-secret -n kyma-system, or -f PATH")
        if arguments.password_stdin and "-" in arguments.input.filename:
            raise Usage("standard input can be read only once; with --password-stdin write -f FILE")
        return of_crs(arguments.input, namespace)
    if _names_input(arguments.input):
        raise Usage("NAME and -f are both given; write one of them")
    if not is_dns_subdomain(arguments.also):
        raise Usage(f'"{shown(arguments.also)}" is not a Secret name; use a-z, 0-9, "-" and "."')
    return [(namespace, arguments.also)], Findings()


def _hash(arguments: Arguments) -> int:
    if arguments.also is not None:
        raise Usage("hash takes no argument, and a password must not be on the command line; write krmfn secret hash")
    others = (arguments.input.namespace, arguments.password_stdin, arguments.variable)
    if any(others) or _names_input(arguments.input):
        raise Usage("hash reads the password from the terminal or standard input; write krmfn secret hash")
    cost = _cost(arguments.cost)
    try:
        import bcrypt  # noqa: F401  before anyone types a password for nothing
    except ImportError:
        return _refused(
            [error("bcrypt-missing", "bcrypt is not installed; run pip install 'krmfn[secret]'")], arguments
        )
    password, findings = given()
    findings += check_hashed(password)
    return _refused(findings, arguments) if findings else put(f"{as_hash(password, cost)}\n")


def _names_input(options: InputOptions) -> bool:
    return bool(options.filename or options.recursive or options.config or options.set)


def _cost(stated: str | None) -> int:
    """Raises Usage."""
    if stated is None:
        return COST
    if not (stated.isascii() and stated.isdigit() and len(stated) < 3 and int(stated) in COSTS):
        raise Usage(f"--cost must be a number from {COSTS[0]} to {COSTS[-1]}; write --cost {COST}")
    return int(stated)


def _refused(findings: Iterable[Finding], arguments: Arguments) -> int:
    complain(lines(Findings(findings).in_order(), color=is_colored(arguments.color, STDERR)))
    return 1
