"""Users and accounts of `config.merge` as the key `auth`. Passwords become Secrets that a person makes."""

from __future__ import annotations

from krmfn.helm.raw import is_hash, raw_of, variable_in
from krmfn.helm.secrets import is_secret, looks_secret
from krmfn.helm.server_rules import workload
from krmfn.helm.sizes import conf_bytes
from krmfn.helm.verdict import CLEAR_TEXT, INVALID, NOT_PORTABLE
from krmfn.natsconf.accounts import ADMIN
from krmfn.natsconf.auth import variable_of
from krmfn.natsconf.formats import is_public_key
from krmfn.natsconf.parser import byte_size

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from krmfn.helm.translation import Translation
    from krmfn.model.objects import FieldPath

_SECRET_KEY = "user.conf"
"""The key under which `krmfn secret new NAME --variable VARIABLE` writes a password."""
_SYSTEM = "krmfn makes the user of the system account itself; see secretMode, and krmfn secret new"
_SIZES = {"max_mem": "maxMemory", "max_memory": "maxMemory", "max_file": "maxFile", "max_store": "maxFile"}
_COUNTS = {"max_streams": "maxStreams", "max_consumers": "maxConsumers"}
_LIMITS = {
    "max_conn": "maxConnections",
    "max_connections": "maxConnections",
    "max_subs": "maxSubscriptions",
    "max_subscriptions": "maxSubscriptions",
    "max_leafs": "maxLeafnodes",
    "max_leafnodes": "maxLeafnodes",
}
_PAYLOADS = ("max_payload", "max_pay")
_NO_LIMIT = -1
"""How nats-server spells no limit."""
_ORDER = ("name", "nkey", "hash", "passwordFrom", "permissions", "connections")
_WAYS = {"publish": "publish", "pub": "publish", "import": "publish"}
_WAYS |= {"subscribe": "subscribe", "sub": "subscribe", "export": "subscribe"}


def translate_auth(t: Translation, merged: dict[str, Any]) -> None:
    """`accounts`, `authorization` and `no_auth_user`; what of them krmfn has no key for keeps no verdict."""
    root = ("config", "merge")
    anonymous = merged.get("no_auth_user")
    accounts = merged.get("accounts")
    system = merged.get("system_account", "$SYS")
    for name, account in accounts.items() if isinstance(accounts, dict) else ():
        here = (*root, "accounts", name)
        if name in (system, "$SYS", "SYS"):
            for number, user in enumerate(_list(account, "users")):
                if isinstance(user, dict) and _is_clear(_password(user)[1]):
                    text = f"a password in clear text; {_SYSTEM}"
                    t.lose((*here, "users", number, _password(user)[0]), text, CLEAR_TEXT)
            t.lose(here, _SYSTEM)
            if system == name:
                t.lose((*root, "system_account"), _SYSTEM)
        elif isinstance(account, dict):
            _translate_account(t, here, str(name), account, anonymous)
    authorization = merged.get("authorization")
    if isinstance(authorization, dict):
        _translate_authorization(t, (*root, "authorization"), authorization, anonymous)
    if isinstance(anonymous, str) and t.render.has("auth"):
        t.take((*root, "no_auth_user"), t.render.put(("auth", "anonymous"), anonymous, (*root, "no_auth_user")))
    of_clients = [name for name in accounts if name != system] if isinstance(accounts, dict) else []
    t.opens = bool(of_clients or authorization) and not t.render.has("auth")
    for name in ("accounts", "authorization", "no_auth_user"):
        if name in merged:
            t.lose((*root, name), "the key auth has nothing of the kind yet; see docs/how-to/users-and-accounts.md")


def _translate_authorization(t: Translation, path: FieldPath, given: dict[str, Any], anonymous: Any) -> None:
    users = [_user(t, (*path, "users", number), one, "", anonymous) for number, one in enumerate(_list(given, "users"))]
    if "user" in given or "username" in given:
        single = {name: given[name] for name in ("user", "username", "password", "pass") if name in given}
        users.append(_user(t, path, single, "", anonymous))
    kept = [user for user in users if user]
    permissions = _defaults(t, path, given, "RenderNATS spec.auth.users")
    if permissions is None:
        return
    if permissions:
        kept = [user if "permissions" in user else {**user, "permissions": permissions} for user in kept]
    if kept:
        t.render.put(("auth", "users"), kept, path)
    if given.get("token"):
        is_variable = variable_in(given["token"]) is not None
        text = "one token for all clients, which krmfn has no key for; give each client a user of auth.users"
        t.lose(
            (*path, "token"),
            text if is_variable else f"a token in clear text: {text}",
            NOT_PORTABLE if is_variable else CLEAR_TEXT,
        )
    elif "token" in given:
        t.lose((*path, "token"), "an empty token lets everybody in", INVALID)


def _defaults(t: Translation, path: FieldPath, given: dict[str, Any], where: str) -> dict[str, Any] | None:
    """The permissions of users that have none of their own; None where what is there cannot be kept."""
    here = (*path, "default_permissions")
    if "default_permissions" not in given:
        return {}
    default = given["default_permissions"]
    permissions = _permissions(t, here, default, where) if isinstance(default, dict) else {}
    if t.ledger.open(here):
        t.leave_out(path, "default_permissions cannot be kept as they are, and without them users may do everything")
        return None
    return permissions


def _translate_account(t: Translation, path: FieldPath, name: str, given: dict[str, Any], anonymous: Any) -> None:
    account: dict[str, Any] = {}
    where = f"RenderNATS spec.auth.accounts.{name}"
    store = _store(t, (*path, "jetstream"), given.get("jetstream"), where)
    if store is not None:
        account["jetStream"] = store
    users = [
        _user(t, (*path, "users", number), one, name, anonymous) for number, one in enumerate(_list(given, "users"))
    ]
    kept = [user for user in users if user]
    if kept:
        account["users"] = kept
    limits = given.get("limits")
    if isinstance(limits, dict):
        account |= _limits(t, (*path, "limits"), limits, where)
    permissions = _defaults(t, path, given, where)
    if permissions is None:
        return
    account |= {"defaultPermissions": permissions} if permissions else {}
    t.render.put(("auth", "accounts", name), account, path)


def _store(t: Translation, path: FieldPath, given: Any, where: str) -> Any:
    text = str(raw_of(given) or given).lower()
    if given is True or text in ("enabled", "enable", "true"):
        t.take(path, f"{where}.jetStream")
        return True
    if given is None or given is False or text in ("disabled", "disable", "false"):
        t.take(path, where, "without JetStream, which is the default")
        return None
    if not isinstance(given, dict):
        return None
    store: dict[str, Any] = {}
    for name, value in given.items():
        if name in _SIZES:
            size = _NO_LIMIT if value == _NO_LIMIT else conf_bytes(raw_of(value)) if raw_of(value) else byte_size(value)
            if size is None:
                t.lose((*path, name), "not a size that nats-server takes; write a number, or << 1GB >>", INVALID)
                continue
            store |= {_SIZES[name]: size} if size != _NO_LIMIT else {}
        elif name in _COUNTS and isinstance(value, int) and not isinstance(value, bool):
            store[_COUNTS[name]] = value
        else:
            continue
        t.take((*path, name), f"{where}.jetStream")
    return store or True


def _limits(t: Translation, path: FieldPath, given: dict[str, Any], where: str) -> dict[str, Any]:
    limits: dict[str, Any] = {}
    for name, value in given.items():
        size = conf_bytes(raw_of(value) or value) if name in _PAYLOADS else None
        if value == _NO_LIMIT and name in (*_LIMITS, *_PAYLOADS):
            t.take((*path, name), f"{where}.limits", "without this limit, which is the default")
            continue
        if size is not None:
            limits["maxPayload"] = size
        elif name in _LIMITS and isinstance(value, int) and not isinstance(value, bool):
            limits[_LIMITS[name]] = value
        else:
            continue
        t.take((*path, name), f"{where}.limits")
    return {"limits": limits} if limits else {}


def _user(t: Translation, path: FieldPath, given: Any, account: str, anonymous: Any) -> dict[str, Any] | None:
    """A user as `auth` has it; None for what is not a user, or one that krmfn must not have."""
    if not isinstance(given, dict):
        return None
    where = f"RenderNATS spec.auth.{f'accounts.{account}.' if account else ''}users"
    user: dict[str, Any] = {}
    name = given.get("user", given.get("username"))
    key, password = _password(given)
    if not key and "nkey" not in given and name != anonymous:
        t.lose(path, "a user without a password, or with an empty one, lets everybody in; give it one", INVALID)
        return None
    if name == ADMIN:
        text = f"{ADMIN} is krmfn's user of the system account (secretMode); give this one another name"
        if is_secret((*path, key or "user"), password):
            t.lose((*path, key), f"a password in clear text: {text}", CLEAR_TEXT)
        t.lose(path, text)
        return None
    if isinstance(given.get("permissions"), dict):
        permissions = _permissions(t, (*path, "permissions"), given["permissions"], where)
        user |= {"permissions": permissions} if permissions else {}
    for field, value in given.items():
        if field in ("user", "username") and isinstance(value, str) and not _is_unfit(value):
            user["name"] = value
        elif field == "nkey" and isinstance(value, str):
            if not _take_nkey(t, (*path, field), value):
                return None
            user["nkey"] = value
        elif field == "allowed_connection_types" and isinstance(value, list):
            user["connections"] = [str(one).upper() for one in value]
        else:
            continue
        t.take((*path, field), where)
    if key and user.keys() & {"name", "nkey"}:
        user |= _credential(t, (*path, key), password, user, account, is_open=name == anonymous)
    if any(t.ledger.open((*path, field)) for field in given):
        for field in given:
            t.leave_out((*path, field), f"{_lost(given, user)}; it is left out")
        return None
    return {field: user[field] for field in _ORDER if field in user}


def _take_nkey(t: Translation, path: FieldPath, value: str) -> bool:
    """Whether a text is the public nkey of a user; a seed is a secret in clear text."""
    if value[:1] == "U" and is_public_key(value):
        return True
    if value[:1] == "S":
        t.lose(
            path, "a seed in clear text; make a new key pair, and write its public key, which begins with U", CLEAR_TEXT
        )
    t.lose(path, "not the public nkey of a user; write the 56 characters of one, which begin with U", INVALID)
    t.leave_out(path[:-1], "a user without a public nkey; it is left out")
    return False


def _is_unfit(name: str) -> bool:
    """Whether a name is a variable of the environment, or a secret in the wrong place."""
    return raw_of(name) is not None or looks_secret(name)


def _lost(given: dict[str, Any], user: dict[str, Any]) -> str:
    """What a user would be without the parts that cannot be kept."""
    if not user.keys() & {"name", "nkey"}:
        return "its name is not a quoted string, so krmfn cannot keep it"
    if "permissions" in given:
        return "its permissions cannot be kept as they are, and without them the user may do everything"
    return "a part of it cannot be kept, and without it the user may do more"


def _credential(
    t: Translation, path: FieldPath, password: Any, user: dict[str, Any], account: str, *, is_open: bool
) -> dict[str, Any]:
    if is_hash(password):
        t.take(path, "RenderNATS spec.auth", "as hash")
        return {"hash": raw_of(password) or password}
    if is_open or "name" not in user:
        text = "clients without credentials are this user (no_auth_user), so that its password protects nothing"
        t.lose(
            path,
            f"{text}; remove it" if is_open else "a password of a user with an nkey is not used; remove it",
            CLEAR_TEXT,
        )
        return {}
    source = _source(t, user["name"], account)
    secret, variable = source["secret"], variable_of({"name": user["name"], "passwordFrom": source}, account)
    command = f"krmfn secret new {secret} --variable {variable} --password-stdin"
    if variable_in(password) is not None:
        text = f"a password from an environment variable; krmfn reads it from Secret {secret}, which reloads: {command}"
        t.lose(path, text)
    else:
        t.lose(path, f"a password in clear text; change it, and write it into Secret {secret}: {command}", CLEAR_TEXT)
    return {"passwordFrom": source}


def _source(t: Translation, user: str, account: str) -> dict[str, str]:
    """A Secret and a variable for a password that no other user has: names such as `a.b` and `a_b` make the same."""
    name = "-".join(filter(None, (workload(t.nats.value["metadata"]["name"]), _slug(account), _slug(user))))
    plain = variable_of({"name": user, "passwordFrom": {}}, account)
    source, number = {"secret": name, "key": _SECRET_KEY}, 1
    while not t.passwords.isdisjoint((source["secret"], source.get("variable", plain))):
        number += 1
        source = {"secret": f"{name}-{number}", "key": _SECRET_KEY, "variable": f"{plain}_{number}"}
    t.passwords |= {source["secret"], source.get("variable", plain)}
    return source


def _slug(text: str) -> str:
    return "".join(c if c.isascii() and c.isalnum() else "-" for c in text.lower()).strip("-")


def _password(user: dict[str, Any]) -> tuple[str, Any]:
    """The key and the value of the password; an empty one is none."""
    found = ((name, user[name]) for name in ("password", "pass") if user.get(name) not in (None, ""))
    return next(found, ("", None))


def _is_clear(password: Any) -> bool:
    return password is not None and not is_hash(password) and variable_in(password) is None


def _permissions(t: Translation, path: FieldPath, given: dict[str, Any], where: str) -> dict[str, Any]:
    permissions: dict[str, Any] = {}
    for name, value in given.items():
        here = (*path, name)
        if name in _WAYS:
            rule = _rule(value)
            if rule is None:
                continue
            permissions[_WAYS[name]] = rule
        elif name in ("allow_responses", "allow_response") and isinstance(value, bool):
            permissions |= {"allowResponses": {}} if value else {}
        elif name in ("allow_responses", "allow_response") and isinstance(value, dict):
            known = {"max": "max", "max_msgs": "max", "expires": "expires", "expiration": "expires", "ttl": "expires"}
            if not value.keys() <= known.keys():
                continue
            permissions["allowResponses"] = {known[one]: raw_of(inner) or inner for one, inner in value.items()}
        else:
            continue
        t.take(here, f"{where}: permissions")
    return permissions


def _rule(value: Any) -> Any:
    """Subjects: one, a list, or lists of what is allowed and denied; None for anything else."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, list):
        return [str(one) for one in value]
    if not isinstance(value, dict) or not value.keys() <= {"allow", "deny"}:
        return None
    return {
        name: [inner] if isinstance(inner, str) else [str(one) for one in inner or ()] for name, inner in value.items()
    }


def _list(value: Any, name: str) -> list[Any]:
    found = value.get(name) if isinstance(value, dict) else None
    return found if isinstance(found, list) else []
