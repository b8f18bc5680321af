"""The public Python API: what `import krmfn` offers, loaded when it is first asked for."""
