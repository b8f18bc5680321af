"""One module an object, each with `build(facts)`: the object in the order of its manifest, or None where none is wanted."""
