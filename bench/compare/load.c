/*
 * The load generator: one thread, one epoll, many connections. It lets --senders speak
 * to --subs in one channel and prints one line of JSON: deliveries per second, latency, order, and the
 * server's processor time and memory. This file sends and prints; load.h names the other files.
 *
 *   gcc -O3 -o load load*.c
 *   taskset -c 1 ./load --proto cs168 --port 5000 --pid PID --subs 300 --senders 10 --window 64
 *
 * --mode sat keeps --window messages under way, of all senders together; paced sends one each --interval
 * milliseconds; idle only connects. With --proto mixed the subscribers speak cs168, chat1 and json16 in
 * turn and the senders cs168: what comes in is then the same as with cs168 alone, and a comparison of both
 * shows what three protocols in one channel cost. mixed-with-irc has IRC as the fourth, and in irc-half-tagged
 * every second subscriber has asked for the tags of IRCv3.
 */
#define _GNU_SOURCE
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>

#include "load.h"

#define LAST_DELIVERIES (5 * SECOND)

static uint64_t fan;
static Histogram first_latencies, last_latencies;

/* What is read at the beginning of the measured part, and taken off at its end. */
typedef struct {
  uint64_t at, sent, delivered;
  ProcessorTime time;
  double server, own, machine;
} Reading;

/* ---- the load ---- */

static Reading read_figures(uint64_t at) {
  return (Reading){
      .at = at,
      .sent = sent,
      .delivered = delivered,
      .time = processor_time(options.pid),
      .server = processor_seconds(options.pid),
      .own = own_seconds(),
      .machine = machine_seconds(),
  };
}

static Reading begin_sampling(uint64_t at) {
  sampling = true;
  first_sampled = next_number;
  return read_figures(at);
}

/* Fills the window; what fits into the sockets goes out at once. */
static void fill_window(uint64_t at) {
  int64_t under_way = (int64_t)sent - (int64_t)(delivered / fan);
  if (under_way >= options.window) return;
  for (; under_way < options.window; under_way++) say(at);
  for (int i = 0; i < options.senders; i++) {
    Connection *sender = &connections[i];
    if (!has_outgoing(sender) || sender->fd < 0) continue;
    flush_outgoing(sender);
    if (has_outgoing(sender)) watch(sender, EPOLLIN | EPOLLOUT | EPOLLET);
  }
}

static void flush_senders(void) {
  for (int i = 0; i < options.senders; i++) {
    if (has_outgoing(&connections[i]) && connections[i].fd >= 0) flush_outgoing(&connections[i]);
  }
}

/* --pause: some subscribers stop reading and go on, in turns. */
static void pause_some(uint64_t elapsed, bool sending) {
  static bool reading = true;
  bool wanted = !sending || (elapsed / (options.pause_ms * MILLISECOND)) % 2 == 0;
  if (options.paused == 0 || wanted == reading) return;
  reading = wanted;
  int first = options.senders - 1;
  for (int i = first; i <= first + options.paused; i++) watch(&connections[i], reading ? EPOLLIN : 0);
}

/* --report: deliveries per second since the line before, as a line of its own. */
static void report_rate(uint64_t at) {
  static uint64_t last_at, last_delivered;
  if (options.report == 0 || !sampling || at < last_at + (uint64_t)(options.report * SECOND)) return;
  if (last_at > 0) {
    printf("{\"del_per_s\":%.0f}\n", (delivered - last_delivered) / ((at - last_at) * 1e-9));
    fflush(stdout);
  }
  last_at = at;
  last_delivered = delivered;
}

/* Sends for `seconds` and waits for the last delivery. Returns whether all of them came. */
static bool saturate(double seconds) {
  uint64_t start = now();
  uint64_t end = start + (uint64_t)(seconds * SECOND);
  uint64_t latest = start + (uint64_t)(options.deadline * SECOND);
  for (;;) {
    uint64_t at = now();
    bool sending = at < end;
    pause_some(at - start, sending);
    report_rate(at);
    if (at > latest) return false;
    if (sending) {
      fill_window(at);
    } else {
      flush_senders();
      if (delivered >= sent * fan) return true;
    }
    poll_once(5);
  }
}

/* Waits for what is under way. Returns whether all of it came. */
static bool await_deliveries(void) {
  uint64_t latest = now() + LAST_DELIVERIES;
  while (delivered < sent * fan) {
    if (now() > latest) return false;
    poll_once(1);
  }
  return true;
}

/* Spins for the last millisecond and a half: a poll could sleep too long. */
static void poll_until(uint64_t moment) {
  for (uint64_t at; (at = now()) < moment;) {
    uint64_t left = moment - at;
    poll_once(left > 1500000 ? (int)(left / MILLISECOND) - 1 : 0);
  }
}

static bool send_paced(Reading *before) {
  int warming = (int)(options.warming * 1000 / options.interval_ms);
  paced_count = (uint32_t)(options.seconds * 1000 / options.interval_ms);
  paced = calloc(paced_count, sizeof *paced);
  uint64_t next = now();
  for (int i = 0; i < warming + (int)paced_count; i++) {
    if (i == warming) {
      await_deliveries();
      next = now();
      *before = begin_sampling(next);
    }
    poll_until(next);
    uint64_t at = now();
    if (i >= warming) paced[i - warming].sent_at = at;
    flush_outgoing(say(at));
    next += (uint64_t)(options.interval_ms * MILLISECOND);
  }
  bool complete = await_deliveries();
  for (uint32_t i = 0; i < paced_count; i++) {
    if (!paced[i].arrived) continue;
    histogram_add(&first_latencies, paced[i].first_at - paced[i].sent_at);
    histogram_add(&last_latencies, paced[i].last_at - paced[i].sent_at);
  }
  return complete;
}

/* ---- what is printed ---- */

static void print_text(const char *name, const char *value) {
  printf("\"%s\":\"%s\",", name, value);
}

static void print_count(const char *name, long long value) {
  printf("\"%s\":%lld,", name, value);
}

static void print_number(const char *name, double value) {
  printf("\"%s\":%.4f,", name, value);
}

static void print_quantiles(const char *prefix, const Histogram *histogram) {
  printf("\"%sp50_us\":%.1f,", prefix, histogram_quantile(histogram, 0.5));
  printf("\"%sp99_us\":%.1f,", prefix, histogram_quantile(histogram, 0.99));
}

static void print_memory(const char *number, Memory memory) {
  printf("\"rss%s_kb\":%ld,\"anon%s_kb\":%ld,", number, memory.resident, number, memory.anonymous);
}

static void print_idle(double handshake, double handshake_cpu, double cpu, Memory before, Memory after) {
  double many = connection_count;
  printf("{");
  print_text("proto", options.name);
  print_text("mode", "idle");
  print_count("conns", connection_count);
  print_number("accept_s", handshake);
  print_number("accept_rate", many / handshake);
  print_number("cpu_us_per_conn", handshake_cpu / many * 1e6);
  print_memory("0", before);
  print_memory("1", after);
  print_number("rss_per_conn_kb", (after.resident - before.resident) / many);
  print_number("anon_per_conn_kb", (after.anonymous - before.anonymous) / many);
  print_number("idle_cpu_pct", cpu * 100);
  printf("\"closed\":%d}\n", closed);
}

static void print_load(const Reading *before, const Reading *after) {
  double elapsed = (after->at - before->at) * 1e-9;
  uint64_t messages = after->sent - before->sent, deliveries = after->delivered - before->delivered;
  double server = after->server - before->server, own = after->own - before->own;
  print_count("sent", messages);
  print_count("delivered", deliveries);
  print_count("expected", messages * fan);
  print_count("lost", (long long)(messages * fan) - (long long)deliveries);
  print_count("order_err", order_errors);
  print_number("elapsed", elapsed);
  print_number("del_per_s", deliveries / elapsed);
  print_number("msg_per_s", messages / elapsed);
  print_quantiles("", &latencies);
  print_number("max_us", latencies.highest / 1000.0);
  print_quantiles("first_", &first_latencies);
  print_quantiles("last_", &last_latencies);
  print_number("srv_cpu_s", server);
  print_number("srv_user_s", after->time.user - before->time.user);
  print_number("srv_sys_s", after->time.system - before->time.system);
  print_number("srv_util", server / elapsed);
  print_number("cpu_us_per_del", deliveries ? server / deliveries * 1e6 : 0);
  print_number("gen_util", own / elapsed);
  print_number("gen_us_per_del", deliveries ? own / deliveries * 1e6 : 0);
  print_number("other_util", (after->machine - before->machine - server - own) / elapsed);
}

/* The least and the most that one subscriber received. */
static void print_shares(void) {
  uint64_t least = UINT64_MAX, most = 0;
  for (int i = options.senders; i < options.senders + options.subscribers; i++) {
    if (connections[i].stalled) continue;
    if (connections[i].received < least) least = connections[i].received;
    if (connections[i].received > most) most = connections[i].received;
  }
  print_count("minsub", least);
  print_count("maxsub", most);
}

/* ---- the run ---- */

static int run_idle(double handshake, double handshake_cpu, Memory before, Memory after) {
  poll_for(options.hold_ms * MILLISECOND);
  double cpu = processor_seconds(options.pid);
  poll_for(SECOND);
  print_idle(handshake, handshake_cpu, processor_seconds(options.pid) - cpu, before, after);
  return 0;
}

static int run_load(double handshake, Memory at_start, Memory entered) {
  for (int i = 0; i < connection_count; i++) {
    if (connections[i].stalled) watch(&connections[i], EPOLLRDHUP);
  }
  fan = count_fan();
  int files = open_files(options.pid);
  running = true;
  reset_peak(options.pid);
  Reading before = {0};
  bool complete;
  if (options.mode == PACED) {
    complete = send_paced(&before);
  } else {
    complete = saturate(options.warming);
    before = begin_sampling(now());
    complete = complete && saturate(options.seconds);
  }
  Reading after = read_figures(now());
  Memory loaded = memory_of(options.pid);
  poll_for(options.hold_ms * MILLISECOND);
  if (options.hold_ms > 0) loaded.peak = memory_of(options.pid).peak;
  printf("{");
  print_text("proto", options.name);
  print_text("mode", options.mode == PACED ? "paced" : "sat");
  print_count("subs", options.subscribers);
  print_count("senders", options.senders);
  print_count("payload", options.payload);
  print_count("window", options.window);
  print_count("channels", options.channels);
  print_count("stall", options.stalled);
  print_count("extra", options.extra);
  print_count("timeout", !complete);
  print_load(&before, &after);
  print_memory("0", at_start);
  print_memory("1", entered);
  print_memory("2", loaded);
  print_count("hwm_kb", loaded.peak);
  print_count("closed", closed_unexpected);
  print_count("stalled_closed", closed_stalled);
  print_count("fds_lost", files - open_files(options.pid));
  print_shares();
  printf("\"handshake_s\":%.3f}\n", handshake);
  return complete ? 0 : TIMED_OUT;
}

static int run(void) {
  Memory at_start = memory_of(options.pid);
  double cpu = processor_seconds(options.pid);
  uint64_t start = now();
  int status = enter_all();
  if (status != 0) return status;
  double handshake = (now() - start) * 1e-9;
  double handshake_cpu = processor_seconds(options.pid) - cpu;
  settle();
  /* A server may still tidy up what the registrations left behind. */
  if (options.mode == IDLE) poll_for(3 * SECOND / 2);
  Memory entered = memory_of(options.pid);
  if (options.mode == IDLE) return run_idle(handshake, handshake_cpu, at_start, entered);
  return run_load(handshake, at_start, entered);
}

int main(int argc, char **argv) {
  parse_options(argc, argv);
  signal(SIGPIPE, SIG_IGN);
  raise_file_limit();
  prepare_connections();
  bool joins = options.wire == NULL || options.wire->silent;
  if (options.mode != IDLE && joins) create_channel();
  return run();
}
