/*
 * What the load generator knows of each protocol that it speaks: how a connection registers and enters
 * the channel, how a message looks, and how what comes back is cut and counted. One `Wire` a protocol;
 * a new protocol is one more of them in load_wires.c. Written apart from lib/protocol, so that a fault
 * there is not mirrored here.
 */
#ifndef LOAD_WIRES_H
#define LOAD_WIRES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/types.h>

typedef enum { CONNECTING, GREETING, ENTERING, READY, CLOSED } State;

/* What an answer before `READY` means. */
typedef enum { NOTHING, GREETED, ENTERED } Step;

/* Bytes that wait to be written, or that are the beginning of a frame. */
typedef struct {
  char *bytes;
  uint32_t length, taken, capacity;
} Buffer;

typedef struct Wire Wire;

/* What a sender says in one channel. */
typedef struct {
  char *bytes;
  int length, mark_at;
} Message;

/* One socket of the generator: a subscriber, a sender, or both. */
typedef struct {
  const Wire *wire;
  int fd, index;
  State state;
  bool sender;
  /* Every frame is looked at: latency, order. */
  bool sampled;
  /* Stops reading when the load begins. */
  bool stalled;
  Buffer outgoing;
  /* Of a frame whose rest has not arrived. */
  Buffer incomplete;
  /* Channels that it has still to enter. */
  int entering;
  /* A sender's messages, one for each channel, made once; the mark is written into them for each sending. */
  Message *messages;
  /* Chat frames received while the load runs. */
  uint64_t received;
  /* For each sender, the number of its last message plus one. */
  uint32_t *last;
  /* Over TLS, its state there. */
  void *tls;
} Connection;

/* One protocol. */
struct Wire {
  const char *name;
  /* A sender is in the channel too, and receives what the other senders say. */
  bool senders_receive;
  /* A sender receives what it said itself. */
  bool echoes;
  /* Neither a name nor entering is answered. */
  bool silent;
  /* A member can be in several channels. */
  bool many_channels;
  /* Queues the registration. */
  void (*greet)(Connection *connection);
  /* Queues what enters `channel`; NULL when registration does that. */
  void (*enter)(Connection *connection, const char *channel);
  /* Takes an answer before `READY`. */
  Step (*on_answer)(Connection *connection, const char *frame, size_t length);
  /* Writes a message of `payload` bytes of text for `channel` to `out` and returns its length. */
  int (*make_message)(const Connection *connection, const char *channel, int payload, char *out,
                      int *mark_at);
  /* Bytes of the first frame in `bytes`; 0 while it is incomplete. */
  size_t (*frame_length)(const char *bytes, size_t length);
  bool (*is_chat)(const char *frame, size_t length);
  /* Counts chat frames without parsing them, and sets how many bytes were whole frames; NULL when
     each frame has to be looked at. */
  uint64_t (*count)(const char *bytes, size_t length, size_t *whole);
  /* Answers a frame that is no chat, such as a ping; NULL when there are none. */
  void (*answer)(Connection *connection, const char *frame, size_t length);
};

/* `name` as on the command line; NULL when there is none of it. "fixed" is a relay of 200-byte frames
   that answers, "cs168" a real server, which does not. */
const Wire *find_wire(const char *name);

#define CS168_FRAME 200
/* With its end. */
#define CHANNEL_NAME 16
/* Bytes of text in a message at least, which the mark takes, and at most; of cs168, what fits into a frame. */
#define LEAST_TEXT 32
#define MOST_TEXT 4000
/* With what a protocol puts around it. */
#define LARGEST_MESSAGE 4096

/* As recv and write, over TLS if the connection has begun it (load_tls.c); a program without it is built
   with NO_TLS. */
#ifdef NO_TLS
#define receive_bytes(connection, bytes, size) recv((connection)->fd, bytes, size, 0)
#define send_bytes(connection, bytes, size) write((connection)->fd, bytes, size)
#define begin_tls(connection) abort()
#define has_more(connection, received, size) ((size_t)(received) == (size))
#else
ssize_t receive_bytes(Connection *connection, char *bytes, size_t size);
ssize_t send_bytes(Connection *connection, const char *bytes, size_t size);
/* The next read or write shakes hands. */
void begin_tls(Connection *connection);
/* Whether a read that brought `received` of at most `size` bytes may have left some. */
bool has_more(const Connection *connection, size_t received, size_t size);
#endif

/* Appends to what waits to be written. */
void queue_bytes(Connection *connection, const char *bytes, uint32_t length);
/* Appends a text, padded with spaces to a whole cs168 frame. */
void queue_frame(Connection *connection, const char *text);
/* Writes as much as the socket takes. */
void flush_outgoing(Connection *connection);
bool has_outgoing(const Connection *connection);
/* Keeps the beginning of a frame for the next read. */
void keep_incomplete(Connection *connection, const char *bytes, size_t length);

#endif
