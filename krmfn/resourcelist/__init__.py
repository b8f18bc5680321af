"""The envelope that kpt and kustomize send: the places of its items, their heads, the annotations of tools."""
