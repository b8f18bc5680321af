"""What the codes of findings about the groups of keys mean."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krmfn.model.codes.files import Meaning

SERVER: dict[str, Meaning] = {
    "group-not-flat": (
        "error",
        "The key is a group of keys, which a string cannot set.",
        "Write it below spec of a RenderNATS, and pass that with --config or put it next to the NATS.",
    ),
    "needs-hardened": (
        "error",
        "Profile nats-manager renders what the operator renders, and the operator has no equivalent of this key.",
        "Take the cluster over first, then set profile: hardened.",
    ),
    "conf-unknown": (
        "error, warning",
        "nats-server has no such setting in this block, or not in the version of natsImage: it would not start.",
        "Write the name that the message proposes, or remove it.",
    ),
    "conf-owned": (
        "error",
        "The setting has a key of its own, or other objects depend on it.",
        "Set the key that the message names, or remove the setting.",
    ),
    "conf-type": (
        "error",
        "nats-server rejects the value of the setting: wrong type, out of range, or not one of its words.",
        "Write a value such as the message shows.",
    ),
    "conf-duplicate": ("error", "A setting is set twice, under two of its names.", "Remove one."),
    "conf-reference": (
        "error",
        "A value cannot come from the Secret that is named: a name is wrong, or the file has other variables.",
        "Set secret, key, variable and the file; the message shows how.",
    ),
    "duplicate-variable": (
        "error",
        "Two files define the same variable, or two users use the same one.",
        "Give each its own variable.",
    ),
    "clear-text-secret": (
        "error",
        "A credential is written in clear text.",
        "Put it into a Secret, and write {secret: NAME, key: KEY, variable: NAME}. Change the credential.",
    ),
    "auth-empty": (
        "error",
        "auth has no user, so every client could connect without a password.",
        "Add users, or remove auth.",
    ),
    "empty-credential": (
        "error",
        "A user has no password, or two: anyone can connect as a user without a password.",
        "Write hash, or passwordFrom.",
    ),
    "user-identity": ("error", "A user has neither name nor nkey, or both.", "Write name with a password, or nkey."),
    "duplicate-user": (
        "error",
        "Two users have the same name or nkey; a name is unique over all accounts.",
        "Rename or remove one.",
    ),
    "unknown-user": (
        "error",
        "anonymous names a user that does not exist: servers would not start.",
        "Name a user without a password, such as {name: guest} in users or in an account.",
    ),
    "unknown-account": (
        "error",
        "A setting of conf names an account that does not exist or cannot have the setting: servers would not start.",
        "Write the name of an account of auth.accounts, or $G for the global one.",
    ),
    "users-beside-jetstream-accounts": (
        "error",
        "Beside an account with JetStream the global account loses JetStream at the next restart, but it has users.",
        "Move the users into an account of their own, with jetStream: true.",
    ),
    "account-limits-exceed-store": (
        "error",
        "The accounts may store more than a server has. Running servers accept it; after a restart they do not start.",
        "Lower the limits of the accounts, or enlarge the store first.",
    ),
    "account-jetstream-missing": (
        "warning",
        "No account has JetStream, so no client can use a stream.",
        "Set jetStream: true in the account.",
    ),
    "invalid-subject": (
        "error",
        "A permission is not a subject; nats-server would take a wildcard inside a token literally.",
        "Write tokens with dots between them, and * or > as whole tokens.",
    ),
    "empty-permissions": (
        "error",
        "A list of permissions is empty, and nats-server allows everything then.",
        "Name subjects, or write deny: ['>'] to allow none.",
    ),
    "tls-without-certificate": (
        "error",
        "TLS is set without a certificate: servers would be ready, and no client could connect.",
        "Write secret, or certificate with an issuer of cert-manager.",
    ),
    "tls-without-ca": (
        "error",
        "Peer certificates are verified, but no certificate authority is set: every connection would fail.",
        "Write ca, with a Secret or a ConfigMap.",
    ),
    "tls-map-users": (
        "error",
        "verify: map takes the user from the certificate, but there is no such user.",
        "Write certificate: true in the user instead of its password, or set verify: required.",
    ),
    "external-without-auth": (
        "error",
        "A Service for clients outside of the cluster is set, and every client may connect without a password.",
        "Set auth.",
    ),
    "external-without-tls": (
        "warning",
        "A Service for clients outside of the cluster is set, and connections are not encrypted.",
        "Set tls.clients.",
    ),
    "external-without-no-advertise": (
        "error, warning",
        "Clients outside of the cluster would be told the addresses of pods, which they cannot reach.",
        "Remove server.noAdvertise: false, or cluster.no_advertise from conf.",
    ),
    "invalid-address": ("error", "A value is not an address.", "Write host:port, such as nats.example.com:4222."),
    "invalid-variable": (
        "error",
        "A variable of the container has no valid name or source, or krmfn sets it itself.",
        "Write a name, and one of value, secret with key, configMap with key, or field.",
    ),
    "invalid-volume": (
        "error",
        "A volume has no valid source, or its mount would hide files that the servers need.",
        "Write one of secret, configMap, emptyDir and claim, and a separate folder.",
    ),
    "invalid-affinity": (
        "error",
        "The API server would refuse the node affinity.",
        "Write key, operator and values as the message says.",
    ),
    "environment-unknown": (
        "error",
        "A value of conf comes from a variable that the container does not have: servers would not start.",
        "Add the variable to pod.env.",
    ),
    "conf-start": (
        "error",
        "nats-server -t accepts the configuration, but servers exit at start.",
        "Change the setting as the message says.",
    ),
    "conf-open": (
        "error",
        "A credential in nats.conf is empty, so everybody can connect with it.",
        "Write a hash, an nkey or a variable of a Secret; a user without a password is for no_auth_user only.",
    ),
    "conf-origins": (
        "error",
        "Two rules for the origins of browsers exclude each other, so every browser is refused.",
        "Remove same_origin or allowed_origins.",
    ),
    "accounts-replaced": (
        "error",
        "The block accounts occurs twice, and nats-server silently uses the later one.",
        "Write accounts once in nats.conf, and include files inside of an account, as krmfn does with auth.",
    ),
    "invalid-toleration": (
        "error",
        "The API server would refuse the toleration.",
        "Write key, operator, value and effect as the message says.",
    ),
    "invalid-network": ("error", "A value is not a network.", "Write one such as 10.0.0.0/8."),
    "invalid-fingerprint": ("error", "A pinned key is not a SHA-256 fingerprint.", "Write 64 digits of 0-9 and a-f."),
}
