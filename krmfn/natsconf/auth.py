"""Users and accounts from the group `auth`."""

from __future__ import annotations

from krmfn.model.quantity import Quantity
from krmfn.natsconf.accounts import SYSTEM, SYSTEM_FILE
from krmfn.natsconf.tree import Block, Variable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from krmfn.model.objects import FieldPath
    from krmfn.natsconf.tree import Value


def users_of(auth: dict[str, Any]) -> Iterator[tuple[FieldPath, str, dict[str, Any]]]:
    """(path below `auth`, account or "" for the global one, user) of every user."""
    for number, user in enumerate(auth.get("users", ())):
        yield ("users", number), "", user
    for name, account in auth.get("accounts", {}).items():
        for number, user in enumerate(account.get("users", ())):
            yield ("accounts", name, "users", number), name, user


def has_streams(account: dict[str, Any]) -> bool:
    """Whether an account has JetStream."""
    return account.get("jetStream", False) is not False


def variable_of(user: dict[str, Any], account: str) -> str:
    """The variable that holds the password of a user."""
    stated: str | None = user["passwordFrom"].get("variable")
    parts = ["PASSWORD", *([account] if account else []), user.get("name", "")]
    plain = "_".join(parts).upper()
    return stated or "".join(c if c.isascii() and c.isalnum() else "_" for c in plain)


def auth_settings(auth: dict[str, Any], of_system: Block | None) -> dict[str, Value]:
    """`authorization`, `accounts` and what belongs to them; `of_system` is the system account, None for none."""
    accounts: dict[str, Value] = {SYSTEM: of_system} if of_system is not None else {}
    accounts |= {name: _account(account, name) for name, account in auth.get("accounts", {}).items()}
    users: list[Value] = [_user(user, "") for user in auth.get("users", ())]
    return {
        **({"authorization": Block({"users": users})} if users else {}),
        **({"accounts": Block(accounts)} if accounts else {}),
        **({"system_account": SYSTEM} if of_system is not None else {}),
        **({"no_auth_user": auth["anonymous"]} if "anonymous" in auth else {}),
    }


def system_account(user: dict[str, str] | None) -> Block:
    """The system account with its user, or with the file of the Secret that holds it."""
    if user is None:
        return Block({}, includes=(f"accounts/{SYSTEM_FILE}",))
    return Block({"users": [Block(dict(user))]})


def definitions(auth: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """(Secret, key) of every file that defines a password."""
    for _, _, user in users_of(auth):
        if "passwordFrom" in user:
            yield user["passwordFrom"]["secret"], user["passwordFrom"]["key"]


def _account(account: dict[str, Any], name: str) -> Block:
    users: list[Value] = [_user(user, name) for user in account.get("users", ())]
    limits = account.get("limits", {})
    return Block(
        {
            **_jetstream(account.get("jetStream", False)),
            **({"users": users} if users else {}),
            **({"limits": _limits(limits)} if limits else {}),
            **_permissions(account, "defaultPermissions", "default_permissions"),
        }
    )


def _jetstream(value: Any) -> dict[str, Value]:
    if value is False:
        return {}
    limits = value if isinstance(value, dict) else {}
    return {"jetstream": _limits(limits) if limits else "enabled"}


_NAMES = {
    "maxMemory": "max_memory",
    "maxFile": "max_file",
    "maxStreams": "max_streams",
    "maxConsumers": "max_consumers",
    "maxConnections": "max_connections",
    "maxSubscriptions": "max_subscriptions",
    "maxPayload": "max_payload",
    "maxLeafnodes": "max_leafnodes",
}


def _limits(limits: dict[str, Any]) -> Block:
    """Sizes in bytes: nats-server reads suffixes otherwise than Kubernetes."""
    return Block({_NAMES[name]: _number(value) for name, value in limits.items()})


def _number(value: Any) -> int:
    return value if isinstance(value, int) else Quantity(value).whole() or 0


def _user(user: dict[str, Any], account: str) -> Block:
    settings: dict[str, Value] = {"nkey": user["nkey"]} if "nkey" in user else {"user": user["name"]}
    if "hash" in user:
        settings["password"] = user["hash"]
    elif "passwordFrom" in user:
        settings["password"] = Variable(variable_of(user, account))
    settings |= _permissions(user, "permissions", "permissions")
    if user.get("connections"):
        settings["allowed_connection_types"] = list(user["connections"])
    return Block(settings)


def _permissions(holder: dict[str, Any], key: str, name: str) -> dict[str, Value]:
    stated = holder.get(key, {})
    settings: dict[str, Value] = {what: _subjects(stated[what]) for what in ("publish", "subscribe") if what in stated}
    responses = stated.get("allowResponses")
    if responses is not None:
        settings["allow_responses"] = Block(dict(responses)) if responses else True
    return {name: Block(settings)} if settings else {}


def _subjects(rule: Any) -> Block:
    parts = {"allow": rule} if isinstance(rule, list) else rule
    return Block({part: list(parts[part]) for part in ("allow", "deny") if parts.get(part)})


def limit_of(account: dict[str, Any], name: str) -> int:
    """A limit of an account's streams in bytes; 0 where there is none."""
    store = account.get("jetStream", False)
    return _number(store.get(name, 0)) if isinstance(store, dict) else 0
