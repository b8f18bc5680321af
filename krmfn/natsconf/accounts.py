"""The file `resolver.conf` that nats.conf includes: the one user of the system account, as the operator lays it out."""

from __future__ import annotations

FILE = "resolver.conf"
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


def accounts_conf(user: dict[str, str]) -> str:
    """The text for a user's settings, whose values are as nats.conf spells them: strings in double quotes.

    nats-server takes a password that looks like a bcrypt hash for one. Unquoted, `$2b$` would be a variable to it.
    """
    return _CONF.format(user="\n".join(f"        {name}: {value}" for name, value in user.items()))
