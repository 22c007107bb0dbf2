/*
 * The honest users of one address beside a hostile one, and what they feel: one thread, one epoll.
 *
 *   probes     users in channels of their own; each asks for an answer on a fixed schedule
 *   speaker    says a numbered line in the lobby every --speak milliseconds
 *   readers    members of the lobby that always read: each must receive every line, once and in order
 *   newcomers  connections that are opened one after the other, register and leave
 *
 * A probe has one question under way at most. An answer that came later than the next question was due stands
 * for the ones that could not be asked meanwhile, so that a pause of a second is not one slow answer of many.
 * It prints `ready` when all are in, and one line of JSON at the end.
 */
#define _GNU_SOURCE
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "honest_users.h"
#include "machine.h"

#define NEWCOMERS 200
/* How long all may take to enter, and how long what is under way at the end is waited for. */
#define ENTER_SECONDS 20
#define LATE_SECONDS 30
/* Until all have received each other's joins, and the cs168 readers' own, which have no answer, are done. */
#define QUIET_MS 300

Options options = {
    .from = "127.0.0.3",
    .probes = 4,
    .readers = 30,
    .every_us = 6250,
    .speak_ms = 50,
    .newcomer_ms = 100,
    .seconds = 6,
};

static User *users, newcomers[NEWCOMERS];
static int user_count;

static void parse_options(int argc, char **argv) {
  static const struct option known[] = {
      {"port", 1, 0, 'p'},  {"from", 1, 0, 'f'},   {"pid", 1, 0, 'd'},      {"probes", 1, 0, 'n'},
      {"every", 1, 0, 'e'}, {"readers", 1, 0, 'r'}, {"speak", 1, 0, 's'},    {"newcomer", 1, 0, 'w'},
      {"irc", 0, 0, 'i'},   {"seconds", 1, 0, 'T'}, {0, 0, 0, 0},
  };
  for (int option; (option = getopt_long(argc, argv, "", known, NULL)) != -1;) {
    switch (option) {
      case 'p': options.port = atoi(optarg); break;
      case 'f': options.from = optarg; break;
      case 'd': options.pid = atoi(optarg); break;
      case 'n': options.probes = atoi(optarg); break;
      case 'e': options.every_us = atoi(optarg); break;
      case 'r': options.readers = atoi(optarg); break;
      case 's': options.speak_ms = atoi(optarg); break;
      case 'w': options.newcomer_ms = atoi(optarg); break;
      case 'i': options.irc = true; break;
      case 'T': options.seconds = atof(optarg); break;
      default: exit(1);
    }
  }
}

/* ---- the run ---- */

static void await_ready(int wanted) {
  uint64_t end = now() + ENTER_SECONDS * SECOND;
  while (ready < wanted) {
    if (now() > end) fail("not all honest users could enter");
    poll_until(now() + 10 * MILLISECOND);
  }
}

static void rest(uint64_t milliseconds) {
  for (uint64_t end = now() + milliseconds * MILLISECOND; now() < end;) poll_until(end);
}

/* The speaker first: its lobby must be there before a cs168 reader can join it. */
static void enter_all(void) {
  static const char *const in_turn[] = {"cs168", "chat1", "json16"};
  const char *wire = options.irc ? "irc" : "json16";
  user_count = 1 + options.probes + options.readers;
  users = calloc(user_count, sizeof *users);
  open_user(&users[0], wire, SPEAKER);
  await_ready(1);
  for (int i = 1; i < user_count; i++) {
    bool is_probe = i <= options.probes;
    open_user(&users[i], is_probe || options.irc ? wire : in_turn[i % 3], is_probe ? PROBE : READER);
  }
  await_ready(user_count);
  rest(QUIET_MS);
}

static void send_newcomer(void) {
  for (int i = 0; i < NEWCOMERS; i++) {
    if (newcomers[i].connection.fd >= 0) continue;
    open_user(&newcomers[i], options.irc ? "irc" : "json16", NEWCOMER);
    return;
  }
}

static void ask_and_speak(void) {
  uint64_t start = now(), end = start + (uint64_t)(options.seconds * SECOND);
  uint64_t ask_at = start, speak_at = start, newcomer_at = start;
  for (int probe = 0; now() < end;) {
    uint64_t at = now();
    for (; ask_at <= at; ask_at += options.every_us * 1000ull, probe = (probe + 1) % options.probes) {
      User *user = &users[1 + probe];
      if (user->asked == 0 && !user->closed) ask(user, ask_at);
    }
    for (; speak_at <= at; speak_at += options.speak_ms * MILLISECOND) {
      if (!users[0].closed) speak(&users[0], at);
    }
    if (newcomer_at <= at) {
      send_newcomer();
      newcomer_at = at + options.newcomer_ms * MILLISECOND;
    }
    uint64_t next = ask_at < speak_at ? ask_at : speak_at;
    poll_until(next < newcomer_at ? next : newcomer_at);
  }
}

static bool is_waiting(void) {
  for (int i = 0; i < user_count; i++) {
    if (users[i].closed) continue;
    if (users[i].role == PROBE && users[i].asked != 0) return true;
    if (users[i].role == READER && users[i].expected < lines_said && !users[0].closed) return true;
  }
  for (int i = 0; i < NEWCOMERS; i++) {
    if (newcomers[i].connection.fd >= 0 && newcomers[i].connection.state != READY) return true;
  }
  return false;
}

static void await_late(void) {
  uint64_t end = now() + LATE_SECONDS * SECOND;
  while (is_waiting() && now() < end) poll_until(now() + 10 * MILLISECOND);
  for (int i = 0; i < user_count; i++) {
    User *user = &users[i];
    if (user->role == PROBE && user->asked != 0 && !user->closed) count_answer(user->asked, now());
    if (user->role == READER && !user->closed) lines_missing += lines_said - user->expected;
  }
  for (int i = 0; i < NEWCOMERS; i++) {
    if (newcomers[i].connection.fd >= 0 && newcomers[i].connection.state != READY) newcomers_refused++;
  }
}

/* Whether an honest user can still make a channel. */
static void ask_for_room(void) {
  if (options.irc) {
    room_left = true;
    return;
  }
  room_left = room_answered = false;
  if (users[1].closed) return;
  enter_channel(&users[1].connection, "room-for-one-more");
  for (uint64_t end = now() + SECOND; !room_answered && now() < end;) poll_until(end);
}

static void print_figures(double cpu, double seconds) {
  Memory memory = memory_of(options.pid);
  printf("{\"answers\":%llu,\"p50_us\":%.1f,\"p99_us\":%.1f,\"worst_us\":%.1f,", (unsigned long long)answers.count,
         histogram_quantile(&answers, 0.5), histogram_quantile(&answers, 0.99), answers.highest / 1e3);
  printf("\"lobby_p99_us\":%.1f,\"lobby_worst_us\":%.1f,", histogram_quantile(&lobby, 0.99), lobby.highest / 1e3);
  printf("\"welcomed\":%d,\"refused\":%d,\"welcome_worst_us\":%.1f,", newcomers_welcomed, newcomers_refused,
         welcomes.highest / 1e3);
  printf("\"readers\":%d,\"readers_closed\":%d,\"others_closed\":%d,", options.readers, readers_closed, others_closed);
  printf("\"said\":%u,\"lost\":%llu,\"order_err\":%u,", lines_said, (unsigned long long)lines_missing, order_errors);
  printf("\"machine_us\":%.1f,", machine_worst_us());
  printf("\"room\":%s,\"peak_kb\":%ld,\"cpu\":%.3f}\n", room_left ? "true" : "false", memory.peak, cpu / seconds);
}

int main(int argc, char **argv) {
  parse_options(argc, argv);
  signal(SIGPIPE, SIG_IGN);
  raise_file_limit();
  prepare_users();
  for (int i = 0; i < NEWCOMERS; i++) newcomers[i].connection.fd = -1;
  enter_all();
  watch_machine();
  take_precedence();
  reset_peak(options.pid);
  double cpu = processor_seconds(options.pid);
  uint64_t start = now();
  printf("ready\n");
  fflush(stdout);
  ask_and_speak();
  double seconds = (now() - start) * 1e-9;
  cpu = processor_seconds(options.pid) - cpu;
  await_late();
  ask_for_room();
  print_figures(cpu, seconds);
  return 0;
}
