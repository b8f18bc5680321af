"""`krmfn explain`: a field of NATS or RenderNATS, a key, a code, a class of change, an annotation, or a command."""

from __future__ import annotations

import json
import textwrap

from krmfn.api.keys import GROUPS, part_of
from krmfn.api.table import RENDER_NATS
from krmfn.changes.change import ADVICE, CLASSES, MEANINGS
from krmfn.cli.arguments import CommonArguments
from krmfn.cli.help import of_command
from krmfn.cli.table import COMMANDS
from krmfn.model.codes.annotations import ANNOTATIONS
from krmfn.model.codes.catalog import CODES
from krmfn.model.codes.examples import CLASS_STEPS, NATS_EXAMPLES, SETTING_EXAMPLES, STEPS
from krmfn.model.objects import API_VERSION, CONFIG_API_VERSION, CONFIG_KIND, KIND
from krmfn.model.text import nearest, shown
from krmfn.model.usage import Usage
from krmfn.reports.terminal import put

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, TypeAlias

    Level: TypeAlias = dict[str, Any]

_VERSIONS = {KIND: API_VERSION, CONFIG_KIND: CONFIG_API_VERSION}
_WIDTH = 100
_CLEAR = 3
"""Letters above which the beginning of a topic is enough to name it."""


class Arguments(CommonArguments):
    """`also` is what to explain; None for the list of topics."""

    also: str | None = None


def run(arguments: Arguments) -> int:
    """The exit status. Raises Usage."""
    word = arguments.also
    if word is None:
        return put(_topics())
    if word in CODES:
        return put(_code(word))
    if word in MEANINGS:
        return put(_class(word))
    if word in ANNOTATIONS:
        return put(_annotation(word))
    from krmfn.api.schema import flat

    kinds = {kind: flat(kind) for kind in _VERSIONS}
    command = COMMANDS.get(word)
    if command is not None and word not in kinds[KIND]["properties"]:
        return put(of_command(command))
    kind, path = _place(word, kinds)
    also = f"\nFor the command: krmfn {command.name} --help\n" if command is not None else ""
    return put(_field(kind, kinds[kind], path) + also)


def _topics() -> str:
    """What can be explained; of fields and codes, where to find them all."""
    from krmfn.api.keys import KEYS

    rows = (
        ("Classes of changes, from the weakest", CLASSES),
        ("Annotations", tuple(ANNOTATIONS)),
        ("Keys (RenderNATS, --set)", tuple(KEYS)),
        ("Commands", tuple(COMMANDS)),
        ("Codes of findings", tuple(sorted(CODES))),
    )
    parts = ["Fields: NATS and RenderNATS, or a path such as spec.cluster.size\n"]
    parts += ["\n".join([f"{title}:", *_wrapped(", ".join(words))]) + "\n" for title, words in rows]
    return "\n".join(parts)


def _class(word: str) -> str:
    """A class of change, what to do, an example, and the classes in order."""
    lines = [f"CLASS:      {word}", "", *_wrapped(f"{MEANINGS[word][:1].upper()}{MEANINGS[word][1:]}.")]
    lines += ["", "WHAT TO DO:", *_wrapped(ADVICE[word]), *_step(CLASS_STEPS.get(word))]
    order = f"A change is one of these, from the weakest: {', '.join(CLASSES)}. krmfn diff --fail-on takes one of them."
    return "\n".join([*lines, "", *_wrapped(order)]) + "\n"


def _annotation(word: str) -> str:
    where, meaning, example = ANNOTATIONS[word]
    lines = [f"ANNOTATION: {word}", f"ON:         {where}", "", *_wrapped(meaning)]
    if example:
        lines += ["", "EXAMPLE:", "    metadata:", "      annotations:", *_indented(example, 8)]
    return "\n".join(lines) + "\n"


def _step(step: tuple[str, str] | None) -> list[str]:
    """A change of a NATS that earns a class or code."""
    if step is None:
        return []
    lines = [line for sign, text in zip("-+", step, strict=True) for line in _indented(text, 2, sign)]
    return ["", "EXAMPLE (below spec of a NATS):", *(f"    {line}" for line in lines)]


def _indented(text: str, width: int, sign: str = "") -> list[str]:
    return [f"{sign}{' ' * (width - len(sign))}{line}" for line in text.splitlines()]


def _example_of(code: str) -> list[str]:
    """What earns a code and what does not, where there is an example."""
    for examples, kind in ((NATS_EXAMPLES, "NATS"), (SETTING_EXAMPLES, "RenderNATS")):
        if code in examples:
            wrong, right = examples[code]
            rows = [*_indented(wrong, 4), "", "INSTEAD:", *_indented(right, 4)]
            return ["", f"EXAMPLE (below spec of a {kind}):", *rows]
    return _step(STEPS.get(code))


def _place(word: str, kinds: dict[str, Level]) -> tuple[str, list[str]]:
    """The kind and the path of a field. Raises Usage for an unknown one."""
    parts = word.split(".")
    for kind, level in kinds.items():
        if parts[0].lower() == kind.lower():
            return kind, _known(kind, level, parts[1:])
    keys = kinds[CONFIG_KIND]["properties"]["spec"]["properties"]
    if parts[0] in keys:
        return CONFIG_KIND, _known(CONFIG_KIND, kinds[CONFIG_KIND], ["spec", *parts])
    if parts[0] == "spec" and not keys.keys().isdisjoint(parts[1:2]):  # as the answer itself writes it
        return CONFIG_KIND, _known(CONFIG_KIND, kinds[CONFIG_KIND], parts)
    if parts[0] in kinds[KIND]["properties"]:
        return KIND, _known(KIND, kinds[KIND], parts)
    known = (*kinds[KIND]["properties"], *keys, *CODES, *CLASSES, *ANNOTATIONS, *COMMANDS)
    clear = [one for one in ANNOTATIONS if one.endswith(f"/{word}")]
    clear += (one for one in known if len(word) > _CLEAR and one.startswith(word))
    meant = clear[0] if clear else nearest(word, known) or _ending(word, kinds[KIND])
    if meant:
        raise _unknown(word, (), meant)
    advice = "use a field such as spec.cluster.size, or a topic that krmfn explain lists"
    raise Usage(f'unknown topic "{shown(word)}"; {advice}')


def _known(kind: str, level: Level, path: list[str]) -> list[str]:
    """The path, when the kind has it. Raises Usage."""
    for count, name in enumerate(path):
        fields = _fields(level)
        if name not in fields:
            meant = nearest(name, tuple(fields))
            before = "".join(f"{part}." for part in path[:count])
            whole = f"{'' if kind == KIND else f'{kind}.'}{before}"
            raise _unknown(f"{whole}{name}", tuple(fields), f"{whole}{meant}" if meant else None)
        level = fields[name]
    return path


def _unknown(word: str, known: tuple[str, ...], meant: str | None) -> Usage:
    what = f'unknown {"field" if "." in word else "topic"} "{shown(word)}"'
    if meant:
        return Usage(f"{what}; did you mean {meant}?")
    return Usage(f"{what}; known fields: {', '.join(known)}" if known else f"{what}; the field above it has no fields")


def _ending(word: str, level: Level, before: str = "") -> str | None:
    """The whole path of a NATS field of which only the last part was written."""
    for name, field in _fields(level).items():
        path = f"{before}{name}"
        if path.endswith(f".{word}"):
            return path
        found = _ending(word, field, f"{path}.")
        if found:
            return found
    return None


def _fields(level: Level) -> dict[str, Level]:
    """The fields of an object, of the objects of a list or a map, or of the longer of two forms."""
    if "anyOf" in level:
        level = level["anyOf"][-1]
    if level.get("type") == "array":
        level = level["items"]
    if isinstance(level.get("additionalProperties"), dict):
        level = level["additionalProperties"]
    fields: dict[str, Level] = level.get("properties", {})
    return fields


def _field(kind: str, level: Level, path: list[str]) -> str:
    for name in path:
        level = _fields(level)[name]
    out = [f"KIND:       {kind}", f"VERSION:    {_VERSIONS[kind]}", ""]
    if path:
        out += [f"FIELD:      {'.'.join(path)} <{_type(level)}>", ""]
    out += ["DESCRIPTION:", *_wrapped(level.get("description", ""))]
    out += [f"    {fact}" for fact in _facts(level)]
    if kind == CONFIG_KIND and _has_flat_form(path):
        key = ".".join(path[1:])
        out += ["", "WRITE:", f"    --set {key}={_example(level)}", f"    ConfigMap: data.{key}, as a string"]
    if _fields(level):
        out += ["", "FIELDS:"]
        for name, field in _fields(level).items():
            out += [f"  {name} <{_type(field)}>", *_wrapped(field.get("description", ""))]
    return "\n".join(out) + "\n"


def _has_flat_form(path: list[str]) -> bool:
    key = ".".join(path[1:])
    if len(path) == 2:
        return key not in GROUPS
    return len(path) > 2 and part_of(key, RENDER_NATS["fields"]["spec"]["fields"]) is not None


def _type(level: Level) -> str:
    if "anyOf" in level:
        return " or ".join(_type(choice) for choice in level["anyOf"])
    if level.get("type") == "array":
        return f"[]{_type(level['items'])}"
    if isinstance(level.get("additionalProperties"), dict):
        return f"map[string]{_type(level['additionalProperties'])}"
    kinds = level.get("type", "any")
    return kinds if isinstance(kinds, str) else " or ".join(kinds)


def _facts(level: Level) -> list[str]:
    facts = []
    if "enum" in level:
        facts.append(f"One of: {', '.join(map(str, level['enum']))}")
    if "default" in level and not _fields(level):
        facts.append(f"Default: {json.dumps(level['default'])}")
    if "minimum" in level:
        facts.append(f"Minimum: {level['minimum']}")
    return facts


def _example(level: Level) -> str:
    if "enum" in level:
        return "|".join(map(str, level["enum"]))
    if "anyOf" in level:
        return "|".join(_example(choice) for choice in level["anyOf"])
    return {"boolean": "true|false", "array": "a,b,c", "integer": "3"}.get(str(level.get("type")), "TEXT")


def _code(code: str) -> str:
    severity, meaning, advice = CODES[code]
    return (
        "\n".join(
            [
                f"CODE:       {code}",
                f"SEVERITY:   {severity}",
                "",
                *_wrapped(meaning),
                "",
                "WHAT TO DO:",
                *_wrapped(advice),
                *_example_of(code),
            ]
        )
        + "\n"
    )


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, _WIDTH, initial_indent="    ", subsequent_indent="    ", break_on_hyphens=False)
