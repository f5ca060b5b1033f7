# A product in Python on Debian 12 (glibc 2.36). Beside the base: the product, its public key, and the wheel, which
# holds the library.
#
# The context holds the product's sources (here examples/python/register.py and product.pem, its public key) and the
#   wheel, made in libmpmeter's root by make wheel && cp build/wheels/mpmeter-*.whl CONTEXT
FROM python:3.13-slim-bookworm@sha256:cbd229d7b9bd041012af758ce5ffd807a6518d76493ce9035d208f1db9ceff1e AS build
WORKDIR /src
COPY mpmeter-*.whl ./
RUN python3 -m venv /venv \
    && /venv/bin/pip install --no-cache-dir --no-index mpmeter-*.whl \
    && printf '%s\n' '#!/bin/sh' 'exec /venv/bin/python -I -m mpmeter "$@"' > /usr/local/bin/mpmeter \
    && chmod 755 /usr/local/bin/mpmeter

# No CA bundle: the roots that AWS's endpoints use are in the library. Nothing sets a Region; it is found at run time,
# and so is the role.
FROM python:3.13-slim-bookworm@sha256:cbd229d7b9bd041012af758ce5ffd807a6518d76493ce9035d208f1db9ceff1e
COPY --from=build /venv /venv
# For `mpmeter doctor`, in a container or a one-off task: docs/doctor.md.
COPY --from=build /usr/local/bin/mpmeter /usr/local/bin/mpmeter
# The wheel's own, where scanners look.
COPY --from=build /venv/lib/python3*/site-packages/mpmeter-*.dist-info/licenses /usr/share/licenses/libmpmeter
COPY --from=build /venv/lib/python3*/site-packages/mpmeter-*.dist-info/sboms /usr/share/sbom
COPY register.py product.pem /app/
USER 65532:65532
# The product itself, not a script that calls RegisterUsage before it: see docs/why-not-the-entrypoint.md. -I: the
# environment is the buyer's, so PYTHONPATH and its like do not count.
ENTRYPOINT ["/venv/bin/python", "-I", "/app/register.py"]
