"""The group `auth`: who may connect to the servers, and what they may do."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from krmfn.api.forms import by_name, list_or, switch_or
from krmfn.api.level import IntOrQuantity, Level, Text, whole
from krmfn.model.quantity import LARGEST

Connection = Literal["STANDARD", "WEBSOCKET", "LEAFNODE", "LEAFNODE_WS", "MQTT", "MQTT_WS", "IN_PROCESS"]
Count = Annotated[int, Field(ge=0, le=2**31 - 1), BeforeValidator(whole)]
Unlimited = Annotated[int, Field(ge=-1, le=LARGEST), BeforeValidator(whole)]


class PasswordFrom(Level):
    """A password that a Secret holds, as a line of nats.conf: `BILLING_PASSWORD: "..."`."""

    secret: Text = Field(
        description="Name of the Secret, in the namespace of the NATS. It is mounted and not rendered."
    )
    key: Text = Field(
        description="Key of the Secret: a file of nats.conf that defines the variable and nothing else, its value in"
        " double quotes. `krmfn secret new NAME --variable VARIABLE` prints one. A new password is a reload."
    )
    variable: Text | None = Field(
        default=None,
        description="Variable that the file defines. Default: `PASSWORD_<account>_<user>` in capital letters, without"
        " the account for users of the global account.",
    )


class Subjects(Level):
    """Subjects that a user may use, and subjects that it may not; what is denied overrides what is allowed."""

    allow: list[Text] | None = Field(default=None, description="Subjects that are allowed. Absent: all.")
    deny: list[Text] | None = Field(default=None, description="Subjects that are refused.")


class Responses(Level):
    """Replies to requests, allowed whatever the subject of the reply."""

    max: Unlimited | None = Field(
        default=None, description="Replies to each request; -1 for any number. Default of nats-server: 1."
    )
    expires: Text | None = Field(default=None, description="Time for the replies, such as `5s`. Default: 2m.")


class Permissions(Level):
    """What a user may publish and subscribe to. Absent: everything."""

    publish: list_or(Subjects, Text) | None = Field(  # type: ignore[valid-type]
        default=None, description="Subjects to publish to: a list of what is allowed, or `allow` and `deny`."
    )
    subscribe: list_or(Subjects, Text) | None = Field(  # type: ignore[valid-type]
        default=None,
        description="Subjects to subscribe to: a list of what is allowed, or `allow` and `deny`. A second word is a"
        " queue group.",
    )
    allow_responses: Responses | None = Field(default=None, description="Allow replies to requests.")


class User(Level):
    """One who may connect: by `name` and a password or certificate, or by `nkey`."""

    name: Text | None = Field(default=None, description="Name of the user.")
    nkey: Text | None = Field(default=None, description="Public key of the user: 56 characters that begin with `U`.")
    hash: Text | None = Field(
        default=None, description="Bcrypt hash of the password; `krmfn secret hash` makes one. Not the password itself."
    )
    password_from: PasswordFrom | None = Field(default=None, description="Secret that holds the password.")
    certificate: bool | None = Field(
        default=None,
        description="Whether the certificate of the client is the credential: its e-mail address, DNS name or subject"
        " is the `name`. Needs `tls.clients.verify: map`.",
    )
    permissions: Permissions | None = Field(default=None, description="What the user may do. Absent: everything.")
    connections: list[Connection] | None = Field(
        default=None, description="Kinds of connection that the user may open. Absent: all."
    )


class AccountStore(Level):
    """What the streams of an account may use in the whole cluster."""

    max_memory: IntOrQuantity | None = Field(default=None, description="Memory of its streams. Absent: no limit.")
    max_file: IntOrQuantity | None = Field(default=None, description="File storage of its streams. Absent: no limit.")
    max_streams: Unlimited | None = Field(default=None, description="Number of its streams; -1 for no limit.")
    max_consumers: Unlimited | None = Field(default=None, description="Number of its consumers; -1 for no limit.")


class AccountLimits(Level):
    """What the clients of an account may use."""

    max_connections: Count | None = Field(default=None, description="Connections to each server.")
    max_subscriptions: Count | None = Field(default=None, description="Subscriptions.")
    max_payload: IntOrQuantity | None = Field(default=None, description="Size of a message.")
    max_leafnodes: Count | None = Field(default=None, description="Leaf nodes.")


class Account(Level):
    """An account: users that see each other's messages, and streams of their own."""

    jet_stream: switch_or(AccountStore) | None = Field(  # type: ignore[valid-type]
        default=None, description="Whether the account has JetStream: `true`, or its limits. Absent: no JetStream."
    )
    users: list[User] | None = Field(default=None, description="Users of the account.")
    limits: AccountLimits | None = Field(default=None, description="Limits of its connections.")
    default_permissions: Permissions | None = Field(
        default=None, description="Permissions of its users without `permissions`."
    )


class Auth(Level):
    """Users and accounts. With any of them, clients without credentials are refused unless `anonymous` is set."""

    users: list[User] | None = Field(
        default=None,
        description="Users of the global account, which has the streams of clients without an account. Not together"
        " with an account that has JetStream: after the next restart the global account would have no JetStream.",
    )
    accounts: by_name(Account) | None = Field(  # type: ignore[valid-type]
        default=None,
        description="Accounts by name. A new account in a running cluster hides the streams of clients that had no"
        " account; a renamed or removed account hides its own streams.",
    )
    anonymous: Text | None = Field(
        default=None,
        description="Name of the user, without a password, that clients without credentials get. Absent: servers"
        " refuse them.",
    )
