"""Values of the official NATS Helm chart, a verdict for each path, and the NATS and RenderNATS that mean the same."""
