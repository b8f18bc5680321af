"""Pure values on the standard library: no I/O, no knowledge of who calls.

Values are slotted classes, not dataclasses: importing `dataclasses` takes longer than a whole run (docs/adr/0003).
"""
