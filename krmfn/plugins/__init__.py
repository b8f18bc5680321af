"""What krmfn puts into other tools: Argo CD's plugin, kustomize's plugin files, and the doctor that tries them."""
