"""`krmfn doctor`: which hosts can call krmfn here. Status 0: the command line works, and no host is a must."""

from __future__ import annotations

from krmfn.cli.arguments import CommonArguments
from krmfn.reports.terminal import STDOUT, is_colored, put

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krmfn.plugins.doctor import Route

_COLORS = {True: "\x1b[32m", False: "\x1b[33m"}


class Arguments(CommonArguments):
    """The options of `krmfn doctor`."""

    output: str = "text"


def run(arguments: Arguments) -> int:
    """The exit status."""
    from krmfn.plugins.doctor import examine

    routes = examine()
    if arguments.output == "json":
        import json

        listed = [{"route": one.name, "works": one.works, "text": one.text} for one in routes]
        return put(json.dumps(listed, indent=2) + "\n")
    color = is_colored(arguments.color, STDOUT)
    return put("".join(_line(one, color=color) for one in routes))


def _line(one: Route, *, color: bool) -> str:
    word = "yes" if one.works else "no"
    mark = f"{_COLORS[one.works]}{word:3}\x1b[0m" if color else f"{word:3}"
    return f"{mark}  {one.name:23}  {one.text}\n"
