"""What the benchmark feeds: ResourceLists as kpt sends them, and states of a cluster to compare."""

from __future__ import annotations

import subprocess
import sys
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


def one_cr() -> str:
    """One CR that the fast reader reads."""
    return HEAD + CR.format(name="nats")


def slow_cr() -> str:
    """The same CR with an anchor, which goes to PyYAML."""
    return HEAD + CR.format(name="nats").replace("size: 10Gi", "size: &size 10Gi")


def foreign(count: int) -> str:
    """A number of StatefulSets and no CR."""
    return HEAD + "".join(workload(number) for number in range(count))


def mixed(count: int) -> str:
    """CRs and StatefulSets in turn, `count` items in all."""
    pairs = (CR.format(name=f"nats-{n}") + workload(n) for n in range(count // 2))
    return HEAD + "".join(pairs)


def cluster(size: int, count: int) -> list[str]:
    """So many rendered objects of four kinds, StatefulSets, ConfigMaps and Services; with another size all differ."""
    cr = CR.replace("- ", "  ").format(name="nats-00000").replace("size: 3", f"size: {size}")
    text = "".join(f"{line[2:]}\n" for line in cr.splitlines()) + f"  labels:\n    release: r{size}\n"
    krmfn = Path(sys.executable).with_name("krmfn")
    done = subprocess.run([krmfn, "render", "-f", "-"], input=text, capture_output=True, text=True, check=True)
    kinds = ("kind: StatefulSet\n", "kind: ConfigMap\n", "kind: Service\n")
    objects = [one for one in done.stdout.split("---\n") if any(kind in one for kind in kinds)]
    return [one.replace("nats-00000", f"nats-{n:05}") for n in range(count // len(objects)) for one in objects]


def as_items(objects: list[str]) -> str:
    """Documents as the items of a ResourceList."""
    return HEAD + "".join("- " + "\n  ".join(one.splitlines()) + "\n" for one in objects)
