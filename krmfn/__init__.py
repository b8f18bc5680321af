"""Render a Kyma NATS custom resource into the complete set of Kubernetes objects of a NATS JetStream cluster."""

__version__ = "0.1.0"
