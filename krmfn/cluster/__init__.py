"""One NATS decided: its spec, settings and facts, and the checks of them."""
