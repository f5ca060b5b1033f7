# A product in C that is priced by usage, on Debian 12 (glibc 2.36): one file, with the library inside it, and a folder
# for the meter's journal.
#
# The context holds the product's source (here examples/c/meter.c) and mpmeter/, as debian.Dockerfile says.
FROM debian:12-slim@sha256:3783cc01769c7b2b1b83a5c5ad96c815348e28ed7da68e2e3687004faa906251 AS build
RUN apt-get update \
    && apt-get install -y --no-install-recommends gcc libc6-dev \
    && rm -rf /var/lib/apt/lists/*
COPY mpmeter /usr/local
WORKDIR /src
COPY meter.c ./
RUN cc -O2 meter.c -o product /usr/local/lib/libmpmeter.a -pthread \
    && mkdir usage

# No CA bundle: the roots that AWS's endpoints use are in the library. Nothing sets a Region; it is found at run time,
# and so is the role.
FROM debian:12-slim@sha256:3783cc01769c7b2b1b83a5c5ad96c815348e28ed7da68e2e3687004faa906251
COPY --from=build /src/product /usr/local/bin/product
# For `mpmeter doctor`, in a container or a one-off task: docs/doctor.md.
COPY --from=build /usr/local/bin/mpmeter /usr/local/bin/mpmeter
COPY --from=build /usr/local/share/licenses/libmpmeter /usr/share/licenses/libmpmeter
COPY --from=build /usr/local/libmpmeter.cdx.json /usr/local/mpmeter.cdx.json /usr/share/sbom/
# ECS mounts the task's volume here with this folder's owner. Without VOLUME, root would own it, and the product could
# not write. https://docs.aws.amazon.com/AmazonECS/latest/developerguide/bind-mounts.html
COPY --from=build --chown=65532:65532 /src/usage /var/lib/product
VOLUME ["/var/lib/product"]
USER 65532:65532
ENTRYPOINT ["/usr/local/bin/product", "/var/lib/product/usage"]
