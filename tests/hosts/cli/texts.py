"""Resources as the tests of the commands write them."""

NATS = """\
apiVersion: operator.kyma-project.io/v1alpha1
kind: NATS
metadata:
  name: shop-nats
  namespace: shop
"""
CONFIG_MAP = """\
apiVersion: v1
kind: ConfigMap
metadata:
  name: other
  namespace: shop
data:
  a: "1" # kept
"""
