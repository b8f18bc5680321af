# The image of krmfn. `make image` prepares build/wheels and builds it; see docs/how-to/image.md.
# BASE is any image with Python 3.11 or newer as `python3`; name it by digest. Neither a shell nor pip is needed in it.
ARG BASE
FROM ${BASE} AS install
WORKDIR /build
COPY build/wheels wheels
COPY requirements/runtime.txt runtime.txt
COPY image image
ARG SOURCE_DATE_EPOCH=0
ENV SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH}
USER 0
# -B: what Python would compile for itself here would look as if the base had it.
RUN ["python3", "-B", "-S", "-m", "image.install", "wheels", "runtime.txt", "/installed"]

FROM ${BASE}
COPY --from=install /installed/ /
ARG VERSION=0
ARG REVISION=unknown
ARG CREATED=1970-01-01T00:00:00Z
LABEL org.opencontainers.image.title="krmfn" \
      org.opencontainers.image.description="Renders a Kyma NATS custom resource into a NATS JetStream cluster" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.created="${CREATED}"
WORKDIR /
USER 65534:65534
ENTRYPOINT ["/usr/local/bin/krmfn"]
CMD []
