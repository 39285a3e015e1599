/*
 * A card whose syncs are slow: loaded before libc by LD_PRELOAD, it sleeps MILLRACE_SLOW_FSYNC_MS after each real
 * fsync and fdatasync of the process. For benches only.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <time.h>

static void wait_as_a_slow_card_does(void) {
  const char *text = getenv("MILLRACE_SLOW_FSYNC_MS");
  long milliseconds = text == NULL ? 0 : strtol(text, NULL, 10);
  struct timespec pause = {.tv_sec = milliseconds / 1000, .tv_nsec = (milliseconds % 1000) * 1000000L};
  if (milliseconds > 0) nanosleep(&pause, NULL);
}

int fsync(int file) {
  static int (*real)(int);
  if (real == NULL) real = (int (*)(int))dlsym(RTLD_NEXT, "fsync");
  int result = real(file);
  wait_as_a_slow_card_does();
  return result;
}

int fdatasync(int file) {
  static int (*real)(int);
  if (real == NULL) real = (int (*)(int))dlsym(RTLD_NEXT, "fdatasync");
  int result = real(file);
  wait_as_a_slow_card_does();
  return result;
}
