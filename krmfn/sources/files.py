"""Which files the command line names: files as they are, folders by their *.yaml, *.yml and *.json.

The same rules hold on the disk and at a git revision. In a folder, names that start with a dot are not read, nor what
`--exclude` or a `.krmignore` leaves out
(unless everything is requested). A link that would be read is followed inside the repository (without one,
inside the folder that is named); one that leads out of it, or nowhere, is an error.
"""

from __future__ import annotations

import os

from krmfn.goyaml.errors import Unreadable
from krmfn.model.finding import error
from krmfn.sources.ignorefile import NAME, IgnoreRules, ignored
from krmfn.sources.trees import FILE, FOLDER, LINK, OTHER, SUBMODULE, is_inside, leads_out, not_regular, submodule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence
    from typing import TypeAlias

    from krmfn.model.finding import Finding
    from krmfn.sources.trees import Tree

    Rules: TypeAlias = list[tuple[IgnoreRules, str]]
    """Patterns, each with the path from the folder that they hold for."""

STDIN = "-"
ENDINGS = (".yaml", ".yml", ".json")
KUSTOMIZATION_FILES = ("kustomization.yaml", "kustomization.yml", "Kustomization")
KPTFILE = "Kptfile"
_GIT = ".git"
STEERING = (*KUSTOMIZATION_FILES, KPTFILE)
"""Files that configure kustomize and kpt. They hold no objects to apply, wherever they are named."""


class File:
    """A file to read: its name as the user would write it, its real path, and whether the command line named it.

    Both are kept in parts, so that thousands of files share the texts of their folders.
    """

    __slots__ = ("at", "base", "named", "real_at", "real_base")

    def __init__(self, name: str, real: str, *, named: bool) -> None:
        self.at, self.base = _parts(name)
        self.real = real
        self.named = named

    @classmethod
    def inside(cls, at: str, real_at: str, base: str) -> File:
        """The file `base` in a folder, whose paths end with `/` ("" for the current one)."""
        file = cls.__new__(cls)
        file.at, file.real_at, file.base, file.real_base = at, real_at, base, base
        file.named = False
        return file

    def is_same(self, other: File) -> bool:
        """Whether it is the same file, under the same name."""
        mine, its = (
            (self.base, self.at, self.real_base, self.real_at),
            (other.base, other.at, other.real_base, other.real_at),
        )
        return mine == its

    @property
    def name(self) -> str:
        """The name as the user would write it."""
        return self.at + self.base

    @property
    def real(self) -> str:
        """The path with all links followed."""
        return self.real_at + self.real_base

    @real.setter
    def real(self, real: str) -> None:
        self.real_at, base = _parts(real)
        self.real_base = self.base if base == self.base else base

    @property
    def folder(self) -> str:
        """The folder in which the user sees the file, absolute; the current one for standard input."""
        return os.path.abspath(self.at)

    @property
    def path(self) -> str:
        """The file in its folder; "" for standard input."""
        return os.path.abspath(self.name) if self.name != STDIN else ""


class RealPaths:
    """The real paths of files that were read, made when they are asked for, and those of `more`."""

    __slots__ = ("_files", "_more")

    def __init__(self, files: Collection[File], more: Sequence[str] = ()) -> None:
        self._files = files
        self._more = more

    def __iter__(self) -> Iterator[str]:
        yield from (file.real for file in self._files)
        yield from self._more

    def __len__(self) -> int:
        return len(self._files) + len(self._more)

    def __contains__(self, path: object) -> bool:
        return any(path == one for one in self)


def _parts(path: str) -> tuple[str, str]:
    """A path up to and with its last `/`, and the rest."""
    cut = path.rfind("/") + 1
    return path[:cut], path[cut:]


class Walk:
    """Finds the files that paths name.

    Beside them it keeps the `kustomizations` in their folders, all files of `steering` there and above, the paths that
    are `missing`, those that are `folders`, the real paths that are there as `roots`, and error `findings`.
    """

    __slots__ = (
        "_everything",
        "_exclude",
        "_looked",
        "_recursive",
        "_tree",
        "findings",
        "folders",
        "kustomizations",
        "missing",
        "roots",
        "steering",
    )

    def __init__(self, tree: Tree, *, recursive: bool, exclude: Sequence[str] = (), everything: bool = False) -> None:
        """`everything`: `.krmignore` is ignored, and names that start with a dot are read too, except `.git`."""
        self._tree = tree
        self._recursive = recursive
        self._exclude = IgnoreRules(exclude)
        self._everything = everything
        self._looked: set[tuple[str, str]] = set()
        self.kustomizations: list[File] = []
        self.steering: list[File] = []
        self.missing: list[str] = []
        self.roots: list[str] = []
        self.folders: list[str] = []
        self.findings: list[Finding] = []

    def files(self, paths: Sequence[str]) -> Iterator[File]:
        """Every file once for each folder in which it is seen, in the order of the paths, those of a folder sorted.

        What the walk keeps is complete when all of them were asked for.
        """
        folders: dict[str, str] = {}
        seen: dict[tuple[str, str], set[str]] = {}
        for path in paths:
            for file in self._named(path):
                folder = folders.get(file.at) or folders.setdefault(file.at, file.folder)
                if len(paths) == 1 and (folder, file.real_at) not in seen:  # the walk does not go back to a folder
                    seen = {place: there for place, there in seen.items() if is_inside(folder, place[0])}
                there = seen.setdefault((folder, file.real_at), set())
                if file.real_base not in there:
                    there.add(file.real_base)
                    yield file

    def above(self, paths: Sequence[str]) -> list[File]:
        """The files in the folders above what paths name: in that of a file, and up to the top of the repository.

        Those above an absolute path have absolute names, so that these do not depend on the current directory. What
        cannot be read there is among the findings.
        """
        found: dict[str, File] = {}
        seen: set[str] = set()  # each folder is read once, however many of its files are named
        for path in paths:
            if path == STDIN:
                continue
            try:
                kind = self._tree.kind(self._tree.real(path))
            except (OSError, Unreadable):
                continue  # said where the path itself is read
            folder = os.path.abspath(path)
            spelled = str if os.path.isabs(path) else os.path.relpath
            if kind == FILE:
                folder = os.path.dirname(folder)
                self._beside(folder, found, seen, spelled)
            top = self._tree.top(folder) if kind in (FILE, FOLDER) else None
            while top is not None and folder != top and is_inside(folder, top):
                folder = os.path.dirname(folder)
                self._beside(folder, found, seen, spelled)
        return list(found.values())

    def _beside(self, folder: str, found: dict[str, File], seen: set[str], spelled: Callable[[str], str]) -> None:
        if folder in seen:
            return
        seen.add(folder)
        try:
            real = self._tree.real(folder)
            entries = self._tree.entries(real)
        except OSError as why:
            self.findings.append(cannot_read(self._tree.shown(spelled(folder)), why))
            return
        except Unreadable as why:
            self._refuse(spelled(folder), why)
            return
        for name, kind in entries:
            self._steer(folder, real, name, kind)
            is_read = name.endswith(ENDINGS) and not name.startswith(".") and name not in STEERING
            if not is_read or kind in (FOLDER, SUBMODULE) or self._exclude.matches(name, is_folder=False):
                continue
            path = os.path.join(folder, name)
            file = File(spelled(path), os.path.join(real, name), named=False)
            try:
                goal = kind
                if kind == LINK:
                    goal = self._follow(file, self._tree.top(folder) or real, has_ending=True)
                if goal == FILE:
                    found.setdefault(path, file)
                elif goal == OTHER:
                    self._refuse(file.name, not_regular())
            except OSError as why:
                self.findings.append(cannot_read(self._tree.shown(file.name), why))
            except Unreadable as why:
                self._refuse(file.name, why)

    def _steer(self, folder: str, real: str, name: str, kind: str) -> None:
        """Keep a file of kustomize or kpt, also one that cannot be found: reading it is an error later."""
        if name not in STEERING or kind not in (FILE, LINK) or self._exclude.matches(name, is_folder=False):
            return
        file = File(os.path.relpath(os.path.join(folder, name)), os.path.join(real, name), named=False)
        if kind == LINK:
            try:
                file.real = self._tree.real(file.real)
            except (OSError, Unreadable):
                pass  # reading it says why
        self.steering.append(file)

    def _named(self, path: str) -> Iterator[File]:
        if path == STDIN:
            yield File(path, path, named=True)
            return
        try:
            real = self._tree.real(path)
            kind = self._tree.kind(real)
        except (FileNotFoundError, NotADirectoryError):
            self.missing.append(path)
        except OSError as why:
            self.findings.append(cannot_read(self._tree.shown(path), why))
        except Unreadable as why:
            self._refuse(path, why)
        else:
            self.roots.append(real)
            if kind == FOLDER:
                self.folders.append(path)
                yield from self._inside(path, real, self._tree.top(real) or real, {real}, [(self._exclude, "")])
            elif os.path.basename(path) not in STEERING:
                at = os.path.normpath(path).lstrip("/")
                if not self._exclude.matches(at, is_folder=False):
                    self._look_for_kustomization(path, real)
                    yield File(path, real, named=True)

    def _look_for_kustomization(self, path: str, real: str) -> None:
        """Find the kustomizations in a folder, once for each folder by the user's path and the real one."""
        folder = os.path.dirname(real)
        if (os.path.dirname(path), folder) in self._looked:
            return
        self._looked.add((os.path.dirname(path), folder))
        kinds, top = self._kinds_in(folder), self._tree.top(folder) or folder
        for name in KUSTOMIZATION_FILES:
            if kinds.get(name) in (FILE, LINK):
                self._add_kustomization(os.path.join(os.path.dirname(path), name), os.path.join(folder, name), top)

    def _kinds_in(self, folder: str) -> dict[str, str]:
        try:
            return dict(self._tree.entries(folder))
        except (OSError, Unreadable):
            return {}

    def _add_kustomization(self, path: str, real: str, top: str) -> None:
        """Keep a kustomization, also one behind a link."""
        file = File(path, real, named=False)
        try:
            self._follow(file, top, has_ending=True)
        except OSError as why:
            self.findings.append(cannot_read(self._tree.shown(path), why))
        except Unreadable as why:
            self._refuse(path, why)
        else:
            self.kustomizations.append(file)

    def _inside(self, folder: str, real: str, top: str, seen: set[str], rules: Rules) -> Iterator[File]:
        """`top` is what links may not lead out of; `seen` are the real paths of folders, against circles."""
        try:
            entries = self._tree.entries(real)
            rules = self._rules(real, {name for name, _ in entries}, rules)
        except OSError as why:
            self.findings.append(cannot_read(self._tree.shown(folder), why))
            return
        except Unreadable as why:
            self._refuse(folder, why)
            return
        at = "" if folder == os.curdir else os.path.join(folder, "")
        real_at = os.path.join(real, "")
        for name, kind in entries:
            path = at + name
            self._steer(folder, real, name, kind)
            if name in KUSTOMIZATION_FILES and kind in (FILE, LINK):
                self._add_kustomization(path, os.path.join(real, name), top)
            if self._is_seen(name) and name not in STEERING:
                below = [(rule, f"{at}{name}") for rule, at in rules]
                yield from self._entry(File.inside(at, real_at, name), kind, top, seen, below)

    def _is_seen(self, name: str) -> bool:
        return name != _GIT if self._everything else not name.startswith(".")

    def _rules(self, real: str, names: set[str], rules: Rules) -> Rules:
        """The rules for a folder: a package (the folder that is named, or one with a Kptfile) has its own."""
        if KPTFILE not in names and rules[0][1]:
            return rules
        if NAME not in names or self._everything:
            return rules[:1]
        return [rules[0], (ignored(self._tree.contents(self._tree.real(os.path.join(real, NAME)))), "")]

    def _entry(self, file: File, kind: str, top: str, seen: set[str], rules: Rules) -> Iterator[File]:
        has_ending = file.name.endswith(ENDINGS)
        if not has_ending and (kind == FILE or not self._recursive):
            return
        if any(rule.matches(at, is_folder=kind in (FOLDER, SUBMODULE)) for rule, at in rules):
            return
        try:
            if kind == LINK:
                kind = self._follow(file, top, has_ending=has_ending)
        except OSError as why:
            self.findings.append(cannot_read(self._tree.shown(file.name), why))
            return
        except Unreadable as why:
            self._refuse(file.name, why)
            return
        if kind == FOLDER and self._recursive and file.real not in seen:
            seen.add(file.real)
            yield from self._inside(file.name, file.real, top, seen, [(rule, f"{at}/") for rule, at in rules])
        elif kind == SUBMODULE and self._recursive:
            self._refuse(file.name, submodule())
        elif has_ending and kind == FILE:
            yield file
        elif has_ending and kind not in (FOLDER, SUBMODULE):
            self._refuse(file.name, not_regular())

    def _follow(self, file: File, top: str, *, has_ending: bool) -> str:
        """Give a link the real path of what it names. Returns the kind of that. Raises OSError, Unreadable."""
        file.real = self._tree.real(file.real)
        kind = self._tree.kind(file.real)
        if not is_inside(file.real, top) and (has_ending or kind == FOLDER):
            raise leads_out()
        return kind

    def _refuse(self, path: str, why: Unreadable) -> None:
        self.findings.append(error(why.code, why.message).at(file=self._tree.shown(path)))


def no_such_file(path: str) -> Finding:
    """The finding about a path that is not there."""
    return error("no-such-file", "no such file or directory").at(file=path)


def cannot_read(path: str, why: OSError) -> Finding:
    """The finding about a path that is missing, or that krmfn has no permission to read."""
    if isinstance(why, FileNotFoundError):
        return no_such_file(path)
    return error("read-failed", f"cannot be read: {why.strerror}").at(file=path)
