#define _GNU_SOURCE
#include "examine.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

// The search path of libraries is all that a child takes over from its parent: no secret of the environment goes with it.
static char *const *surroundings(char *library_path, size_t size) {
  static char arenas[] = "MALLOC_ARENA_MAX=1";
  static _Thread_local char *list[3];
  const char *found = getenv("LD_LIBRARY_PATH");
  int count = 0;
  list[count++] = arenas;
  if (found) {
    size_t at = 0;
    for (const char *next = "LD_LIBRARY_PATH="; *next && at + 1 < size; next++) library_path[at++] = *next;
    for (; *found && at + 1 < size; found++) library_path[at++] = *found;
    library_path[at] = 0;
    list[count++] = library_path;
  }
  list[count] = NULL;
  return list;
}

static pid_t start(const char *program, char *const arguments[], int input, int output, int report) {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  if (posix_spawn_file_actions_init(&actions) != 0) return -1;
  if (posix_spawnattr_init(&attributes) != 0) {
    posix_spawn_file_actions_destroy(&actions);
    return -1;
  }
  // The server ignores or blocks signals that the child must die of.
  sigset_t none, standard;
  sigemptyset(&none);
  sigfillset(&standard);
  pid_t child = -1;
  char library_path[4096];
  if (posix_spawnattr_setsigmask(&attributes, &none) != 0 || posix_spawnattr_setsigdefault(&attributes, &standard) != 0 ||
      posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF) != 0 ||
      posix_spawn_file_actions_adddup2(&actions, input, 0) != 0 || posix_spawn_file_actions_adddup2(&actions, report, 1) != 0 ||
      posix_spawn_file_actions_adddup2(&actions, output, 3) != 0 || posix_spawn_file_actions_addclosefrom_np(&actions, 4) != 0 ||
      posix_spawn(&child, program, &actions, &attributes, arguments, surroundings(library_path, sizeof library_path)) != 0)
    child = -1;
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  return child;
}

// Above what the child's own descriptors are numbered, so that putting one in place never closes another.
static int lifted(int file) { return fcntl(file, F_DUPFD_CLOEXEC, 10); }

static int wait_for(pid_t child, int seconds) {
  int ended = pidfd_open(child, 0);
  struct pollfd wanted = {ended, POLLIN, 0};
  int count = -1;
  if (ended >= 0) {
    do count = poll(&wanted, 1, seconds * 1000);
    while (count < 0 && errno == EINTR);
    close(ended);
  }
  if (count <= 0) kill(child, SIGKILL);
  int status = 0;
  while (waitpid(child, &status, 0) < 0)
    if (errno != EINTR) return -1;
  return count > 0 && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

int parley_run(const char *program, char *const arguments[], int input, int output, int seconds, char *report, size_t report_size) {
  int ends[2];
  report[0] = 0;
  if (pipe2(ends, O_CLOEXEC) != 0) return -2;
  int in = lifted(input), out = lifted(output), told = lifted(ends[1]);
  close(ends[1]);
  pid_t child = in < 0 || out < 0 || told < 0 ? -1 : start(program, arguments, in, out, told);
  if (in >= 0) close(in);
  if (out >= 0) close(out);
  if (told >= 0) close(told);
  // A report is one short line: it fits into the pipe, so the child never waits for its reader.
  int code = child < 0 ? -2 : wait_for(child, seconds);
  ssize_t count = code < 0 ? 0 : read(ends[0], report, report_size - 1);
  report[count > 0 ? count : 0] = 0;
  close(ends[0]);
  return code;
}
