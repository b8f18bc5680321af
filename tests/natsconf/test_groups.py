"""Groups of keys in the light of one NATS: what only its size, its stores or its version can tell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from krmfn.api.accept import accept
from krmfn.cluster.cr import ClusterFacts, Cr, Spread
from krmfn.cluster.facts import Facts
from krmfn.model.codes.catalog import CODES
from krmfn.natsconf.groups import check_groups
from tests.api.configurations import from_spec

if TYPE_CHECKING:
    from krmfn.model.finding import Finding

HASH = "$2a$10$3x8rzNy7hjxJKfT5elgxruhg.JWfn7kYQmDxQih9g70qt1LL0FQgq"
USERS = [{"name": "shop", "hash": HASH}]
MAPPED = [{"name": "a", "certificate": True}]
CLIENTS = {"secret": "c", "verify": "map"}
OUTSIDE = {"service": {"type": "NodePort"}, "auth": {"users": USERS}, "tls": {"clients": {"secret": "c"}}}
LIMITED_TO = {
    "networkPolicy": True,
    "networkPolicyEgress": True,
    "conf": {"leafnodes": {"remotes": [{"urls": ["tls://hub.example.com", "tls://hub2.example.com:7422"]}]}},
}
REMOTE = {"url": "nats://hub:7422", "local": "A"}
LIMITED = {"jetStream": {"limits": {"maxHaAssets": 5}}}


def found(spec: dict[str, Any], **keys: Any) -> list[str]:
    """The codes of the findings."""
    codes = [one.code for one in findings_of(spec, **keys)]
    assert set(codes) <= set(CODES)
    return codes


def findings_of(spec: dict[str, Any], **keys: Any) -> list[Finding]:
    cr = {"apiVersion": "operator.kyma-project.io/v1alpha1", "kind": "NATS", "metadata": {"name": "n"}, "spec": spec}
    accepted = accept(cr)
    assert accepted is not None
    settings, findings = from_spec(keys)
    assert findings == []
    return list(check_groups(Facts(Cr("n", "", accepted), settings, ClusterFacts(), Spread())))


def account(**limits: Any) -> dict[str, Any]:
    return {"jetStream": limits or True, "users": USERS}


def test_limits_and_stores_are_told_in_the_units_that_people_write():
    (one,) = findings_of(FILE, auth={"accounts": {"A": account(maxFile="9217Mi")}})
    assert "maxFile of all accounts is 9217Mi together, and the file store of a server has 9Gi: " in one.message


FILE = {"jetStream": {"fileStorage": {"size": "10Gi"}, "memStorage": {"enabled": True, "size": "100Mi"}}}


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ({"auth": {"accounts": {"A": account(maxFile="9Gi")}}}, []),
        ({"auth": {"accounts": {"A": account(maxFile="9217Mi")}}}, ["account-limits-exceed-store"]),
        ({"auth": {"accounts": {"A": account(maxMemory="101Mi")}}}, ["account-limits-exceed-store"]),
        (
            {"auth": {"accounts": {"A": account(maxFile="5Gi"), "B": {"jetStream": {"maxFile": "5Gi"}}}}},
            ["account-limits-exceed-store"],
        ),
        ({"auth": {"accounts": {"A": {"users": USERS}}}}, ["account-jetstream-missing"]),
        ({"auth": {"users": USERS}}, []),
        ({"auth": {"users": MAPPED}}, ["empty-credential"]),
        ({"auth": {"users": MAPPED}, "tls": {"ca": {"secret": "s"}, "clients": CLIENTS}}, []),
        ({"auth": {"users": USERS}, "tls": {"ca": {"secret": "s"}, "clients": CLIENTS}}, ["tls-map-users"]),
        ({"tls": {"ca": {"secret": "s"}, "clients": CLIENTS}}, ["tls-map-users"]),
        ({"service": {"type": "NodePort"}}, ["external-without-auth", "external-without-tls"]),
        ({"service": {"type": "NodePort"}, "auth": {"users": USERS}}, ["external-without-tls"]),
        ({"service": {"type": "NodePort"}, "auth": {"users": USERS}, "tls": {"clients": {"secret": "c"}}}, []),
        ({**OUTSIDE, "server": {"noAdvertise": True}}, []),
        ({**OUTSIDE, "server": {"noAdvertise": False}}, ["external-without-no-advertise"]),
        ({**OUTSIDE, "conf": {"cluster": {"no_advertise": None}}}, ["external-without-no-advertise"]),
        ({"auth": {"users": USERS}, "conf": {"leafnodes": {"remotes": [REMOTE]}}}, ["unknown-account"]),
        ({"secretMode": "none", "conf": {"leafnodes": {"remotes": [REMOTE]}}}, ["unknown-account"]),
        ({"conf": {"leafnodes": {"remotes": [REMOTE]}}}, []),
        ({"auth": {"accounts": {"A": account()}}, "conf": {"leafnodes": {"remotes": [REMOTE]}}}, []),
        ({"auth": {"accounts": {"A": account()}}, "conf": {"default_js_domain": {"A": "hub"}}}, ["unknown-account"]),
        ({"auth": {"users": USERS}, "conf": {"default_js_domain": {"A": "hub"}}}, ["unknown-account"]),
        ({"auth": {"users": USERS}, "conf": {"default_js_domain": {"$SYS": "hub"}}}, ["unknown-account"]),
        ({"auth": {"users": USERS}, "conf": {"default_js_domain": {"$G": "hub"}}}, []),
        ({"server": {"maxPayload": "2Mi"}, "conf": {"max_payload": "2Mi"}}, ["conf-duplicate"]),
        ({"server": {"maxConnections": 5}, "conf": {"max_conn": 5}}, ["conf-duplicate"]),
        ({"server": LIMITED, "conf": {"jetstream": {"limits": {"max_ha_assets": 5}}}}, ["conf-duplicate"]),
        ({"server": LIMITED, "conf": {"jetstream": {"strict": True}}}, []),
        ({"conf": {"jetstream": {"max_concurrent_io": 8}}, "natsImage": "nats:2.14.2"}, ["conf-unknown"]),
        ({"conf": {"jetstream": {"max_concurrent_io": 8}}, "natsImage": "nats:2.15.1"}, []),
        ({**LIMITED_TO, "networkPolicyEgress": False}, []),
        (LIMITED_TO, ["link-policy-port"]),
        ({**LIMITED_TO, "networkPolicyTo": {"others": [{"ports": [7423]}]}}, ["link-policy-port"]),
        ({**LIMITED_TO, "networkPolicyTo": {"others": [{"ports": [7422], "protocol": "UDP"}]}}, ["link-policy-port"]),
        ({**LIMITED_TO, "networkPolicyTo": {"others": [{"ports": [1, 7422]}]}}, []),
        ({**LIMITED_TO, "networkPolicyTo": {"others": [{"networks": ["10.0.0.0/8"]}]}}, []),
        (
            {"conf": {"jetstream": {"limits": {"default_max_consumers": 8}}}, "natsImage": "nats:2.14.2"},
            ["conf-unknown"],
        ),
    ],
)  # fmt: skip
def test_a_fault_is_found_with_the_stores_the_version_and_the_other_groups(
    keys: dict[str, Any], expected: list[str]
) -> None:
    assert found(FILE, **keys) == expected


def test_one_server_has_nobody_to_advertise() -> None:
    assert found({"cluster": {"size": 1}}, server={"noAdvertise": True}) == ["no-effect"]
    assert found({"cluster": {"size": 1}}, server={"maxPayload": "2Mi"}) == []


def test_one_server_gets_no_cluster_block() -> None:
    conf = {"CLUSTER": {"pool_size": 5}}
    assert found({"cluster": {"size": 1}}, conf=conf) == ["conf-owned"]
    assert found({"cluster": {"size": 3}}, conf=conf) == []
