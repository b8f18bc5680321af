"""Values of the official NATS Helm chart, judged path by path, and the NATS and RenderNATS that mean the same."""
