"""What the group `auth` must keep beyond its types. No message shows a text of the user's: it can be a password."""

from __future__ import annotations

from krmfn.api.credentials import admin_hash, admin_nkey
from krmfn.model.quantity import NotAQuantity, Quantity
from krmfn.natsconf.accounts import ADMIN
from krmfn.natsconf.auth import has_streams, users_of, variable_of
from krmfn.natsconf.formats import is_duration, is_subject
from krmfn.natsconf.references import check_file, check_variable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from krmfn.model.objects import FieldPath
    from krmfn.natsconf.overrides import GroupFault


_NAME = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-")
_NO_USER = "no user may connect with this, and every client could without a password; name users, or remove auth"


def check(auth: dict[str, Any]) -> Iterator[GroupFault]:
    """Every fault of the group by itself."""
    users = list(users_of(auth))
    if not users:
        yield "auth-empty", _NO_USER, None, ()
    yield from _check_accounts(auth)
    names: dict[str, FieldPath] = {}
    variables: set[str] = set()
    for path, account, user in users:
        yield from _check_user(
            user, account, path, is_anonymous="name" in user and user["name"] == auth.get("anonymous")
        )
        identity = user.get("name") or user.get("nkey") or ""
        if identity == ADMIN:
            yield "duplicate-user", f"{ADMIN} is the user of the system account; write another name", None, path
        elif identity and names.setdefault(identity, path) != path:
            yield "duplicate-user", "another user has the same name or nkey; remove one of them", None, path
        if "passwordFrom" in user:
            variable = variable_of(user, account)
            if variable in variables:
                text = "another user has the same variable; set passwordFrom.variable"
                yield "duplicate-variable", text, None, (*path, "passwordFrom")
            variables.add(variable)
    anonymous = auth.get("anonymous")
    if anonymous is not None and anonymous not in {user.get("name") for _, _, user in users}:
        text = "no user has this name, and servers would not start; name one of users"
        yield "unknown-user", text, None, ("anonymous",)


def _check_accounts(auth: dict[str, Any]) -> Iterator[GroupFault]:
    for name, account in auth.get("accounts", {}).items():
        path = ("accounts", name)
        if not name or not _NAME.issuperset(name):
            text = "an account has letters, digits, - and _ in its name; $G and $SYS are the server's own"
            yield "invalid-name", text, None, path
        yield from _check_permissions(account.get("defaultPermissions", {}), (*path, "defaultPermissions"))
        yield from _check_sizes(account.get("jetStream"), (*path, "jetStream"))
        yield from _check_sizes(account.get("limits"), (*path, "limits"))
    streams = [name for name, account in auth.get("accounts", {}).items() if has_streams(account)]
    if auth.get("users") and streams:
        text = (
            "users of the global account and an account with jetStream: the global account has no JetStream after"
            " the next restart, and its streams are hidden; move the users into an account"
        )
        yield "users-beside-jetstream-accounts", text, None, ("users",)


def _check_sizes(limits: Any, path: FieldPath) -> Iterator[GroupFault]:
    for name in ("maxMemory", "maxFile", "maxPayload"):
        value = limits.get(name) if isinstance(limits, dict) else None
        if value is None:
            continue
        try:
            size = Quantity(value).whole()
        except NotAQuantity:
            size = None
        if size is None or size < 0:
            text = "not a whole number of bytes, 0 or more; write a size such as 512Mi"
            yield "not-a-quantity", text, None, (*path, name)


def _check_user(user: dict[str, Any], account: str, path: FieldPath, *, is_anonymous: bool) -> Iterator[GroupFault]:
    """The anonymous user has no password: nats-server would hold a hash against itself, and refuse it."""
    ways = [way for way in ("hash", "passwordFrom", "certificate") if user.get(way, False) is not False]
    if ("name" in user) == ("nkey" in user):
        yield "user-identity", "a user has a name, or an nkey; write one of them", None, path
    elif "nkey" in user:
        yield from (("invalid-nkey", text, None, (*path, "nkey")) for _, text, _ in admin_nkey(user["nkey"])[1])
        for way in ways:
            yield "user-identity", f"a user with an nkey has no password; remove {way}", None, (*path, way)
    else:
        yield from _check_name(user["name"], (*path, "name"))
        if is_anonymous and ways:
            text = "clients without credentials are this user, and none of them has a password; remove it"
            yield "user-identity", text, None, (*path, ways[0])
        elif not is_anonymous and len(ways) != 1:
            text = "a user with a name has hash, passwordFrom, or certificate: true; write one of them"
            yield "empty-credential", text, None, path
    if "hash" in user:
        yield from (("invalid-hash", text, None, (*path, "hash")) for _, text, _ in admin_hash(user["hash"])[1])
    if "passwordFrom" in user:
        source, here = user["passwordFrom"], (*path, "passwordFrom")
        yield from (("conf-reference", text, None, here) for text in check_file(source["secret"], source["key"]))
        fault = check_variable(variable_of(user, account))
        if fault:
            yield "conf-reference", f"{fault} (set passwordFrom.variable)", None, here
    yield from _check_permissions(user.get("permissions", {}), (*path, "permissions"))


def _check_name(name: str, path: FieldPath) -> Iterator[GroupFault]:
    if not name or not name.isprintable() or any(map(str.isspace, name)) or "${" in name or "$$" in name:
        yield "invalid-name", "a user's name is printable text without spaces, ${ and $$", None, path


def _check_permissions(permissions: dict[str, Any], path: FieldPath) -> Iterator[GroupFault]:
    for what in ("publish", "subscribe"):
        rule = permissions.get(what, {})
        lists = (
            {(): rule}
            if isinstance(rule, list)
            else {(part,): rule[part] for part in ("allow", "deny") if part in rule}
        )
        for below, subjects in lists.items():
            here = (*path, what, *below)
            if not subjects and below != ("deny",):
                text = "an empty list allows everything to nats-server; name subjects, or deny: ['>']"
                yield "empty-permissions", text, None, here
            for number, subject in enumerate(subjects):
                if not is_subject(subject, may_queue=what == "subscribe"):
                    text = "not a subject; put dots between tokens; * and > are whole tokens, > only the last one"
                    yield "invalid-subject", text, None, (*here, number)
    expires = permissions.get("allowResponses", {}).get("expires")
    if expires is not None and not is_duration(expires):
        text = "not a duration; write a number and a unit, such as 5s"
        yield "conf-duration", text, None, (*path, "allowResponses", "expires")
