from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from krmfn.api.keys import KEYS
from krmfn.cluster.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable


def test_settings_are_equal_when_every_attribute_is():
    assert Settings() == Settings()
    for name in Settings.__slots__:
        assert Settings() != Settings().replaced(**{name: "other"}), name


def test_a_replaced_copy_leaves_the_original_as_it_was():
    one = Settings()
    assert one.replaced(zones=3).zones == 3
    assert one.zones is None


def test_settings_equal_nothing_else_and_equal_ones_have_one_hash():
    assert Settings() != "settings"
    assert hash(Settings(zones=3)) == hash(Settings().replaced(zones=3))


def test_every_attribute_has_a_type_and_a_default():
    assert tuple(Settings.__annotations__) == Settings.__slots__
    assert sorted(Settings.__slots__) == sorted(attribute for attribute, _ in KEYS.values())


@pytest.mark.parametrize("make", [Settings, Settings().replaced])
def test_unknown_names_are_refused_all_at_once_with_the_nearest_known_one(make: Callable[..., Settings]):
    with pytest.raises(TypeError) as caught:
        make(zone=3, zones=3, secretMode="none", x=1)
    text = str(caught.value)
    assert text.startswith("Settings has no zone (did you mean zones?), secretMode (did you mean secret_mode?), x; ")


@pytest.mark.parametrize("name", ["zones", "zone", "__class__"])
def test_settings_are_frozen(name: str):
    one = Settings(zones=3)
    with pytest.raises(AttributeError, match="frozen"):
        setattr(one, name, 5)
    with pytest.raises(AttributeError, match="frozen"):
        delattr(one, name)
    assert one == Settings(zones=3)


def test_what_is_printed_of_settings_names_what_is_set_and_shows_no_value():
    assert repr(Settings(zones=3, admin_hash="$2a$11$canary")) == "Settings(zones=..., admin_hash=...)"
