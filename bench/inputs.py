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
    """The same CR in flow style, which goes to PyYAML."""
    spec = "{cluster: {size: 3}, jetStream: {fileStorage: {size: 10Gi}, memStorage: {enabled: true, size: 512Mi}}}"
    return HEAD + CR.format(name="nats").partition("  spec:\n")[0] + f"  spec: {spec}\n"


def foreign(count: int) -> str:
    """A number of StatefulSets and no CR."""
    return HEAD + "".join(workload(number) for number in range(count))


def mixed(count: int) -> str:
    """CRs and StatefulSets in turn, `count` items in all."""
    pairs = (CR.format(name=f"nats-{n}") + workload(n) for n in range(count // 2))
    return HEAD + "".join(pairs)
