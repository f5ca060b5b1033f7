# A product in C on Alpine 3.24 (musl 1.2). Beside the base: one file, with the library inside it, so that
# LD_LIBRARY_PATH cannot put another in its place.
#
# The context holds the product's sources (here examples/c/register.c and public-key.pem, its public key) and mpmeter/,
# an unpacked archive of libmpmeter for this target: tar -x --strip-components=1 -C CONTEXT/mpmeter -f
# libmpmeter-VERSION-x86_64-linux-musl.tar.gz
FROM alpine:3.24@sha256:31b6477333eb8257db9e5d7c3a7264fd0467928756f0bbcc27d35bea5d28cdbd AS build
RUN apk add --no-cache gcc musl-dev
COPY mpmeter /usr/local
WORKDIR /src
COPY register.c public-key.pem ./
RUN sed 's|.*|"&\\n"|' public-key.pem > public_key.h \
    && cc -O2 register.c -o product /usr/local/lib/libmpmeter.a -pthread

# No CA bundle: the roots that AWS's endpoints use are in the library. Nothing sets a Region; it is found at run time,
# and so is the role.
FROM alpine:3.24@sha256:31b6477333eb8257db9e5d7c3a7264fd0467928756f0bbcc27d35bea5d28cdbd
COPY --from=build /src/product /usr/local/bin/product
# For `mpmeter doctor`, in a container or a one-off task: docs/doctor.md.
COPY --from=build /usr/local/bin/mpmeter /usr/local/bin/mpmeter
COPY --from=build /usr/local/share/licenses/libmpmeter /usr/share/licenses/libmpmeter
COPY --from=build /usr/local/libmpmeter.cdx.json /usr/local/mpmeter.cdx.json /usr/share/sbom/
USER 65532:65532
# The product itself, not a script that calls RegisterUsage before it: see docs/why-not-the-entrypoint.md.
ENTRYPOINT ["/usr/local/bin/product"]
