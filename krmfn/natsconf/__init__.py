"""nats.conf as a typed tree, its text and its semantic checks."""
