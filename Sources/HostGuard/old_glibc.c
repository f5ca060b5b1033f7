/*
 * Decides how the library does without the functions that glibc 2.17 does not have, although it is compiled with the
 * headers of a newer one: stat() and its kin are functions from 2.33 on, and the others came with 2.25. Linked in where
 * a target names a glibc as its floor.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* On 64 bits the kernel's structure is glibc's. */
int stat(const char *path, struct stat *status) { return (int)syscall(SYS_newfstatat, AT_FDCWD, path, status, 0); }

int lstat(const char *path, struct stat *status) {
    return (int)syscall(SYS_newfstatat, AT_FDCWD, path, status, AT_SYMLINK_NOFOLLOW);
}

int fstat(int descriptor, struct stat *status) { return (int)syscall(SYS_fstat, descriptor, status); }

void explicit_bzero(void *bytes, size_t size) {
    memset(bytes, 0, size);
    /* For all the compiler knows, somebody reads the bytes after this. */
    __asm__ volatile("" : : "r"(bytes) : "memory");
}
