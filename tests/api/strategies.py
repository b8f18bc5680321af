"""Resources for property tests: right ones, right ones with something changed in them, and what nobody would write."""

from __future__ import annotations

import copy
from typing import Any

from hypothesis import strategies as st

SIZES = st.one_of(
    st.sampled_from(["1Gi", "512Mi", "0", "1e9", "1.5G", "+2Gi", "-1Gi", ".5Gi", "5.", "1e1.5", "100m", "1E", "0Gi"]),
    st.integers(0, 2**40),
    st.sampled_from([0, 0.0, 1e9, 3.0, 2**63 - 1]),
)
NAMES = st.text("abcxyz019-./_ A\u00e9", max_size=8)
STRING_MAPS = st.dictionaries(NAMES, st.one_of(st.text(max_size=6), st.none()), max_size=3)
QUANTITY_MAPS = st.dictionaries(st.sampled_from(["cpu", "memory", "ephemeral-storage"]), SIZES, max_size=3)
JUNK = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 3),
    st.sampled_from([2**63, -(2**63) - 1, 1e30, 1.5, 0.0, -0.0, float("nan"), float("inf"), "", "3", "true", "1GB"]),
    st.sampled_from(["1 Gi", "\ud800", "1Gi\n", "\u0661Gi", "x" * 300, "auto", "none", "a,b"]),
    st.sampled_from([[], {}, [None], ["a"], {"a": "b"}, {"": None}, {1: 2}, {"\ud800": "x"}, {"name": 1}]),
)


def optional(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """An object with any of the fields; any of them may be null, and so may the object."""
    return st.one_of(
        st.none(), st.fixed_dictionaries({}, optional={k: st.one_of(st.none(), v) for k, v in fields.items()})
    )


SPECS = optional(
    cluster=optional(size=st.sampled_from([1, 3, 5, 7, 3.0, 101])),
    jetStream=optional(
        memStorage=optional(enabled=st.booleans(), size=SIZES),
        fileStorage=optional(storageClassName=st.sampled_from(["default", "", "premium-rwo"]), size=SIZES),
    ),
    logging=optional(debug=st.booleans(), trace=st.booleans()),
    resources=optional(
        limits=QUANTITY_MAPS,
        requests=QUANTITY_MAPS,
        claims=st.lists(
            st.fixed_dictionaries({"name": st.sampled_from("abc")}, optional={"request": st.sampled_from(["r", None])}),
            max_size=2,
        ),
    ),
    labels=STRING_MAPS,
    annotations=STRING_MAPS,
)
METADATA = st.fixed_dictionaries(
    {"name": st.sampled_from(["eventing-nats", "a.b", "2024"])},
    optional={
        "namespace": st.sampled_from(["kyma-system", "", None]),
        "labels": st.one_of(st.none(), STRING_MAPS),
        "annotations": STRING_MAPS,
        "uid": JUNK,
    },
)
RESOURCES = st.fixed_dictionaries(
    {"apiVersion": st.just("operator.kyma-project.io/v1alpha1"), "kind": st.just("NATS"), "metadata": METADATA},
    optional={"spec": SPECS, "status": JUNK},
)
SUBJECTS = st.one_of(
    st.lists(st.sampled_from(["a.>", "a b", ""]), max_size=2), optional(allow=st.just(["a"]), deny=st.just([">"]))
)
USERS = st.lists(
    optional(
        name=st.sampled_from(["shop", "", "admin"]),
        nkey=st.just("UA"),
        hash=st.sampled_from(["$2a$", ""]),
        passwordFrom=st.fixed_dictionaries({"secret": st.just("s"), "key": st.just("k")}),
        permissions=optional(publish=SUBJECTS, subscribe=SUBJECTS, allowResponses=optional(max=st.integers(-1, 3))),
        connections=st.just(["MQTT"]),
        certificate=st.booleans(),
    ).filter(lambda user: user is not None),
    max_size=2,
)
STORE = st.one_of(st.booleans(), optional(maxFile=SIZES, maxStreams=st.integers(-1, 5)))
ACCOUNTS = st.dictionaries(
    st.sampled_from(["B", "A", "$G"]),
    optional(jetStream=STORE, users=USERS, limits=optional(maxPayload=SIZES)),
    max_size=2,
)
LISTENER = {
    "secret": st.just("s"),
    "certificate": st.fixed_dictionaries({"issuer": st.fixed_dictionaries({"name": st.just("i")})}),
    "ca": optional(secret=st.just("c"), configMap=st.just("m"), key=st.just("k")),
}
CONFIG_SPECS = optional(
    auth=optional(users=USERS, accounts=ACCOUNTS, anonymous=st.just("shop")),
    tls=optional(
        ca=LISTENER["ca"],
        clients=optional(**LISTENER, verify=st.sampled_from(["none", "map"]), required=st.booleans()),
        routes=st.fixed_dictionaries({"stage": st.sampled_from(["mounted", "active"])}, optional=LISTENER),
    ),
    conf=st.sampled_from([{"b": None, "a": {"d": None, "c": [None, 1.0]}}, {}, "x", [1], 3.0]),
    profile=st.sampled_from(["hardened", "nats-manager", ""]),
    zones=st.one_of(st.integers(1, 5), st.lists(st.sampled_from(["a", "b", "c d"]), max_size=3), st.just(3.0)),
    istio=st.sampled_from([True, False, "auto", ""]),
    kubernetesVersion=st.sampled_from(["1.31", "", "x"]),
    priorityClass=st.sampled_from(["", "high"]),
    imagePullSecrets=st.lists(st.sampled_from(["a", "b"]), max_size=2),
    secretMode=st.sampled_from(["existing", "none", "nkey", "external-secret"]),
    remoteKey=st.sampled_from(["", "a", "a#b", "#", 1]),
    protect=st.booleans(),
    adopt=st.booleans(),
)
CONFIGS = st.fixed_dictionaries(
    {"apiVersion": st.just("fn.krmfn.dev/v1alpha1"), "kind": st.just("RenderNATS")},
    optional={"spec": CONFIG_SPECS, "metadata": optional(name=st.just("fn"), labels=STRING_MAPS)},
)


@st.composite
def mutated(draw: st.DrawFn, resources: st.SearchStrategy[Any]) -> Any:
    """A resource in which one value, somewhere, is another or an unknown field has come in."""
    resource = copy.deepcopy(draw(resources))
    places = list(_places(resource))
    holder, key = draw(st.sampled_from(places))
    if draw(st.booleans()):
        holder[key] = draw(JUNK)
    elif isinstance(holder, dict):
        holder[draw(st.sampled_from(["replicas", "Size", "size", "status", "zoneSpread"]))] = draw(JUNK)
    return resource


def _places(value: Any) -> Any:
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in entries:
        yield value, key
        yield from _places(item)
