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
#include <arpa/inet.h>
#include <errno.h>
#include <getopt.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "../compare/load_figures.h"
#include "../compare/load_wires.h"

#define MILLISECOND 1000000ull
#define SECOND 1000000000ull
#define LOBBY "lobby"
/* Begins a line of the speaker; a probe's question has one of its own. */
#define MARK "@@"
#define QUESTION "~~"
#define NUMBER_DIGITS 8
#define READ_BYTES (1 << 18)
#define NEWCOMERS 200
/* One for the server, one for everybody else. */
#define CORES 2
/* How long all may take to enter, and how long what is under way at the end is waited for. */
#define ENTER_SECONDS 20
#define LATE_SECONDS 30
/* Until all have been told who else entered, and the cs168 readers' joins, which nobody answers, are done. */
#define QUIET_MS 300

typedef enum { PROBE, SPEAKER, READER, NEWCOMER } Role;

typedef struct {
  /* First, so that a `Connection *` of the wires is a `User *`. */
  Connection connection;
  Role role;
  /* Of a probe: when the question under way was due; 0 for none. Of a newcomer: when it set out. */
  uint64_t asked;
  /* Of a reader: number of the next line. */
  uint32_t expected;
  bool closed;
} User;

static struct {
  const char *from;
  int port, probes, readers, every_us, speak_ms, newcomer_ms;
  pid_t pid;
  bool irc;
  double seconds;
} options = {.from = "127.0.0.3",
             .probes = 4,
             .readers = 30,
             .every_us = 6250,
             .speak_ms = 50,
             .newcomer_ms = 100,
             .seconds = 6};

static User *users, newcomers[NEWCOMERS];
static int user_count, poll_fd, ready, next_index;
static int readers_closed, others_closed, newcomers_refused, newcomers_welcomed;
static uint32_t lines_said, order_errors;
static uint64_t lines_missing;
static bool room_left, room_answered;
static Histogram answers, lobby, welcomes;
static char *read_buffer;

static void fail(const char *what) {
  printf("{\"error\":\"%s\"}\n", what);
  exit(1);
}

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

/* Runs before the attacker's processes on the same core, where the system allows it. */
static void take_precedence(void) {
  struct sched_param priority = {.sched_priority = 1};
  sched_setscheduler(0, SCHED_FIFO, &priority);
}

/* ---- the machine ---- */

/*
 * What the machine itself costs: on each core somebody sleeps for a moment again and again, and the worst that it
 * woke too late is what no server could have helped. Both are children, which end with this process.
 */
#define NAP_MS 5
static volatile uint64_t *late_naps;

static void nap_on(int core, volatile uint64_t *worst) {
  if (fork() != 0) return;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  cpu_set_t cores;
  CPU_ZERO(&cores);
  CPU_SET(core, &cores);
  sched_setaffinity(0, sizeof cores, &cores);
  take_precedence();
  struct timespec nap = {0, NAP_MS * MILLISECOND};
  for (;;) {
    uint64_t due = now() + NAP_MS * MILLISECOND;
    nanosleep(&nap, NULL);
    uint64_t at = now();
    if (at - due > *worst) *worst = at - due;
  }
}

static void watch_machine(void) {
  size_t size = CORES * sizeof *late_naps;
  late_naps = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  for (int core = 0; core < CORES; core++) nap_on(core, &late_naps[core]);
}

static double machine_worst_us(void) {
  uint64_t worst = 0;
  for (int core = 0; core < CORES; core++) {
    if (late_naps[core] > worst) worst = late_naps[core];
  }
  return worst / 1e3;
}

/* ---- what is said ---- */

static void queue_json(Connection *connection, const char *payload) {
  size_t length = strlen(payload);
  char prefix[2] = {(char)(length >> 8), (char)length};
  queue_bytes(connection, prefix, sizeof prefix);
  queue_bytes(connection, payload, length);
}

/* A probe's channel; whether there is room for one more at the end is asked with another name. */
static void enter_channel(Connection *connection, const char *name) {
  char text[96];
  if (options.irc) {
    queue_bytes(connection, text, snprintf(text, sizeof text, "JOIN #%s\r\n", name));
  } else {
    snprintf(text, sizeof text, "{\"type\": \"join\", \"channel\": \"%s\"}", name);
    queue_json(connection, text);
  }
  flush_outgoing(connection);
}

/* Answered to its sender alone: json16 sends a chat to its own sender, who is the only member; irc has PING. */
static void ask(User *user, uint64_t due) {
  user->asked = due;
  const char *ping = "PING :" QUESTION "\r\n";
  if (options.irc) queue_bytes(&user->connection, ping, strlen(ping));
  else queue_json(&user->connection, "{\"type\": \"chat\", \"message\": \"" QUESTION "\"}");
  flush_outgoing(&user->connection);
}

/* The moment is in the line too: lines are said on one clock. */
static void speak(User *speaker, uint64_t at) {
  char text[160], line[96];
  snprintf(line, sizeof line, MARK "%08x%016llx", lines_said++, (unsigned long long)at);
  if (options.irc) {
    queue_bytes(&speaker->connection, text, snprintf(text, sizeof text, "PRIVMSG #" LOBBY " :%s\r\n", line));
  } else {
    snprintf(text, sizeof text, "{\"type\": \"chat\", \"message\": \"%s\"}", line);
    queue_json(&speaker->connection, text);
  }
  flush_outgoing(&speaker->connection);
}

/* ---- what is heard ---- */

static void take_answer_late(uint64_t due, uint64_t at) {
  uint64_t interval = options.every_us * 1000ull * options.probes;
  uint64_t waited = at - due;
  for (uint64_t late = waited; late > 0; late = late > interval ? late - interval : 0) {
    histogram_add(&answers, late);
  }
}

static void take_line(User *reader, const char *frame, size_t length, uint64_t at) {
  const char *mark = memmem(frame, length, MARK, 2);
  if (mark == NULL || mark + 2 + NUMBER_DIGITS + 16 > frame + length) return;
  char digits[17] = {0};
  memcpy(digits, mark + 2, NUMBER_DIGITS);
  uint32_t number = strtoul(digits, NULL, 16);
  memcpy(digits, mark + 2 + NUMBER_DIGITS, 16);
  histogram_add(&lobby, at - strtoull(digits, NULL, 16));
  if (number < reader->expected) {
    order_errors++;
    return;
  }
  lines_missing += number - reader->expected;
  reader->expected = number + 1;
}

static void take_room(const char *frame, size_t length) {
  if (memmem(frame, length, "\"entered\"", 9) != NULL) room_left = room_answered = true;
  if (memmem(frame, length, "\"error\"", 7) != NULL) room_answered = true;
}

static void take_ready_frame(User *user, const char *frame, size_t length, uint64_t at) {
  const Wire *wire = user->connection.wire;
  if (user->role == READER && wire->is_chat(frame, length)) {
    take_line(user, frame, length, at);
  } else if (user->role == PROBE && user->asked != 0 && memmem(frame, length, QUESTION, 2) != NULL) {
    take_answer_late(user->asked, at);
    user->asked = 0;
  } else {
    if (user->role == PROBE) take_room(frame, length);
    if (wire->answer != NULL) wire->answer(&user->connection, frame, length);
  }
}

static void become_ready(User *user, uint64_t at) {
  user->connection.state = READY;
  ready++;
  if (user->role == NEWCOMER) {
    histogram_add(&welcomes, at - user->asked);
    newcomers_welcomed++;
    /* It leaves as an honest client does. */
    shutdown(user->connection.fd, SHUT_WR);
  } else if (user->role == PROBE) {
    char name[32];
    snprintf(name, sizeof name, "probe%d", user->connection.index);
    enter_channel(&user->connection, name);
  }
}

static void take_entering_frame(User *user, const char *frame, size_t length, uint64_t at) {
  Connection *connection = &user->connection;
  Step step = connection->wire->on_answer(connection, frame, length);
  if (step == ENTERED) return become_ready(user, at);
  if (step != GREETED || connection->state == ENTERING) return;
  /* Whoever only wants a channel of its own, or only a welcome, does not enter the lobby where it can be left out. */
  if (user->role == PROBE || user->role == NEWCOMER) return become_ready(user, at);
  connection->state = ENTERING;
  connection->wire->enter(connection, LOBBY);
  flush_outgoing(connection);
}

/* ---- connections ---- */

static void drop(User *user) {
  if (user->connection.fd < 0) return;
  close(user->connection.fd);
  user->connection.fd = -1;
  if (user->role == NEWCOMER) {
    if (user->connection.state != READY) newcomers_refused++;
  } else {
    user->closed = true;
    if (user->role == READER) readers_closed++;
    else others_closed++;
  }
  user->connection.state = CLOSED;
}

static void keep_rest(Connection *connection, const char *bytes, size_t length) {
  Buffer *rest = &connection->incomplete;
  rest->length = length;
  if (length == 0) return;
  if (length > rest->capacity) {
    rest->capacity = length + 512;
    rest->bytes = realloc(rest->bytes, rest->capacity);
  }
  memcpy(rest->bytes, bytes, length);
}

static void read_user(User *user) {
  Connection *connection = &user->connection;
  Buffer *rest = &connection->incomplete;
  if (rest->length > 0) memcpy(read_buffer, rest->bytes, rest->length);
  ssize_t count = recv(connection->fd, read_buffer + rest->length, READ_BYTES - rest->length, 0);
  if (count < 0 && errno == EAGAIN) return;
  if (count <= 0) return drop(user);
  uint64_t at = now();
  size_t length = rest->length + count, used = 0;
  for (size_t size; (size = connection->wire->frame_length(read_buffer + used, length - used)) > 0; used += size) {
    const char *frame = read_buffer + used;
    if (connection->state == READY) take_ready_frame(user, frame, size, at);
    else take_entering_frame(user, frame, size, at);
    if (connection->fd < 0) return;
  }
  keep_rest(connection, read_buffer + used, length - used);
}

static void open_user(User *user, const char *wire, Role role) {
  Buffer outgoing = user->connection.outgoing, incomplete = user->connection.incomplete;
  outgoing.length = outgoing.taken = incomplete.length = 0;
  *user = (User){.role = role, .asked = role == NEWCOMER ? now() : 0};
  Connection *connection = &user->connection;
  *connection = (Connection){.wire = find_wire(wire), .index = next_index++, .outgoing = outgoing, .incomplete = incomplete};
  connection->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  int on = 1;
  setsockopt(connection->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  setsockopt(connection->fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
  struct sockaddr_in own = {.sin_family = AF_INET};
  inet_pton(AF_INET, options.from, &own.sin_addr);
  struct sockaddr_in server = {
      .sin_family = AF_INET, .sin_port = htons(options.port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  struct epoll_event event = {.events = EPOLLIN | EPOLLOUT, .data.ptr = user};
  epoll_ctl(poll_fd, EPOLL_CTL_ADD, connection->fd, &event);
  if (bind(connection->fd, (struct sockaddr *)&own, sizeof own) < 0) fail("bind");
  if (connect(connection->fd, (struct sockaddr *)&server, sizeof server) < 0 && errno != EINPROGRESS) drop(user);
}

static void finish_connecting(User *user) {
  Connection *connection = &user->connection;
  int error = 0;
  socklen_t size = sizeof error;
  getsockopt(connection->fd, SOL_SOCKET, SO_ERROR, &error, &size);
  if (error != 0) return drop(user);
  struct epoll_event event = {.events = EPOLLIN, .data.ptr = user};
  epoll_ctl(poll_fd, EPOLL_CTL_MOD, connection->fd, &event);
  connection->state = GREETING;
  connection->wire->greet(connection);
  if (connection->wire->silent) {
    connection->wire->enter(connection, LOBBY);
    become_ready(user, now());
  }
  flush_outgoing(connection);
}

static void poll_until(uint64_t moment) {
  static struct epoll_event events[512];
  uint64_t at = now(), left = moment > at ? moment - at : 0;
  struct timespec patience = {left / SECOND, left % SECOND};
  int count = epoll_pwait2(poll_fd, events, 512, &patience, NULL);
  for (int i = 0; i < count; i++) {
    User *user = events[i].data.ptr;
    if (user->connection.fd < 0) continue;
    if (user->connection.state == CONNECTING) {
      if (events[i].events & (EPOLLOUT | EPOLLERR | EPOLLHUP)) finish_connecting(user);
    } else {
      flush_outgoing(&user->connection);
      read_user(user);
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
    if (user->role == PROBE && user->asked != 0 && !user->closed) take_answer_late(user->asked, now());
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
  poll_fd = epoll_create1(EPOLL_CLOEXEC);
  read_buffer = malloc(READ_BYTES);
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
