/*
 * What the load generator measures with: a clock, histograms of latencies, and what Linux shows in /proc
 * of the server's process. Process number 0 means that no server is watched: its figures are 0 then.
 */
#ifndef LOAD_FIGURES_H
#define LOAD_FIGURES_H

#include <stdint.h>
#include <sys/types.h>

#define HISTOGRAM_SLOTS 4096

/* Latencies in nanoseconds, 64 slots for each power of two: within 1.6 % of what went in. */
typedef struct {
  uint64_t slots[HISTOGRAM_SLOTS];
  uint64_t count;
  uint64_t highest;
} Histogram;

/* Resident memory of a process in KiB: all, without files, and the most that it had. */
typedef struct {
  long resident;
  long anonymous;
  long peak;
} Memory;

/* Processor time of a process in seconds, in steps of 10 ms. */
typedef struct {
  double user;
  double system;
} ProcessorTime;

/* Nanoseconds of a clock that never goes back. */
uint64_t now(void);

void histogram_add(Histogram *histogram, uint64_t nanoseconds);

/* The quantile in microseconds; `share` from 0 to 1. */
double histogram_quantile(const Histogram *histogram, double share);

/* Processor time of `pid` in seconds, exact. */
double processor_seconds(pid_t pid);
ProcessorTime processor_time(pid_t pid);
/* Processor time of this process in seconds. */
double own_seconds(void);
/* Of everything that runs on this machine, to see how much unrelated work was in the way. */
double machine_seconds(void);

Memory memory_of(pid_t pid);
/* Begins to watch for a new peak. */
void reset_peak(pid_t pid);
/* Open files of `pid`. */
int open_files(pid_t pid);

/* As many open files as the system lets this process have. */
void raise_file_limit(void);

#endif
