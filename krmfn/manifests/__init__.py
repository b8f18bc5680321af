"""One module per object, written in the order of its manifest; `manifests.expand` is the whole program."""
