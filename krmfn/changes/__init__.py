"""Two states of the objects: what changes, and what each change does to a running cluster."""
