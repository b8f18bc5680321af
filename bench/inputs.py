"""What the benchmark feeds: ResourceLists as kpt sends them, folders of CRs, and states of a cluster to compare."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

HEAD = "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems:\n"
CR = """\
- apiVersion: operator.kyma-project.io/v1alpha1
  kind: NATS
  metadata:
    name: {name}
    namespace: bench
    annotations:
      internal.config.kubernetes.io/path: '{name}.yaml'
      internal.config.kubernetes.io/index: '0'
  spec:
    cluster:
      size: 3
    jetStream:
      fileStorage:
        size: 10Gi
      memStorage:
        enabled: true
        size: 512Mi
"""
FOREIGN = """\
- apiVersion: apps/v1
  kind: StatefulSet
  metadata:
    name: app-{number}
    namespace: bench
    labels:
      app: app-{number}
    annotations:
      internal.config.kubernetes.io/path: 'apps/app-{number}.yaml'
      internal.config.kubernetes.io/index: '0'
  spec:
    replicas: 2
    serviceName: app-{number}
    selector:
      matchLabels:
        app: app-{number}
    template:
      metadata:
        labels:
          app: app-{number}
      spec:
        containers:
"""
CONTAINER = """\
        - name: {name}
          image: registry.example/{name}:{number}
          args: ["--listen=:8080", '--name={name}-{number}']
          env:
          - name: CONFIG
            value: |
              one
              - two
          - name: MODE
            value: "production"
          ports:
          - containerPort: 8080
            name: http
            protocol: TCP
          readinessProbe:
            httpGet:
              path: /ready
              port: 8080
            initialDelaySeconds: 10
            periodSeconds: 10
          resources:
            requests: {{cpu: 100m, memory: 64Mi}}
            limits:
              memory: 128Mi
          volumeMounts:
          - mountPath: /data
            name: data
"""
CLAIM = """\
    volumeClaimTemplates:
    - metadata:
        name: data
      spec:
        accessModes:
        - ReadWriteOnce
        resources:
          requests:
            storage: 10Gi
"""


def workload(number: int) -> str:
    """A foreign StatefulSet of three containers, about 3 KB, as the items are that kpt sends."""
    containers = (CONTAINER.format(name=name, number=number) for name in ("app", "proxy", "metrics"))
    return FOREIGN.format(number=number) + "".join(containers) + CLAIM


ERROR = "size: 4\n    zones: 3"
"""In the place of a size: an even one, and a field that there is not."""


def one_cr(*, wrong: bool = False) -> str:
    """One CR that the fast reader reads; `wrong`: with two errors."""
    text = HEAD + CR.format(name="nats")
    return text.replace("size: 3", ERROR.replace("\n", "\n  ")) if wrong else text


def one_file(folder: Path, size: str) -> Path:
    """A folder with one CR in a file; `size` stands where its size does."""
    folder.mkdir()
    (folder / "nats.yaml").write_text(document("nats").replace("size: 3", size))
    return folder


def with_own_spec(text: str, number: int) -> str:
    """A CR whose spec no other has, so that it is not one of many that differ in their names alone."""
    return text.replace("size: 10Gi", f"size: {10_000 + number}Mi")


def document(name: str) -> str:
    """A CR as a file of its own."""
    lines = CR.format(name=name).splitlines()
    return "".join(
        f"{line[2:]}\n" for line in lines if "config.kubernetes.io" not in line and "annotations:" not in line
    )


def kustomization(folder: Path) -> Path:
    """A folder that kustomize builds: one ConfigMap."""
    folder.mkdir()
    (folder / "kustomization.yaml").write_text("resources: [one.yaml]\n")
    (folder / "one.yaml").write_text("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: one\n")
    return folder


def fleet(folder: Path, count: int, *, own: bool = False) -> Path:
    """A folder with so many CRs, each in a file of its own, in a folder for each of a hundred namespaces.

    `own`: each has a spec of its own.
    """
    for number in range(count):
        team = folder / f"team-{number % 100:02}"
        team.mkdir(parents=True, exist_ok=True)
        text = document(f"nats-{number:05}").replace("namespace: bench", f"namespace: {team.name}")
        (team / f"nats-{number:05}.yaml").write_text(with_own_spec(text, number) if own else text)
    return folder


def repository(folder: Path, count: int) -> tuple[Path, Path]:
    """The state of a commit as a folder of its own, and the working tree of the repository, where one CR differs."""
    now = fleet(folder / "clusters", count)
    before = folder.with_name("before")
    shutil.copytree(now, before)
    git = ["git", "-C", str(folder), "-c", "user.name=bench", "-c", "user.email=bench@example.org"]
    for words in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "before"]):
        subprocess.run([*git, *words], check=True)
    changed = now / "team-07" / "nats-00007.yaml"
    changed.write_text(changed.read_text().replace("size: 3", "size: 5"))
    return before, now


def slow_cr() -> str:
    """The same CR with an anchor, which goes to PyYAML."""
    return HEAD + CR.format(name="nats").replace("size: 10Gi", "size: &size 10Gi")


def foreign(count: int) -> str:
    """A number of StatefulSets and no CR."""
    return HEAD + "".join(workload(number) for number in range(count))


def mixed(count: int, *, own: bool = False) -> str:
    """CRs and StatefulSets in turn, `count` items in all; `own`: each CR has a spec of its own."""
    crs = (CR.format(name=f"nats-{n}") for n in range(count // 2))
    pairs = ((with_own_spec(cr, n) if own else cr) + workload(n) for n, cr in enumerate(crs))
    return HEAD + "".join(pairs)


def clusters(krmfn: str, size: int, count: int) -> list[str]:
    """The objects of so many whole clusters in one namespace, ten of each with three servers.

    With another size all of them differ, and there are two exporters more.
    """
    text = document("nats-00000").replace("size: 3", f"size: {size}")
    text = text.replace("spec:\n", f"spec:\n  labels:\n    release: r{size}\n")
    done = subprocess.run([krmfn, "render", "-f", "-"], input=text, capture_output=True, text=True, check=True)
    objects = done.stdout.removeprefix("---\n").split("---\n")
    return [one.replace("nats-00000", f"nats-{n:05}") for n in range(count) for one in objects]


def as_items(objects: list[str]) -> str:
    """Documents as the items of a ResourceList."""
    return HEAD + "".join("- " + "\n  ".join(one.splitlines()) + "\n" for one in objects)
