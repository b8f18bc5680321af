"""The envelope that kpt and kustomize send: where its items stand, their heads, the annotations of hosts."""
