"""Documents as people and kpt write them, and damage done to them by chance."""

from __future__ import annotations

import random

RESOURCE = """\
# the bus
apiVersion: operator.kyma-project.io/v1alpha1
kind: NATS
metadata:
  name: eventing-nats # its name
  namespace: 'kyma-system'
  labels: {}
  annotations:
    config.kubernetes.io/index: '0'
    "note": "hello: # world"
spec:
  cluster:
    size: 3

  jetStream:
    memStorage:
      enabled: true
      size: 1Gi
    fileStorage:
      storageClassName: default
  resources:
    limits:
      cpu: 0.5
      memory: -1
"""
WORKLOAD = """\
---
apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: nats
spec:
  template:
    spec:
      containers:
      - name: nats
        command: [] # none
        args:
        - --config
        - "/etc/nats.conf"
        env:
          - name: A
            value: |
              server {
                # kept
                port: 4222

              }
          - name: C
            value: "\\"$(POD_NAME)\\" \\\\ 'x'" # escaped
          - name: B
            value: |-
              x: [1]
        ports:
        -   containerPort: 4222
            name: client
      volumes:
      - - a
        - b: ~
      -
        emptyDir: {}
status: null
empty:
"""
ITEM = """\
- apiVersion: v1
  kind: ConfigMap
  metadata:
    name: é
  data:
    nats.conf: |
      a: 1
       b
      ---
    x: y z
"""
FLOW = """\
spec: {cluster: {size: 3}, 'labels': {"a/b": c.d, e: 'x: y, z'}, empty: { }}
args: [--a=b, "-c", [1.5, 0x1F, true], [ ], {cpu: 100m,  memory: 1Gi}] # kept
list:
- {name: a, value: "#"}
- [a/b, c_d]
"""
SEEDS = [RESOURCE, WORKLOAD, ITEM, "a:\n- b\n-   c: d\n    e:\nf: .5\n", "- a: 1\n- b\n- c:\n  - d\n"]
BITS = [
    " ", "  ", "\n", "\n\n", ":", ": ", "-", "- ", "#", " # ", "'", '"', "|", "|-", ">", "{}", "[]", "[a]",
    "{a: 1}", "&x ", "*x", "!", "!!str ", "---\n", "...\n", "\t", "\r\n", "\\", "\\n", "yes", "no", "on",
    "0777", "1e3", "~", "null", "2024-01-01", ".", "<<", "=", "?", "? ", "%", "@", "`", ",", "\u00e9", "\u2028",
    "\u0085", "\u00a0", "1", "true", "a", "a: b\n", "- x\n", "\U0001f600",
]  # fmt: skip


def mutant(chance: random.Random, seeds: list[str]) -> str:
    text = chance.choice(seeds)
    for _ in range(chance.choice((1, 1, 1, 2, 2, 3))):
        text = _once(text, chance)
    return text


def _once(text: str, chance: random.Random) -> str:
    kind = chance.randrange(6)
    if kind < 2:
        at = chance.randrange(len(text) + 1)
        return text[:at] + chance.choice(BITS) + text[at:]
    if kind == 2:
        at = chance.randrange(len(text) + 1)
        return text[:at] + text[at + chance.randint(1, 3) :]
    lines = text.split("\n")
    at = chance.randrange(len(lines))
    if kind == 3:
        lines[at] = " " * chance.randint(0, 8) + lines[at].lstrip(" ")
    elif kind == 4:
        lines.insert(chance.randrange(len(lines)), lines[at])
    else:
        del lines[at]
    return "\n".join(lines)


def mutants(count: int, seed: int, seeds: list[str] = SEEDS) -> list[str]:
    chance = random.Random(seed)
    return [mutant(chance, seeds) for _ in range(count)]
