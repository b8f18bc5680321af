"""Directories that krmfn writes: a whole tree is replaced, or nothing."""
