/* Decides how the files beside a journal are handled: the lock of its one sender, which dies with the process, and
 * the step that puts a finished file in its place at once. */
#include "mpmeter_system.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static int open_above_stdio(const char *path, int flags) {
    int descriptor;
    do {
        descriptor = open(path, flags | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0644);
    } while (descriptor < 0 && errno == EINTR);
    if (descriptor < 0 || descriptor > STDERR_FILENO) return descriptor;
    int moved = fcntl(descriptor, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    int reason = errno;
    close(descriptor);
    errno = reason;
    return moved;
}

int64_t mpsys_lock_file(const char *path) {
    int descriptor = open_above_stdio(path, O_RDWR | O_CREAT | O_NOFOLLOW);
    if (descriptor < 0) return -errno;
    /* A POSIX lock: no child inherits it, and the kernel, or the file server, gives it up with the process. */
    struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    if (fcntl(descriptor, F_SETLK, &whole) == 0) return descriptor;
    int reason = errno == EACCES ? EAGAIN : errno;
    close(descriptor);
    return -reason;
}

int64_t mpsys_read_start(int64_t descriptor, uint8_t *bytes, size_t count) {
    ssize_t got;
    do { got = pread((int)descriptor, bytes, count, 0); } while (got < 0 && errno == EINTR);
    return got < 0 ? -errno : got;
}

int mpsys_write_start(int64_t descriptor, const uint8_t *bytes, size_t count) {
    ssize_t put;
    do { put = pwrite((int)descriptor, bytes, count, 0); } while (put < 0 && errno == EINTR);
    if (put < 0) return -errno;
    if ((size_t)put < count) return -ENOSPC;
    return fdatasync((int)descriptor) != 0 ? -errno : 0;
}

static uint32_t big_endian(const uint8_t *bytes) {
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

int64_t mpsys_rollback_length(const char *path) {
    static const uint8_t magic[] = {0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7};
    uint8_t header[28];
    int descriptor = open_above_stdio(path, O_RDONLY);
    if (descriptor < 0) return 0;
    int64_t got = mpsys_read_start(descriptor, header, sizeof header);
    close(descriptor);
    if (got != sizeof header || memcmp(header, magic, sizeof magic) != 0) return 0;
    /* The count is written once the records are on the disk. Each is a page with its number and a checksum. */
    uint32_t count = big_endian(header + 8), sector = big_endian(header + 20), page = big_endian(header + 24);
    if (page > 65536) return 0; /* SQLite has no such page, and takes no notice of the file. */
    return count == 0 || count == UINT32_MAX ? 0 : (int64_t)sector + (int64_t)count * ((int64_t)page + 8);
}

void mpsys_close(int64_t descriptor) { close((int)descriptor); }

static int sync_folder(const char *path) {
    char copy[PATH_MAX];
    if (strlen(path) >= sizeof copy) return -ENAMETOOLONG;
    strcpy(copy, path);
    int folder = open_above_stdio(dirname(copy), O_RDONLY | O_DIRECTORY);
    if (folder < 0) return -errno;
    /* Some file systems cannot sync a folder, and need not. */
    int failed = fsync(folder) != 0 && errno != EINVAL ? -errno : 0;
    close(folder);
    return failed;
}

int mpsys_put_in_place(const char *finished, const char *path) {
    int result = 0;
    if (link(finished, path) != 0) {
        if (errno == EEXIST) result = 1;
        /* No hard links here: renaming would replace what another process has put there meanwhile, unless the kernel
         * looks. */
        else if (errno != EPERM && errno != EOPNOTSUPP && errno != ENOSYS)
            result = -errno;
        else if (syscall(SYS_renameat2, AT_FDCWD, finished, AT_FDCWD, path, 1u /* RENAME_NOREPLACE */) != 0)
            result = errno == EEXIST ? 1 : -errno;
    }
    unlink(finished);
    if (result < 0) return result;
    int failed = sync_folder(path);
    return failed != 0 ? failed : result;
}

void mpsys_remove(const char *path) { unlink(path); }

int mpsys_look_at(const char *path, mpsys_file *file) {
    struct stat status;
    if (stat(path, &status) != 0) return -errno;
    file->is_regular = S_ISREG(status.st_mode);
    file->size = (int64_t)status.st_size;
    file->device = (uint64_t)status.st_dev;
    file->number = (uint64_t)status.st_ino;
    return 0;
}
