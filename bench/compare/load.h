/*
 * What the parts of the load generator share: its options (load_options.c), the connections and what has
 * been counted on them (load_connections.c). load.c sends, and prints the result.
 */
#ifndef LOAD_H
#define LOAD_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "load_figures.h"
#include "load_wires.h"

#define SECOND 1000000000ull
#define MILLISECOND 1000000ull

typedef enum { SATURATED, PACED, IDLE } Mode;

/* Exit status. */
enum { BAD_USAGE = 1, NOT_ENTERED = 2, TIMED_OUT = 3 };

typedef struct {
  /* NULL: mixed. */
  const Wire *wire;
  const char *name, *channel;
  /* That each member is in, and that are spoken in by turns. */
  int channels;
  Mode mode;
  /* 0: no TLS. The channel is made over the plain port. */
  int tls_port;
  int port, subscribers, senders, extra, payload, window, at_once;
  int stalled, receive_buffer, paused, pause_ms, hold_ms, fan;
  bool verify;
  /* In seconds, but for the interval. `report` 0: no rate is printed in between. */
  double interval_ms, seconds, warming, deadline, report;
  pid_t pid;
} Options;

/* Of each paced message: when it was sent, and when it came to the first and to the last subscriber. */
typedef struct {
  uint64_t sent_at, first_at, last_at;
  bool arrived;
} Paced;

extern Options options;
/* Exits when an option is unknown or the load is impossible. */
void parse_options(int argc, char **argv);
/* Name of channel number `index`. */
void channel_name(int index, char name[CHANNEL_NAME]);
/* What connection number `index` speaks. */
const Wire *wire_of(int index);

/* Senders first, then subscribers, then those that are in no channel. */
extern Connection *connections;
extern int connection_count, closed, closed_stalled, closed_unexpected;
/* The load runs: what arrives is counted. `sampling`: the warming is over, what arrives is timed. */
extern bool running, sampling;
extern uint64_t sent, delivered, order_errors;
/* Number of the next message, and of the first that is timed. */
extern uint32_t next_number, first_sampled;
extern Histogram latencies;
extern Paced *paced;
extern uint32_t paced_count;

/* Makes the sockets' table; opens none yet. */
void prepare_connections(void);
/* Makes the channel where it has to exist before anybody joins. */
void create_channel(void);
/* Connects and registers all. Returns 0, or the exit status. */
int enter_all(void);
/* Waits until nothing arrives any more. */
void settle(void);
/* Deliveries of one message. */
uint64_t count_fan(void);

/* Queues the next message at the sender whose turn it is; returns that one. */
Connection *say(uint64_t at);
void watch(Connection *connection, uint32_t events);
/* Reads what has arrived, and waits at most `milliseconds` for it. Returns how many were ready. */
int poll_once(int milliseconds);
void poll_for(uint64_t nanoseconds);

#endif
