/*
 * Recorder of what a process writes to the database files of one folder, and of what it syncs, in order.
 * Loaded into the process under test:
 *
 *   LD_PRELOAD=record-writes.so RECORD_FOLDER=<folder, as realpath gives it> RECORD_LOG=<file outside of it> program ...
 *
 * The log is a row of records (see struct record; read-write-log.ts reads them). A write is made and noted under one
 * lock, so the log's order is the order in which the files changed. A sync is noted before and after, outside of the
 * lock: what was written before its beginning is on the disk after its end.
 *
 * When a file RECORD_LOG.stop appears, the process kills itself by SIGKILL right after its next noted write, still under
 * the lock: so the log ends with the last change that was made to any file.
 *
 * Not seen, and not needed: SQLite changes the -shm file through memory, and rebuilds it from the -wal file when it opens
 * a folder after a crash. No database file is written through memory unless SQLite's mmap_size is set; the test would
 * notice, because it holds the log against the real files.
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
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum kind { NAMED = 1, WRITE, TRUNCATE, EXTEND, SYNC_BEGIN, SYNC_END, UNLINK, RENAME, FOLDER_SYNC_BEGIN, FOLDER_SYNC_END };

/* Little-endian on every machine the tests run on. A WRITE, NAMED, UNLINK or RENAME is followed by `length` bytes. */
struct record {
  uint64_t at_ns; /* CLOCK_MONOTONIC, the clock of process.hrtime in Node */
  uint32_t kind;
  uint32_t file; /* number of a name; 0 is the folder itself */
  uint64_t offset; /* of a WRITE; the size of a TRUNCATE; the least size of an EXTEND */
  uint64_t length;
};

#define MOST_FDS 4096
#define MOST_FILES 64
#define FOLDER_FD 255

static pthread_mutex_t order = PTHREAD_MUTEX_INITIALIZER;
static char folder[PATH_MAX];
static char stop_path[PATH_MAX];
static char *names[MOST_FILES]; /* names[0] stays empty: 0 means "not one of ours" */
static uint8_t file_of_fd[MOST_FDS];
static int log_fd = -1;

#define REAL(name) \
  static __typeof__(name) *real; \
  if (real == NULL) real = (__typeof__(name) *)dlsym(RTLD_NEXT, #name)

static void give_up(const char *why) {
  dprintf(2, "record-writes: %s: %s\n", why, strerror(errno));
  abort();
}

__attribute__((constructor)) static void start(void) {
  const char *where = getenv("RECORD_FOLDER");
  const char *log = getenv("RECORD_LOG");
  if (where == NULL || log == NULL) give_up("RECORD_FOLDER and RECORD_LOG must be set");
  snprintf(folder, sizeof folder, "%s", where);
  snprintf(stop_path, sizeof stop_path, "%s.stop", log);
  log_fd = (int)syscall(SYS_openat, AT_FDCWD, log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (log_fd < 0) give_up(log);
}

static void note(enum kind kind, uint32_t file, uint64_t offset, const void *bytes, uint64_t length) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  struct record record = {(uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec, kind, file, offset, length};
  struct iovec parts[2] = {{&record, sizeof record}, {(void *)bytes, bytes == NULL ? 0 : length}};
  size_t whole = parts[0].iov_len + parts[1].iov_len;
  if (syscall(SYS_writev, log_fd, parts, 2) != (long)whole) give_up("the log cannot be written");
}

static void stop_when_asked(void) {
  if (syscall(SYS_faccessat, AT_FDCWD, stop_path, F_OK) == 0) syscall(SYS_kill, getpid(), SIGKILL);
}

static int is_database(const char *path) {
  size_t length = strlen(folder);
  if (strncmp(path, folder, length) != 0 || path[length] != '/') return 0;
  const char *dot = strrchr(path, '.');
  return dot != NULL && (!strcmp(dot, ".db") || !strcmp(dot, ".db-wal") || !strcmp(dot, ".db-journal"));
}

/* Under the lock. The number of a name, given now if it has none. */
static uint32_t number_of(const char *path) {
  uint32_t file = 1;
  while (file < MOST_FILES && names[file] != NULL && strcmp(names[file], path) != 0) file += 1;
  if (file == MOST_FILES) give_up("too many files");
  if (names[file] == NULL) {
    names[file] = strdup(path);
    const char *name = path + strlen(folder) + 1;
    note(NAMED, file, 0, name, strlen(name));
  }
  return file;
}

static int opened(int fd, int flags) {
  if (fd < 0 || log_fd < 0) return fd;
  int saved = errno;
  char link[64], path[PATH_MAX];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length > 0) {
    path[length] = 0;
    int is_folder = strcmp(path, folder) == 0;
    if (is_folder || is_database(path)) {
      if (fd >= MOST_FDS) give_up("file descriptor too high");
      pthread_mutex_lock(&order);
      file_of_fd[fd] = is_folder ? FOLDER_FD : (uint8_t)number_of(path);
      if (!is_folder && (flags & O_TRUNC)) note(TRUNCATE, file_of_fd[fd], 0, NULL, 0);
      pthread_mutex_unlock(&order);
    }
  }
  errno = saved;
  return fd;
}

static uint32_t file_of(int fd) {
  return fd >= 0 && fd < MOST_FDS ? file_of_fd[fd] : 0;
}

static int is_ours(int fd) {
  return file_of(fd) != 0 && file_of(fd) != FOLDER_FD;
}

#define MODE_OF(flags) \
  mode_t mode = 0; \
  if ((flags) & (O_CREAT | O_TMPFILE)) { \
    va_list rest; \
    va_start(rest, flags); \
    mode = va_arg(rest, mode_t); \
    va_end(rest); \
  }

int open(const char *path, int flags, ...) {
  REAL(open);
  MODE_OF(flags);
  return opened(real(path, flags, mode), flags);
}
int open64(const char *path, int flags, ...) {
  REAL(open64);
  MODE_OF(flags);
  return opened(real(path, flags, mode), flags);
}
int openat(int at, const char *path, int flags, ...) {
  REAL(openat);
  MODE_OF(flags);
  return opened(real(at, path, flags, mode), flags);
}
int openat64(int at, const char *path, int flags, ...) {
  REAL(openat64);
  MODE_OF(flags);
  return opened(real(at, path, flags, mode), flags);
}

int close(int fd) {
  REAL(close);
  if (file_of(fd) != 0) file_of_fd[fd] = 0;
  return real(fd);
}

/* The current offset of a file that is written without one. */
static off_t offset_of(int fd) {
  return lseek(fd, 0, fcntl(fd, F_GETFL) & O_APPEND ? SEEK_END : SEEK_CUR);
}

#define NOTED_WRITE(fd, at, bytes, call) \
  pthread_mutex_lock(&order); \
  off_t offset = (at); \
  ssize_t written = (call); \
  int saved = errno; \
  if (written > 0) { \
    note(WRITE, file_of(fd), (uint64_t)offset, bytes, (uint64_t)written); \
    stop_when_asked(); \
  } \
  pthread_mutex_unlock(&order); \
  errno = saved; \
  return written

ssize_t write(int fd, const void *bytes, size_t length) {
  REAL(write);
  if (!is_ours(fd)) return real(fd, bytes, length);
  NOTED_WRITE(fd, offset_of(fd), bytes, real(fd, bytes, length));
}
ssize_t pwrite(int fd, const void *bytes, size_t length, off_t to) {
  REAL(pwrite);
  if (!is_ours(fd)) return real(fd, bytes, length, to);
  NOTED_WRITE(fd, to, bytes, real(fd, bytes, length, to));
}
ssize_t pwrite64(int fd, const void *bytes, size_t length, off_t to) {
  REAL(pwrite64);
  if (!is_ours(fd)) return real(fd, bytes, length, to);
  NOTED_WRITE(fd, to, bytes, real(fd, bytes, length, to));
}

/* Gathered writes become plain ones: one part may be written and the next not, which the caller must bear anyway. */
static ssize_t write_first(int fd, const struct iovec *parts, int count, off_t to) {
  for (int index = 0; index < count; index += 1) {
    if (parts[index].iov_len == 0) continue;
    if (to < 0) return write(fd, parts[index].iov_base, parts[index].iov_len);
    return pwrite(fd, parts[index].iov_base, parts[index].iov_len, to);
  }
  return 0;
}
ssize_t writev(int fd, const struct iovec *parts, int count) {
  REAL(writev);
  return is_ours(fd) ? write_first(fd, parts, count, -1) : real(fd, parts, count);
}
ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t to) {
  REAL(pwritev);
  return is_ours(fd) ? write_first(fd, parts, count, to) : real(fd, parts, count, to);
}
ssize_t pwritev64(int fd, const struct iovec *parts, int count, off_t to) {
  REAL(pwritev64);
  return is_ours(fd) ? write_first(fd, parts, count, to) : real(fd, parts, count, to);
}

#define NOTED_CHANGE(ours, call, what) \
  pthread_mutex_lock(&order); \
  int result = (call); \
  int saved = errno; \
  if (result == 0 && (ours)) { \
    what; \
    stop_when_asked(); \
  } \
  pthread_mutex_unlock(&order); \
  errno = saved; \
  return result

int ftruncate(int fd, off_t size) {
  REAL(ftruncate);
  NOTED_CHANGE(is_ours(fd), real(fd, size), note(TRUNCATE, file_of(fd), (uint64_t)size, NULL, 0));
}
int ftruncate64(int fd, off_t size) {
  REAL(ftruncate64);
  NOTED_CHANGE(is_ours(fd), real(fd, size), note(TRUNCATE, file_of(fd), (uint64_t)size, NULL, 0));
}
int posix_fallocate(int fd, off_t from, off_t length) {
  REAL(posix_fallocate);
  NOTED_CHANGE(is_ours(fd), real(fd, from, length), note(EXTEND, file_of(fd), (uint64_t)(from + length), NULL, 0));
}
int fallocate(int fd, int mode, off_t from, off_t length) {
  REAL(fallocate);
  if (is_ours(fd) && mode != 0) give_up("fallocate with a mode is not modelled");
  NOTED_CHANGE(is_ours(fd), real(fd, mode, from, length), note(EXTEND, file_of(fd), (uint64_t)(from + length), NULL, 0));
}

#define NOTED_SYNC(fd, call) \
  uint32_t file = file_of(fd); \
  if (file == 0) return call; \
  uint32_t number = file == FOLDER_FD ? 0 : file; \
  pthread_mutex_lock(&order); \
  note(file == FOLDER_FD ? FOLDER_SYNC_BEGIN : SYNC_BEGIN, number, 0, NULL, 0); \
  pthread_mutex_unlock(&order); \
  int result = call; \
  int saved = errno; \
  if (result == 0) { \
    pthread_mutex_lock(&order); \
    note(file == FOLDER_FD ? FOLDER_SYNC_END : SYNC_END, number, 0, NULL, 0); \
    pthread_mutex_unlock(&order); \
  } \
  errno = saved; \
  return result

int fsync(int fd) {
  REAL(fsync);
  NOTED_SYNC(fd, real(fd));
}
int fdatasync(int fd) {
  REAL(fdatasync);
  NOTED_SYNC(fd, real(fd));
}

/* SQLite names its files by whole paths. */
int unlink(const char *path) {
  REAL(unlink);
  const char *name = path + strlen(folder) + 1;
  NOTED_CHANGE(is_database(path), real(path), note(UNLINK, 0, 0, name, strlen(name)));
}
int rename(const char *from, const char *to) {
  REAL(rename);
  const char *name = is_database(from) ? from : to;
  NOTED_CHANGE(is_database(from) || is_database(to), real(from, to), note(RENAME, 0, 0, name, strlen(name)));
}
