/* Stands between a program and the C library: counts, records and refuses what it asks of one directory.
 *
 * Loaded by LD_PRELOAD; idle until `shim_watch`. One lock holds each call and its record together, so the record has
 * the order of the calls, whichever thread made them. A record is: the header below, a path, a second path, data.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

enum what { CREATE = 1, WRITE, TRUNCATE, SYNC, SYNC_DIRECTORY, RENAME, UNLINK, MKDIR, MARK };
enum kind { ALLOCATING = 1, SYNCING = 2, READING = 4, NAMING = 8, SENDING = 16 };

struct __attribute__((packed)) record {
    uint8_t what;
    uint16_t path_bytes, to_bytes;
    uint64_t inode, offset, bytes;
};

#define FDS 4096
static char watched[PATH_MAX], path_of[FDS][256];
static uint8_t is_open[FDS];
static size_t watched_bytes;
static int record_fd = -1;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static long calls, refuse_at;
static int refuse_with, lasting, kinds;

#define REAL(result, name, ...)                                                                                        \
    static result (*real)(__VA_ARGS__);                                                                                \
    if (!real)                                                                                                         \
    real = (result(*)(__VA_ARGS__))dlsym(RTLD_NEXT, #name)

static void put(const void *data, size_t bytes)
{
    static ssize_t (*real_write)(int, const void *, size_t);
    if (!real_write)
        real_write = (ssize_t(*)(int, const void *, size_t))dlsym(RTLD_NEXT, "write");
    for (const char *at = data; bytes > 0;) {
        ssize_t done = real_write(record_fd, at, bytes);
        if (done <= 0)
            _exit(97); /* a record with a hole proves nothing */
        at += done, bytes -= done;
    }
}

static void record(enum what what, const char *path, const char *to, uint64_t inode, uint64_t offset, uint64_t bytes,
                   const void *data)
{
    if (record_fd < 0)
        return;
    int kept = errno;
    struct record head = {what, path ? strlen(path) : 0, to ? strlen(to) : 0, inode, offset, bytes};
    put(&head, sizeof head);
    put(path, head.path_bytes);
    put(to, head.to_bytes);
    if (data)
        put(data, bytes);
    errno = kept;
}

/* The name within the watched directory; NULL for whatever lies elsewhere. */
static const char *ours(const char *path)
{
    if (!watched_bytes || !path || strncmp(path, watched, watched_bytes) || path[watched_bytes] != '/')
        return NULL;
    return path + watched_bytes + 1;
}

static int is_ours(int fd)
{
    return fd >= 0 && fd < FDS && is_open[fd];
}

static uint64_t inode_of(int fd)
{
    struct stat found;
    return fstat(fd, &found) ? 0 : found.st_ino;
}

/* Counts the call; true when it is to fail. With no error to give, the process is gone, as by a power cut. */
static int refused(enum kind kind)
{
    if (!(kind & kinds))
        return 0;
    calls++;
    if (!refuse_at || (calls != refuse_at && !(lasting && calls > refuse_at)))
        return 0;
    if (!refuse_with) {
        kill(getpid(), SIGKILL);
        for (;;)
            pause();
    }
    errno = refuse_with;
    return 1;
}

/* What the harness says, by ctypes. */

void shim_watch(const char *directory, int fd)
{
    strncpy(watched, directory, PATH_MAX - 1);
    watched_bytes = strlen(watched);
    record_fd = fd;
}

void shim_arm(long at, int error, int for_ever, int of_kinds)
{
    pthread_mutex_lock(&lock);
    calls = 0, refuse_at = at, refuse_with = error, lasting = for_ever, kinds = of_kinds;
    pthread_mutex_unlock(&lock);
}

long shim_calls(void)
{
    return calls;
}

void shim_mark(const char *text)
{
    pthread_mutex_lock(&lock);
    record(MARK, NULL, NULL, 0, 0, strlen(text), text);
    pthread_mutex_unlock(&lock);
}

/* What the program asks. */

static int opened(int (*real)(int, const char *, int, ...), int at, const char *path, int flags, mode_t mode)
{
    const char *name = ours(path);
    if (!name || strlen(name) >= sizeof path_of[0])
        return real(at, path, flags, mode);
    pthread_mutex_lock(&lock);
    int fd = -1, creating = (flags & O_CREAT) && access(path, F_OK);
    if (!refused(creating ? ALLOCATING : NAMING))
        fd = real(at, path, flags, mode);
    if (fd >= 0 && fd < FDS) {
        strcpy(path_of[fd], name);
        is_open[fd] = 1;
        if (creating)
            record(CREATE, name, NULL, inode_of(fd), 0, 0, NULL);
        else if (flags & O_TRUNC)
            record(TRUNCATE, name, NULL, inode_of(fd), 0, 0, NULL);
    }
    pthread_mutex_unlock(&lock);
    return fd;
}

#define OPEN(name, next)                                                                                               \
    int name(const char *path, int flags, ...)                                                                         \
    {                                                                                                                  \
        REAL(int, next, int, const char *, int, ...);                                                                  \
        va_list more;                                                                                                  \
        va_start(more, flags);                                                                                         \
        mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(more, mode_t) : 0;                                        \
        va_end(more);                                                                                                  \
        return opened(real, AT_FDCWD, path, flags, mode);                                                              \
    }
OPEN(open, openat)
OPEN(open64, openat64)

#define OPENAT(name)                                                                                                   \
    int name(int at, const char *path, int flags, ...)                                                                 \
    {                                                                                                                  \
        REAL(int, name, int, const char *, int, ...);                                                                  \
        va_list more;                                                                                                  \
        va_start(more, flags);                                                                                         \
        mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(more, mode_t) : 0;                                        \
        va_end(more);                                                                                                  \
        return opened(real, at, path, flags, mode);                                                                    \
    }
OPENAT(openat)
OPENAT(openat64)

int close(int fd)
{
    REAL(int, close, int);
    if (is_ours(fd))
        is_open[fd] = 0; /* before: another thread may be given the number at once */
    return real(fd);
}

#define ABOUT_FD(result, kind, call, done)                                                                             \
    if (!is_ours(fd))                                                                                                  \
        return call;                                                                                                   \
    pthread_mutex_lock(&lock);                                                                                         \
    result outcome = -1;                                                                                               \
    if (!refused(kind)) {                                                                                              \
        outcome = call;                                                                                                \
        done;                                                                                                          \
    }                                                                                                                  \
    pthread_mutex_unlock(&lock);                                                                                       \
    return outcome

ssize_t write(int fd, const void *data, size_t bytes)
{
    REAL(ssize_t, write, int, const void *, size_t);
    ABOUT_FD(ssize_t, ALLOCATING, real(fd, data, bytes),
             if (outcome > 0) record(WRITE, NULL, NULL, inode_of(fd), lseek(fd, 0, SEEK_CUR) - outcome, outcome, data));
}

/* As so many writes: a cut or a fault may come between any two of them. */
ssize_t writev(int fd, const struct iovec *parts, int count)
{
    REAL(ssize_t, writev, int, const struct iovec *, int);
    if (!is_ours(fd))
        return real(fd, parts, count);
    ssize_t all = 0;
    for (int at = 0; at < count; at++) {
        ssize_t done = write(fd, parts[at].iov_base, parts[at].iov_len);
        if (done < 0)
            return all ? all : -1;
        all += done;
        if ((size_t)done < parts[at].iov_len)
            break;
    }
    return all;
}

#define PWRITE(name, offset_type)                                                                                      \
    ssize_t name(int fd, const void *data, size_t bytes, offset_type offset)                                           \
    {                                                                                                                  \
        REAL(ssize_t, name, int, const void *, size_t, offset_type);                                                   \
        ABOUT_FD(ssize_t, ALLOCATING, real(fd, data, bytes, offset),                                                   \
                 if (outcome > 0) record(WRITE, NULL, NULL, inode_of(fd), offset, outcome, data));                     \
    }
PWRITE(pwrite, off_t)
PWRITE(pwrite64, off64_t)

ssize_t read(int fd, void *data, size_t bytes)
{
    REAL(ssize_t, read, int, void *, size_t);
    ABOUT_FD(ssize_t, READING, real(fd, data, bytes), );
}

#define PREAD(name, offset_type)                                                                                       \
    ssize_t name(int fd, void *data, size_t bytes, offset_type offset)                                                 \
    {                                                                                                                  \
        REAL(ssize_t, name, int, void *, size_t, offset_type);                                                         \
        ABOUT_FD(ssize_t, READING, real(fd, data, bytes, offset), );                                                   \
    }
PREAD(pread, off_t)
PREAD(pread64, off64_t)

static void synced(int fd)
{
    struct stat found;
    int directory = !fstat(fd, &found) && S_ISDIR(found.st_mode);
    record(directory ? SYNC_DIRECTORY : SYNC, path_of[fd], NULL, found.st_ino, 0, 0, NULL);
}

#define SYNCER(name)                                                                                                   \
    int name(int fd)                                                                                                   \
    {                                                                                                                  \
        REAL(int, name, int);                                                                                          \
        ABOUT_FD(int, SYNCING, real(fd), if (!outcome) synced(fd));                                                    \
    }
SYNCER(fsync)
SYNCER(fdatasync)

#define FTRUNCATE(name, length_type)                                                                                   \
    int name(int fd, length_type length)                                                                               \
    {                                                                                                                  \
        REAL(int, name, int, length_type);                                                                             \
        ABOUT_FD(int, ALLOCATING, real(fd, length),                                                                    \
                 if (!outcome) record(TRUNCATE, NULL, NULL, inode_of(fd), length, 0, NULL));                           \
    }
FTRUNCATE(ftruncate, off_t)
FTRUNCATE(ftruncate64, off64_t)

/* SQLite fills its files by writing, and the record could not tell what else this would do. */
int fallocate64(int fd, int mode, off64_t offset, off64_t length)
{
    REAL(int, fallocate64, int, int, off64_t, off64_t);
    if (is_ours(fd))
        return errno = EOPNOTSUPP, -1;
    return real(fd, mode, offset, length);
}

#define ABOUT_NAME(kind, name, call, done)                                                                             \
    if (!(name))                                                                                                       \
        return call;                                                                                                   \
    pthread_mutex_lock(&lock);                                                                                         \
    int outcome = -1;                                                                                                  \
    if (!refused(kind) && !(outcome = call))                                                                           \
        done;                                                                                                          \
    pthread_mutex_unlock(&lock);                                                                                       \
    return outcome

int rename(const char *from, const char *to)
{
    REAL(int, rename, const char *, const char *);
    const char *name = ours(from);
    ABOUT_NAME(NAMING, name, real(from, to), record(RENAME, name, ours(to), 0, 0, 0, NULL));
}

int unlink(const char *path)
{
    REAL(int, unlink, const char *);
    const char *name = ours(path);
    ABOUT_NAME(NAMING, name, real(path), record(UNLINK, name, NULL, 0, 0, 0, NULL));
}

int mkdir(const char *path, mode_t mode)
{
    REAL(int, mkdir, const char *, mode_t);
    const char *name = ours(path);
    ABOUT_NAME(ALLOCATING, name, real(path, mode), record(MKDIR, name, NULL, 0, 0, 0, NULL));
}

int chmod(const char *path, mode_t mode)
{
    REAL(int, chmod, const char *, mode_t);
    ABOUT_NAME(NAMING, ours(path), real(path, mode), (void)0);
}

/* What goes over the wire is counted, for kills between two bytes of it; it is never refused. */
ssize_t send(int fd, const void *data, size_t bytes, int flags)
{
    REAL(ssize_t, send, int, const void *, size_t, int);
    if (kinds & SENDING) {
        pthread_mutex_lock(&lock);
        if (!refuse_with)
            refused(SENDING);
        pthread_mutex_unlock(&lock);
    }
    return real(fd, data, bytes, flags);
}

ssize_t recv(int fd, void *data, size_t bytes, int flags)
{
    REAL(ssize_t, recv, int, void *, size_t, int);
    if (kinds & SENDING) {
        pthread_mutex_lock(&lock);
        if (!refuse_with)
            refused(SENDING);
        pthread_mutex_unlock(&lock);
    }
    return real(fd, data, bytes, flags);
}
