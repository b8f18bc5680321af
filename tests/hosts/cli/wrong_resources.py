"""Wrong files as people write them: what is wrong in each, and what must stand there afterwards.

A row is a name, a text, the pairs of what is replaced and by what, and whether unsafe fixes are asked for. A pair
is the only place of the file that may differ.
"""

from __future__ import annotations

HEAD = """\
# Owned by the messaging team; ask before you change it
apiVersion: operator.kyma-project.io/v1alpha1
kind: NATS
metadata:
    name: eventing-nats   # the name is known to Eventing
    namespace: kyma-system
"""
CONFIG = "apiVersion: fn.krmfn.dev/v1alpha1\nkind: RenderNATS\nmetadata: {name: settings}\n"
NATS = HEAD + "spec:\n    cluster:\n        size: 3\n"
SAFE, UNSAFE = False, True

Row = tuple[str, str, list[tuple[str, str]], bool]


def spec(text: str) -> str:
    return f"{HEAD}spec:\n{text}"


def config(text: str) -> str:
    return f"{NATS}---\n# settings\n{CONFIG}spec:\n{text}"


def crlf(row: Row) -> Row:
    name, text, pairs, unsafe = row
    pairs = [(old.replace("\n", "\r\n"), new.replace("\n", "\r\n")) for old, new in pairs]
    return f"{name}, CRLF", text.replace("\n", "\r\n"), pairs, unsafe


FIELDS: list[Row] = [
    ("cluster.sise", spec("    cluster:\n        sise: 3 # three\n"), [("sise", "size")], SAFE),
    ("cluster in a flow map", spec("    cluster: { sise : 3 }\n"), [("sise", "size")], SAFE),
    ("key in double quotes", spec('    cluster: {"sise": 3}\n'), [('"sise"', '"size"')], SAFE),
    ("key in single quotes", spec("    cluster: {'sise': 3}\n"), [("'sise'", "'size'")], SAFE),
    ("jetstream", spec("    jetstream:\n        memStorage:\n            enabled: false\n"), [("jetstream", "jetStream")], SAFE),
    ("memstorage", spec("    jetStream:\n        memstorage: {enabled: false}\n"), [("memstorage", "memStorage")], SAFE),
    ("fileStorge", spec("    jetStream:\n        fileStorge:\n\n            # big\n            size: 5Gi\n"), [("fileStorge", "fileStorage")], SAFE),
    ("storageClasName", spec("    jetStream:\n        fileStorage:\n            storageClasName: fast\n"), [("storageClasName", "storageClassName")], SAFE),
    ("loging", spec("    loging: {debug: true}\n"), [("loging", "logging")], SAFE),
    ("debugg", spec("    logging:\n        debugg: true\t# a tab\n"), [("debugg", "debug")], SAFE),
    ("anotations", spec('    anotations:\n        team: "größe ✓ 日本"\n'), [("anotations", "annotations")], SAFE),
    ("lables", spec("    lables:\n        team: messaging\n"), [("lables", "labels")], SAFE),
    ("resorces", spec("    resorces:\n        limits: {cpu: 1, memory: 2Gi}\n"), [("resorces", "resources")], SAFE),
    ("limit", spec("    resources:\n        limit: {cpu: 1}\n"), [("limit:", "limits:")], SAFE),
    ("request", spec("    resources:\n        request:\n            cpu: 100m\n"), [("request:", "requests:")], SAFE),
    ("two at once", spec("    cluser:\n        sise: 3\n"), [("cluser", "cluster"), ("sise", "size")], SAFE),
    ("kind", NATS.replace("NATS", "Nats"), [("Nats", "NATS")], SAFE),
    ("kind, then a field", spec("    cluster: {sise: 3}\n").replace("NATS", "NATs"), [("NATs", "NATS"), ("sise", "size")], SAFE),
    ("version", NATS.replace("v1alpha1", "v1"), [("/v1\n", "/v1alpha1\n")], SAFE),
    ("group", NATS.replace("operator.kyma-project.io", "operator.kyma-projekt.io"), [("kyma-projekt", "kyma-project")], SAFE),
    ("no apiVersion", NATS.replace("apiVersion: operator.kyma-project.io/v1alpha1\n", ""), [("kind: NATS", "apiVersion: operator.kyma-project.io/v1alpha1\nkind: NATS")], SAFE),
    ("no kind", NATS.replace("kind: NATS\n", ""), [("apiVersion:", "kind: NATS\napiVersion:")], SAFE),
    ("kimd", NATS.replace("kind: NATS", "kimd: NATS  # typo"), [("kimd", "kind")], SAFE),
    ("1 core", spec("    resources: {limits: {cpu: 1 core}}\n"), [("1 core", '"1"')], SAFE),
    ("quoted kind", NATS.replace("NATS", '"Nats"'), [('"Nats"', '"NATS"')], SAFE),
]  # fmt: skip
VALUES: list[Row] = [
    ("yes", spec("    logging:\n        debug: yes # really\n"), [("yes", "true")], SAFE),
    ("No", spec("    logging: {debug: No, trace: false}\n"), [("No,", "false,")], SAFE),
    ("on", spec("    jetStream: {memStorage: {enabled: on}}\n"), [("on}", "true}")], SAFE),
    ("quoted true", spec('    logging:\n        debug: "true"\n'), [('"true"', "true")], SAFE),
    ("quoted False", spec("    logging:\n        debug: 'False'\n"), [("'False'", "false")], SAFE),
    ("quoted size", spec('    cluster:\n        size: "3" # three\n'), [('"3"', "3")], SAFE),
    ("size in single quotes", spec("    cluster: {size: '5'}\n"), [("'5'", "5")], SAFE),
    ("blank in a size", spec("    jetStream:\n        fileStorage:\n            size: 20 Gi\n"), [("20 Gi", "20Gi")], SAFE),
    ("small letters", spec("    jetStream: {fileStorage: {size: 20gi}}\n"), [("20gi", "20Gi")], SAFE),
    ("GiB", spec('    jetStream:\n        fileStorage:\n            size: "20GiB"\n'), [("20GiB", "20Gi")], SAFE),
    ("MiB", spec("    jetStream:\n        memStorage:\n            size: '128MiB'\n"), [("128MiB", "128Mi")], SAFE),
    ("label of two digits", spec("    labels:\n        release: 1.10 # not 1.1\n"), [("1.10", '"1.10"')], SAFE),
    ("label true", spec("    labels: {canary: true}\n"), [("true", '"true"')], SAFE),
    ("label 42", spec("    labels:\n        build: 42\n"), [("42", '"42"')], SAFE),
    ("annotation yes", spec("    annotations:\n        checked: yes\n"), [("yes", '"yes"')], SAFE),
    ("annotation number", spec("    annotations:\n        when: 0123\n"), [("0123", '"0123"')], SAFE),
    ("cpu as a float", spec("    resources:\n        limits:\n            cpu: 0.50\n"), [("0.50", '"0.50"')], SAFE),
    ("20GB", spec("    jetStream:\n        fileStorage:\n            size: 20GB # gigabytes\n"), [("20GB", "20Gi")], UNSAFE),
    ("1,5Gi", spec("    jetStream: {fileStorage: {size: '1,5Gi'}}\n"), [("1,5Gi", "1.5Gi")], UNSAFE),
    ("even size", spec("    cluster:\n        size: 2\n"), [("size: 2", "size: 3")], UNSAFE),
    ("size 4", spec("    cluster: {size: 4}\n"), [("size: 4", "size: 5")], UNSAFE),
    ("request above limit", spec("    resources: {limits: {cpu: 500m}, requests: {cpu: 1}}\n"), [("cpu: 1}", "cpu: 500m}")], UNSAFE),
]  # fmt: skip
CONFIGS: list[Row] = [
    ("zonespread", config("  zonespread: preferred\n"), [("zonespread", "zoneSpread")], SAFE),
    ("profile", config("  profile: hardend\n"), [("hardend", "hardened")], SAFE),
    ("istio yes", config("  istio: yes\n"), [("yes", "true")], SAFE),
    ("networkPolicy quoted", config('  networkPolicy: "true"\n'), [('"true"', "true")], SAFE),
    ("zoneSpread", config("  zoneSpread: prefered # soft\n  zones: [a, b, c]\n"), [("prefered", "preferred")], SAFE),
    ("kubernetesVersion", config("  kubernetesVersion: 1.30\n"), [("1.30", '"1.30"')], SAFE),
    ("conf", config("  conf:\n    max_conections: 100\n"), [("max_conections", "max_connections")], SAFE),
    ("kind of the settings", config("  profile: hardened\n").replace("RenderNATS", "RenderNats"), [("RenderNats", "RenderNATS")], SAFE),
    ("secretMode", config("  secretMode: 'existng'\n"), [("existng", "existing")], SAFE),
    ("image with a scheme", config("  natsImage: https://registry.example.com/nats:2.12.1\n"), [("https://", "")], SAFE),
]  # fmt: skip
ELSEWHERE: list[Row] = [
    ("second document", f"{NATS}---\n{spec('    cluster: {sise: 3}').replace('eventing', 'other')}\n", [("sise", "size")], SAFE),
    ("an anchor that nobody uses", spec("    cluster:\n        size: &size '3'\n"), [("&size '3'", "&size 3")], SAFE),
    ("a tag", spec("    cluster:\n        size: !!str 3\n"), [("!!str 3", "3")], SAFE),
    ("BOM", "\ufeff" + spec("    cluster: {sise: 3}\n"), [("sise", "size")], SAFE),
    ("no newline at the end", spec("    cluster: {sise: 3}"), [("sise", "size")], SAFE),
    ("JSON", '{"apiVersion": "operator.kyma-project.io/v1alpha1", "kind": "Nats",\n "metadata": {"name": "a"}}', [("Nats", "NATS")], SAFE),
    ("a document end", f"---\n{spec('    cluster: {sise: 3}')}\n...\n", [("sise", "size")], SAFE),
    ("beside a block", spec('    annotations:\n        note: |\n            sise: 3\n              kept  \n    cluster: {"sise": 3}\n'), [('"sise"', '"size"')], SAFE),
    ("a folded text", spec("    cluster: {'sise': 3}\n    annotations:\n        note: >-\n            one\n            two\n"), [("'sise'", "'size'")], SAFE),
    ("an alias elsewhere", spec("    annotations: {a: &a x, b: *a}\n    cluster: {sise: 3}\n"), [("sise", "size")], SAFE),
    ("a foreign object", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ndata: {sise: 'y'}\n---\n" + spec("    cluster: {sise : 3}\n"), [("sise :", "size :")], SAFE),
]  # fmt: skip
ROWS: list[Row] = [*FIELDS, *VALUES, *CONFIGS, *ELSEWHERE]
ROWS += [
    crlf(row)
    for row in ROWS
    if row[0] in ("cluster.sise", "fileStorge", "quoted size", "second document", "profile", "no")
]
