"""Quantities as apimachinery reads and prints them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from krmfn.model.quantity import NotAQuantity, Quantity

# What k8s.io/apimachinery v0.37.2 (ParseQuantity, then String of the value) prints for each.
CANONICAL = """\
0=0 -0=0 0Gi=0 0.0=0 1=1 -1=-1 +1=1 007=7 1.=1 .5=500m 0.5=500m 1.5=1500m 1024=1024 1000=1k 1000000=1M 999=999
1Ki=1Ki 1Mi=1Mi 1Gi=1Gi 1Ti=1Ti 1Pi=1Pi 1Ei=1Ei 1k=1k 1M=1M 1G=1G 1T=1T 1P=1P 1E=1E 1m=1m 1u=1u 1n=1n
100m=100m 1000m=1 1500m=1500m 0.1=100m 0.001=1m 0.0001=100u 1024Mi=1Gi 1536Mi=1536Mi 1.5Gi=1536Mi 2.5Gi=2560Mi
0.3Gi=322122547200m 0.5Ki=512 512Ki=512Ki 1023Ki=1023Ki 1024Ki=1Mi 1025Ki=1025Ki 2048Mi=2Gi 500M=500M 1.500G=1500M
1e9=1e9 5e9=5e9 1e3=1e3 1E3=1e3 1e-3=1e-3 12e2=1200 1e+2=100 1.5e3=1500 123456789=123456789 128974848=128974848
129e6=129e6 129M=129M 123Mi=123Mi 1000k=1M 1024k=1024k 0.1n=1n 0.9n=1n 1.1n=2n 3n=3n 1999u=1999u
-1.5Gi=-1536Mi -1Gi=-1Gi -100m=-100m -0.1n=-1n 9223372036854775807=9223372036854775807 8191Pi=8191Pi 7Ei=7Ei
20Gi=20Gi 20G=20G 1e0=1 1e1=10 10e1=100 0.000000001=1n 0.0000000001=1n 1.0000000001=1000000001n
""".split()
REFUSED = "x Gi + . 1GB 1gib 1K 1KI 1b 1e 1e1.5 1ee3 1..2 1.2.3 --1 1-1 0x10 1_000 ٣ 1e61 1e-61 8Ei 1e25 1E99".split()
REFUSED += ["", " ", " 1", "1 ", "1 Gi", "1Gi\n", "1e999999999999", "9223372036854775808", "9" * 401]


@pytest.mark.parametrize("row", CANONICAL)
def test_a_quantity_is_printed_as_the_api_server_stores_it(row: str):
    text, _, canonical = row.partition("=")
    assert Quantity(text).canonical() == canonical


@pytest.mark.parametrize("text", REFUSED)
def test_what_is_no_quantity_is_refused_without_repeating_it(text: str):
    with pytest.raises(NotAQuantity) as refused:
        Quantity(text)
    assert len(text.strip()) < 3 or text.strip() not in str(refused.value)


def test_quantities_compare_by_value_and_not_by_spelling():
    assert Quantity("1Gi") == Quantity("1024Mi") == Quantity(2**30)
    assert hash(Quantity("1Gi")) == hash(Quantity("1024Mi"))
    assert Quantity("20G") < Quantity("20Gi") <= Quantity("20Gi")
    assert Quantity("1") != "1"


def test_a_fraction_of_a_byte_has_no_whole_number_of_bytes():
    assert Quantity("0.3Gi").whole() is None
    assert Quantity("1.5Gi").whole() == 1536 * 2**20
    assert repr(Quantity("1024Ki")) == "Quantity('1Mi')"


@settings(max_examples=200, deadline=None, derandomize=True)
@given(
    st.integers(0, 10**12),
    st.sampled_from(["", "n", "u", "m", "k", "M", "Ki", "Mi", "Gi", "e3", "e-3", "E2"]),
    st.sampled_from(["", "-"]),
)
def test_the_canonical_text_means_the_same_and_is_a_fixpoint(number: int, suffix: str, sign: str):
    try:
        quantity = Quantity(f"{sign}{number}{suffix}")
    except NotAQuantity:
        assert suffix in ("Gi", "Mi")
        return
    again = Quantity(quantity.canonical())
    assert again == quantity
    assert again.canonical() == quantity.canonical()
