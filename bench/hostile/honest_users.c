/*
 * See honest_users.h. The protocols are those of the load generator; what is said here is either a question, which is
 * answered to its sender alone, or a numbered line in the lobby.
 */
#define _GNU_SOURCE
#include "honest_users.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

/* Begins a line of the speaker; a probe's question has one of its own. */
#define MARK "@@"
#define QUESTION "~~"
#define NUMBER_DIGITS 8
#define READ_BYTES (1 << 18)

int ready;
int readers_closed, others_closed, newcomers_refused, newcomers_welcomed;
uint32_t lines_said, order_errors;
uint64_t lines_missing;
bool room_left, room_answered;
Histogram answers, lobby, welcomes;

static int poll_fd, next_index;
static char *read_buffer;

void fail(const char *what) {
  printf("{\"error\":\"%s\"}\n", what);
  exit(1);
}

void prepare_users(void) {
  poll_fd = epoll_create1(EPOLL_CLOEXEC);
  read_buffer = malloc(READ_BYTES);
}

/* ---- what is said ---- */

static void queue_json(Connection *connection, const char *payload) {
  size_t length = strlen(payload);
  char prefix[2] = {(char)(length >> 8), (char)length};
  queue_bytes(connection, prefix, sizeof prefix);
  queue_bytes(connection, payload, length);
}

void enter_channel(Connection *connection, const char *name) {
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
void ask(User *user, uint64_t due) {
  user->asked = due;
  const char *ping = "PING :" QUESTION "\r\n";
  if (options.irc) queue_bytes(&user->connection, ping, strlen(ping));
  else queue_json(&user->connection, "{\"type\": \"chat\", \"message\": \"" QUESTION "\"}");
  flush_outgoing(&user->connection);
}

/* The moment is in the line too: lines are said on one clock. */
void speak(User *speaker, uint64_t at) {
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

void count_answer(uint64_t due, uint64_t at) {
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
    count_answer(user->asked, at);
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
  /* A user that needs only its own channel, or only a welcome, stays out of the lobby where its protocol allows it. */
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
  keep_incomplete(connection, read_buffer + used, length - used);
}

void open_user(User *user, const char *wire, Role role) {
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

void poll_until(uint64_t moment) {
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
