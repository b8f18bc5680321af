"""Objects that make the Secret of a CR: recognised, passed through untouched, and never made a second time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from krmfn.hosts.function import transform
from tests.calls import PATH, documents, items_of, krmfn
from tests.hosts.test_previous import children, found

if TYPE_CHECKING:
    from pathlib import Path

HASH = "$2b$11$012345678901234567890uUQKburPlgWktAOuZhranD5FvCQrTi12"
NKEY = "UAB2CB576PHBBPQ5ODORRZ2LYCMWPZGWGCN2KDK7DXOIMZASKUY3RLKK"
CANARY = "hunter2-s3cr3t-canary"
CR = """\
apiVersion: operator.kyma-project.io/v1alpha1
kind: NATS
metadata:
  name: nats
  namespace: ns
"""
MODES = {
    "existing": {},
    "bcrypt": {"adminHash": HASH},
    "nkey": {"adminNkey": NKEY},
    "external-secret": {"secretStore": "vault", "remoteKey": "nats"},
    "generated-external-secret": {},
}
RENDERING = [mode for mode in MODES if mode != "existing"]
PLAIN = f"""\
apiVersion: v1
kind: Secret
metadata:
  name: nats-secret
  namespace: ns
stringData:
  resolver.conf: "{CANARY}"
"""
SOPS = f"""\
apiVersion: v1
kind: Secret
metadata:
    name: nats-secret
    namespace: ns
type: Opaque
data:
    resolver.conf: ENC[AES256_GCM,data:{CANARY},iv:x/y=,tag:z==,type:str]
sops:
    age:
        - recipient: age1example
          enc: |
            -----BEGIN AGE ENCRYPTED FILE-----
            {CANARY}
            -----END AGE ENCRYPTED FILE-----
    lastmodified: "2026-01-01T00:00:00Z"
    mac: ENC[AES256_GCM,data:{CANARY},iv:a=,tag:b==,type:str]
    encrypted_regex: ^(data|stringData)$
    version: 3.11.0
"""
SEALED = f"""\
apiVersion: bitnami.com/v1alpha1
kind: SealedSecret
metadata:
  name: any-name
  namespace: ns
spec:
  encryptedData:
    resolver.conf: {CANARY}
  template:
    metadata:
      name: nats-secret
      namespace: ns
"""
EXTERNAL = """\
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata:
  name: any-name
  namespace: ns
spec:
  target:
    name: nats-secret
  dataFrom:
  - extract: {key: hunter2-s3cr3t-canary}
"""
SAME_NAME = EXTERNAL.replace("any-name", "nats-secret")
MAKERS = {"plain": PLAIN, "sops": SOPS, "sealed": SEALED, "external": EXTERNAL, "external of the name": SAME_NAME}


def config(mode: str, **more: str) -> str:
    pairs = {"zones": "3", "istio": "false", "secretMode": mode, **MODES[mode], **more}
    data = "".join(f"    {key}: '{value}'\n" for key, value in pairs.items())
    return f"functionConfig:\n  apiVersion: v1\n  kind: ConfigMap\n  metadata:\n    name: c\n  data:\n{data}"


def item(text: str, file: str) -> str:
    """The document as kpt gives it, in its own indentation."""
    lines = text.rstrip("\n").split("\n")
    at = lines.index("metadata:") + 1
    own = " " * (len(lines[at]) - len(lines[at].lstrip()))
    if not any(line.strip() == "annotations:" for line in lines):
        lines.insert(at, f"{own}annotations:")
    lines.insert(lines.index(f"{own}annotations:") + 1, f"{own}{own}{PATH}: '{file}'")
    return "".join(f"{'  ' if number else '- '}{line}\n" for number, line in enumerate(lines))


def whole(items: str, config: str) -> str:
    return f"apiVersion: config.kubernetes.io/v1\nkind: ResourceList\n{config}items:\n{items}"


def listed(mode: str, *more: str, **pairs: str) -> str:
    items = item(CR, "nats.yaml") + "".join(item(text, "secret.yaml") for text in more)
    return whole(items, config(mode, **pairs))


def codes(output: str) -> set[str]:
    return set(found(output))


@pytest.mark.parametrize("name", MAKERS)
def test_the_mode_existing_recognises_what_makes_the_secret_and_leaves_every_byte(name: str):
    text = listed("existing", MAKERS[name])
    output, status, said = transform(text)
    assert status == 0, said
    assert not codes(output) & {"secret-not-among-items", "secret-without-key", "competing-secret"}
    there = item(MAKERS[name], "secret.yaml")
    assert f"\n{there}" in output
    assert output.count(CANARY) == there.count(CANARY)


KEYLESS = {
    "plain": PLAIN.replace("resolver.conf", "password"),
    "sops": SOPS.replace("    resolver.conf:", "    password:"),
    "sealed": SEALED.replace("    resolver.conf:", "    password:"),
    "external with data": EXTERNAL.replace(
        "  dataFrom:\n  - extract: {key: hunter2-s3cr3t-canary}\n",
        "  data:\n  - secretKey: password\n    remoteRef: {key: a}\n",
    ),
    "external with a template": EXTERNAL.replace(
        "    name: nats-secret\n  data", "    name: nats-secret\n    template:\n      data: {password: a}\n  data"
    ),
}


@pytest.mark.parametrize("name", KEYLESS)
def test_what_makes_a_secret_without_the_key_is_an_error_that_names_it(name: str):
    text = listed("existing", KEYLESS[name])
    output, status, said = transform(text)
    assert (status, codes(output) & {"secret-without-key"}) == (1, {"secret-without-key"})
    (kind,) = {doc["kind"] for doc in documents(KEYLESS[name])}
    assert f"{kind} " in said
    assert CANARY not in said


UNSEEN = {
    "the whole of data encrypted": SOPS.replace("data:\n    resolver.conf: ENC[", "data: ENC["),
    "a template with the key": EXTERNAL.replace(
        "    name: nats-secret\n", "    name: nats-secret\n    template:\n      data: {resolver.conf: a}\n"
    ),
    "templates from elsewhere": EXTERNAL.replace(
        "    name: nats-secret\n", "    name: nats-secret\n    template:\n      templateFrom: [{literal: a}]\n"
    ),
    "a template that is merged": EXTERNAL.replace(
        "    name: nats-secret\n",
        "    name: nats-secret\n    template:\n      mergePolicy: Merge\n      data: {other: a}\n",
    ),
    "a template of a sealed secret": SEALED.replace("    resolver.conf:", "    password:").replace(
        "  template:\n", "  template:\n    data: {resolver.conf: a}\n"
    ),
}


@pytest.mark.parametrize("name", UNSEEN)
def test_what_may_bring_the_key_is_not_told_to_lack_it(name: str):
    output, status, said = transform(listed("existing", UNSEEN[name]))
    assert status == 0, said
    assert "secret-not-among-items" not in codes(output)


ELSEWHERE = {
    "another name": EXTERNAL.replace("name: nats-secret", "name: other"),
    "another namespace": SEALED.replace("namespace: ns", "namespace: other"),
    "makes none": EXTERNAL.replace("    name: nats-secret\n", "    name: nats-secret\n    creationPolicy: None\n"),
    "makes another kind": EXTERNAL.replace(
        "    name: nats-secret\n", "    name: nats-secret\n    manifest: {apiVersion: v1, kind: ConfigMap}\n"
    ),
    "of another group": EXTERNAL.replace("external-secrets.io/v1", "example.com/v1"),
    "for tools only": SEALED.replace(
        "  name: any", "  annotations:\n    config.kubernetes.io/local-config: 'true'\n  name: any"
    ),
    "without a spec": "apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nmetadata:\n  name: a\n",
}


@pytest.mark.parametrize("name", ELSEWHERE)
def test_what_makes_another_secret_is_nobodys_business(name: str):
    output, status, said = transform(listed("existing", ELSEWHERE[name]))
    assert status == 0, said
    assert "secret-not-among-items" in codes(output)
    output, status, said = transform(listed("bcrypt", ELSEWHERE[name]))
    assert status == 0, said


@pytest.mark.parametrize("name", MAKERS)
@pytest.mark.parametrize("mode", RENDERING)
def test_a_second_maker_of_a_rendered_secret_is_an_error_that_names_both(mode: str, name: str):
    output, status, said = transform(listed(mode, MAKERS[name]))
    assert (status, codes(output) & {"competing-secret", "unmarked-child"}) == (1, {"competing-secret"})
    (there,) = documents(MAKERS[name])
    ours = "ExternalSecret" if "external" in mode else "Secret"
    assert f'renders {ours} "nats-secret"' in said
    assert f'{there["kind"]} "{there["metadata"]["name"]}" in secret.yaml' in said
    assert "secretMode: existing" in said
    assert CANARY not in said


@pytest.mark.parametrize("name", MAKERS)
@pytest.mark.parametrize("mode", RENDERING)
def test_adopt_takes_a_plain_object_of_the_same_kind_and_name_and_nothing_else(mode: str, name: str):
    output, status, said = transform(listed(mode, MAKERS[name], adopt="true"))
    kind = "external of the name" if "external" in mode else "plain"
    assert status == (name != kind), said
    if status:
        assert "competing-secret" in codes(output)
        assert "adopt" not in said
    else:
        made = [one for one in items_of(output) if one["metadata"]["name"] == "nats-secret"]
        assert len([one for one in made if one["kind"] != "Password"]) == 1
        assert CANARY not in output


@pytest.mark.parametrize("mode", RENDERING)
def test_two_crs_with_one_stated_secret_name_are_told_to_leave_it_out(mode: str):
    text = listed(mode, CR.replace("name: nats", "name: other-nats"), secretName="nats-secret")
    _, status, said = transform(text)
    assert status == 1
    assert "nats-secret too" in said
    assert "remove secretName" in said
    assert "rename" not in said


@pytest.mark.parametrize("mode", MODES)
def test_a_rendered_secret_cannot_be_the_one_that_pulls_images(mode: str):
    output, status, said = transform(listed(mode, secretName="pull", imagePullSecrets="registry,pull"))
    assert status == (mode in RENDERING), said
    assert ("conflicting-settings" in codes(output)) == (mode in RENDERING)


def test_an_object_that_cannot_be_taken_over_is_not_offered_for_it():
    assert "set adopt: true" in transform(listed("bcrypt", PLAIN))[2]
    assert "set adopt: true" not in transform(listed("bcrypt", SOPS))[2]


@pytest.mark.parametrize("name", MAKERS)
def test_render_with_everything_prints_the_secret_as_it_is(name: str, tmp_path: Path):
    file = tmp_path / "all.yaml"
    file.write_text(f"{CR}---\n{MAKERS[name]}")
    called = krmfn("render", "-f", file, "--set", "include=all")
    assert called.status == 0, called
    assert MAKERS[name] in called.out
    called = krmfn("render", "-f", file, "--set", "secretMode=bcrypt", "--set", f"adminHash={HASH}")
    assert (called.status, called.out) == (1, "")
    assert "competing-secret" in called.err
    assert CANARY not in called.err


@pytest.mark.parametrize("mode", RENDERING)
def test_rendering_a_mode_twice_is_rendering_it_once(mode: str):
    once, status, said = transform(listed(mode))
    assert status == 0, said
    twice, status, said = transform(once.partition("\nresults:")[0] + "\n")
    assert status == 0, said
    assert items_of(twice) == items_of(once)
    assert "competing-secret" not in codes(twice)


def step(before: str, after: str, allow: str = "", **pairs: str) -> tuple[str, int, str]:
    """A second render in another mode over the children of the first."""
    first, status, said = transform(listed(before))
    assert status == 0, said
    notes = f"  annotations:\n    krmfn.dev/allow: {allow}\n" if allow else ""
    return transform(whole(item(CR + notes, "nats.yaml") + children(first), config(after, **pairs)))


GOES = {
    ("bcrypt", "existing"): "no pod can restart until a Secret of that name exists",
    ("nkey", "existing"): "no pod can restart until a Secret of that name exists",
    ("external-secret", "existing"): "is removed with its ExternalSecret",
    ("external-secret", "nkey"): "until the next sync creates the rendered one",
    ("bcrypt", "external-secret"): "until External Secrets has created it again",
    ("bcrypt", "generated-external-secret"): "does not create it again by itself",
}


@pytest.mark.parametrize(("before", "after"), GOES)
def test_a_mounted_secret_that_goes_is_a_warning_that_says_what_to_do(before: str, after: str):
    output, status, said = step(before, after)
    assert status == 0, said
    assert found(output)["secret-removed"] == "warning"
    assert found(output)["child-removed"] == "info"
    assert GOES[before, after] in output


STAYS = [
    ("bcrypt", "nkey"),
    ("external-secret", "generated-external-secret"),
    ("generated-external-secret", "external-secret"),
    ("generated-external-secret", "existing"),
    ("existing", "bcrypt"),
]


@pytest.mark.parametrize(("before", "after"), STAYS)
def test_a_secret_that_stays_is_no_warning(before: str, after: str):
    output, status, said = step(before, after)
    assert status == 0, said
    assert "secret-removed" not in codes(output)


@pytest.mark.parametrize(("protect", "after"), [("true", "bcrypt"), ("true", "existing"), ("false", "bcrypt")])
def test_an_external_secret_that_flux_leaves_is_told_to_be_deleted_without_its_secret(protect: str, after: str):
    first, status, said = transform(listed("external-secret", protect=protect))
    assert status == 0, said
    output, status, said = transform(whole(item(CR, "nats.yaml") + children(first), config(after, protect=protect)))
    assert status == 0, said
    recipe = "kubectl -n ns delete externalsecret nats-secret --cascade=orphan"
    assert ("external-secret-left" in codes(output), recipe in output) == (protect == "true", protect == "true")


def test_a_secret_that_is_mounted_no_more_may_go_without_a_word():
    first, _, _ = transform(listed("bcrypt"))
    none = config("existing").replace("'existing'", "'none'")
    output, status, said = transform(whole(item(CR, "nats.yaml") + children(first), none))
    assert status == 0, said
    assert "secret-removed" not in codes(output)
    output, status, _ = step("bcrypt", "existing", secretName="another")
    assert "secret-removed" not in codes(output)


@pytest.mark.parametrize("after", ["bcrypt", "nkey"])
def test_a_rendered_secret_over_an_immutable_one_is_refused_with_the_recipe(after: str):
    output, status, said = step("generated-external-secret", after)
    assert status == 1
    assert "immutable-object" in codes(output)
    assert "kubectl -n ns delete secret nats-secret" in said
    output, status, said = step("generated-external-secret", after, "immutable-object")
    assert status == 0, said
    assert found(output)["immutable-object"] == "warning"


@pytest.mark.parametrize("where", ["--previous", "--output-dir"])
def test_the_command_line_says_the_same_of_an_earlier_render(where: str, tmp_path: Path):
    file, out = tmp_path / "nats.yaml", tmp_path / "out"
    file.write_text(CR)
    generated = ("--set", "secretMode=generated-external-secret")
    hashed = ("--set", "secretMode=bcrypt", "--set", f"adminHash={HASH}")
    assert krmfn("render", "-f", file, *hashed, "--output-dir", out).status == 0
    called = krmfn("render", "-f", file, where, out)
    assert called.status == 0, called
    assert "secret-removed" in called.err
    assert krmfn("render", "-f", file, *generated, "--output-dir", out).status == 0
    called = krmfn("render", "-f", file, *hashed, where, out)
    assert called.status == 1
    assert "immutable-object" in called.err


def test_a_broken_earlier_object_says_nothing():
    first = children(transform(listed("external-secret"))[0])
    for old, new in (("name: nats-secret", "nam: x"), ("target:", "targe:"), ("spec:", "spek:")):
        at = first.index("kind: ExternalSecret")
        text = first[:at] + first[at:].replace(old, new, 1)
        _, status, said = transform(whole(item(CR, "nats.yaml") + text, config("existing")))
        assert status == 0, said
