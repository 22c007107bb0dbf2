/*
 * The reference: how fast 200-byte frames can be relayed at all. One thread, one epoll; it knows no names,
 * no texts and no channels, answers each connection's first frame and its `/join`, and from then on
 * relays what it sends to all others that have joined.
 *
 *   gcc -O3 -o relay relay.c && ./relay PORT [raw|coal|log]     (port 0: the system picks one)
 *
 *   raw    one write for each receiver and frame
 *   coal   each frame is copied to a buffer of each receiver, and each buffer written once a turn
 *   log    the frames of a turn are kept once, and every receiver is written from there
 */
#define _GNU_SOURCE
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#define FRAME 200
#define READ_BYTES 65536
#define EVENTS 1024
#define PIECES 1024
#define LEAST_CAPACITY 1024
#define LOG_BYTES (1 << 20)

typedef enum { RAW, COALESCED, SHARED_LOG } Mode;

/* NEW: not even a name. A LISTENER never spoke: the log has nothing that it must not hear. */
typedef enum { NEW, NAMED, LISTENER, SPEAKER } State;

typedef struct {
  int fd;
  State state;
  /* Its index in `members`. */
  int position;
  /* Of a frame whose rest has not arrived. */
  char incomplete[FRAME];
  uint32_t incomplete_length;
  /* What waits to be written: from `written` to `length`. */
  char *outgoing;
  uint32_t length, written, capacity;
  /* Is in `dirty`. */
  bool is_dirty;
  bool waits_to_write;
} Peer;

static Mode mode;
static int poll_fd;
static char read_buffer[READ_BYTES + FRAME];

static Peer **members;
static int member_count, member_capacity;
/* Whose buffers have to be written at the end of the turn. */
static Peer **dirty;
static int dirty_count, dirty_capacity;
/* The frames of this turn, and who sent each. */
static char *turn_log;
static Peer **turn_senders;
static uint32_t log_length, log_capacity;

/* ---- writing ---- */

static void await_writable(Peer *peer, bool waits) {
  if (peer->waits_to_write == waits) return;
  peer->waits_to_write = waits;
  struct epoll_event event = {.events = EPOLLIN | (waits ? EPOLLOUT : 0), .data.ptr = peer};
  epoll_ctl(poll_fd, EPOLL_CTL_MOD, peer->fd, &event);
}

static void append(Peer *peer, const char *bytes, uint32_t count) {
  if (peer->length + count > peer->capacity && peer->written > 0) {
    memmove(peer->outgoing, peer->outgoing + peer->written, peer->length - peer->written);
    peer->length -= peer->written;
    peer->written = 0;
  }
  if (peer->length + count > peer->capacity) {
    peer->capacity = (peer->length + count) * 2;
    peer->outgoing = realloc(peer->outgoing, peer->capacity);
  }
  memcpy(peer->outgoing + peer->length, bytes, count);
  peer->length += count;
}

static void flush(Peer *peer) {
  while (peer->written < peer->length) {
    ssize_t sent =
        send(peer->fd, peer->outgoing + peer->written, peer->length - peer->written, MSG_NOSIGNAL);
    if (sent < 0 && errno == EAGAIN) {
      await_writable(peer, true);
      return;
    }
    /* Its next read fails and removes it. */
    if (sent < 0) break;
    peer->written += sent;
  }
  peer->written = peer->length = 0;
  await_writable(peer, false);
}

static void mark_dirty(Peer *peer) {
  if (peer->is_dirty) return;
  peer->is_dirty = true;
  if (dirty_count == dirty_capacity) {
    dirty_capacity = dirty_capacity ? dirty_capacity * 2 : LEAST_CAPACITY;
    dirty = realloc(dirty, dirty_capacity * sizeof *dirty);
  }
  dirty[dirty_count++] = peer;
}

static void flush_dirty(void) {
  for (int i = 0; i < dirty_count; i++) {
    dirty[i]->is_dirty = false;
    if (!dirty[i]->waits_to_write) flush(dirty[i]);
  }
  dirty_count = 0;
}

static void send_at_once(Peer *peer, const char *frame) {
  ssize_t sent = 0;
  if (peer->written == peer->length) {
    sent = send(peer->fd, frame, FRAME, MSG_NOSIGNAL);
    if (sent == FRAME || (sent < 0 && errno != EAGAIN)) return;
    if (sent < 0) sent = 0;
    await_writable(peer, true);
  }
  append(peer, frame + sent, FRAME - sent);
}

/* ---- the shared log ---- */

static void append_to_log(Peer *sender, const char *frame) {
  if (log_length + FRAME > log_capacity) {
    log_capacity = log_capacity ? log_capacity * 2 : LOG_BYTES;
    turn_log = realloc(turn_log, log_capacity);
    turn_senders = realloc(turn_senders, (log_capacity / FRAME + 1) * sizeof *turn_senders);
  }
  turn_senders[log_length / FRAME] = sender;
  memcpy(turn_log + log_length, frame, FRAME);
  log_length += FRAME;
}

/* The runs of frames that `peer` did not send itself. Returns how many. */
static int gather(const Peer *peer, struct iovec *pieces, size_t *total) {
  int frames = log_length / FRAME, count = 0;
  *total = 0;
  for (int first = 0; first < frames && count < PIECES;) {
    if (turn_senders[first] == peer) {
      first++;
      continue;
    }
    int end = frames;
    if (peer->state == SPEAKER) {
      for (end = first; end < frames && turn_senders[end] != peer;) end++;
    }
    pieces[count].iov_base = turn_log + first * FRAME;
    pieces[count].iov_len = (size_t)(end - first) * FRAME;
    *total += pieces[count++].iov_len;
    first = end;
  }
  return count;
}

/* Keeps what is left of `pieces` after `sent` bytes. */
static void append_rest(Peer *peer, const struct iovec *pieces, int count, size_t sent) {
  for (int i = 0; i < count; i++) {
    size_t length = pieces[i].iov_len;
    size_t gone = sent < length ? sent : length;
    append(peer, (char *)pieces[i].iov_base + gone, length - gone);
    sent -= gone;
  }
}

static void flush_log(void) {
  static struct iovec pieces[PIECES];
  if (log_length == 0) return;
  for (int i = 0; i < member_count; i++) {
    Peer *peer = members[i];
    size_t total;
    int count = gather(peer, pieces, &total);
    if (count == 0) continue;
    if (peer->written < peer->length) {
      append_rest(peer, pieces, count, 0);
      continue;
    }
    ssize_t sent = count == 1 ? send(peer->fd, pieces[0].iov_base, total, MSG_NOSIGNAL)
                              : writev(peer->fd, pieces, count);
    if (sent == (ssize_t)total || (sent < 0 && errno != EAGAIN)) continue;
    append_rest(peer, pieces, count, sent < 0 ? 0 : sent);
    await_writable(peer, true);
  }
  log_length = 0;
}

/* ---- reading ---- */

static void relay(Peer *sender, const char *frame) {
  if (mode == SHARED_LOG) {
    append_to_log(sender, frame);
    return;
  }
  for (int i = 0; i < member_count; i++) {
    if (members[i] == sender) continue;
    if (mode == RAW) {
      send_at_once(members[i], frame);
    } else {
      append(members[i], frame, FRAME);
      mark_dirty(members[i]);
    }
  }
}

static void answer(Peer *peer, const char *text) {
  char frame[FRAME];
  memset(frame, ' ', FRAME);
  memcpy(frame, text, strlen(text));
  append(peer, frame, FRAME);
  flush(peer);
}

static void join(Peer *peer) {
  if (member_count == member_capacity) {
    member_capacity = member_capacity ? member_capacity * 2 : LEAST_CAPACITY;
    members = realloc(members, member_capacity * sizeof *members);
  }
  peer->state = LISTENER;
  peer->position = member_count;
  members[member_count++] = peer;
  answer(peer, "* joined");
}

static void take_frame(Peer *peer, const char *frame) {
  if (peer->state == NEW) {
    peer->state = NAMED;
    answer(peer, "* welcome");
  } else if (frame[0] == '/') {
    bool enters = memcmp(frame, "/create ", 8) == 0 || memcmp(frame, "/join ", 6) == 0;
    if (peer->state == NAMED && enters) join(peer);
  } else if (peer->state != NAMED) {
    peer->state = SPEAKER;
    relay(peer, frame);
  }
}

static void drop(Peer *peer) {
  /* Frames in the log name their senders, and a freed one's address could come again. */
  if (mode == SHARED_LOG) flush_log();
  if (peer->state >= LISTENER) {
    members[peer->position] = members[--member_count];
    members[peer->position]->position = peer->position;
  }
  for (int i = 0; i < dirty_count; i++) {
    if (dirty[i] == peer) dirty[i] = dirty[--dirty_count];
  }
  close(peer->fd);
  free(peer->outgoing);
  free(peer);
}

static void read_peer(Peer *peer) {
  memcpy(read_buffer, peer->incomplete, peer->incomplete_length);
  ssize_t received = recv(peer->fd, read_buffer + peer->incomplete_length, READ_BYTES, 0);
  if (received < 0 && errno == EAGAIN) return;
  if (received <= 0) {
    drop(peer);
    return;
  }
  uint32_t length = peer->incomplete_length + received, used = 0;
  for (; used + FRAME <= length; used += FRAME) take_frame(peer, read_buffer + used);
  peer->incomplete_length = length - used;
  memcpy(peer->incomplete, read_buffer + used, peer->incomplete_length);
}

/* ---- the server ---- */

static void accept_all(int listener) {
  for (int fd; (fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0;) {
    int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    Peer *peer = calloc(1, sizeof *peer);
    peer->fd = fd;
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = peer};
    epoll_ctl(poll_fd, EPOLL_CTL_ADD, fd, &event);
  }
}

static int listen_on(int port) {
  int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), on = 1;
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  struct sockaddr_in address = {
      .sin_family = AF_INET,
      .sin_port = htons(port),
      .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
  };
  socklen_t size = sizeof address;
  if (bind(listener, (struct sockaddr *)&address, size) || listen(listener, 4096) ||
      getsockname(listener, (struct sockaddr *)&address, &size)) {
    perror("relay: listen");
    exit(1);
  }
  printf("Listening on 127.0.0.1:%d\n", ntohs(address.sin_port));
  fflush(stdout);
  return listener;
}

static void raise_file_limit(void) {
  struct rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit)) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

static void set_mode(const char *name) {
  if (strcmp(name, "raw") == 0) mode = RAW;
  else if (strcmp(name, "coal") == 0) mode = COALESCED;
  else if (strcmp(name, "log") == 0) mode = SHARED_LOG;
  else {
    fprintf(stderr, "Usage: relay PORT [raw|coal|log]\n");
    exit(1);
  }
}

int main(int argc, char **argv) {
  set_mode(argc > 2 ? argv[2] : "coal");
  signal(SIGPIPE, SIG_IGN);
  raise_file_limit();
  int listener = listen_on(argc > 1 ? atoi(argv[1]) : 0);
  poll_fd = epoll_create1(0);
  struct epoll_event listening = {.events = EPOLLIN, .data.ptr = NULL};
  epoll_ctl(poll_fd, EPOLL_CTL_ADD, listener, &listening);
  static struct epoll_event events[EVENTS];
  for (;;) {
    int count = epoll_wait(poll_fd, events, EVENTS, -1);
    for (int i = 0; i < count; i++) {
      Peer *peer = events[i].data.ptr;
      if (peer == NULL) {
        accept_all(listener);
        continue;
      }
      if (events[i].events & EPOLLOUT) flush(peer);
      if (events[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR)) read_peer(peer);
    }
    if (mode == SHARED_LOG) flush_log();
    flush_dirty();
  }
}
