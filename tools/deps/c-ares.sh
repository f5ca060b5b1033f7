# c-ares: names are resolved without a thread.
# shellcheck shell=sh disable=SC2154
with_cmake -DCARES_STATIC=ON -DCARES_SHARED=OFF -DCARES_STATIC_PIC=ON -DCARES_BUILD_TOOLS=OFF -DCARES_THREADS=OFF
cp LICENSE.md "$root$stage/prefix/LICENSE.c-ares"
