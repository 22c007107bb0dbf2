/*
 * The connections of the load generator: opened, registered, read. What arrives is cut into frames and
 * counted; on sampled connections, each frame's mark is checked for latency and order.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "load.h"

/* `@@`, the moment of sending in 16 hexadecimal digits, the message's number in 8. */
#define MARK "@@"
#define TIME_DIGITS 16
#define NUMBER_DIGITS 8
#define READ_BYTES (1 << 20)
#define EVENTS 2048
/* Silence after which everybody has received every join. */
#define QUIET (150 * MILLISECOND)
/* Subscribers whose frames are looked at when not all are. */
#define SAMPLES 16
/* How long a server may take to make the channel. */
#define SEED_SECONDS 5

Connection *connections;
int connection_count, closed, closed_stalled, closed_unexpected;
bool running, sampling;
uint64_t sent, delivered, order_errors;
uint32_t next_number, first_sampled;
Histogram latencies;
Paced *paced;
uint32_t paced_count;

static int poll_fd;
static struct sockaddr_in server_address;
static int ready, opened, next_sender;
static char *read_buffer;
static uint64_t read_at;

static void fail(const char *what) {
  fprintf(stderr, "load: %s: %s\n", what, strerror(errno));
  printf("{\"error\":\"%s\"}\n", what);
  exit(NOT_ENTERED);
}

/* ---- messages ---- */

static void write_hex(char *digits, uint64_t value, int count) {
  for (int i = count - 1; i >= 0; i--, value >>= 4) digits[i] = "0123456789abcdef"[value & 15];
}

static uint64_t read_hex(const char *digits, int count) {
  uint64_t value = 0;
  for (int i = 0; i < count; i++) {
    value = value * 16 + (digits[i] <= '9' ? digits[i] - '0' : digits[i] - 'a' + 10);
  }
  return value;
}

static void prepare_messages(Connection *sender) {
  sender->messages = calloc(options.channels, sizeof *sender->messages);
  for (int i = 0; i < options.channels; i++) {
    Message *message = &sender->messages[i];
    char channel[CHANNEL_NAME];
    channel_name(i, channel);
    message->bytes = malloc(LARGEST_MESSAGE);
    message->length =
        sender->wire->make_message(sender, channel, options.payload, message->bytes, &message->mark_at);
  }
}

Connection *say(uint64_t at) {
  Connection *sender = &connections[next_sender];
  /* Each sender goes round the channels. */
  Message *message = &sender->messages[next_number / options.senders % options.channels];
  if (++next_sender == options.senders) next_sender = 0;
  char *mark = message->bytes + message->mark_at;
  memcpy(mark, MARK, 2);
  write_hex(mark + 2, at, TIME_DIGITS);
  write_hex(mark + 2 + TIME_DIGITS, next_number++, NUMBER_DIGITS);
  queue_bytes(sender, message->bytes, message->length);
  sent++;
  return sender;
}

/* Of each sender: no gap, no double, and never an echo of one's own where the protocol has none. */
static void check_order(Connection *receiver, uint32_t number) {
  uint32_t senders = options.senders;
  uint32_t sender = number % senders;
  if (receiver->last == NULL) receiver->last = calloc(senders, sizeof *receiver->last);
  uint32_t last = receiver->last[sender];
  uint32_t expected = last ? last + senders : sender + 1;
  if (number + 1 != expected) order_errors++;
  receiver->last[sender] = number + 1;
  bool own = receiver->sender && (uint32_t)receiver->index == sender;
  if (own && !receiver->wire->echoes) order_errors++;
}

static void take_chat(Connection *receiver, const char *frame, size_t length) {
  const char *mark = memmem(frame, length, MARK, 2);
  if (mark == NULL) return;
  uint64_t sent_at = read_hex(mark + 2, TIME_DIGITS);
  uint32_t number = read_hex(mark + 2 + TIME_DIGITS, NUMBER_DIGITS);
  if (running) check_order(receiver, number);
  if (!sampling || number < first_sampled) return;
  histogram_add(&latencies, read_at - sent_at);
  uint32_t i = number - first_sampled;
  if (options.mode != PACED || receiver->sender || i >= paced_count) return;
  if (!paced[i].arrived) paced[i].first_at = read_at;
  paced[i].arrived = true;
  paced[i].last_at = read_at;
}

/* ---- connections ---- */

void watch(Connection *connection, uint32_t events) {
  struct epoll_event event = {.events = events, .data.ptr = connection};
  epoll_ctl(poll_fd, EPOLL_CTL_MOD, connection->fd, &event);
}

static void become_ready(Connection *connection) {
  connection->state = READY;
  ready++;
}

static void take_answer(Connection *connection, const char *frame, size_t length) {
  const Wire *wire = connection->wire;
  Step step = wire->on_answer(connection, frame, length);
  if (connection->state == ENTERING || wire->enter == NULL) {
    if (step == ENTERED && --connection->entering <= 0) become_ready(connection);
    return;
  }
  if (step != GREETED) return;
  bool beside = options.mode == IDLE || connection->index >= options.subscribers + options.senders;
  if (beside || (connection->sender && !wire->senders_receive)) {
    become_ready(connection);
    return;
  }
  connection->state = ENTERING;
  for (int i = 0; i < options.channels; i++) {
    char channel[CHANNEL_NAME];
    channel_name(i, channel);
    wire->enter(connection, channel);
  }
  connection->entering = options.channels;
  flush_outgoing(connection);
}

/* Registers; where no answer comes, there is nothing more to wait for. */
static void greet(Connection *connection) {
  const Wire *wire = connection->wire;
  connection->state = GREETING;
  wire->greet(connection);
  if (wire->silent) {
    bool enters = connection->index < options.subscribers + options.senders;
    if (options.mode != IDLE && enters) wire->enter(connection, options.channel);
    become_ready(connection);
  }
  flush_outgoing(connection);
}

static void close_connection(Connection *connection) {
  if (connection->state == CLOSED) return;
  if (connection->state == READY && connection->stalled) {
    closed_stalled++;
  } else if (++closed_unexpected <= 3) {
    fprintf(stderr, "load: connection %d was closed by the server in state %d\n", connection->index,
            connection->state);
  }
  if (connection->state == READY) ready--;
  connection->state = CLOSED;
  closed++;
  close(connection->fd);
  connection->fd = -1;
}

/* Takes the whole frames of `bytes`; returns how many chat frames they are. */
static uint64_t take_frames(Connection *connection, const char *bytes, size_t length, size_t *whole) {
  const Wire *wire = connection->wire;
  /* A member that does not read is closed in the end, and its leave is no chat. */
  bool only_chat = connection->state == READY && options.stalled == 0;
  if (only_chat && !connection->sampled && wire->count != NULL) {
    return wire->count(bytes, length, whole);
  }
  if (connection->sampled) read_at = now();
  uint64_t chats = 0;
  size_t used = 0;
  for (size_t size; (size = wire->frame_length(bytes + used, length - used)) > 0; used += size) {
    const char *frame = bytes + used;
    if (connection->state != READY) {
      take_answer(connection, frame, size);
    } else if (wire->is_chat(frame, size)) {
      chats++;
      if (connection->sampled) take_chat(connection, frame, size);
    } else if (wire->answer != NULL) {
      wire->answer(connection, frame, size);
    }
  }
  *whole = used;
  return chats;
}

static void read_connection(Connection *connection) {
  for (;;) {
    Buffer *rest = &connection->incomplete;
    if (rest->length > 0) memcpy(read_buffer, rest->bytes, rest->length);
    size_t room = READ_BYTES - rest->length;
    ssize_t received = receive_bytes(connection, read_buffer + rest->length, room);
    if (received < 0 && errno == EAGAIN) return;
    if (received <= 0) {
      close_connection(connection);
      return;
    }
    size_t length = rest->length + received, whole;
    uint64_t chats = take_frames(connection, read_buffer, length, &whole);
    if (running) {
      connection->received += chats;
      delivered += chats;
    }
    keep_incomplete(connection, read_buffer + whole, length - whole);
    if (!has_more(connection, received, room)) return;
  }
}

/* With a small receive buffer a stopped reader has an effect sooner; only readers that stop get it, if
   any do. */
static bool has_small_buffer(const Connection *connection) {
  if (options.receive_buffer == 0) return false;
  if (connection->stalled) return true;
  if (options.stalled > 0) return false;
  int first = options.senders - 1;
  bool pauses = connection->index >= first && connection->index <= first + options.paused;
  return options.paused == 0 || pauses;
}

static int open_socket(int flags) {
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | flags, 0);
  if (fd < 0) fail("socket");
  int on = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return fd;
}

static void open_connection(int index) {
  Connection *connection = &connections[index];
  int fd = open_socket(SOCK_NONBLOCK);
  /* Closed with a reset: thousands of ports are not to wait for their time to be over. */
  struct linger at_once = {1, 0};
  setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  if (has_small_buffer(connection)) {
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &options.receive_buffer, sizeof options.receive_buffer);
  }
  connection->fd = fd;
  struct sockaddr_in address = server_address;
  if (options.tls_port > 0) address.sin_port = htons(options.tls_port);
  int result = connect(fd, (struct sockaddr *)&address, sizeof address);
  if (result < 0 && errno != EINPROGRESS) fail("connect");
  struct epoll_event event = {.events = EPOLLIN | EPOLLOUT, .data.ptr = connection};
  if (epoll_ctl(poll_fd, EPOLL_CTL_ADD, fd, &event)) fail("epoll_ctl");
  opened++;
}

static void finish_connecting(Connection *connection, uint32_t events) {
  int error = 0;
  socklen_t size = sizeof error;
  getsockopt(connection->fd, SOL_SOCKET, SO_ERROR, &error, &size);
  if (error) {
    errno = error;
    fail("connect");
  }
  if (!(events & EPOLLOUT)) return;
  watch(connection, EPOLLIN);
  if (options.tls_port > 0) begin_tls(connection);
  greet(connection);
}

int poll_once(int milliseconds) {
  static struct epoll_event events[EVENTS];
  int count = epoll_wait(poll_fd, events, EVENTS, milliseconds);
  for (int i = 0; i < count; i++) {
    Connection *connection = events[i].data.ptr;
    uint32_t happened = events[i].events;
    if (connection->state == CLOSED) continue;
    if (connection->state == CONNECTING) {
      finish_connecting(connection, happened);
    } else if (connection->stalled && running) {
      if (happened & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) close_connection(connection);
    } else {
      if (happened & EPOLLOUT) flush_outgoing(connection);
      if (happened & (EPOLLIN | EPOLLHUP | EPOLLERR)) read_connection(connection);
      /* What waited for the handshake. */
      if (connection->tls != NULL && connection->state != CLOSED) flush_outgoing(connection);
    }
  }
  return count;
}

/* ---- before the load ---- */

/* A cs168 channel has to exist before it is joined, and only the answer to `/list` shows that it does. */
void create_channel(void) {
  Connection seed = {.fd = open_socket(0)};
  struct timeval patience = {.tv_sec = SEED_SECONDS};
  setsockopt(seed.fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  if (connect(seed.fd, (struct sockaddr *)&server_address, sizeof server_address)) fail("connect");
  char create[64];
  snprintf(create, sizeof create, "/create %s", options.channel);
  queue_frame(&seed, "seed");
  queue_frame(&seed, create);
  queue_frame(&seed, "/list");
  flush_outgoing(&seed);
  char answer[CS168_FRAME];
  if (recv(seed.fd, answer, sizeof answer, MSG_WAITALL) != sizeof answer) fail("create the channel");
  /* The server closes too when it has done what comes with a leave. */
  shutdown(seed.fd, SHUT_WR);
  while (recv(seed.fd, answer, sizeof answer, 0) > 0) {
  }
  close(seed.fd);
  free(seed.outgoing.bytes);
}

void prepare_connections(void) {
  int senders = options.senders, subscribers = options.subscribers;
  read_buffer = malloc(READ_BYTES);
  poll_fd = epoll_create1(0);
  server_address = (struct sockaddr_in){
      .sin_family = AF_INET,
      .sin_port = htons(options.port),
      .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
  };
  connection_count = subscribers + senders + options.extra;
  connections = calloc(connection_count, sizeof *connections);
  int step = options.mode == PACED || subscribers < SAMPLES ? 1 : subscribers / SAMPLES;
  for (int i = 0; i < connection_count; i++) {
    Connection *connection = &connections[i];
    connection->index = i;
    connection->wire = wire_of(i);
    connection->sender = i < senders;
    bool subscribes = i >= senders && i < subscribers + senders;
    if (subscribes) connection->sampled = options.verify || (i - senders) % step == 0;
    if (connection->sender) {
      connection->sampled = options.verify;
      prepare_messages(connection);
    }
    connection->stalled = subscribes && i >= subscribers + senders - options.stalled;
  }
}

int enter_all(void) {
  uint64_t start = now();
  while (ready < connection_count) {
    while (opened < connection_count && opened - ready < options.at_once) open_connection(opened);
    poll_once(100);
    if (closed > 0) {
      printf("{\"error\":\"closed in handshake\",\"ready\":%d}\n", ready);
      return NOT_ENTERED;
    }
    if (now() - start > options.deadline * SECOND) {
      printf("{\"error\":\"handshake timeout\",\"ready\":%d}\n", ready);
      return NOT_ENTERED;
    }
  }
  return 0;
}

void settle(void) {
  uint64_t start = now();
  for (uint64_t quiet = start; now() - quiet < QUIET;) {
    if (poll_once(50) > 0) quiet = now();
    if (now() - start > options.deadline * SECOND) return;
  }
}

void poll_for(uint64_t nanoseconds) {
  uint64_t end = now() + nanoseconds;
  while (now() < end) poll_once(50);
}

uint64_t count_fan(void) {
  if (options.fan >= 0) return options.fan;
  const Wire *wire = connections[0].wire;
  int among_senders = wire->senders_receive ? options.senders - (wire->echoes ? 0 : 1) : 0;
  return options.subscribers - options.stalled + among_senders;
}
