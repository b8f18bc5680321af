#!/bin/bash
# A machine, in namespaces of its own: containerd, kubelet and kube-proxy, which end with this shell.
# node.sh FOLDER IMAGES NAME: FOLDER holds the configuration and survives the machine's end
set -eu
mount --make-rshared /
mount -t tmpfs tmpfs /run
mount -t tmpfs tmpfs /var/lib
mount -t tmpfs tmpfs /var/log
hostname "$3"
for name in kubelet containerd cni; do
  mkdir -p "$1/$name" "/var/lib/$name"
  mount --bind "$1/$name" "/var/lib/$name"
done
containerd --config "$1/containerd.toml" > "$1/containerd.log" 2>&1 &
until ctr version > /dev/null 2>&1; do sleep 0.1; done
if [ ! -e "$1/imported" ]; then
  for image in "$2"/*.tar; do ctr --namespace k8s.io images import "$image" >> "$1/import.log" 2>&1; done
  touch "$1/imported"
fi
kubelet --config="$1/kubelet.yaml" --kubeconfig="$1/kubeconfig" --hostname-override="$3" \
  --node-labels="$4" --node-ip="$5" --cert-dir="$1/kubelet/pki" > "$1/kubelet.log" 2>&1 &
kube-proxy --config="$1/proxy.yaml" > "$1/kube-proxy.log" 2>&1 &
wait
