"""What the benchmark feeds: ResourceLists as kpt sends them."""

from __future__ import annotations

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
  kind: Deployment
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
    selector:
      matchLabels:
        app: app-{number}
    template:
      metadata:
        labels:
          app: app-{number}
      spec:
        containers:
        - name: app
          image: registry.example/app:{number}
          args: ["--listen=:8080", '--name=app-{number}']
          env:
          - name: CONFIG
            value: |
              one
              - two
          resources:
            requests: {{cpu: 100m, memory: 64Mi}}
"""


def one_cr() -> str:
    """One CR that the fast reader reads."""
    return HEAD + CR.format(name="nats")


def slow_cr() -> str:
    """The same CR in flow style, which goes to PyYAML."""
    spec = "{cluster: {size: 3}, jetStream: {fileStorage: {size: 10Gi}, memStorage: {enabled: true, size: 512Mi}}}"
    return HEAD + CR.format(name="nats").partition("  spec:\n")[0] + f"  spec: {spec}\n"


def foreign(count: int) -> str:
    """A number of Deployments and no CR."""
    return HEAD + "".join(FOREIGN.format(number=number) for number in range(count))


def mixed(count: int) -> str:
    """CRs and Deployments in turn, `count` items in all."""
    pairs = (CR.format(name=f"nats-{n}") + FOREIGN.format(number=n) for n in range(count // 2))
    return HEAD + "".join(pairs)
