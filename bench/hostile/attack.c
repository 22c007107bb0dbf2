/*
 * One wave of hostile connections: one thread, one epoll. It knows no protocol. What it sends, how fast, whether
 * it reads and how it ends are options; `kinds.ts` says which of them make which kind of hostility.
 *
 *   connect -> hello, once -> pause of --settle ms -> body, --times times -> --linger ms -> end -> again?
 *
 * It prints `ready` when the hello of each connection is sent (or the connection has failed), and one line of JSON
 * when its time is over or SIGTERM ends it.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../compare/load_figures.h"

#define MILLISECOND 1000000ull
#define EVENTS 1024
/* Stands in a payload for a number of as many digits: of the connection in the hello, counting up in the body. */
#define ID "{{id}}"
#define ID_DIGITS 6
/* Of a connection that does not read, so that its peer soon feels it. */
#define SMALL_BUFFER 4096
/* A slow reader takes a byte this often. */
#define SLOW_MS 50
#define READ_BYTES (1 << 18)

typedef enum { READ_ALL, READ_NONE, READ_SLOW } Reading;
typedef enum { UNUSED, CONNECTING, HELLO, SETTLING, BODY, LINGERING } Phase;

typedef struct {
  int fd, number;
  Phase phase;
  /* What is being sent, and how much of it is out. */
  char *bytes;
  size_t length, capacity, at;
  int times;
  uint32_t events;
  /* When its phase, its next chunk or its next byte is due. */
  uint64_t due, chunk_due, read_due;
} Peer;

typedef struct {
  char *bytes;
  size_t length;
} Payload;

static struct {
  const char *from;
  int port, count, spread, times, chunk, every, settle, linger, limit;
  bool reset, half, again, abort;
  Reading reading;
  double seconds;
  Payload hello, body;
} options = {.from = "127.0.0.2", .count = 1, .spread = 1, .times = 1, .linger = -1};

static Peer *peers;
static int poll_fd, opened, failed, closed, greeted, next_number;
static uint64_t started, sent, received, next_message;
static volatile sig_atomic_t stopped;
static char *read_buffer;

static void stop(int signal_number) {
  (void)signal_number;
  stopped = 1;
}

/* ---- options ---- */

static Payload read_payload(const char *path) {
  FILE *file = fopen(path, "rb");
  if (file == NULL) {
    fprintf(stderr, "attack: %s: %s\n", path, strerror(errno));
    exit(1);
  }
  fseek(file, 0, SEEK_END);
  Payload payload = {.length = ftell(file)};
  rewind(file);
  payload.bytes = malloc(payload.length + 1);
  payload.length = fread(payload.bytes, 1, payload.length, file);
  fclose(file);
  return payload;
}

static void parse_options(int argc, char **argv) {
  static const struct option known[] = {
      {"port", 1, 0, 'p'},   {"from", 1, 0, 'f'},  {"spread", 1, 0, 'S'}, {"count", 1, 0, 'n'},
      {"hello", 1, 0, 'h'},  {"body", 1, 0, 'b'},  {"times", 1, 0, 't'},  {"chunk", 1, 0, 'c'},
      {"every", 1, 0, 'e'},  {"read", 1, 0, 'r'},  {"settle", 1, 0, 's'}, {"linger", 1, 0, 'l'},
      {"reset", 0, 0, 'R'},  {"half", 0, 0, 'H'},  {"again", 0, 0, 'a'},  {"limit", 1, 0, 'L'},
      {"seconds", 1, 0, 'T'}, {"abort", 0, 0, 'A'}, {0, 0, 0, 0},
  };
  for (int option; (option = getopt_long(argc, argv, "", known, NULL)) != -1;) {
    switch (option) {
      case 'p': options.port = atoi(optarg); break;
      case 'f': options.from = optarg; break;
      case 'S': options.spread = atoi(optarg); break;
      case 'n': options.count = atoi(optarg); break;
      case 'h': options.hello = read_payload(optarg); break;
      case 'b': options.body = read_payload(optarg); break;
      case 't': options.times = atoi(optarg); break;
      case 'c': options.chunk = atoi(optarg); break;
      case 'e': options.every = atoi(optarg); break;
      case 'r': options.reading = *optarg == 'n' ? READ_NONE : *optarg == 's' ? READ_SLOW : READ_ALL; break;
      case 's': options.settle = atoi(optarg); break;
      case 'l': options.linger = atoi(optarg); break;
      case 'L': options.limit = atoi(optarg); break;
      case 'T': options.seconds = atof(optarg); break;
      case 'R': options.reset = true; break;
      case 'H': options.half = true; break;
      case 'A': options.abort = options.reset = true; break;
      case 'a': options.again = true; break;
      default: exit(1);
    }
  }
}

/* ---- sending ---- */

static void load_payload(Peer *peer, const Payload *payload, bool counts) {
  if (payload->length > peer->capacity) {
    peer->capacity = payload->length;
    peer->bytes = realloc(peer->bytes, peer->capacity);
  }
  memcpy(peer->bytes, payload->bytes, payload->length);
  peer->length = payload->length;
  peer->at = 0;
  char *rest = peer->bytes, *end = peer->bytes + peer->length;
  for (char *id; (id = memmem(rest, end - rest, ID, sizeof ID - 1)) != NULL; rest = id + ID_DIGITS) {
    char digits[ID_DIGITS + 1];
    unsigned number = (counts ? next_message++ : (uint64_t)peer->number) % 1000000;
    snprintf(digits, sizeof digits, "%0*u", ID_DIGITS, number);
    memcpy(id, digits, ID_DIGITS);
  }
}

static void watch(Peer *peer, uint32_t events) {
  if (events == peer->events) return;
  peer->events = events;
  struct epoll_event event = {.events = events, .data.ptr = peer};
  epoll_ctl(poll_fd, EPOLL_CTL_MOD, peer->fd, &event);
}

/* What it waits for follows from its phase, its pace and whether it reads. */
static void watch_phase(Peer *peer) {
  uint32_t events = EPOLLRDHUP;
  if (options.reading == READ_ALL) events |= EPOLLIN;
  bool sends = peer->phase == HELLO || peer->phase == BODY;
  if (peer->phase == CONNECTING || (sends && options.chunk == 0)) events |= EPOLLOUT;
  watch(peer, events);
}

static void open_peer(Peer *peer);

static void end_peer(Peer *peer, bool by_server) {
  if (by_server) closed++;
  if (peer->phase == CONNECTING || peer->phase == HELLO) greeted++;
  close(peer->fd);
  peer->phase = UNUSED;
  peer->fd = -1;
  if (!stopped && options.again && (options.limit == 0 || opened < options.limit)) {
    peer->due = now() + (by_server ? 20 * MILLISECOND : 0);
  } else {
    peer->due = UINT64_MAX;
  }
}

static void enter_phase(Peer *peer, Phase phase) {
  peer->phase = phase;
  peer->due = UINT64_MAX;
  peer->chunk_due = now();
  switch (phase) {
    case HELLO: load_payload(peer, &options.hello, false); break;
    case SETTLING:
      greeted++;
      /* The same moment for all that were there in time, so that their bodies come together. */
      peer->due = started + options.settle * MILLISECOND;
      break;
    case BODY: load_payload(peer, &options.body, true); break;
    case LINGERING:
      if (options.half) shutdown(peer->fd, SHUT_WR);
      if (options.linger >= 0) peer->due = now() + options.linger * MILLISECOND;
      break;
    default: break;
  }
  watch_phase(peer);
}

static void take_next_phase(Peer *peer) {
  if (peer->phase == HELLO) {
    enter_phase(peer, SETTLING);
  } else if (options.body.length > 0 && (options.times == 0 || peer->times++ < options.times)) {
    enter_phase(peer, BODY);
  } else {
    enter_phase(peer, LINGERING);
  }
}

/* At most one payload a call, so that all connections get their turn. */
static void send_some(Peer *peer) {
  size_t left = peer->length - peer->at;
  if (left > 0) {
    size_t wanted = options.chunk > 0 && left > (size_t)options.chunk ? (size_t)options.chunk : left;
    ssize_t count = send(peer->fd, peer->bytes + peer->at, wanted, MSG_NOSIGNAL);
    if (count < 0 && errno != EAGAIN) return end_peer(peer, true);
    if (count > 0) {
      sent += count;
      peer->at += count;
    }
  }
  if (peer->at == peer->length) take_next_phase(peer);
}

static void read_some(Peer *peer, size_t most) {
  ssize_t count = recv(peer->fd, read_buffer, most, 0);
  if (count == 0 || (count < 0 && errno != EAGAIN)) return end_peer(peer, true);
  if (count > 0) received += count;
}

/* ---- connections ---- */

static void open_peer(Peer *peer) {
  peer->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  int on = 1, small = SMALL_BUFFER;
  setsockopt(peer->fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  setsockopt(peer->fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
  setsockopt(peer->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (options.reading != READ_ALL) setsockopt(peer->fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
  struct linger at_once = {1, 0};
  if (options.reset) setsockopt(peer->fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  peer->number = next_number++;
  struct sockaddr_in own = {.sin_family = AF_INET};
  inet_pton(AF_INET, options.from, &own.sin_addr);
  own.sin_addr.s_addr = htonl(ntohl(own.sin_addr.s_addr) + peer->number % options.spread);
  struct sockaddr_in server = {
      .sin_family = AF_INET, .sin_port = htons(options.port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  opened++;
  peer->phase = CONNECTING;
  peer->times = 0;
  peer->due = UINT64_MAX;
  peer->read_due = now();
  bool refused = bind(peer->fd, (struct sockaddr *)&own, sizeof own) < 0 ||
                 (connect(peer->fd, (struct sockaddr *)&server, sizeof server) < 0 && errno != EINPROGRESS);
  if (refused) {
    failed++;
    return end_peer(peer, true);
  }
  /* Reset while the server has not accepted it yet. */
  if (options.abort) return end_peer(peer, false);
  peer->events = EPOLLOUT;
  struct epoll_event event = {.events = EPOLLOUT, .data.ptr = peer};
  epoll_ctl(poll_fd, EPOLL_CTL_ADD, peer->fd, &event);
}

static void finish_connecting(Peer *peer) {
  int error = 0;
  socklen_t size = sizeof error;
  getsockopt(peer->fd, SOL_SOCKET, SO_ERROR, &error, &size);
  if (error != 0) {
    failed++;
    return end_peer(peer, true);
  }
  enter_phase(peer, HELLO);
  send_some(peer);
}

static void take_event(Peer *peer, uint32_t events) {
  if (peer->phase == UNUSED) return;
  if (peer->phase == CONNECTING) return finish_connecting(peer);
  if (events & (EPOLLERR | EPOLLHUP)) return end_peer(peer, true);
  if (events & EPOLLIN) read_some(peer, READ_BYTES);
  /* The end of what the server sends; one that reads finds it behind the last bytes. */
  else if (events & EPOLLRDHUP) return end_peer(peer, true);
  if (peer->phase != UNUSED && (events & EPOLLOUT) && options.chunk == 0) send_some(peer);
}

static void take_time(Peer *peer, uint64_t at) {
  if (peer->due <= at) {
    peer->due = UINT64_MAX;
    if (peer->phase == UNUSED) return open_peer(peer);
    if (peer->phase == LINGERING) return end_peer(peer, false);
    take_next_phase(peer);
  }
  bool sends = peer->phase == HELLO || peer->phase == BODY;
  if (sends && options.chunk > 0 && peer->chunk_due <= at) {
    peer->chunk_due = at + options.every * MILLISECOND;
    send_some(peer);
  }
  if (options.reading == READ_SLOW && peer->phase > CONNECTING && peer->read_due <= at) {
    peer->read_due = at + SLOW_MS * MILLISECOND;
    read_some(peer, 1);
  }
}

static void run(void) {
  struct epoll_event events[EVENTS];
  started = now();
  uint64_t end = options.seconds > 0 ? started + (uint64_t)(options.seconds * 1e9) : UINT64_MAX;
  bool announced = false;
  for (uint64_t at; !stopped && (at = now()) < end;) {
    for (int i = 0; i < options.count; i++) take_time(&peers[i], at);
    int count = epoll_wait(poll_fd, events, EVENTS, 1);
    for (int i = 0; i < count; i++) take_event(events[i].data.ptr, events[i].events);
    if (announced || greeted < options.count) continue;
    announced = true;
    printf("ready\n");
    fflush(stdout);
  }
}

/*
 * The rate of an attack should not depend on what else this machine does. Where the system weighs sessions against
 * each other, this one gets a session of its own and more weight; elsewhere nothing happens.
 */
static void take_weight(void) {
  setsid();
  int fd = open("/proc/self/autogroup", O_WRONLY);
  if (fd < 0) return;
  if (write(fd, "-10", 3) != 3) fprintf(stderr, "attack: runs beside other work\n");
  close(fd);
}

int main(int argc, char **argv) {
  parse_options(argc, argv);
  take_weight();
  raise_file_limit();
  signal(SIGPIPE, SIG_IGN);
  signal(SIGTERM, stop);
  poll_fd = epoll_create1(EPOLL_CLOEXEC);
  read_buffer = malloc(READ_BYTES);
  peers = calloc(options.count, sizeof *peers);
  run();
  printf("{\"opened\":%d,\"failed\":%d,\"closed\":%d,\"sent\":%llu,\"received\":%llu}\n", opened, failed, closed,
         (unsigned long long)sent, (unsigned long long)received);
  return 0;
}
