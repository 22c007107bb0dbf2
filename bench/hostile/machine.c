/*
 * See machine.h.
 */
#define _GNU_SOURCE
#include "machine.h"

#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

#include "../compare/load_figures.h"

/* One for the server, one for everybody else. */
#define CORES 2
#define NAP_NS 5000000ull

/* By core, in nanoseconds; shared with the children. */
static volatile uint64_t *late_naps;

void take_precedence(void) {
  /* Above the server's main thread, which has 2. */
  struct sched_param priority = {.sched_priority = 3};
  sched_setscheduler(0, SCHED_FIFO, &priority);
}

static void nap_on(int core, volatile uint64_t *worst) {
  if (fork() != 0) return;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  cpu_set_t cores;
  CPU_ZERO(&cores);
  CPU_SET(core, &cores);
  sched_setaffinity(0, sizeof cores, &cores);
  take_precedence();
  struct timespec nap = {0, NAP_NS};
  for (;;) {
    uint64_t due = now() + NAP_NS;
    nanosleep(&nap, NULL);
    uint64_t at = now();
    if (at - due > *worst) *worst = at - due;
  }
}

void watch_machine(void) {
  size_t size = CORES * sizeof *late_naps;
  late_naps = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  for (int core = 0; core < CORES; core++) nap_on(core, &late_naps[core]);
}

double machine_worst_us(void) {
  uint64_t worst = 0;
  for (int core = 0; core < CORES; core++) {
    if (late_naps[core] > worst) worst = late_naps[core];
  }
  return worst / 1e3;
}
