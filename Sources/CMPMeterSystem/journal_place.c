/* Decides what is seen of the place where a journal lies, without changing anything there: the kind of file system,
 * whether it can be written and has room, and which process has the sender's lock. */
#include "mpmeter_system.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <unistd.h>

int mpsys_look_at_place(const char *folder, mpsys_place *place) {
    struct stat own, root;
    struct statfs kind;
    struct statvfs room;
    if (stat(folder, &own) != 0 || statfs(folder, &kind) != 0 || statvfs(folder, &room) != 0) return -errno;
    if (!S_ISDIR(own.st_mode)) return -ENOTDIR;
    /* Its sign and width differ between libraries and machines. */
    place->kind = (uint32_t)kind.f_type;
    place->is_on_root = stat("/", &root) == 0 && own.st_dev == root.st_dev;
    place->is_read_only = (room.f_flag & ST_RDONLY) != 0;
    place->may_write = faccessat(AT_FDCWD, folder, W_OK | X_OK, AT_EACCESS) == 0;
    place->free_bytes = (uint64_t)room.f_bavail * (uint64_t)room.f_frsize;
    /* Some file systems do not count files, and say 0 of 0. */
    place->has_files = room.f_files == 0 || room.f_favail > 0;
    return 0;
}

int mpsys_may_write(const char *path) { return faccessat(AT_FDCWD, path, R_OK | W_OK, AT_EACCESS) == 0 ? 0 : -errno; }

int64_t mpsys_lock_holder(const char *path) {
    int descriptor;
    do {
        descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK | O_NOFOLLOW);
    } while (descriptor < 0 && errno == EINTR);
    if (descriptor < 0) return -errno;
    struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    int64_t holder = fcntl(descriptor, F_GETLK, &whole) != 0 ? -errno : 0;
    /* A process of another container, or of another machine, has no number here. */
    if (holder == 0 && whole.l_type != F_UNLCK) holder = whole.l_pid > 0 ? (int64_t)whole.l_pid : INT64_MAX;
    close(descriptor);
    return holder;
}
