"""Write the one comment of a pull request, or renew it, with Python only: also where krmfn was not installed."""

from __future__ import annotations

import json
import os
import sys
import time
from http.client import HTTPException
from typing import TYPE_CHECKING
from urllib.error import HTTPError
from urllib.request import Request, urlopen

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

LONGEST = 60000
"""Characters. GitHub takes 65,536 in a comment."""
PER_PAGE = 100
WAITS = (1, 5, 20)
"""Seconds before each further attempt; GitHub's secondary rate limits and its 5xx pass within that, or not soon."""
PASSING = (404, 408, 409, 429, 500, 502, 503, 504)
"""Statuses after which it is tried again; 404 since the comment can be deleted after it was found."""


def main(mark: str, file: str, *, create: bool) -> None:
    """Write the text of `file` into the comment that begins with `mark`; without `create` only renew one that is there.

    A new attempt looks for the comment again: the server may have written it although its answer was lost.
    Raises OSError or HTTPException when the server cannot be reached or refuses, and KeyError without the variables of
    the runner.
    """
    with open(file, encoding="utf-8") as opened:
        body = f"{mark}\n{shortened(opened.read())}"
    for wait in WAITS:
        try:
            return write(mark, body, create=create)
        except HTTPError as why:
            if why.code not in PASSING and "Retry-After" not in why.headers:
                raise
        except (OSError, HTTPException):
            pass
        time.sleep(wait)
    return write(mark, body, create=create)


def write(mark: str, body: str, *, create: bool) -> None:
    """Renew the comment, or make it."""
    comments = f"{os.environ['GITHUB_API_URL']}/repos/{os.environ['GITHUB_REPOSITORY']}/issues"
    known = next(found(f"{comments}/{os.environ['NUMBER']}/comments", mark), None)
    if known is not None:
        call("PATCH", f"{comments}/comments/{known}", {"body": body})
    elif create:
        call("POST", f"{comments}/{os.environ['NUMBER']}/comments", {"body": body})


def shortened(text: str) -> str:
    """The text, or as many whole lines of it as a comment takes."""
    if len(text) <= LONGEST:
        return text
    kept = text[:LONGEST].rpartition("\n")[0]
    is_open = kept.count("<details>") > kept.count("</details>")
    return (
        kept + ("\n\n</details>" if is_open else "") + "\n\nThe comment is cut here; the summary of the run has all.\n"
    )


def found(comments: str, mark: str) -> Iterator[int]:
    """The numbers of comments that begin with `mark` and that a bot wrote: anyone else could change theirs later."""
    page = 1
    while True:
        rows = call("GET", f"{comments}?per_page={PER_PAGE}&page={page}")
        for row in rows:  # a deleted account is null
            if (row["body"] or "").startswith(mark) and (row["user"] or {}).get("type") == "Bot":
                yield row["id"]
        if len(rows) < PER_PAGE:
            return
        page += 1


def call(method: str, url: str, data: Any = None) -> Any:
    """One request to GitHub's API, with the token of the run. Raises OSError."""
    headers = {
        "Accept": "application/vnd.github+json",
        "Authorization": f"Bearer {os.environ['TOKEN']}",
        "Content-Type": "application/json",
        "X-GitHub-Api-Version": "2022-11-28",
    }
    content = None if data is None else json.dumps(data).encode()
    with urlopen(Request(url, content, headers, method=method), timeout=60) as answer:
        return json.load(answer)


if __name__ == "__main__":
    try:
        main(sys.argv[1], sys.argv[2], create="--create" in sys.argv)
    except (OSError, HTTPException, KeyError, ValueError) as why:
        status = f"HTTP {why.code}" if isinstance(why, HTTPError) else type(why).__name__
        print(f"::notice title=krmfn::The comment could not be written ({status}); the summary of this run has it.")
