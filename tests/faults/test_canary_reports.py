"""A secret in any field of a NATS or of a group of keys is in no report: page, picture, comment or annotation."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from krmfn.cli.main import command
from tests.faults.test_canary_everywhere import CANARY, NATS, ODD

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    Path_ = tuple[str | int, ...]

CONFIG: dict[str, Any] = {
    "apiVersion": "fn.krmfn.dev/v1alpha1",
    "kind": "RenderNATS",
    "metadata": {"name": "render"},
    "spec": {
        "zones": ["a", "b", "c"],
        "auth": {
            "accounts": {
                "ORDERS": {
                    "jetStream": {"maxFile": "1Gi"},
                    "users": [
                        {
                            "name": "shop",
                            "hash": "$2a$11$ATBxF01Ag93vnV5tqqCX2efFa1rdqdGxs4TD5pMDBHlXLMSnTLYcu",
                            "permissions": {"publish": ["orders.>"], "subscribe": ["_INBOX.>"]},
                        },
                        {"name": "billing", "passwordFrom": {"secret": "billing", "key": "user.conf"}},
                    ],
                }
            }
        },
        "tls": {"clients": {"secret": "tls", "ca": {"secret": "ca"}, "timeout": "3s"}},
        "encryption": {"keyFrom": {"secret": "js", "key": "key.conf"}},
        "conf": {"max_payload": 1048576, "server_metadata": {"team": "a"}},
        "pod": {"nodeSelector": {"pool": "nats"}},
        "remoteKey": "path/to/key",
        "adminHash": "$2a$11$EWwHDuBEgp7HgSm.bpXsVOBBR3gaydOyRYLGAmNBykwFEB4Cz5gR2",
    },
}
NAMED = ("zones", "secret", "key")
"""Keys that name zones, Secrets and their files, which reports show: a name is no secret."""
REPORTS = [
    *(("report", "-f", "new", "-o", form) for form in ("html", "svg", "mermaid", "markdown")),
    *(("diff", "old", "new", "-v", "-o", form) for form in ("text", "json", "markdown", "html", "github")),
    ("simulate", "-f", "new", "-v"),
    ("simulate", "-f", "new", "-o", "json"),
    *(("check", "-f", "new", "-o", form) for form in ("text", "github", "sarif", "junit")),
]


def leaves(value: Any, path: Path_ = ()) -> Iterator[Path_]:
    """Every string and number, but names and what identifies the objects."""
    if isinstance(value, (dict, list)):
        rows = value.items() if isinstance(value, dict) else enumerate(value)
        for key, inner in rows:
            if key not in (*NAMED, "apiVersion", "kind") and (*path, key)[-2:] not in (
                ("metadata", "name"),
                ("metadata", "namespace"),
            ):
                yield from leaves(inner, (*path, key))
    else:
        yield path


def put(value: Any, path: Path_, new: object) -> Any:
    whole = copy.deepcopy(value)
    inner = whole
    for part in path[:-1]:
        inner = inner[part]
    inner[path[-1]] = new
    return whole


def write(folder: Path, nats: dict[str, Any], config: dict[str, Any]) -> None:
    folder.mkdir(exist_ok=True)
    (folder / "nats.yaml").write_text(yaml.safe_dump(nats))
    (folder / "render.yaml").write_text(yaml.safe_dump(config))


CASES = [("NATS", path) for path in leaves(NATS)] + [("RenderNATS", path) for path in leaves(CONFIG)]


@pytest.mark.parametrize(("kind", "path"), CASES, ids=[f"{kind}-{'.'.join(map(str, path))}" for kind, path in CASES])
def test_no_report_shows_it(
    kind: str, path: Path_, tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "old", NATS, CONFIG)
    for canary in (CANARY, ODD):
        nats, config = (put(NATS, path, canary), CONFIG) if kind == "NATS" else (NATS, put(CONFIG, path, canary))
        write(tmp_path / "new", nats, config)
        for words in REPORTS:
            assert command(list(words)) in (0, 1, 2)
            out, err = capfd.readouterr()
            assert CANARY not in out + err, (words, canary)


def test_the_canary_is_where_it_can_be_seen(tmp_path: Path, capfd: pytest.CaptureFixture[str]):
    write(tmp_path / "old", NATS, CONFIG)
    write(tmp_path / "new", put(NATS, ("spec", "labels", "team"), CANARY), CONFIG)
    assert command(["diff", str(tmp_path / "old"), str(tmp_path / "new")]) == 1
    assert "spec.labels.team" in capfd.readouterr().out
