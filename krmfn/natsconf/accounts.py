"""The files of the Secret that hold the one user of the system account, as the operator lays it out and alone."""

from __future__ import annotations

FILE = "resolver.conf"
"""Key of the Secret with the whole system account; nats.conf includes it where `auth` is not set."""
SYSTEM_FILE = "sys.conf"
"""Key of the same Secret with the users of the system account only; `accounts` of nats.conf includes it with `auth`."""
SYSTEM, GLOBAL = "$SYS", "$G"
ADMIN = "admin"
"""Name of the user of the system account, as the operator has it."""
_CONF = """\
accounts: {{
  "$SYS": {{
    users: [
      {{
{user}
      }}
    ]
  }},
}}
system_account: "$SYS"
"""
_USERS = """\
users: [
  {{
{user}
  }}
]
"""


def accounts_conf(user: dict[str, str]) -> str:
    """The text for a user's settings, whose values are as nats.conf spells them: strings in double quotes.

    nats-server takes a password that looks like a bcrypt hash for one. Unquoted, `$2b$` would be a variable to it.
    """
    return _CONF.format(user="\n".join(f"        {name}: {value}" for name, value in user.items()))


def users_conf(user: dict[str, str]) -> str:
    """The same user as the only one of the account that includes the text."""
    return _USERS.format(user="\n".join(f"    {name}: {value}" for name, value in user.items()))
