"""Files of Secrets that nats.conf names: which they are, and what is wrong with those that are among the items.

Of a Secret nothing is kept but the names of its keys and variables, and whether a value is there.
"""

from __future__ import annotations

from krmfn.model.finding import error, info
from krmfn.model.text import shown
from krmfn.natsconf.auth import users_of, variable_of
from krmfn.natsconf.encryption import key_files
from krmfn.natsconf.parser import read_conf
from krmfn.natsconf.references import references
from krmfn.natsconf.tls import CERTIFICATE, KEY, sources

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import TypeAlias

    from krmfn.cluster.cr import ClusterFacts
    from krmfn.cluster.environment import FoundSecret
    from krmfn.cluster.settings import Settings
    from krmfn.model.finding import Finding

    Needed: TypeAlias = dict[str, dict[str, set[str]]]
    """Secret -> key -> variables that the file must define; none for a file that is not a configuration."""


def needed(settings: Settings, workload: str) -> Needed:
    """What the groups of keys of one NATS name; not the Secrets that cert-manager makes."""
    found: Needed = {}
    for _, account, user in users_of(settings.auth.value) if settings.auth is not None else ():
        if "passwordFrom" in user:
            source = user["passwordFrom"]
            _put(found, source["secret"], source["key"], variable_of(user, account))
    for _, secret, key, variable in references(settings.conf.value) if settings.conf is not None else ():
        _put(found, secret, key, variable)
    for secret, key, variable in key_files(settings.encryption.value) if settings.encryption is not None else ():
        _put(found, secret, key, variable)
    if settings.tls is not None:
        for folder, (kind, name) in sources(settings.tls.value, workload).items():
            listener = settings.tls.value.get(folder, {})
            if kind == "secret" and folder in ("clients", "routes") and "certificate" not in listener:
                for key in (CERTIFICATE, KEY):
                    found.setdefault(name, {}).setdefault(key, set())
    return found


def _put(found: Needed, secret: str, key: str, variable: str) -> None:
    found.setdefault(secret, {}).setdefault(key, set()).add(variable)


def variables_in(text: str | None) -> dict[str, bool] | None:
    """The variables that a file defines, and whether the value is a text that is not empty; None for no file."""
    tree = read_conf(text) if text is not None else None
    if tree is None:
        return None
    return {name: isinstance(value, str) and bool(value) for name, value in tree.settings.items()}


def check_files(namespace: str, settings: Settings, workload: str, known: ClusterFacts) -> Iterator[Finding]:
    """Every fault of the Secrets among the items, and what must be in the cluster where one is not."""
    for secret, keys in sorted(needed(settings, workload).items()):
        found = [one for one in known.secrets.get((namespace, secret), ()) if one.owner is None]
        if not found:
            listed = ", ".join(f"{key} ({', '.join(sorted(of))})" if of else key for key, of in sorted(keys.items()))
            text = f'Secret "{secret}" with {listed} must exist before the first pod starts; it is not rendered'
            yield info("secret-not-among-items", text)
        for one in found:
            if one.files is not None:
                for key, variables in sorted(keys.items()):
                    yield from _check_file(one, key, variables)


def _check_file(one: FoundSecret, key: str, variables: set[str]) -> Iterator[Finding]:
    where = f'{one.kind} "{shown(one.name)}"'
    files = one.files or {}
    if key not in files:
        yield error("secret-without-key", f"{where} has no key {key}, which nats.conf names; add it")
        return
    if not variables:
        return
    defined = files[key]
    if defined is None:
        text = f'{where}: the key {key} is not a file of nats.conf; write lines such as {min(variables)}: "..."'
        yield error("conf-reference", text)
        return
    for variable in sorted(variables):
        if not defined.get(variable, False):
            text = f"{where}: the key {key} has no text for {variable}, or an empty one: it could let everybody in"
            yield error("empty-credential", f'{text}; write {variable}: "..." with the value in double quotes')
    if defined.keys() - variables:
        text = f"{where}: the key {key} defines more than {', '.join(sorted(variables))}, so no server"
        yield error("conf-reference", f"{text} would start; remove the rest")
