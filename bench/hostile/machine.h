/*
 * The machine that a run is measured on: what is measured comes first on its core, and the machine's own pauses are
 * measured beside the server's.
 */
#ifndef MACHINE_H
#define MACHINE_H

/* Runs this process before all others on its core, where the system allows it. */
void take_precedence(void);
/*
 * Watches each core: somebody sleeps there for a moment again and again, and the worst that it woke too late is
 * what no server could have helped. They are children, which end with this process.
 */
void watch_machine(void);
/* The worst so far, in microseconds. */
double machine_worst_us(void);

#endif
