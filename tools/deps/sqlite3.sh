# SQLite: the journal of usage. Its one source file is made on this machine, without what the options leave out; only
# that is compiled for the target.
# shellcheck shell=sh disable=SC2086,SC2154
sqlite=$(sed 's/#.*//; /^ *$/d; s/^/-D/' "$tools/deps/sqlite3-options.txt" | tr '\n' ' ')
CC=gcc ./configure --disable-tcl --disable-readline --disable-shared
make CC=gcc sqlite3.c OPTS="$sqlite"
$CC $mapped $sqlite -c sqlite3.c -o sqlite3.o
$AR rcs "$root$stage/prefix/lib/libsqlite3.a" sqlite3.o
cp sqlite3.h "$root$stage/prefix/include/"
cp LICENSE.md "$root$stage/prefix/LICENSE.sqlite3"
