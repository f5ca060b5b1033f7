# jansson: JSON.
# shellcheck shell=sh disable=SC2154
with_cmake -DJANSSON_BUILD_DOCS=OFF -DJANSSON_WITHOUT_TESTS=ON -DJANSSON_EXAMPLES=OFF
cp LICENSE "$root$stage/prefix/LICENSE.jansson"
