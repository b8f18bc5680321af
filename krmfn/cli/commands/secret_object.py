"""The Secret of the system account as the user's own object, and a new password for it."""

from __future__ import annotations

from krmfn.manifests.external_secret import LENGTH
from krmfn.natsconf.accounts import ADMIN, FILE, SYSTEM_FILE, accounts_conf, users_conf
from krmfn.natsconf.tree import quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krmfn.cli.commands.secret_place import Place
    from krmfn.model.objects import Object

USER_FILE = "user.conf"
"""Key of a Secret that holds the password of one user."""
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"
"""Nothing that a shell, a URL or nats.conf would read otherwise."""


def generated() -> str:
    """A new password from the system's source of randomness."""
    import secrets

    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def secret(place: Place, password: str, variable: str | None = None) -> Object:
    """The object carries no mark, since a marked one would be taken for a child.

    With `variable` it is the password of a user of the key `auth`, else that of the system account.
    """
    import base64

    namespace, name = place
    user = {"user": quoted(ADMIN), "password": quoted(password)}
    texts = {FILE: accounts_conf(user), SYSTEM_FILE: users_conf(user)}
    if variable is not None:
        texts = {USER_FILE: f"{variable}: {quoted(password)}\n"}
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": name, **({"namespace": namespace} if namespace else {})},
        "type": "Opaque",
        "data": {key: base64.b64encode(text.encode()).decode() for key, text in texts.items()},
    }
