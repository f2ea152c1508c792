/* Cuts the power of a process, loaded before the C library: what was written and not yet synced is undone.
 *
 * Of every write to a file whose path contains POWERCUT_MATCH the bytes that were there before are kept until the file is
 * synced. At the cut they are put back, and the process ends as if it had lost its power. The cut comes
 *   POWERCUT_AFTER=n      at the n-th such write.
 * What is undone:
 *   POWERCUT_MODE=all     everything that was not synced;
 *   POWERCUT_MODE=torn    each sector of 512 bytes by the toss of a coin (POWERCUT_SEED).
 * Instead of cutting, while the file POWERCUT_FULL exists a write fails with "no space", and while POWERCUT_BROKEN exists
 * a sync fails with "input/output error".
 *
 * Not modelled: folders that were not synced, files made smaller or removed, memory maps, disks that lie.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define SECTOR 512

struct undo {
  struct undo *before; /* the write before this one */
  int fd;              /* a descriptor of our own, as the process may close its */
  ino_t inode;
  off_t offset;
  off_t size; /* of the file before the write */
  size_t length;
  unsigned char *old;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct undo *last;
static long left = -1;
static int ready, torn;
static const char *match, *full, *broken;

static void prepare(void) {
  if (ready) return;
  ready = 1;
  match = getenv("POWERCUT_MATCH");
  full = getenv("POWERCUT_FULL");
  broken = getenv("POWERCUT_BROKEN");
  const char *after = getenv("POWERCUT_AFTER"), *mode = getenv("POWERCUT_MODE"), *seed = getenv("POWERCUT_SEED");
  if (after) left = atol(after);
  torn = mode && strcmp(mode, "torn") == 0;
  srand(seed ? (unsigned)atol(seed) : 1u);
}

static int exists(const char *path) { return path && syscall(SYS_access, path, F_OK) == 0; }

/* Whether the descriptor is of a file that is watched. The index of a SQLite log in shared memory does not outlive a
 * boot, so nothing of it is kept. */
static int is_watched(int fd, struct stat *about) {
  if (!match || fstat(fd, about) != 0 || !S_ISREG(about->st_mode)) return 0;
  char link[64], path[4096];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length < 0) return 0;
  path[length] = 0;
  return strstr(path, match) != NULL && strstr(path, "-shm") == NULL;
}

static void put_back(const struct undo *undo, size_t from, size_t length) {
  off_t at = undo->offset + (off_t)from;
  if (at < undo->size) {
    size_t there = (size_t)(undo->size - at) < length ? (size_t)(undo->size - at) : length;
    syscall(SYS_pwrite64, undo->fd, undo->old + from, there, at);
    from += there, at += (off_t)there, length -= there;
  }
  /* Beyond the old end a sector that never arrived reads as zeros. */
  static const unsigned char zeros[SECTOR];
  while (torn && length > 0) {
    size_t part = length < SECTOR ? length : SECTOR;
    syscall(SYS_pwrite64, undo->fd, zeros, part, at);
    at += (off_t)part, length -= part;
  }
}

static void cut(void) {
  long undone = 0, kept = 0;
  for (struct undo *undo = last; undo; undo = undo->before) {
    if (!torn) {
      put_back(undo, 0, undo->length);
      struct stat now;
      if (fstat(undo->fd, &now) == 0 && now.st_size > undo->size) syscall(SYS_ftruncate, undo->fd, undo->size);
      undone++;
      continue;
    }
    for (size_t from = 0; from < undo->length;) {
      size_t rest = SECTOR - (size_t)((undo->offset + (off_t)from) % SECTOR);
      size_t part = rest < undo->length - from ? rest : undo->length - from;
      if (rand() & 1) put_back(undo, from, part), undone++;
      else kept++;
      from += part;
    }
  }
  dprintf(2, "power cut: undone %ld, kept %ld\n", undone, kept);
  syscall(SYS_exit_group, 137);
}

static void remember(int fd, size_t length, off_t offset, const struct stat *about) {
  struct undo *undo = calloc(1, sizeof *undo);
  undo->fd = fcntl(fd, F_DUPFD_CLOEXEC, 500);
  undo->inode = about->st_ino, undo->offset = offset, undo->size = about->st_size, undo->length = length;
  undo->old = calloc(1, length ? length : 1);
  ssize_t there = syscall(SYS_pread64, undo->fd, undo->old, length, offset);
  (void)there;
  undo->before = last;
  last = undo;
}

static ssize_t watched_write(int fd, const void *bytes, size_t length, off_t offset, int is_at) {
  struct stat about;
  ssize_t done;
  pthread_mutex_lock(&lock);
  prepare();
  if (is_watched(fd, &about)) {
    if (exists(full)) {
      pthread_mutex_unlock(&lock);
      errno = ENOSPC;
      return -1;
    }
    if (!is_at) offset = lseek(fd, 0, SEEK_CUR);
    if (left >= 0) remember(fd, length, offset, &about);
    done = is_at ? syscall(SYS_pwrite64, fd, bytes, length, offset) : syscall(SYS_write, fd, bytes, length);
    if (left > 0 && --left == 0) cut();
    pthread_mutex_unlock(&lock);
    return done;
  }
  pthread_mutex_unlock(&lock);
  return is_at ? syscall(SYS_pwrite64, fd, bytes, length, offset) : syscall(SYS_write, fd, bytes, length);
}

ssize_t write(int fd, const void *bytes, size_t length) { return watched_write(fd, bytes, length, 0, 0); }
ssize_t pwrite(int fd, const void *bytes, size_t length, off_t offset) {
  return watched_write(fd, bytes, length, offset, 1);
}
ssize_t pwrite64(int fd, const void *bytes, size_t length, off64_t offset) {
  return watched_write(fd, bytes, length, offset, 1);
}

static int watched_sync(int fd, long call) {
  struct stat about;
  pthread_mutex_lock(&lock);
  prepare();
  if (is_watched(fd, &about)) {
    if (exists(broken)) {
      pthread_mutex_unlock(&lock);
      errno = EIO;
      return -1;
    }
    struct undo **place = &last;
    while (*place) {
      struct undo *undo = *place;
      if (undo->inode == about.st_ino) {
        *place = undo->before;
        close(undo->fd);
        free(undo->old);
        free(undo);
      } else {
        place = &undo->before;
      }
    }
  }
  pthread_mutex_unlock(&lock);
  return (int)syscall(call, fd);
}

int fsync(int fd) { return watched_sync(fd, SYS_fsync); }
int fdatasync(int fd) { return watched_sync(fd, SYS_fdatasync); }
