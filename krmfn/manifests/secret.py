"""What holds or brings the credentials of the system account: by `secretMode` a Secret, an ExternalSecret or nothing.

Every mode has the same name and the same key, so the pods never see which it was.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krmfn.cluster.facts import Facts
    from krmfn.model.objects import Object


def build(facts: Facts) -> Object:
    """Wanted where the credentials may be known to all who read Git: a hash, a public key. Never a password."""
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": facts.protected_metadata(facts.names.secret),
        "type": "Opaque",
        "data": _accounts(facts.system_user or {}),
    }


def _accounts(user: dict[str, str]) -> Object:
    """`data`, never `stringData`: the API server keeps what an earlier apply put there, and Flux substitutes in it."""
    from binascii import b2a_base64

    from krmfn.natsconf.accounts import FILE, accounts_conf
    from krmfn.natsconf.tree import quoted

    text = accounts_conf({name: quoted(value) for name, value in user.items()})
    return {FILE: b2a_base64(text.encode(), newline=False).decode()}
