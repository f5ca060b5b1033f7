# Builds libmpmeter itself, on whatever desk: hands out build/dist, with the archives and wheels of every target.
#
#   docker build -f examples/deploy/images/build.Dockerfile --output type=local,dest=build/dist .
#
# The context is libmpmeter's root. On macOS or Windows, or on an arm64 machine, nothing but a container engine is
# needed.
FROM swift:6.3-bookworm@sha256:7060a792f4cd9eaa0d00826d941cec00ab8d252d33b8b28bc8e105f51f2dba73 AS build
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates make \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY . .
RUN make dist

FROM scratch
COPY --from=build /src/build/dist /
