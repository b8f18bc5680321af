from __future__ import annotations

import pytest

from krmfn.core.settings import Settings


def test_settings_are_equal_when_every_attribute_is():
    assert Settings() == Settings()
    for name in Settings.__slots__:
        assert Settings() != Settings().replaced(**{name: "other"}), name


def test_a_replaced_copy_leaves_the_original_as_it_was():
    one = Settings()
    assert one.replaced(zones=3).zones == 3
    assert one.zones is None


def test_settings_equal_nothing_else_and_have_no_hash():
    assert Settings() != "settings"
    with pytest.raises(TypeError):
        hash(Settings())
