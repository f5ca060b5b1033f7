# A product in C++ on distroless/cc (Debian 12's glibc 2.36, libstdc++ and libgcc; no shell). Beside the base: one file,
# with the library inside it, so that LD_LIBRARY_PATH cannot put another in its place.
#
# The context holds the product's sources (here examples/cpp/register.cpp and public-key.pem, its public key) and
# mpmeter/, an unpacked archive of libmpmeter for this target: tar -x --strip-components=1 -C CONTEXT/mpmeter -f
# libmpmeter-VERSION-x86_64-linux-gnu.tar.gz
FROM debian:12-slim@sha256:3783cc01769c7b2b1b83a5c5ad96c815348e28ed7da68e2e3687004faa906251 AS build
RUN apt-get update \
    && apt-get install -y --no-install-recommends g++ libc6-dev \
    && rm -rf /var/lib/apt/lists/*
COPY mpmeter /usr/local
WORKDIR /src
COPY register.cpp public-key.pem ./
RUN sed 's|.*|"&\\n"|' public-key.pem > public_key.h \
    && c++ -std=c++17 -O2 register.cpp -o product /usr/local/lib/libmpmeter.a -pthread

# No CA bundle: the roots that AWS's endpoints use are in the library. Nothing sets a Region; it is found at run time,
# and so is the role.
FROM gcr.io/distroless/cc-debian12:nonroot@sha256:9dac0a79194e45a7da0158a9c6da57b217585af0786db3845d1f0ec1a0dd182f
COPY --from=build /src/product /product
# For `mpmeter doctor`, in a container or a one-off task: docs/doctor.md.
COPY --from=build /usr/local/bin/mpmeter /usr/local/bin/mpmeter
COPY --from=build /usr/local/share/licenses/libmpmeter /usr/share/licenses/libmpmeter
COPY --from=build /usr/local/libmpmeter.cdx.json /usr/local/mpmeter.cdx.json /usr/share/sbom/
USER 65532:65532
# The product itself, not a script that calls RegisterUsage before it: see docs/why-not-the-entrypoint.md.
ENTRYPOINT ["/product"]
