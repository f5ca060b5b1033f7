# A product in C on Debian 12 (glibc 2.36). Beside the base: the product, and libmpmeter.so.1, which needs libc alone.
#
# The context holds the product's sources (here examples/c/register.c and public-key.pem, its public key) and mpmeter/, made in libmpmeter's root by
#   make install install-static PREFIX=CONTEXT/mpmeter
FROM debian:12-slim AS build
RUN apt-get update \
    && apt-get install -y --no-install-recommends gcc libc6-dev \
    && rm -rf /var/lib/apt/lists/*
COPY mpmeter /usr/local
WORKDIR /src
COPY register.c public-key.pem ./
RUN sed 's|.*|"&\\n"|' public-key.pem > public_key.h \
    && cc -O2 register.c -o product -L/usr/local/lib -lmpmeter -Wl,-rpath,/usr/local/lib

# No CA bundle: the roots that AWS's endpoints use are in the library. Nothing sets a Region; it is found at run time, and so is the role.
FROM debian:12-slim
COPY --from=build /usr/local/lib/libmpmeter.so.1 /usr/local/lib/
COPY --from=build /src/product /usr/local/bin/product
USER 65532:65532
# The product itself, not a script that calls RegisterUsage before it: see docs/why-not-the-entrypoint.md.
ENTRYPOINT ["/usr/local/bin/product"]
