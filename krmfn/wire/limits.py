"""How much krmfn reads before it refuses: the defence against bombs of depth, aliases and sheer size.

kpt itself refuses documents deeper than 10,000 levels and lets a merge bomb of 657 bytes through to its functions.
"""

MAX_INPUT = 256 * 1024 * 1024
"""Bytes of one input. A package of 10,000 objects has about 20 MiB."""
MAX_OBJECT = 256 * 1024
"""Characters of one object that is parsed. etcd takes 1.5 MiB; a NATS resource has about 1 KiB."""
MAX_DEPTH = 100
"""Levels of lists and mappings inside each other. A Pod has about 12."""
MAX_NODES = 100_000
"""Values in one document, after aliases and merges are written out."""
