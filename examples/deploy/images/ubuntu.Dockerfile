# A product in C on Ubuntu 24.04 (glibc 2.39). Beside the base: one file, with the library inside it, so that
# LD_LIBRARY_PATH cannot put another in its place.
#
# The context holds the product's sources (here examples/c/register.c and public-key.pem, its public key) and mpmeter/,
# an unpacked archive of libmpmeter for this target: tar -x --strip-components=1 -C CONTEXT/mpmeter -f
# libmpmeter-VERSION-x86_64-linux-gnu.tar.gz
FROM ubuntu:24.04@sha256:69cecf4bbf72d2d44a9eef1b71fb98c7fb973d78af11399deccef19beb008ad9 AS build
RUN apt-get update \
    && apt-get install -y --no-install-recommends gcc libc6-dev \
    && rm -rf /var/lib/apt/lists/*
COPY mpmeter /usr/local
WORKDIR /src
COPY register.c public-key.pem ./
RUN sed 's|.*|"&\\n"|' public-key.pem > public_key.h \
    && cc -O2 register.c -o product /usr/local/lib/libmpmeter.a -pthread

# No CA bundle: the roots that AWS's endpoints use are in the library. Nothing sets a Region; it is found at run time,
# and so is the role.
FROM ubuntu:24.04@sha256:69cecf4bbf72d2d44a9eef1b71fb98c7fb973d78af11399deccef19beb008ad9
COPY --from=build /src/product /usr/local/bin/product
# For `mpmeter doctor`, in a container or a one-off task: docs/doctor.md.
COPY --from=build /usr/local/bin/mpmeter /usr/local/bin/mpmeter
COPY --from=build /usr/local/share/licenses/libmpmeter /usr/share/licenses/libmpmeter
COPY --from=build /usr/local/libmpmeter.cdx.json /usr/local/mpmeter.cdx.json /usr/share/sbom/
USER 65532:65532
# The product itself, not a script that calls RegisterUsage before it: see docs/why-not-the-entrypoint.md.
ENTRYPOINT ["/usr/local/bin/product"]
