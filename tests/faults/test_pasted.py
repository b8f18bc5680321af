"""What people really paste instead of a NATS: one line with file, line, field, what is wrong and what to write."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from tests.calls import krmfn, resource_list

if TYPE_CHECKING:
    from pathlib import Path

GOOD = """\
apiVersion: operator.kyma-project.io/v1alpha1
kind: NATS
metadata:
  name: orders-nats
  namespace: shop
spec:
  cluster:
    size: 3
  jetStream:
    fileStorage:
      size: 20Gi
  resources:
    limits:
      cpu: 500m
      memory: 1Gi
"""
CONFLICT = "a merge conflict is not resolved; keep one side, and remove the lines with <<<<<<<, ======= and >>>>>>>"
TEMPLATE = "a template is not rendered; render it first (helm template, for example) and pass the result to krmfn"
A_TEMPLATE = "the value is a template that is not rendered; render it first (helm template, for example)"
TAB = "the line is indented with a tab; use spaces"
SPACE = "a character that only looks like a space; type a space instead"
API = "operator.kyma-project.io/v1alpha1"


def placeholder(name: str) -> str:
    return f"the placeholder {name} is not replaced; write the value, or replace it first (envsubst, for example)"


def changed(old: str, new: str) -> str:
    assert old in GOOD
    return GOOD.replace(old, new)


def other(api_version: str, kind: str, more: str = "") -> str:
    return f"apiVersion: {api_version}\nkind: {kind}\nmetadata:\n  name: orders-nats\n{more}"


STORE, CPU = "spec.jetStream.fileStorage.size", "spec.resources.limits.cpu"
SOPS = "sops:\n  mac: ENC[AES256_GCM,data:xx,type:str]\n  version: 3.8.1\n"
CONFLICTED = "<<<<<<< HEAD\n    size: 3\n=======\n    size: 5\n>>>>>>> feature\n"
CHART = "config:\n  cluster:\n    enabled: true\n  jetstream:\n    enabled: true\n"
AGE = "-----BEGIN AGE ENCRYPTED FILE-----\nYWdlLWVuY3J5\n-----END AGE ENCRYPTED FILE-----\n"

IN_ANY_TOOL = {
    "a tab": (changed("    size: 3", "\tsize: 3"), 8, TAB, "unreadable-yaml"),
    "a merge conflict": (changed("    size: 3\n", CONFLICTED), 8, CONFLICT, "merge-conflict"),
    "an indented merge conflict": (
        changed("    size: 3\n", "".join(f"    {line.strip()}\n" for line in CONFLICTED.splitlines())),
        8, CONFLICT, "merge-conflict",
    ),
    "a template": (changed("size: 3", "size: {{ .Values.size }}"), 8, TEMPLATE, "unresolved-placeholder"),
    "a template's block": (changed("spec:\n", "spec:\n  {{- with .x }}\n"), 7, TEMPLATE, "unresolved-placeholder"),
    "a quoted template": (
        changed("20Gi", '"{{ .Values.size }}"'), 11, f"{STORE}: {A_TEMPLATE}", "unresolved-placeholder",
    ),
    "a variable": (
        changed("20Gi", "${SIZE:-hunter2}"), 11, f"{STORE}: {placeholder('SIZE')}", "unresolved-placeholder",
    ),
    "a bare variable": (
        changed("size: 3", "size: $SIZE"), 8, f"spec.cluster.size: {placeholder('SIZE')}", "unresolved-placeholder",
    ),
    "a name from a variable": (
        changed("orders-nats", "${NAME}"), 4, f"metadata.name: {placeholder('NAME')}", "unresolved-placeholder",
    ),
    "an encrypted value": (
        changed("size: 3", "size: ENC[AES256_GCM,data:0g==]"), 8,
        "spec.cluster.size: the value is encrypted (SOPS); decrypt it first: sops decrypt FILE", "encrypted",
    ),
    "a NATS of SOPS": (
        changed("size: 3", "size: ENC[AES256_GCM,data:0g==]") + SOPS, 16,
        "sops: the NATS is encrypted with SOPS; decrypt it first: sops decrypt FILE", "encrypted",
    ),
    "values of the chart in a NATS": (
        GOOD.partition("  cluster:")[0] + "  natsBox:\n    enabled: false\n", 7,
        ('spec.natsBox: unknown field "spec.natsBox"; it is a value of the Helm chart of NATS; known here: cluster,'
        " jetStream, logging, resources, annotations, labels"), "unknown-field",
    ),
    "20GB": (
        changed("20Gi", "20GB"), 11, f'{STORE}: "20GB" is not a quantity; write 20Gi, or 20G for powers of 1000',
        "pattern-mismatch",
    ),
    "1 core": (changed("500m", "1 core"), 14, f'{CPU}: "1 core" is not a quantity; write 1', "pattern-mismatch"),
    "500 m": (changed("500m", "500 m"), 14, f'{CPU}: "500 m" is not a quantity; write 500m', "pattern-mismatch"),
    "0,5": (changed("500m", "'0,5'"), 14, f"{CPU}: the value is not a quantity; write 0.5", "pattern-mismatch"),
    "quotes of a text program": (
        changed("20Gi", "\u201c20Gi\u201d"), 11, f"{STORE}: the value is not a quantity; write 20Gi",
        "pattern-mismatch",
    ),
    "a space without a break": (
        changed("20Gi", "20\u00a0Gi"), 11, f"{STORE}: the value is not a quantity; write 20Gi", "pattern-mismatch",
    ),
    "an indentation without a break": (
        changed("    size: 3", "\u00a0\u00a0\u00a0\u00a0size: 3"), 8, SPACE, "unreadable-yaml",
    ),
    "no space behind a colon": (
        changed("size: 3", "size:\u00a03"), 7,
        "spec.cluster: the value is a string, not a map; write a space after the colon", "wrong-type",
    ),
    "yes": (
        changed("    fileStorage", "    memStorage:\n      enabled: yes\n    fileStorage"), 11,
        'spec.jetStream.memStorage.enabled: YAML parsers disagree about this value: write true or "yes"',
        "ambiguous-scalar",
    ),
    "a wrong group": (
        changed(API, "nats.kyma-project.io/v1alpha1"), 1,
        f'apiVersion: "nats.kyma-project.io/v1alpha1" is not the apiVersion of a NATS; did you mean {API}?',
        "looks-like-nats",
    ),
    "a group of a part of Kyma": (
        changed(API, "operator.kyma.io/v1alpha1"), 1,
        f'apiVersion: "operator.kyma.io/v1alpha1" is not the apiVersion of a NATS; did you mean {API}?',
        "looks-like-nats",
    ),
    "no group": (
        changed(API, "v1"), 1, f'apiVersion: "v1" is not the apiVersion of a NATS; did you mean {API}?',
        "looks-like-nats",
    ),
    "the group of apps": (
        changed(API, "apps/v1"), 1, f'apiVersion: "apps/v1" is not the apiVersion of a NATS; did you mean {API}?',
        "looks-like-nats",
    ),
    "a group of NATS tools": (
        changed(API, "jetstream.nats.io/v1beta2"), 1,
        f'apiVersion: "jetstream.nats.io/v1beta2" is not the apiVersion of a NATS; did you mean {API}?',
        "looks-like-nats",
    ),
    "a wrong version": (
        changed("v1alpha1", "v1alpha2"), 1,
        f'apiVersion: "v1alpha2" is not a known version of NATS; write apiVersion: {API}', "unknown-version",
    ),
    "a wrong kind": (
        changed("kind: NATS", "kind: NATSCluster"), 2,
        f'kind: "NATSCluster" of {API} is not a NATS; did you mean kind: NATS?', "looks-like-nats",
    ),
    "an encrypted head": (
        changed(API, "ENC[AES256_GCM,data:Zq8=]") + SOPS, 1,
        ("apiVersion: the object is encrypted (SOPS), so it cannot be identified; decrypt it first (sops decrypt FILE),"
        " or encrypt only its secret values (encrypted_regex)"), "encrypted",
    ),
}  # fmt: skip
"""Input -> line of the file, message, code."""

IN_A_FILE = {
    "a fence of Markdown": (
        f"```yaml\n{GOOD}```\n", 1, "a code fence of Markdown is not YAML; remove the line", "unreadable-yaml",
    ),
    "a command of a shell": (
        "$ kubectl get nats -o yaml\n" + GOOD, 1, "a command is not YAML; remove the line", "unreadable-yaml",
    ),
    "two objects in one document": (
        GOOD + GOOD, 16, 'duplicate key "apiVersion": remove one, or write --- before a second object', "duplicate-key",
    ),
    "Latin-1": (GOOD + "# caf\udce9\n", 16, "the file is not UTF-8: save it as UTF-8", "not-utf8"),
    "a key with a space without a break": (
        changed("    size: 3", "\u00a0   size: 3").partition("  jetStream")[0], 8,
        (r'\xa0   size: unknown field "\xa0   size"; it has a character that only looks like a space; type a space'
        " instead"), "unknown-field",
    ),
    "a comment in JSON": (
        '// nats\n{"kind": "NATS"}\n', 1, "a comment in YAML begins with #; write # instead", "unreadable-yaml",
    ),
    "age": (AGE, 1, "the file is encrypted (age); decrypt it first", "encrypted"),
    "Ansible Vault": (
        "$ANSIBLE_VAULT;1.1;AES256\n6231\n", 1, "the file is encrypted (Ansible Vault); decrypt it first", "encrypted",
    ),
    "git-crypt": ("\0GITCRYPT\0abc", 1, "the file is encrypted (git-crypt); decrypt it first", "encrypted"),
    "values of the chart": (
        CHART, 1,
        ("these are values of a Helm chart, not a Kubernetes object; write a NATS, or convert values of the NATS chart"
        " first"), "helm-values",
    ),
    "an array": (
        "[" + '{"kind": "NATS"}' + "]", 1,
        "a list, not a Kubernetes object; write each object as a document, with --- between them", "not-an-object",
    ),
    "no kind": (
        changed("kind: NATS\n", ""), 1, f"kind: an object of {API} has no kind; write kind: NATS", "looks-like-nats",
    ),
    "Kind": (
        changed("kind: NATS", "Kind: NATS"), 1,
        f'kind: an object of {API} has no kind; write kind: NATS instead of "Kind"', "looks-like-nats",
    ),
    "apiversion": (
        changed("apiVersion", "apiversion"), 1,
        f'apiVersion: an object of kind "NATS" has no apiVersion; write apiVersion: {API}', "looks-like-nats",
    ),
    "a table of kubectl": (
        "NAME          STATE\norders-nats   Ready\n", 1,
        "text, not a Kubernetes object; write a NATS with apiVersion, kind, metadata and spec", "not-an-object",
    ),
    "a Kustomization": (
        other("kustomize.config.k8s.io/v1beta1", "Kustomization"), 1,
        ("the input has no NATS: a Kustomization is not rendered here; run kustomize build on it and pass the result to"
        " krmfn"), "no-nats-cr",
    ),
    "an Application": (
        other("argoproj.io/v1alpha1", "Application"), 1,
        "the input has no NATS: an Application of Argo CD names a source; use -f with a checkout of its path",
        "no-nats-cr",
    ),
    "a HelmRelease": (
        other("helm.toolkit.fluxcd.io/v2", "HelmRelease"), 1,
        f"the input has no NATS: a HelmRelease installs a chart; write a NATS ({API})", "no-nats-cr",
    ),
    "a NatsCluster": (
        other("nats.io/v1alpha2", "NatsCluster"), 1,
        f"the input has no NATS: a NatsCluster is of nats-operator; write a NATS ({API})", "no-nats-cr",
    ),
    "a Stream": (
        other("jetstream.nats.io/v1beta2", "Stream"), 1,
        f"the input has no NATS: an object of NACK describes streams, not servers; write a NATS ({API})", "no-nats-cr",
    ),
    "a SealedSecret": (
        other("bitnami.com/v1alpha1", "SealedSecret"), 1,
        "the input has no NATS: a SealedSecret cannot hold a NATS; store the NATS in clear text", "no-nats-cr",
    ),
    "a Deployment": (
        other("apps/v1", "Deployment"), 1,
        f"the input has no NATS ({API}), only Deployment; use -f with the file that has it", "no-nats-cr",
    ),
    "a NATS of others": (
        other("example.com/v1", "NATS"), 1,
        f"the input has no NATS: example.com/v1 is not the apiVersion of a NATS; did you mean {API}?", "no-nats-cr",
    ),
}  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("name", [*IN_ANY_TOOL, *IN_A_FILE])
def test_check_and_render_name_file_line_field_and_what_to_write(name: str, folder: Path) -> None:
    text, line, message, code = (IN_ANY_TOOL | IN_A_FILE)[name]
    (folder / "nats.yaml").write_bytes(text.encode(errors="surrogateescape"))
    for command in ("check", "render"):
        called = krmfn(command, "-f", "nats.yaml")
        assert called.status == 1
        said = called.out if command == "check" else called.err
        assert said.splitlines()[0] == f"nats.yaml:{line}: error: {message} [{code}]"
        assert command == "check" or called.out == ""
        assert "hunter2" not in called.out + called.err


@pytest.mark.parametrize("name", IN_ANY_TOOL)
def test_a_function_refuses_it_and_gives_its_items_back(name: str) -> None:
    text, _, message, code = IN_ANY_TOOL[name]
    lines = text.split("\n")
    listed = resource_list(["- " + "\n  ".join(lines[:-1]) + "\n"])
    called = krmfn(stdin=listed)
    assert called.status == 1
    assert f"{message} [{code}]" in called.err
    assert called.out == "" or called.out.startswith(listed)


@pytest.mark.parametrize("name", IN_ANY_TOOL)
def test_a_plugin_of_kustomize_refuses_it(name: str, folder: Path) -> None:
    text, _, message, code = IN_ANY_TOOL[name]
    (folder / "nats.yaml").write_text(text)
    called = krmfn("nats.yaml", env={**os.environ, "KUSTOMIZE_PLUGIN_CONFIG_STRING": text})
    assert called.status == 1
    assert f"{message} [{code}]" in called.err
    assert called.out == ""


@pytest.mark.parametrize("name", IN_ANY_TOOL)
def test_diff_cannot_compare_it(name: str, folder: Path) -> None:
    text, line, message, code = IN_ANY_TOOL[name]
    (folder / "old.yaml").write_text(GOOD)
    (folder / "new.yaml").write_text(text)
    called = krmfn("diff", "old.yaml", "new.yaml")
    assert called.status == 2
    assert f"new.yaml:{line}: error: {message} [{code}]" in called.out + called.err


@pytest.mark.parametrize(
    "text",
    [GOOD.replace("\n", "\r\n"), "\ufeff" + GOOD, "".join(f"  {line}\n" for line in GOOD.splitlines())],
    ids=["line ends of Windows", "byte order mark", "indented"],
)
def test_what_is_only_written_in_another_way_is_rendered_the_same(text: str, folder: Path) -> None:
    (folder / "plain.yaml").write_text(GOOD)
    (folder / "other.yaml").write_bytes(text.encode())
    called = krmfn("render", "-f", "other.yaml")
    assert called.status == 0
    assert called.raw == krmfn("render", "-f", "plain.yaml").raw


@pytest.mark.parametrize("text", ["", "\n", "# todo\n", "---\n", "null\n", "apiVersion: v1\nkind: List\nitems: []\n"])
def test_an_empty_file_is_named(text: str, folder: Path) -> None:
    (folder / "nats.yaml").write_text(text)
    called = krmfn("render", "-f", "nats.yaml")
    said = "no Kubernetes object in this file; check the command that writes it [empty-input]"
    assert (called.status, called.err) == (1, f"nats.yaml: error: {said}\n")


def test_an_empty_folder_is_named_with_the_option_that_reads_deeper(folder: Path) -> None:
    (folder / "clusters/prod").mkdir(parents=True)
    (folder / "clusters/prod/nats.yaml").write_text(GOOD)
    said = "no Kubernetes object in this folder; add -R to read the folders below it [empty-input]"
    called = krmfn("render", "-f", "clusters")
    assert (called.status, called.err) == (1, f"clusters: error: {said}\n")
    assert krmfn("render", "-R", "-f", "clusters").status == 0
    (folder / "empty").mkdir()
    said = "no Kubernetes object in this folder; check the path and .krmignore [empty-input]"
    assert krmfn("render", "-f", "empty").err == f"empty: error: {said}\n"


@pytest.mark.parametrize(
    ("pair", "said"),
    [
        ("spec.cluster.size=5", '"spec.cluster.size" is a field of the NATS, not a key; set spec.cluster.size there'),
        ("cluster.size=5", '"cluster.size" is a field of the NATS, not a key; set spec.cluster.size there'),
        ("replicas=5", 'unknown key "replicas"; set spec.cluster.size of the NATS'),
        ("storageClassName=x", "set spec.jetStream.fileStorage.storageClassName of the NATS"),
        ("bogus=1", 'unknown key "bogus"; krmfn --help lists the keys'),
        ("spec.zones=a,b,c", 'unknown key "spec.zones"; did you mean "zones"?'),
        ("zones=${ZONES}", f"zones: {placeholder('ZONES')}"),
        ("natsImage=https://x/nats", "natsImage: "),
    ],
)
def test_a_pair_of_set_says_where_it_belongs(pair: str, said: str, folder: Path) -> None:
    (folder / "nats.yaml").write_text(GOOD)
    called = krmfn("render", "-f", "nats.yaml", "--set", pair)
    assert called.status == 1
    assert said in called.err


@pytest.mark.parametrize("image", ["nats:latest", "nats", "registry.example.com:5000/nats"])
def test_an_image_without_a_fixed_tag_is_a_warning(image: str, folder: Path) -> None:
    (folder / "nats.yaml").write_text(GOOD)
    called = krmfn("render", "-f", "nats.yaml", "--set", f"natsImage={image}")
    said = f"natsImage: {image} has no fixed tag, so a restart may start another version; write a tag or a digest"
    assert called.status == 0
    assert f"warning: {said} [image-not-fixed]" in called.err


@pytest.mark.parametrize("image", ["nats:2.14.2", f"nats@sha256:{'0' * 64}"])
def test_a_tag_and_a_digest_are_fixed(image: str, folder: Path) -> None:
    (folder / "nats.yaml").write_text(GOOD)
    assert "image-not-fixed" not in krmfn("render", "-f", "nats.yaml", "--set", f"natsImage={image}").err


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("memory: 1Gi", "memory: 1024", 15, "1024 bytes are too few for a server; write a unit, such as 512Mi"),
        ("cpu: 500m", "cpu: 500M", 14, "500M is more CPU than a node has; write cores, such as 500m or 2"),
    ],
)
def test_an_amount_whose_unit_is_wrong_is_a_warning(old: str, new: str, line: int, said: str, folder: Path) -> None:
    (folder / "nats.yaml").write_text(changed(old, new))
    called = krmfn("render", "-f", "nats.yaml")
    field = f"spec.resources.limits.{old.partition(':')[0]}"
    assert f"nats.yaml:{line}: warning: {field}: {said} [implausible-resource]" in called.err


@pytest.mark.parametrize(
    ("pair", "said"),
    [
        ("fileStore=95", "fileStore: 95 bytes are too few for a store; add a unit, such as 95%"),
        ("fileStore=2000", "fileStore: 2000 bytes are too few for a store; add a unit, such as 2Gi"),
        ("exporterMemory=64", "exporterMemory: 64 is less memory than a container can start with; add a unit: 64Mi"),
        ("reloaderMemory=5Mi", "reloaderMemory: 5Mi is less memory than a container can start with; add a unit: 64Mi"),
    ],
)
def test_an_amount_of_a_setting_whose_unit_is_wrong_is_a_warning(pair: str, said: str, folder: Path) -> None:
    (folder / "nats.yaml").write_text(GOOD)
    assert f"warning: {said} [implausible-resource]" in krmfn("render", "-f", "nats.yaml", "--set", pair).err


@pytest.mark.parametrize("pair", ["fileStore=95%", "fileStore=2Gi", "exporterMemory=6Mi", "reloaderMemory=32Mi"])
def test_an_amount_of_a_setting_with_its_unit_is_not(pair: str, folder: Path) -> None:
    (folder / "nats.yaml").write_text(GOOD)
    assert "implausible-resource" not in krmfn("render", "-f", "nats.yaml", "--set", pair).err


def test_a_volume_and_a_memory_store_without_a_unit_are_warnings(folder: Path) -> None:
    (folder / "nats.yaml").write_text(changed("size: 20Gi", "size: 10\n    memStorage: {enabled: true, size: 20}"))
    said = krmfn("render", "-f", "nats.yaml").err
    for field, size in (("fileStorage", 10), ("memStorage", 20)):
        text = f"spec.jetStream.{field}.size: {size} bytes are too few for a store; write a unit, such as 1Gi"
        assert text in said


def test_half_a_kibibyte_of_memory_is_meant_in_mebibytes(folder: Path) -> None:
    (folder / "nats.yaml").write_text(changed("memory: 1Gi", "memory: 512m"))
    called = krmfn("render", "-f", "nats.yaml")
    assert "512m has a fraction of a byte; write 512Mi [fraction-of-a-byte]" in called.err


def test_a_nats_in_a_list_that_is_an_item_is_not_passed_over() -> None:
    nats = "".join(f"    {line}\n" for line in GOOD.splitlines())
    listed = resource_list([f"- apiVersion: v1\n  kind: List\n  items:\n  -{nats[3:]}"])
    called = krmfn(stdin=listed)
    assert called.status == 1
    assert "a NATS inside a List is not rendered; make it a separate item [nats-in-list]" in called.err


def test_a_line_that_is_indented_too_far_is_told_of_quotes_and_of_the_indentation(folder: Path) -> None:
    (folder / "nats.yaml").write_text(changed("\n  namespace: shop", "\n   namespace: shop"))
    said = krmfn("check", "-f", "nats.yaml").out
    text = 'error: unexpected ": ": put the value in quotes, or indent the line like the one above [unreadable-yaml]'
    assert f"nats.yaml:5: {text}" in said


def test_diff_of_revisions_outside_of_a_repository_says_what_else_can_be_compared(folder: Path) -> None:
    (folder / "nats.yaml").write_text(GOOD)
    called = krmfn("diff", "--git", "HEAD", "--", ".")
    assert called.err.startswith("error: git finds no repository here (")
    assert "run krmfn in a clone, or compare two files or directories: krmfn diff OLD NEW" in called.err


def test_a_size_of_the_chart_in_quotes_is_proposed_without_them(folder: Path) -> None:
    (folder / "v.yaml").write_text('config:\n  merge:\n    max_payload: "16MB"\n    max_pending: "two words"\n')
    said = krmfn("import", "v.yaml").err
    assert 'does not start with "16MB" in quotes; write a number, or << 16MB >> [helm-invalid]' in said
    assert "max_pending: nats-server does not start with this string in quotes; write a number, or << 8MB >>" in said
