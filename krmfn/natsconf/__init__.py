"""nats.conf as a typed tree, its printer and its semantic checks."""
