"""Whether objects mean what the operator's mean: `compare`, and the reader of the data in tests/data/parity.

Equal means equal to an API server and to a NATS server: quantities by value, the fields below where the API server
would fill in the same default, nats.conf as settings and not as text. Lists are compared in order: another order in
a pod template is a rollout. Left out: ownerReferences, Secrets, annotations of krmfn.dev and of the hosts.
"""

from __future__ import annotations

import decimal
import pathlib
import re

import yaml

NULLS = {"", "~", "null", "Null", "NULL"}
TRUES = {"y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"}
FALSES = {"n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"}
INT = re.compile(r"[-+]?(0[bB][01]+|0[xX][0-9a-fA-F]+|0[oO][0-7]+|0[0-7]*|[1-9][0-9]*)\Z")
FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\Z")

SERVER_DEFAULTS = {  # last path segments -> what the API server fills in by itself
    "protocol": "TCP",
    "volumeMode": "Filesystem",
    "restartPolicy": "Always",
    "dnsPolicy": "ClusterFirst",
    "schedulerName": "default-scheduler",
    "revisionHistoryLimit": 10,
    "terminationMessagePath": "/dev/termination-log",
    "terminationMessagePolicy": "File",
    "defaultMode": 420,
    "sessionAffinity": "None",
    "internalTrafficPolicy": "Cluster",
    "imagePullPolicy": "IfNotPresent",
    "successThreshold": 1,
    "scheme": "HTTP",
    "serviceAccountName": "default",
}
CLAIM_HEAD = {"apiVersion": "v1", "kind": "PersistentVolumeClaim"}
CONF_NOISE = {"resolver"}  # `resolver: MEMORY` without an operator key says nothing to the server
UNITS = {
    "": 1,
    "m": decimal.Decimal("0.001"),
    "k": 10**3,
    "M": 10**6,
    "G": 10**9,
    "T": 10**12,
    "P": 10**15,
    "E": 10**18,
    "Ki": 2**10,
    "Mi": 2**20,
    "Gi": 2**30,
    "Ti": 2**40,
    "Pi": 2**50,
    "Ei": 2**60,
}
CONF_UNITS = {
    "": 1,
    "k": 10**3,
    "m": 10**6,
    "g": 10**9,
    "t": 10**12,
    "kb": 2**10,
    "mb": 2**20,
    "gb": 2**30,
    "tb": 2**40,
    "ki": 2**10,
    "mi": 2**20,
    "gi": 2**30,
    "ti": 2**40,
    "kib": 2**10,
    "mib": 2**20,
    "gib": 2**30,
    "tib": 2**40,
}


class Loader(yaml.SafeLoader):
    """Plain scalars as sigs.k8s.io/yaml resolves them."""

    def resolve(self, kind, value, implicit):
        if kind is not yaml.ScalarNode:
            return super().resolve(kind, value, implicit)
        if not implicit[0]:
            return "tag:yaml.org,2002:str"
        return "tag:yaml.org,2002:merge" if value == "<<" else "tag:k8s,plain"


def plain(_loader, node):
    text = node.value
    if text in NULLS:
        return None
    if text in TRUES | FALSES:
        return text in TRUES
    digits = text.replace("_", "")
    if text[0] in "+-.0123456789" and INT.match(digits):
        body = digits.lstrip("+-")
        value = int("0o" + body[1:] if len(body) > 1 and body[0] == "0" and body[1].isdigit() else body, 0)
        return -value if digits[0] == "-" else value
    if text[0] in "+-.0123456789" and FLOAT.match(digits):
        value = float(digits)
        return int(value) if value.is_integer() else value
    return text


Loader.add_constructor("tag:k8s,plain", plain)


def load(paths):
    for path in map(pathlib.Path, paths):
        files = sorted(f for f in path.rglob("*") if f.suffix in (".yaml", ".yml")) if path.is_dir() else [path]
        for file in files:
            for doc in yaml.load_all(file.read_text(encoding="utf-8"), Loader):
                if isinstance(doc, dict) and str(doc.get("kind", "")).endswith("List"):
                    yield from doc["items"]
                elif doc is not None and doc.get("kind") not in ("NATS", "Kptfile", "Kustomization", "RenderNATS"):
                    yield doc


def quantity(value):
    """A quantity's exact value, or the value itself when it is none."""
    match = re.fullmatch(r"([+-]?[0-9.]+)(?:[eE]([+-]?[0-9]+))?([A-Za-z]*)", str(value))
    if isinstance(value, bool) or not match or match[3] not in UNITS:
        return value
    return decimal.Decimal(match[1]).scaleb(int(match[2] or 0)) * UNITS[match[3]]


def settings(text):
    """nats.conf as {dotted key: value}; sizes in bytes."""
    tokens = re.findall(r'#[^\n]*|//[^\n]*|"(?:\\.|[^"\\])*"|[{}\[\],\n]|[^\s{}\[\],"]+', text)
    tokens = [t for t in tokens if not t.startswith(("#", "//"))]
    out, path, i = {}, [], 0

    def scalar(token):
        if token.startswith('"'):
            return token[1:-1]
        match = re.fullmatch(r"(-?[0-9]+)([A-Za-z]*)", token)
        if match and match[2].lower() in CONF_UNITS:
            return int(match[1]) * CONF_UNITS[match[2].lower()]
        return {"true": True, "on": True, "yes": True, "false": False, "off": False, "no": False}.get(
            token.lower(), token
        )

    while i < len(tokens):
        token = tokens[i]
        i += 1
        if token in ("\n", ","):
            continue
        if token == "}":
            path.pop()
            continue
        key = token.strip('"')
        inline = None
        if key.endswith((":", "=")):
            key = key[:-1]
        elif ":" in key and not token.startswith('"') and key != "include":
            key, inline = key.split(":", 1)
        while i < len(tokens) and tokens[i] in (":", "="):
            i += 1
        if inline:
            out[".".join([*path, key])] = scalar(inline)
        elif i < len(tokens) and tokens[i] == "{":
            path.append(key)
            i += 1
        elif i < len(tokens) and tokens[i] == "[":
            items, i = [], i + 1
            while tokens[i] != "]":
                if tokens[i] not in ("\n", ","):
                    items.append(scalar(tokens[i]))
                i += 1
            i += 1
            out[".".join([*path, key])] = items
        else:
            out[".".join([*path, key])] = scalar(tokens[i])
            i += 1
    if out.get("http") == out.get("http_port"):
        out.pop("http", None)
    elif "http" in out and "http_port" not in out:
        out["http_port"] = out.pop("http")
    return {k: v for k, v in out.items() if k not in CONF_NOISE}


def ident(obj):
    meta = obj.get("metadata") or {}
    return f"{obj.get('kind')}/{meta.get('namespace') or ''}/{meta.get('name')}"


def prepared(obj):
    obj = dict(obj)
    meta = {k: v for k, v in (obj.get("metadata") or {}).items() if k != "ownerReferences"}
    notes = {
        k: v
        for k, v in (meta.pop("annotations", None) or {}).items()
        if not re.match(r"(krmfn\.dev|(internal\.)?config\.(kubernetes|k8s)\.io)/", k)
    }
    if notes:
        meta["annotations"] = notes
    obj["metadata"] = meta
    if obj.get("kind") == "ConfigMap" and "nats.conf" in (obj.get("data") or {}):
        obj["data"] = {**obj["data"], "nats.conf": settings(obj["data"]["nats.conf"])}
    return obj


def is_quantity(path):
    return bool(re.search(r"\.(limits|requests)\.[^.]+$", path))


def differences(want, got, path=""):
    if isinstance(want, dict) and isinstance(got, dict):
        for key in sorted({**want, **got}, key=str):
            here = f"{path}.{key}"
            if key not in got:
                if want[key] not in (None, {}, []):
                    yield here, f"missing, the operator has {want[key]!r}"
            elif key not in want:
                claim = path.endswith("volumeClaimTemplates[0]") and CLAIM_HEAD.get(key) == got[key]
                if not claim and SERVER_DEFAULTS.get(key) != got[key] and got[key] not in (None, {}, []):
                    yield here, f"the operator has no such field, here {got[key]!r}"
            else:
                yield from differences(want[key], got[key], here)
    elif isinstance(want, list) and isinstance(got, list):
        if len(want) != len(got):
            yield path, f"{len(got)} entries, the operator has {len(want)}"
        for i, (a, b) in enumerate(zip(want, got, strict=False)):
            yield from differences(a, b, f"{path}[{i}]")
    elif (type(want) is not type(got) and not is_quantity(path)) or (
        quantity(want) != quantity(got) if is_quantity(path) else want != got
    ):
        yield path, f"{got!r}, the operator has {want!r}"


def compare(expected, rendered, ignore_kinds=("Secret",)):
    """Lines that tell how rendered objects differ from expected ones; both are lists of objects."""
    want = {ident(o): prepared(o) for o in expected if o["kind"] not in ignore_kinds}
    got = {ident(o): prepared(o) for o in rendered if o["kind"] not in ignore_kinds}
    for name in sorted({**want, **got}):
        if name not in got:
            yield f"{name} missing"
        elif name not in want:
            yield f"{name} not among the operator's objects"
        else:
            for path, what in differences(want[name], got[name]):
                yield f"{name} {path.lstrip('.')}: {what}"


REFUSALS = {
    "in body must be of type ": "wrong-type",
    "in body should match '^(": "pattern-mismatch",
    "in body should be greater than or equal to ": "below-minimum",
    "size only accepts odd numbers": "even-cluster-size",
    "can only be enabled if size is not 0": "memory-storage-size-0",
    "a lowercase RFC 1123 subdomain must consist of ": "invalid-name",
}
"""What an API server with the operator's CRD says -> krmfn's code for the same fault."""


def refusal_code(message):
    """krmfn's code for a fault that the API server names."""
    (code,) = {code for words, code in REFUSALS.items() if words in message}
    return code
