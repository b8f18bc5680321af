"""The ExternalSecret of External Secrets Operator 0.17 or newer, whose template makes `resolver.conf` of a password.

Every field that the operator's CRD would fill in is written, so that no GitOps client sees a difference.
"""

from __future__ import annotations

from krmfn.model.labels import GITOPS_DOMAINS, SYNC_WAVE, is_of
from krmfn.natsconf.accounts import FILE, SYSTEM_FILE, accounts_conf, users_conf

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krmfn.cluster.facts import Facts
    from krmfn.model.objects import Object

API_VERSION = "external-secrets.io/v1"
GENERATORS = "generators.external-secrets.io/v1alpha1"
PASSWORD = "password"
"""The key under which the template sees the password; it is also what the generator calls it."""
_ESCAPES = (
    (r"\\", r"\\\\"),
    (r"\"", r"\\\""),
    (r"\n", r"\\n"),
    (r"\r", r"\\r"),
    (r"\t", r"\\t"),
    (r"\x00", r"\\x00"),
)
"""What to replace and by what, as strings of Go: nats.conf knows these escapes and none of Go's or JSON's others, so
`quote` and `toJson` would not do. The backslash is first; the other characters stand in nats.conf as they are."""
_REPLACED = " | ".join([f".{PASSWORD}", *(f'replace "{old}" "{new}"' for old, new in _ESCAPES)])
_EMPTY = f'{{{{ if not .{PASSWORD} }}}}{{{{ fail "the password is empty" }}}}{{{{ end -}}}}\n'
"""Without a word an empty password would let everybody in."""
_USER = {"user": '"admin"', "password": f'"{{{{ {_REPLACED} }}}}"'}
TEMPLATE = _EMPTY + accounts_conf(_USER)
USERS_TEMPLATE = _EMPTY + users_conf(_USER)


LENGTH = 60
"""Characters, as many as the operator's chart makes."""
DIGITS = 15
"""A quarter, which is also the generator's default."""


def build(facts: Facts) -> list[Object]:
    """Before it, where a generator makes the password in the cluster, that generator."""
    return [*([_generator(facts)] if facts.password_generated else []), _external_secret(facts)]


def _external_secret(facts: Facts) -> Object:
    """The Secret belongs to the object where a store has the password, and outlives it where a generator made it."""
    return {
        "apiVersion": API_VERSION,
        "kind": "ExternalSecret",
        "metadata": _metadata(facts),
        "spec": _generated(facts) if facts.password_generated else _stored(facts),
    }


def _generator(facts: Facts) -> Object:
    """Letters and digits: the default set of symbols has quotes, backslashes and `$`.

    `encoding` is left out: it says what is the default, and version 0.17 of the operator does not know it.
    """
    return {
        "apiVersion": GENERATORS,
        "kind": "Password",
        "metadata": _metadata(facts),
        "spec": {"length": LENGTH, "digits": DIGITS, "symbols": 0, "noUpper": False, "allowRepeat": True},
    }


def _metadata(facts: Facts) -> Object:
    """Argo CD waits for it before it applies the pods, unless the user has chosen the wave of all objects."""
    own = {SYNC_WAVE: "-1", **facts.annotations, **facts.protection, **facts.created_once}
    return facts.metadata(facts.names.secret, own)


def _stored(facts: Facts) -> Object:
    """Read again every hour: a password that is changed in the store reaches the servers by a reload."""
    kind, name = facts.secret_store or ("", "")
    key, part = facts.remote_key or ("", "")
    return {
        "refreshPolicy": "Periodic",
        "refreshInterval": "1h0m0s",
        "secretStoreRef": {"kind": kind, "name": name},
        "target": _target(facts, {"creationPolicy": "Owner", "deletionPolicy": "Retain"}),
        "data": [
            {
                "secretKey": PASSWORD,
                "remoteRef": {
                    "key": key,
                    **({"property": part} if part else {}),
                    "conversionStrategy": "Default",
                    "decodingStrategy": "None",
                    "metadataPolicy": "None",
                },
            }
        ],
    }


def _generated(facts: Facts) -> Object:
    """Made once: a new password at every refresh, or with a new object of this name, would lock the admins out."""
    generator = {"apiVersion": GENERATORS, "kind": "Password", "name": facts.names.secret}
    return {
        "refreshPolicy": "CreatedOnce",
        "refreshInterval": "0s",
        "target": _target(facts, {"creationPolicy": "Orphan", "deletionPolicy": "Retain", "immutable": True}),
        "dataFrom": [{"sourceRef": {"generatorRef": generator}}],
    }


def _target(facts: Facts, policy: Object) -> Object:
    """Named and labelled here, since the operator would copy what tracks the ExternalSecret to a Secret without it."""
    notes = {
        key: value.replace("{{", '{{"{{"}}')  # the operator runs these as templates too
        for key, value in sorted(facts.annotations.items())
        if not is_of(key, GITOPS_DOMAINS)
    }
    return {
        "name": facts.names.secret,
        **policy,
        "template": {
            "engineVersion": "v2",
            "mergePolicy": "Replace",
            "type": "Opaque",
            "metadata": {"labels": facts.labels, **({"annotations": notes} if notes else {})},
            "data": {FILE: TEMPLATE, **({SYSTEM_FILE: USERS_TEMPLATE} if facts.auth is not None else {})},
        },
    }
