"""The settings of a call as keywords: a RenderNATS in Python."""

from __future__ import annotations

from copy import deepcopy

from krmfn.api.keys import GROUPS, KEYS
from krmfn.cluster.settings import Group
from krmfn.model.objects import CONFIG_API_VERSION, CONFIG_KIND
from krmfn.model.text import nearest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Unpack

    from krmfn.library.setting_values import SettingValues
    from krmfn.model.objects import Object

_NAME = "krmfn.Settings"
"""No RenderNATS of a user has this name, since it is none that Kubernetes takes."""
_KEY_OF = {attribute: key for key, (attribute, _) in KEYS.items()}


class Settings:
    """The keys of `RenderNATS.spec` in snake_case, as keywords; None, or left out: not set.

    Frozen, equal by its values. The values are checked by the call that gets them, which answers with findings.
    Raises TypeError for an unknown name and for a type that no key has.
    """

    __slots__ = ("_values",)
    _values: dict[str, Any]

    def __init__(self, **values: Unpack[SettingValues]) -> None:
        object.__setattr__(self, "_values", {})
        for name, value in values.items():
            if name not in _KEY_OF:
                meant = nearest(name, tuple(_KEY_OF))
                advice = f"did you mean {meant}?" if meant else f"known are {', '.join(_KEY_OF)}"
                raise TypeError(f"Settings has no {name}; {advice}")
            if value is not None:
                self._values[name] = _taken(name, value)

    def __getattr__(self, name: str) -> Any:
        if name not in _KEY_OF:
            raise AttributeError(f"Settings has no {name}")
        value = self._values.get(name)
        return _stated(value) if isinstance(value, Group) else value

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"Settings are frozen; write settings.replaced({name}=...)")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"Settings are frozen; write settings.replaced({name}=None)")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Settings) and self._values == other._values

    def __hash__(self) -> int:
        return hash(frozenset(self._values.items()))

    def __repr__(self) -> str:
        """The names of what is set; no value, since it can be confidential."""
        return f"Settings({', '.join(f'{name}=...' for name in self._values)})"

    def __reduce__(self) -> tuple[Any, ...]:
        return _restored, (self._values,)

    def replaced(self, **values: Unpack[SettingValues]) -> Settings:
        """A copy with other values for some keys; None unsets one. TypeError as for a new one."""
        return Settings(**{**self._values, **values})

    def as_object(self) -> Object:
        """The RenderNATS that says the same. Its secrets are in it as they were given."""
        spec = {_KEY_OF[name]: _stated(value) for name, value in self._values.items()}
        return {"apiVersion": CONFIG_API_VERSION, "kind": CONFIG_KIND, "metadata": {"name": _NAME}, "spec": spec}


def _restored(values: dict[str, Any]) -> Settings:
    return Settings(**values)


def _stated(value: Any) -> Any:
    """A value as a RenderNATS has it."""
    if isinstance(value, Group):
        return deepcopy(value.value)
    return list(value) if isinstance(value, tuple) else value


def _taken(name: str, value: object) -> str | int | tuple[str, ...] | Group:
    if _KEY_OF[name] in GROUPS:
        if isinstance(value, (dict, Group)):
            return Group(deepcopy(value if isinstance(value, dict) else value.value))
        raise TypeError(f"Settings({name}=...) takes a dictionary")
    if isinstance(value, (str, int)):
        return value
    if isinstance(value, (list, tuple)) and all(isinstance(one, str) for one in value):
        return tuple(value)
    raise TypeError(f"Settings({name}=...) takes a string, a number, a boolean or a list of strings")
