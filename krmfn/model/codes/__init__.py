"""The one catalog of the codes of findings."""
