"""Bytes to values and back: Go's scalar rules, the readers, the emitter, the splice of a ResourceList."""
