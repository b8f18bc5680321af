"""What a batch of clusters rendered to, kept in the user's cache directory for the next run over the same directory.

An entry is named by a hash of all that its batch depends on: the bytes of its files, their names, settings, all objects
beside them, and the code that ran. It holds hashes of what was rendered, never the objects, so that it can tell that a
file is what would be rendered, and never what is in a file. What cannot be read or written is left out: the cache saves
time and decides nothing.
"""

from __future__ import annotations

import json
import os
import stat
import sys
import time
import zlib
from hashlib import sha256
from importlib.util import find_spec

from krmfn.model.finding import Finding, Findings
from krmfn.model.fix import Fix
from krmfn.model.objects import ObjectRef

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping
    from typing import Any, Protocol

    class Digest(Protocol):
        """A hash that is being made."""

        def update(self, data: bytes, /) -> None:
            """Take more bytes."""

        def hexdigest(self) -> str:
            """The hash."""

        def copy(self) -> Digest:
            """A hash of the same bytes so far."""


_FORMAT = "2"
_LIBRARIES = ("yaml", "pydantic", "pydantic_core")
_VERSIONS = ("__init__.py", "version.py")
"""The files of a library that change with its version."""
_HEX = "0123456789abcdef"
_FOLDER, _ENTRY = 32, 64
"""How many of these letters name a folder of entries, and an entry: only what is named so is removed."""
_UNUSED = 30 * 24 * 3600
"""Seconds after which the entries of an output directory are removed if it was not rendered to."""


class CachedCluster:
    """One cluster of an entry: its mark, its namespace, its children, their paths, and the hash of their files."""

    __slots__ = ("digest", "mark", "namespace", "paths", "refs")

    def __init__(self, mark: str, namespace: str, refs: list[ObjectRef], paths: list[str], digest: str) -> None:
        """`paths` are empty where another shard writes it."""
        self.mark = mark
        self.namespace = namespace
        self.refs = refs
        self.paths = paths
        self.digest = digest


class CachedBatch:
    """One entry: the clusters, the findings of each stage, and those that batches share.

    `replaced` are the positions of the objects beside the NATS that a child takes the place of.
    """

    __slots__ = ("clusters", "findings", "replaced", "shared")

    def __init__(
        self,
        clusters: list[CachedCluster],
        findings: list[Findings],
        shared: dict[object, list[Finding]],
        replaced: set[int],
    ) -> None:
        self.clusters = clusters
        self.findings = findings
        self.shared = shared
        self.replaced = replaced


class RenderCache:
    """The entries of one output directory. `common` is what all keys begin with."""

    __slots__ = ("_common", "_folder")

    def __init__(self, folder: str, common: Digest) -> None:
        self._folder = folder
        self._common = common

    @classmethod
    def of(cls, target: str, common: Iterable[bytes]) -> RenderCache | None:
        """The one of an output directory; None where this user has no cache directory that is safe to use.

        `common` is what all batches depend on.
        """
        code = _code()
        root = _root()
        if code is None or root is None:
            return None
        folder = os.path.join(root, sha256(os.fsencode(target)).hexdigest()[:_FOLDER])
        try:
            os.makedirs(folder, mode=0o700, exist_ok=True)
            if not _is_own(folder):
                return None
            os.utime(folder)
        except OSError:
            return None
        return cls(folder, digest_of((_FORMAT.encode(), code, *common)))

    def key(self, parts: Iterable[bytes]) -> str:
        """The name of the entry of a batch that depends on these texts too."""
        return digest_of(parts, self._common).hexdigest()

    def load(self, key: str) -> CachedBatch | None:
        """An entry; None where there is none that can be read, or that was kept under another key."""
        try:
            with open(os.path.join(self._folder, key), "rb") as file:
                value = json.loads(zlib.decompress(file.read()))
            return _decoded(value) if value["key"] == key else None
        except (OSError, ValueError, TypeError, KeyError, zlib.error):
            return None

    def store(self, key: str, batch: CachedBatch) -> bool:
        """Whether an entry is kept now: not one that JSON would change, or that cannot be written."""
        try:
            text = json.dumps({"key": key, **_encoded(batch)})
        except (ValueError, TypeError):
            return False
        path = os.path.join(self._folder, key)
        new = f"{path}.{os.getpid()}"
        try:
            with open(new, "xb") as file:
                file.write(zlib.compress(text.encode(), 1))
            os.replace(new, path)
        except OSError:
            _remove(new)
            return False
        return True

    def keep_only(self, keys: Collection[str]) -> None:
        """Remove all other entries, and those of directories that were not rendered to for a month.

        Files and folders that are not named as krmfn names them stay: the directory may have other users.
        """
        try:
            _remove_entries(self._folder, keys)
            above = os.path.dirname(self._folder)
            folders = [os.path.join(above, name) for name in os.listdir(above) if _is_name(name, _FOLDER)]
        except OSError:
            return
        for folder in folders:
            try:
                if _is_own(folder) and time.time() - os.stat(folder).st_mtime > _UNUSED:
                    _remove_entries(folder)
                    os.rmdir(folder)
            except OSError:
                continue  # a run at the same time, or files of others in it


def digest_of(parts: Iterable[bytes], begun: Digest | None = None) -> Digest:
    """A hash over some texts, of which each counts with its length; `begun` is what came before."""
    digest: Digest = begun.copy() if begun is not None else sha256()
    for part in parts:
        digest.update(b"%d:" % len(part))
        digest.update(part)
    return digest


def files_digest(files: Mapping[str, bytes]) -> str:
    """The hash of files by their names and contents."""
    return digest_of(part for name in sorted(files) for part in (os.fsencode(name), files[name])).hexdigest()


def _root() -> str | None:
    """As the XDG Base Directory Specification has it, unless KRMFN_CACHE names another folder; "" there means none."""
    own = os.environ.get("KRMFN_CACHE")
    if own is not None:
        return os.path.abspath(own) if own else None
    stated = os.environ.get("XDG_CACHE_HOME", "")
    above = stated if os.path.isabs(stated) else os.path.join(os.path.expanduser("~"), ".cache")
    return os.path.join(above, "krmfn", "renders") if os.path.isabs(above) else None


def _code() -> bytes | None:
    """What tells this code from another: Python, every file of krmfn, and the versions of its libraries.

    By their content: times and places differ on every machine that restores a cache, and are the same in images that
    are built to be reproducible.
    """
    known = [sys.version.encode(), (sys.implementation.cache_tag or "").encode()]
    try:
        for name in ("krmfn", *_LIBRARIES):
            found = find_spec(name)
            folders = list(found.submodule_search_locations or ()) if found is not None else []
            if name == "krmfn" and not folders:
                return None
            for folder in folders:
                known.append(name.encode())
                known += _files_below(folder) if name == "krmfn" else _some_files(folder, _VERSIONS)
    except (OSError, ImportError, ValueError):
        return None
    return digest_of(known).hexdigest().encode()


def _files_below(folder: str) -> Iterator[bytes]:
    for at, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if name != "__pycache__")
        yield os.fsencode(os.path.relpath(at, folder))
        yield from _some_files(at, sorted(names))


def _some_files(folder: str, names: Iterable[str]) -> Iterator[bytes]:
    """The names and contents of those that are there."""
    for name in names:
        path = os.path.join(folder, name)
        if os.path.isfile(path):
            yield os.fsencode(name)
            with open(path, "rb") as file:
                yield file.read()


def _is_own(folder: str) -> bool:
    """Whether this is a directory of this user that no other user may write, and not a link to one. Raises OSError."""
    status = os.lstat(folder)
    return stat.S_ISDIR(status.st_mode) and status.st_uid == os.geteuid() and not status.st_mode & 0o022


def _is_name(name: str, length: int) -> bool:
    return len(name) == length and not name.strip(_HEX)


def _remove_entries(folder: str, but: Collection[str] = ()) -> None:
    """All entries of a folder, also those that a killed run began. Raises OSError."""
    for name in os.listdir(folder):
        if name not in but and _is_name(name.partition(".")[0], _ENTRY):
            _remove(os.path.join(folder, name))


def _remove(path: str) -> None:
    try:
        os.unlink(path)
    except OSError:
        pass


def _encoded(batch: CachedBatch) -> dict[str, Any]:
    return {
        "clusters": [
            [one.mark, one.namespace, [_ref(ref) for ref in one.refs], one.paths, one.digest] for one in batch.clusters
        ],
        "findings": [[_finding(one) for one in stage] for stage in batch.findings],
        "shared": [[_to_json(key), [_finding(one) for one in some]] for key, some in batch.shared.items()],
        "replaced": sorted(batch.replaced),
    }


def _decoded(value: dict[str, Any]) -> CachedBatch:
    return CachedBatch(
        [
            CachedCluster(mark, namespace, [ObjectRef(*one) for one in refs], paths, digest)
            for mark, namespace, refs, paths, digest in value["clusters"]
        ],
        [Findings(_read_finding(one) for one in stage) for stage in value["findings"]],
        {_from_json(key): [_read_finding(one) for one in some] for key, some in value["shared"]},
        set(value["replaced"]),
    )


def _to_json(key: object) -> Any:
    """What shared findings depend on: a word, a number, or names. Raises ValueError."""
    return [_plain(one) for one in key] if isinstance(key, tuple) else _plain(key)


def _from_json(key: Any) -> object:
    return tuple(key) if isinstance(key, list) else key


def _ref(one: ObjectRef) -> list[str]:
    return [one.api_version, one.kind, one.namespace, one.name]


def _finding(one: Finding) -> dict[str, Any]:
    """What is not as a finding has it when nothing is known of it."""
    values = {key: value for key, value in one.__dict__.items() if value is not None and value != ()}
    if one.object is not None:
        values["object"] = _ref(one.object)
    if one.fix is not None:
        values["fix"] = [one.fix.operation, list(one.fix.path), _plain(one.fix.value), one.fix.safe]
    if one.current is not None:
        values["current"] = _plain(one.current)
    if one.path:
        values["path"] = list(one.path)
    return values


def _plain(value: Any) -> Any:
    """A value that JSON gives back as it is. Raises ValueError for another one."""
    if isinstance(value, dict):
        if not all(type(key) is str for key in value):
            raise ValueError("a key that JSON would change")
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list):
        return list(map(_plain, value))
    if value is not None and type(value) not in (str, int, float, bool):
        raise ValueError("a value that JSON would change")
    return value


def _read_finding(value: dict[str, Any]) -> Finding:
    if "object" in value:
        value["object"] = ObjectRef(*value["object"])
    if "fix" in value:
        operation, path, new, is_safe = value["fix"]
        value["fix"] = Fix(operation, tuple(path), new, safe=is_safe)
    if "path" in value:
        value["path"] = tuple(value["path"])
    return Finding(**value)
