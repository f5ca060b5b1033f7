# c-ares: names are resolved without a thread.
# shellcheck shell=sh disable=SC2154
with_cmake -DCARES_STATIC=ON -DCARES_SHARED=OFF -DCARES_STATIC_PIC=ON -DCARES_BUILD_TOOLS=OFF -DCARES_THREADS=OFF
cp LICENSE.md "$root$stage/prefix/LICENSE.c-ares"
# Some of its files have notices of their own, before their code.
for file in inet_ntop inet_net_pton ares_sortaddrinfo; do
    printf '\n%s:\n\n' "src/lib/$file.c"
    sed '/^#include/,$d' "src/lib/$file.c"
done >> "$root$stage/prefix/LICENSE.c-ares"
