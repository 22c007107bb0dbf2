/*
 * The clock, the histograms and the readings of /proc that load_figures.h describes.
 */
#define _GNU_SOURCE
#include "load_figures.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#define LINEAR_SLOTS 64
#define LINEAR_BITS 6
/* Of the kernel's counters in /proc; the same on every Linux. */
#define TICKS_PER_SECOND 100.0

static double to_seconds(struct timespec time) {
  return time.tv_sec + time.tv_nsec * 1e-9;
}

uint64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1000000000ull + time.tv_nsec;
}

static int slot_of(uint64_t value) {
  if (value < LINEAR_SLOTS) return value;
  int exponent = 63 - __builtin_clzll(value);
  int within = (value >> (exponent - LINEAR_BITS)) & (LINEAR_SLOTS - 1);
  int slot = (exponent - LINEAR_BITS + 1) * LINEAR_SLOTS + within;
  return slot < HISTOGRAM_SLOTS ? slot : HISTOGRAM_SLOTS - 1;
}

static double value_of(int slot) {
  if (slot < LINEAR_SLOTS) return slot;
  int shift = slot / LINEAR_SLOTS - 1;
  return (double)((LINEAR_SLOTS + (uint64_t)(slot % LINEAR_SLOTS)) << shift);
}

void histogram_add(Histogram *histogram, uint64_t nanoseconds) {
  histogram->slots[slot_of(nanoseconds)]++;
  histogram->count++;
  if (nanoseconds > histogram->highest) histogram->highest = nanoseconds;
}

double histogram_quantile(const Histogram *histogram, double share) {
  if (histogram->count == 0) return 0;
  uint64_t target = (uint64_t)(share * histogram->count);
  uint64_t passed = 0;
  for (int slot = 0; slot < HISTOGRAM_SLOTS; slot++) {
    passed += histogram->slots[slot];
    if (passed > target) return value_of(slot) / 1000.0;
  }
  return histogram->highest / 1000.0;
}

double processor_seconds(pid_t pid) {
  clockid_t clock;
  struct timespec time;
  if (pid == 0 || clock_getcpuclockid(pid, &clock) || clock_gettime(clock, &time)) return 0;
  return to_seconds(time);
}

ProcessorTime processor_time(pid_t pid) {
  ProcessorTime none = {0, 0};
  char path[64], text[1024];
  if (pid == 0) return none;
  snprintf(path, sizeof path, "/proc/%d/stat", pid);
  int fd = open(path, O_RDONLY);
  if (fd < 0) return none;
  ssize_t length = read(fd, text, sizeof text - 1);
  close(fd);
  if (length <= 0) return none;
  text[length] = 0;
  /* The name in parentheses may hold anything, so the fields are counted from its end. */
  char *fields = strrchr(text, ')');
  unsigned long user, system;
  const char *form = "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu";
  if (fields == NULL || sscanf(fields + 2, form, &user, &system) != 2) return none;
  return (ProcessorTime){user / TICKS_PER_SECOND, system / TICKS_PER_SECOND};
}

double own_seconds(void) {
  struct timespec time;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return to_seconds(time);
}

double machine_seconds(void) {
  FILE *file = fopen("/proc/stat", "r");
  if (file == NULL) return 0;
  unsigned long user = 0, nice = 0, system = 0, idle, wait, hard = 0, soft = 0, stolen = 0;
  int found = fscanf(file, "cpu %lu %lu %lu %lu %lu %lu %lu %lu", &user, &nice, &system, &idle, &wait,
                     &hard, &soft, &stolen);
  fclose(file);
  return found == 8 ? (user + nice + system + hard + soft + stolen) / TICKS_PER_SECOND : 0;
}

Memory memory_of(pid_t pid) {
  Memory memory = {0, 0, 0};
  char path[64], line[256];
  if (pid == 0) return memory;
  snprintf(path, sizeof path, "/proc/%d/status", pid);
  FILE *file = fopen(path, "r");
  if (file == NULL) return memory;
  while (fgets(line, sizeof line, file)) {
    sscanf(line, "VmRSS: %ld", &memory.resident);
    sscanf(line, "RssAnon: %ld", &memory.anonymous);
    sscanf(line, "VmHWM: %ld", &memory.peak);
  }
  fclose(file);
  return memory;
}

void reset_peak(pid_t pid) {
  char path[64];
  if (pid == 0) return;
  snprintf(path, sizeof path, "/proc/%d/clear_refs", pid);
  int fd = open(path, O_WRONLY);
  if (fd < 0) return;
  /* Where it is not permitted, the peak is that of the whole life of the process. */
  if (write(fd, "5", 1) != 1) fprintf(stderr, "load: the peak of memory is not reset\n");
  close(fd);
}

int open_files(pid_t pid) {
  char path[64];
  if (pid == 0) return 0;
  snprintf(path, sizeof path, "/proc/%d/fd", pid);
  DIR *directory = opendir(path);
  if (directory == NULL) return 0;
  int entries = 0;
  while (readdir(directory)) entries++;
  closedir(directory);
  /* `.` and `..` */
  return entries - 2;
}

void raise_file_limit(void) {
  struct rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit)) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}
