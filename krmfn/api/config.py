"""The functionConfig in each of its forms, and `--set`, as `Settings`: later layers win, and the result is checked."""

from __future__ import annotations

from krmfn.api.accept import accept_config
from krmfn.api.keys import (
    CONFIDENTIAL,
    EMPTY_IS_STATED,
    FOR_HARDENED,
    GROUPS,
    GROUPS_WITH_PARTS,
    KEYS,
    from_text,
    part_of,
    parts_of,
)
from krmfn.api.table import NATS, RENDER_NATS
from krmfn.cluster.images import is_fixed
from krmfn.cluster.resources import LEAST_MEMORY
from krmfn.cluster.settings import Settings, until_unknown
from krmfn.cluster.storage import LEAST_STORE
from krmfn.model.finding import ERROR, dotted, error, warning
from krmfn.model.fix import QUOTE, RENAME, REPLACE, Fix, is_misspelled, renamed, replaced
from krmfn.model.objects import API_VERSION, CONFIG_API_VERSION, CONFIG_KIND, KIND
from krmfn.model.placeholders import unresolved
from krmfn.model.quantity import Quantity
from krmfn.model.text import nearest, quotable, shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any, TypeAlias

    from krmfn.api.credentials import KeyFault
    from krmfn.api.keys import EntryFault
    from krmfn.model.code import Code
    from krmfn.model.finding import Finding
    from krmfn.model.objects import FieldPath

    Origins: TypeAlias = dict[str, FieldPath]

DATA, SPEC = ("data",), ("spec",)
PACKAGE_CONTEXT = ("name", "package-path")
"""Keys that kpt adds to a ConfigMap of its own accord."""
_FIELDS: dict[str, Any] = RENDER_NATS["fields"]["spec"]["fields"]
_FOR_MODES = {
    "adminHash": ("bcrypt", "the bcrypt hash of the password; krmfn secret hash makes one"),
    "adminNkey": ("nkey", "the public nkey of the user"),
    "secretStore": ("external-secret", "the name of the store"),
    "remoteKey": ("external-secret", "the key of the password in the store"),
}
"""Keys of one secret mode, which needs them; what they hold."""
_PARTS_OF = {
    "networkPolicyEgress": "networkPolicy",
    "networkPolicyFrom": "networkPolicy",
    "networkPolicyTo": "networkPolicyEgress",
    "podMonitorLabels": "podMonitor",
}
"""Keys that have an effect only where another one is true."""
_SIDECARS = ("exporterCpu", "exporterMemory", "exporterJsz", "reloaderCpu", "reloaderMemory")
_OF_CONFIG_MAP = ("apiVersion", "kind", "metadata", "data", "immutable")
_COSTS_ADVISED = range(10, 15)
ALL = frozenset(attribute for attribute, _ in KEYS.values())
"""Every attribute of Settings."""
_ACCEPTED = f"a {CONFIG_KIND} ({CONFIG_API_VERSION}) or a ConfigMap (v1)"


def from_function_config(
    value: object, pairs: dict[str, object] | None = None
) -> tuple[Settings, dict[str, Any] | None, list[Finding]]:
    """Settings, the NATS CR where the functionConfig is one, and findings. None: no functionConfig.

    `pairs` are the keys given with `--set`; they override the functionConfig's.
    """
    made: dict[str, Any] = {}
    origins = _origins()
    cr, found = _any_form(value, made, origins)
    found += _flat(pairs or {}, (), made, origins)
    settings = Settings(**made).with_faulty(faulty_in(found))
    return settings, cr, found + conflicts(settings, origins)


def layered(values: list[object], pairs: dict[str, object]) -> tuple[Settings, list[list[Finding]]]:
    """Settings from configurations, each key by key over those before it, and `pairs` over all of them.

    Findings are a list for each configuration, and a last one for `pairs`.
    """
    made: dict[str, Any] = {}
    origins = _origins()
    found: list[list[Finding]] = []
    layer_of: dict[str, int] = {}
    for number in range(len(values) + 1):
        before = dict(origins)
        if number < len(values):
            cr, faults = _any_form(values[number], made, origins)
            faults += [] if cr is None else [no_settings()]
        else:
            faults = _flat(pairs, (), made, origins)
        found.append(faults)
        layer_of |= dict.fromkeys((key for key in KEYS if origins[key] is not before[key]), number)
    settings = Settings(**made).with_faulty(faulty_in(fault for faults in found for fault in faults))
    for finding in conflicts(settings, origins):
        key = next((str(part) for part in finding.path if part in layer_of), "")
        found[layer_of.get(key, len(values))].append(finding)
    return settings, found


def unclear(problems: list[Finding], value: object) -> list[Finding]:
    """What the reader says of unclear scalars in a functionConfig: not what they are, where one may be a password."""
    return [_unclear(one, value) for one in problems]


def _unclear(problem: Finding, value: object) -> Finding:
    from krmfn.api.advice import for_unclear

    is_public = CONFIDENTIAL.isdisjoint(problem.path)
    text = problem.message if is_public else "YAML parsers disagree about this value: put it in double quotes"
    fix = for_unclear(problem.path, value, RENDER_NATS)
    return error(problem.code, text, problem.path, fix=fix).at(line=problem.line)


def faulty_in(found: Iterable[Finding]) -> frozenset[str]:
    """The attributes whose values are unknown because of errors: all of them where no configuration was read.

    A misspelled key is the one that it is meant for; a key that is meant for none says nothing of the others.
    """
    faulty: set[str] = set()
    for one in found:
        if one.severity != ERROR:
            continue
        if one.code == "unknown-function-config" or one.path[:1] in (("apiVersion",), ("kind",)):
            return ALL
        named = {str(part).partition(".")[0] for part in one.path}
        if one.fix is not None and one.fix.operation == RENAME:
            named.add(str(one.fix.value).partition(".")[0])
        faulty |= {KEYS[key][0] for key in named if key in KEYS}
    return frozenset(faulty)


def conflicts(settings: Settings, origins: Origins) -> list[Finding]:
    """What is wrong with keys together; `origins` has where each was set. What needs a faulty key is not judged."""
    sound = settings.sound()
    return [finding for check in _CONFLICTS for finding in until_unknown(check(sound, origins))]


def _of_profile(settings: Settings, origins: Origins) -> Iterator[Finding]:
    """Keys for which the operator has nothing."""
    if settings.profile != "nats-manager":
        return
    for check in (_of_modes, _of_store, _of_sidecars, _of_images, _of_groups):
        yield from until_unknown(check(settings, origins))


def _of_modes(settings: Settings, origins: Origins) -> Iterator[Finding]:
    path = origins["secretMode"]
    if settings.secret_mode == "none":
        text = f"{dotted(path)}: none is available in profile hardened only; set existing"
        yield error("conflicting-settings", text, path, "none", replaced(path, "existing"))


def _of_store(settings: Settings, origins: Origins) -> Iterator[Finding]:
    if settings.file_store is not None:
        path = origins["fileStore"]
        text = (
            f"{dotted(path)}: profile nats-manager gives the file store the whole volume, like the operator; remove it"
        )
        yield error("conflicting-settings", text, path)


def _of_sidecars(settings: Settings, origins: Origins) -> Iterator[Finding]:
    """Keys that would change the operator's pod template."""
    default = Settings()
    for key in _known(_SIDECARS, settings):
        attribute = KEYS[key][0]
        if getattr(settings, attribute) != getattr(default, attribute):
            text = f"{dotted(origins[key])}: profile nats-manager renders the sidecars like the operator; remove it"
            yield error("conflicting-settings", text, origins[key])


def _of_images(settings: Settings, origins: Origins) -> Iterator[Finding]:
    """Another image restarts the servers, which a take-over must not."""
    if settings.images != "kyma":
        path = origins["images"]
        text = f"{dotted(path)}: profile nats-manager renders the operator's images; set images: kyma"
        yield error("conflicting-settings", text, path, settings.images, replaced(path, "kyma"))


def _of_tags(settings: Settings, origins: Origins) -> Iterator[Finding]:
    """Images whose version can change without a change of the key."""
    for key in _known(("natsImage", "reloaderImage", "exporterImage"), settings):
        image = getattr(settings, KEYS[key][0])
        if image is not None and not is_fixed(image):
            text = f"{dotted(origins[key])}: {shown(image)} has no fixed tag, so a restart may start another version"
            yield warning("image-not-fixed", f"{text}; write a tag or a digest", origins[key], shown(image))


def _of_groups(settings: Settings, origins: Origins) -> Iterator[Finding]:
    """Groups of keys for what the operator renders nothing of."""
    for key in _known(FOR_HARDENED, settings):
        if getattr(settings, KEYS[key][0]) is not None:
            text = (
                f"{dotted(origins[key])}: profile nats-manager renders what the operator renders, and that has no"
                f" {key}; take the cluster over first, then set profile: hardened"
            )
            yield error("needs-hardened", text, origins[key])


def _of_mode(settings: Settings, origins: Origins) -> Iterator[Finding]:
    """Keys that the secret mode needs and that are not set, and keys that it does not read."""
    mode, path = settings.secret_mode, origins["secretMode"]
    for key in _known(_FOR_MODES, settings):
        needed_by, what = _FOR_MODES[key]
        is_stated = getattr(settings, KEYS[key][0]) is not None
        if is_stated and mode != needed_by:
            text = f"{dotted(origins[key])}: has no effect with secretMode {mode}; remove it"
            yield warning("no-effect", text, origins[key])
        elif mode == needed_by and not is_stated:
            yield error("missing-key", f"{dotted(path)}: {mode} needs {key}: {what}", path)
    if mode == "none" and settings.secret_name is not None:
        text = f"{dotted(origins['secretName'])}: has no effect with secretMode none; remove it"
        yield warning("no-effect", text, origins["secretName"])


def _of_hash(settings: Settings, origins: Origins) -> Iterator[Finding]:
    if settings.secret_mode == "bcrypt" and settings.admin_hash is not None:
        yield from _cost(settings.admin_hash, origins["adminHash"])


def _of_fips(settings: Settings, origins: Origins) -> Iterator[Finding]:
    if settings.images == "upstream" and settings.fips:
        path = origins["images"]
        text = f"{dotted(path)}: the NATS project has no FIPS images; remove fips, or set images: kyma"
        yield error("conflicting-settings", text, path, "upstream", replaced(path, "kyma"))


def _of_parts(settings: Settings, origins: Origins) -> Iterator[Finding]:
    for key in _known(_PARTS_OF, settings):
        needed = _PARTS_OF[key]
        is_stated = bool(getattr(settings, KEYS[key][0]))
        if is_stated and not all(getattr(settings, KEYS[one][0]) for one in _known((needed,), settings)):
            text = f"{dotted(origins[key])}: has no effect without {needed}: true; set that, or remove it"
            yield warning("no-effect", text, origins[key])


def _of_amounts(settings: Settings, origins: Origins) -> Iterator[Finding]:
    """Amounts of memory and disk without a unit, or with a wrong one."""
    for key in _known(("exporterMemory", "reloaderMemory"), settings):
        stated = getattr(settings, KEYS[key][0])
        if stated is not None and Quantity(stated) < LEAST_MEMORY:
            text = f"{dotted(origins[key])}: {stated} is less memory than a container can start with; add a unit: 64Mi"
            yield warning("implausible-resource", text, origins[key], stated)
    store = settings.file_store
    if store is not None and store[1] != "%" and store[0] < LEAST_STORE.floor:
        meant = f"{store[0]}%" if store[0] <= 100 else "2Gi"
        text = f"{dotted(origins['fileStore'])}: {store[0]} bytes are too few for a store; add a unit, such as {meant}"
        yield warning("implausible-resource", text, origins["fileStore"], str(store[0]))


def _of_conf(settings: Settings, origins: Origins) -> Iterator[Finding]:
    """Variables and files that settings name and the key `pod` must bring."""
    if settings.conf is None:
        return
    from krmfn.natsconf.references import environment_of, files

    path, conf, pod = origins["conf"], settings.conf.value, settings.pod.value if settings.pod else {}
    names = {one["name"] for one in pod.get("env", ())}
    for below, name in environment_of(conf):
        if name not in names:
            text = f"{dotted((*path, *below))}: the variable is not in pod.env; add it there"
            yield error("environment-unknown", text, (*path, *below))
    folders = [one["mountPath"] for one in pod.get("volumes", ())]
    for below, file in files(conf):
        if file.startswith("/") and not any(file.startswith(f"{folder}/") for folder in folders):
            text = f"{dotted((*path, *below))}: no volume of pod.volumes contains the file; add it there"
            yield error("conf-file", text, (*path, *below))


def _of_users(settings: Settings, origins: Origins) -> Iterator[Finding]:
    if settings.auth is None:
        return
    from krmfn.natsconf.auth import users_of

    for below, _, user in users_of(settings.auth.value):
        if "hash" in user:
            yield from _cost(user["hash"], (*origins["auth"], *below, "hash"))


_CONFLICTS = (_of_profile, _of_fips, _of_mode, _of_hash, _of_tags, _of_conf, _of_parts, _of_amounts, _of_users)


def _known(keys: Iterable[str], settings: Settings) -> list[str]:
    """The keys that are not faulty."""
    return [key for key in keys if KEYS[key][0] not in settings.faulty]


def _cost(admin_hash: str, path: FieldPath) -> Iterator[Finding]:
    from krmfn.api.credentials import cost_of

    cost = cost_of(admin_hash)
    if cost not in _COSTS_ADVISED:
        why = "such a weak hash is easy to crack" if cost < _COSTS_ADVISED.start else "every login would take seconds"
        text = f"{dotted(path)}: the hash has cost {cost}: {why}; make one with cost 11 (krmfn secret hash)"
        yield warning("bcrypt-cost", text, path)


def _origins() -> Origins:
    return {key: (key,) for key in KEYS}


def _any_form(value: object, made: dict[str, Any], origins: Origins) -> tuple[dict[str, Any] | None, list[Finding]]:
    if value is None:
        return None, []
    if not isinstance(value, dict):
        return None, [_unknown_kind("that is not an object")]
    version, kind = value.get("apiVersion"), value.get("kind")
    if (version, kind) == ("v1", "ConfigMap"):
        return None, [*_outside_data(value), *_config_map(value.get("data"), made, origins)]
    if (version, kind) == (CONFIG_API_VERSION, CONFIG_KIND):
        return None, _render_nats(value, made, origins)
    if (version, kind) == (API_VERSION, KIND):
        return value, []
    if isinstance(version, str) and isinstance(kind, str):
        return None, [_unlike(version, kind)]
    return None, [_unknown_kind("without apiVersion and kind")]


def _unlike(version: str, kind: str) -> Finding:
    """A kind or an apiVersion that is not the one of a RenderNATS: which of them is wrong, and how."""
    for name, written, right, other in (
        ("kind", kind, CONFIG_KIND, version == CONFIG_API_VERSION),
        ("apiVersion", version, CONFIG_API_VERSION, kind == CONFIG_KIND),
    ):
        if other:
            text = f'"{shown(written)}" is not the {name} of a {CONFIG_KIND}; write {name}: {right}'
            return error("unknown-function-config", text, (name,))
    return _unknown_kind(f"of kind {shown(kind)} and apiVersion {shown(version)}")


def no_settings() -> Finding:
    """A NATS where settings are read."""
    return error("unknown-function-config", f"a {KIND} has no settings; use -f to render it", ("kind",))


def _unknown_kind(what: str) -> Finding:
    return error("unknown-function-config", f"krmfn does not accept a functionConfig {what}; use {_ACCEPTED}")


def _render_nats(value: dict[str, Any], made: dict[str, Any], origins: Origins) -> list[Finding]:
    spec = accept_config(value)
    if spec is not None:
        return _typed(spec, made, origins)
    from krmfn.api.explain import explain_config

    spec, found = explain_config(value)
    return found + _typed(_sound(value.get("spec")) if spec is None else spec, made, origins)


def _sound(spec: object) -> dict[str, Any]:
    """The keys that are right by themselves, so that one run tells of the values of all."""
    sound: dict[str, Any] = {}
    for key, value in spec.items() if isinstance(spec, dict) else ():
        sound |= accept_config({"apiVersion": CONFIG_API_VERSION, "kind": CONFIG_KIND, "spec": {key: value}}) or {}
    return sound


def _outside_data(value: dict[str, Any]) -> list[Finding]:
    """What a ConfigMap holds outside of `data`, where nothing would read it, such as the `spec` of a RenderNATS."""
    others = [key for key, held in value.items() if key not in _OF_CONFIG_MAP and held is not None]
    return [
        error("unknown-key", f'unknown key "{shown(key)}"; put the keys of a ConfigMap under data', (key,))
        for key in others
    ]


def _config_map(data: object, made: dict[str, Any], origins: Origins) -> list[Finding]:
    if data is None or isinstance(data, dict):
        return _flat(data or {}, DATA, made, origins)
    return [error("wrong-type", "data: expected key: value pairs; write them below data", DATA)]


def _flat(pairs: dict[str, object], prefix: FieldPath, made: dict[str, Any], origins: Origins) -> list[Finding]:
    found: list[Finding] = []
    parts: dict[str, list[tuple[FieldPath, str, object]]] = {}
    for key, value in pairs.items():
        path = (*prefix, key)
        if key in PACKAGE_CONTEXT or value is None:
            continue
        if key not in KEYS:
            part = part_of(key, _FIELDS)
            if part is None:
                found.append(_unknown_key(key, path))
            elif not isinstance(value, str):
                found.append(_not_text(value, path))
            elif value.strip():
                read, faults = from_text(value.strip(), part)
                found += [_finding(fault, path, value) for fault in faults]
                parts.setdefault(key.partition(".")[0], []).extend([] if faults else [(path, key, read)])
        elif key in GROUPS and str(value).strip():
            found.append(_not_flat(path))
        elif not isinstance(value, str):
            found.append(_not_text(value, path))
        elif value.strip():
            read, faults = from_text(value.strip(), _FIELDS[key])
            found += [_finding(fault, path, value) for fault in faults]
            if not faults:
                found += _state(key, read, path, made, origins)
    for group, stated in parts.items():
        found += _parts(group, stated, made, origins) if stated else []
    return found


def _parts(
    group: str, stated: list[tuple[FieldPath, str, object]], made: dict[str, Any], origins: Origins
) -> list[Finding]:
    """Put parts of a group over what is set of it so far, and check the whole."""
    from copy import deepcopy

    attribute, path = KEYS[group][0], stated[0][0]
    before = made.get(attribute)
    value: dict[str, Any] = deepcopy(before.value) if before is not None else {}
    for _, key, read in stated:
        *levels, name = key.split(".")[1:]
        level = value
        for one in levels:
            level = level.setdefault(one, {})
        level[name] = read
    whole = {"apiVersion": CONFIG_API_VERSION, "kind": CONFIG_KIND, "spec": {group: value}}
    accepted = accept_config(whole)
    if accepted is None:
        from krmfn.api.explain import explain_config

        accepted, found = explain_config(whole)
        if accepted is None:
            return [_of_part(fault, group, stated) for fault in found]
    found = [_of_part(fault, group, stated) for fault in _below(group, accepted[group], (*SPEC, group))]
    return found or _state(group, accepted[group], path, made, origins)


def _of_part(fault: Finding, group: str, stated: list[tuple[FieldPath, str, object]]) -> Finding:
    """A fault of a group at the part that was set, or at the first one where it is of none."""
    place = dotted(fault.path[1:])
    path = next((path for path, key, _ in stated if place == key or place.startswith(f"{key}[")), stated[0][0])
    text = fault.message.removeprefix(f"{dotted(fault.path)}: ")
    place = dotted((*path[:-1], place)) if place != group else dotted(path)
    is_value = fault.fix is not None and fault.fix.operation == REPLACE and fault.fix.path == fault.path
    return error(
        fault.code, f"{place}: {text}", path, fix=replaced(path, _as_text(fault.proposed)) if is_value else None
    )


def _as_text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _typed(spec: dict[str, Any], made: dict[str, Any], origins: Origins) -> list[Finding]:
    found: list[Finding] = []
    for key, value in spec.items():
        if value not in ("", []) or key in EMPTY_IS_STATED:
            found += _state(key, value, (*SPEC, key), made, origins)
    return found


def _state(key: str, value: object, path: FieldPath, made: dict[str, Any], origins: Origins) -> list[Finding]:
    """Put a value into `made`, by attribute; one that the check makes nothing of leaves it as it is."""
    origins[key] = path
    if key in GROUPS and (found := list(_below(key, value, path))):
        return found
    attribute, check = KEYS[key]
    checked, faults = check(value)
    if checked is not None:
        made[attribute] = checked
    return [_finding(fault, path, value) for fault in faults]


def _below(key: str, value: object, path: FieldPath) -> Iterator[Finding]:
    """What is wrong with the parts of a group. No value of one is shown."""
    from krmfn.api.groups import CHECKS

    for code, text, proposed, below in CHECKS[key](value):
        here = (*path, *below)
        yield error(code, f"{dotted(here)}: {text}", here, None, renamed(here, proposed, ()))


def _finding(fault: KeyFault | EntryFault, path: FieldPath, value: object) -> Finding:
    code, text, proposed, *entry = fault
    written = value[entry[0]] if entry and isinstance(value, list) else value
    if entry and path[:1] == SPEC:
        path = (*path, *entry)
    elif entry and isinstance(value, list) and len(value) > 1:  # one text has all: a fix would remove the others
        proposed = None
    code, text = unresolved(written) or (code, text)
    current = written if quotable(written) and CONFIDENTIAL.isdisjoint(path) else None
    return error(code, f"{dotted(path)}: {text}", path, current, _fix(code, path, written, proposed))


def _fix(code: Code, path: FieldPath, value: object, proposed: Any) -> Fix | None:
    """The proposed value instead of a wrong one: safe where it is the same in another spelling."""
    safe = code == "invalid-image" or (code == "unsupported-value" and _is_same(str(value), str(proposed)))
    return replaced(path, proposed, safe=safe)


def _is_same(text: str, meant: str) -> bool:
    """Whether a choice is meant for sure; words for true and false have no letter in common with them."""
    return meant in ("true", "false") or is_misspelled(text, meant, ())


_OF_NATS = frozenset(NATS["fields"]["spec"]["fields"])
"""The fields of the spec of a NATS, none of which is a key."""


def _unknown_key(key: str, path: FieldPath) -> Finding:
    group, dot, name = key.partition(".")
    if group in GROUPS:
        meant = nearest(name, tuple(parts_of(_FIELDS[group]))) if dot and group in GROUPS_WITH_PARTS else None
        if meant is None:
            return _not_flat(path)
        return error("unknown-key", f'unknown key "{dotted(path)}"; did you mean "{group}.{meant}"?', path)
    first, _, rest = key.removeprefix("spec.").partition(".")
    if first in _OF_NATS:
        text = (
            f'"{dotted(path)}" is a field of the {KIND}, not a key; set spec.{first}{"." if rest else ""}{rest} there'
        )
        return error("unknown-key", text, path)
    meant = nearest(key.removeprefix("spec."), tuple(KEYS))
    advice = f'did you mean "{meant}"?' if meant else _place_in_nats(key) or "krmfn --help lists the keys"
    return error("unknown-key", f'unknown key "{dotted(path)}"; {advice}', path, fix=renamed(path, meant, tuple(KEYS)))


def _place_in_nats(name: str) -> str | None:
    """Where the spec of a NATS has a field of that name; None where it has none."""
    from krmfn.api.advice import places_of

    places = places_of(name, NATS)
    return f"set {' or '.join(map(dotted, places))} of the {KIND}" if places else None


def _not_flat(path: FieldPath) -> Finding:
    text = f"{dotted(path)}: the key is a group of keys; write it below spec of a {CONFIG_KIND}"
    return error("group-not-flat", text, path)


def _not_text(value: object, path: FieldPath) -> Finding:
    text = quotable(value)
    if text and not isinstance(value, float) and path[-1] not in CONFIDENTIAL:  # 1.30 has become 1.3 by now
        said = f'{dotted(path)}: not a string; write "{text}" in quotes'
        return error("wrong-type", said, path, value, Fix(QUOTE, path, text, safe=True))
    fix = Fix(QUOTE, path, safe=True) if isinstance(value, (bool, int, float)) else None
    return error("wrong-type", f"{dotted(path)}: not a string; put the value in quotes", path, fix=fix)
