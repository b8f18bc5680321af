"""One module an object, each with `build(facts)`: the object in manifest order, or None where none is wanted."""
