"""`krmfn secret`: what the system account's user needs, made by a person and not by a render. The only randomness."""

from __future__ import annotations

from krmfn.api.credentials import COSTS
from krmfn.cli.commands.secret_object import generated, secret
from krmfn.cli.commands.secret_password import as_hash, check_hashed, check_plain, given
from krmfn.cli.commands.secret_place import of_crs
from krmfn.goyaml.emitter import document
from krmfn.model.finding import error, failed, in_order
from krmfn.model.names import is_dns_subdomain
from krmfn.model.text import shown
from krmfn.model.usage import Usage
from krmfn.reports.terminal import STDERR, is_colored, lines, put, stream
from krmfn.sources.call_settings import checked_namespace
from krmfn.streams import complain

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterable

    from krmfn.cli.commands.secret_place import Place
    from krmfn.model.finding import Finding

COST = 11
"""The default of NATS' own tool (`nats server passwd`)."""
_INPUT_OPTIONS = ("filename", "recursive", "config", "set")
_HINT = """\
This Secret is not encrypted: do not commit it as it is. Pipe it into one of
  sops -e --encrypted-regex '^(data|stringData)$' --input-type yaml --output-type yaml /dev/stdin > secret.yaml
  kubeseal -o yaml > sealed-secret.yaml
"""


def run(parsed: Namespace) -> int:
    """The exit status. Raises Usage."""
    return _new(parsed) if parsed.operand == "new" else _hash(parsed)


def _new(parsed: Namespace) -> int:
    if parsed.cost is not None:
        raise Usage("--cost is an option of hash; write krmfn secret hash --cost 11")
    places, findings = _places(parsed)
    password = ""
    if parsed.password_stdin and not failed(findings):
        password, findings = given()
        findings += check_plain(password)
    if failed(findings):
        return _refused(findings, parsed)
    text = stream(document(secret(place, password or generated())) for place in places)
    status = put(text)
    if status == 0:
        complain(_HINT)
    return status


def _places(parsed: Namespace) -> tuple[list[Place], list[Finding]]:
    """Where the Secrets belong: the one that is named, or those that the NATS want. Raises Usage."""
    namespace = checked_namespace(parsed.namespace)
    if parsed.also is None:
        if not parsed.filename:
            raise Usage("NAME is missing; write krmfn secret new eventing-nats-secret -n kyma-system, or -f PATH")
        if parsed.password_stdin and "-" in parsed.filename:
            raise Usage("standard input can be read only once; with --password-stdin write -f FILE")
        return of_crs(parsed, namespace)
    if any(getattr(parsed, option) for option in _INPUT_OPTIONS):
        raise Usage("NAME and -f are both given; write one of them")
    if not is_dns_subdomain(parsed.also):
        raise Usage(f'"{shown(parsed.also)}" is not a Secret name; use a-z, 0-9, "-" and "."')
    return [(namespace, parsed.also)], []


def _hash(parsed: Namespace) -> int:
    if parsed.also is not None:
        raise Usage("hash takes no argument, and a password must not be on the command line; write krmfn secret hash")
    if parsed.namespace or parsed.password_stdin or any(getattr(parsed, option) for option in _INPUT_OPTIONS):
        raise Usage("hash reads the password from the terminal or standard input; write krmfn secret hash")
    cost = _cost(parsed.cost)
    try:
        import bcrypt  # noqa: F401  before anyone types a password for nothing
    except ImportError:
        return _refused([error("bcrypt-missing", "bcrypt is not installed; run pip install 'krmfn[secret]'")], parsed)
    password, findings = given()
    findings += check_hashed(password)
    return _refused(findings, parsed) if findings else put(f"{as_hash(password, cost)}\n")


def _cost(stated: str | None) -> int:
    """Raises Usage."""
    if stated is None:
        return COST
    if not (stated.isascii() and stated.isdigit() and len(stated) < 3 and int(stated) in COSTS):
        raise Usage(f"--cost must be a number from {COSTS[0]} to {COSTS[-1]}; write --cost {COST}")
    return int(stated)


def _refused(findings: Iterable[Finding], parsed: Namespace) -> int:
    complain(lines(in_order(findings), color=is_colored(parsed.color, STDERR)))
    return 1
