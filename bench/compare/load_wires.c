/*
 * The protocols of the load generator: those of this project (cs168, chat1, json16), the bare relay
 * (fixed), and those of the servers that it is compared with (irc, nats, redis).
 */
#define _GNU_SOURCE
#include "load_wires.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- what waits to be written ---- */

void queue_bytes(Connection *connection, const char *bytes, uint32_t length) {
  Buffer *buffer = &connection->outgoing;
  if (buffer->length + length > buffer->capacity) {
    buffer->capacity = (buffer->length + length) * 2 + 4096;
    buffer->bytes = realloc(buffer->bytes, buffer->capacity);
  }
  memcpy(buffer->bytes + buffer->length, bytes, length);
  buffer->length += length;
}

void queue_frame(Connection *connection, const char *text) {
  char frame[CS168_FRAME];
  memset(frame, ' ', sizeof frame);
  memcpy(frame, text, strlen(text));
  queue_bytes(connection, frame, sizeof frame);
}

void flush_outgoing(Connection *connection) {
  Buffer *buffer = &connection->outgoing;
  while (buffer->taken < buffer->length) {
    ssize_t written = send_bytes(connection, buffer->bytes + buffer->taken, buffer->length - buffer->taken);
    /* A broken connection is found by its next read. */
    if (written <= 0) return;
    buffer->taken += written;
  }
  buffer->taken = buffer->length = 0;
}

bool has_outgoing(const Connection *connection) {
  return connection->outgoing.taken < connection->outgoing.length;
}

/* ---- what has been received of a frame ---- */

void keep_incomplete(Connection *connection, const char *bytes, size_t length) {
  Buffer *rest = &connection->incomplete;
  rest->length = length;
  if (length == 0) return;
  if (length > rest->capacity) {
    rest->capacity = length + 512;
    rest->bytes = realloc(rest->bytes, rest->capacity);
  }
  memcpy(rest->bytes, bytes, length);
}

/* ---- shared by several protocols ---- */

static bool starts_with(const char *bytes, size_t length, const char *text) {
  size_t wanted = strlen(text);
  return length >= wanted && memcmp(bytes, text, wanted) == 0;
}

static bool contains(const char *bytes, size_t length, const char *text) {
  return memmem(bytes, length, text, strlen(text)) != NULL;
}

/* `before`, the text, `after`; the mark begins the text. */
static int frame_text(char *out, const char *before, int payload, const char *after, int *mark_at) {
  int length = strlen(before);
  memcpy(out, before, length);
  *mark_at = length;
  memset(out + length, 'x', payload);
  length += payload;
  memcpy(out + length, after, strlen(after));
  return length + strlen(after);
}

static size_t line_length(const char *bytes, size_t length) {
  const char *end = memchr(bytes, '\n', length);
  return end == NULL ? 0 : end - bytes + 1;
}

static uint64_t count_lines(const char *bytes, size_t length, size_t *whole) {
  const char *end = memrchr(bytes, '\n', length);
  *whole = end == NULL ? 0 : end - bytes + 1;
  uint64_t lines = 0;
  for (size_t i = 0; i < *whole; i++) lines += bytes[i] == '\n';
  return lines;
}

static bool any_frame(const char *frame, size_t length) {
  (void)frame;
  return length > 0;
}

/* ---- cs168, and the relay that answers ---- */

static void cs168_greet(Connection *connection) {
  char name[16];
  snprintf(name, sizeof name, "u%d", connection->index);
  queue_frame(connection, name);
}

static void cs168_enter(Connection *connection, const char *channel) {
  char text[64];
  snprintf(text, sizeof text, "/join %s", channel);
  queue_frame(connection, text);
}

static Step cs168_answer(Connection *connection, const char *frame, size_t length) {
  (void)frame, (void)length;
  return connection->state == GREETING ? GREETED : ENTERED;
}

static int cs168_message(const Connection *connection, const char *channel, int payload, char *out,
                         int *mark_at) {
  (void)connection, (void)channel;
  *mark_at = 0;
  memset(out, ' ', CS168_FRAME);
  memset(out, 'x', payload < CS168_FRAME ? payload : CS168_FRAME);
  return CS168_FRAME;
}

/* A real server's joins and leaves have no brackets. */
static bool cs168_is_chat(const char *frame, size_t length) {
  return length > 0 && frame[0] == '[';
}

static size_t cs168_length(const char *bytes, size_t length) {
  (void)bytes;
  return length >= CS168_FRAME ? CS168_FRAME : 0;
}

static uint64_t cs168_count(const char *bytes, size_t length, size_t *whole) {
  (void)bytes;
  uint64_t frames = length / CS168_FRAME;
  *whole = frames * CS168_FRAME;
  return frames;
}

/* ---- chat1: lines; a user is in the channel as soon as it is registered ---- */

static void chat1_greet(Connection *connection) {
  char line[64];
  int length = snprintf(line, sizeof line, "REGISTER u%d CHAT/1.0\n", connection->index);
  queue_bytes(connection, line, length);
}

static Step chat1_answer(Connection *connection, const char *frame, size_t length) {
  if (starts_with(frame, length, "200 ")) return ENTERED;
  /* It ignores chat of the members that are in already. */
  if (frame[0] != '@') {
    fprintf(stderr, "load: chat1 u%d: %.*s", connection->index, (int)length, frame);
  }
  return NOTHING;
}

static int chat1_message(const Connection *connection, const char *channel, int payload, char *out,
                         int *mark_at) {
  (void)channel;
  char prefix[32];
  snprintf(prefix, sizeof prefix, "@u%d: ", connection->index);
  return frame_text(out, prefix, payload, "\n", mark_at);
}

static bool chat1_is_chat(const char *frame, size_t length) {
  return length > 0 && frame[0] == '@';
}

/* ---- json16: a length of 16 bits, then JSON in the one form that all public servers send ---- */

#define JSON16_PREFIX 2
#define JSON16_CHAT "{\"type\": \"chat\", "

static void json16_queue(Connection *connection, const char *payload) {
  size_t length = strlen(payload);
  char prefix[JSON16_PREFIX] = {(char)(length >> 8), (char)length};
  queue_bytes(connection, prefix, JSON16_PREFIX);
  queue_bytes(connection, payload, length);
}

static void json16_greet(Connection *connection) {
  char payload[64];
  snprintf(payload, sizeof payload, "{\"type\": \"hello\", \"nick\": \"u%d\"}", connection->index);
  json16_queue(connection, payload);
}

/* Every member receives every join: only its own is the answer. */
static Step json16_answer(Connection *connection, const char *frame, size_t length) {
  char payload[64];
  snprintf(payload, sizeof payload, "{\"type\": \"join\", \"nick\": \"u%d\"}", connection->index);
  return starts_with(frame + JSON16_PREFIX, length - JSON16_PREFIX, payload) ? ENTERED : NOTHING;
}

static int json16_message(const Connection *connection, const char *channel, int payload, char *out,
                          int *mark_at) {
  (void)connection, (void)channel;
  const char *before = JSON16_CHAT "\"message\": \"";
  int length = frame_text(out + JSON16_PREFIX, before, payload, "\"}", mark_at);
  out[0] = (char)(length >> 8);
  out[1] = (char)length;
  *mark_at += JSON16_PREFIX;
  return JSON16_PREFIX + length;
}

static size_t json16_length(const char *bytes, size_t length) {
  if (length < JSON16_PREFIX) return 0;
  size_t whole = JSON16_PREFIX + (((uint8_t)bytes[0] << 8) | (uint8_t)bytes[1]);
  return length >= whole ? whole : 0;
}

static bool json16_is_chat(const char *frame, size_t length) {
  return starts_with(frame + JSON16_PREFIX, length - JSON16_PREFIX, JSON16_CHAT);
}

static uint64_t json16_count(const char *bytes, size_t length, size_t *whole) {
  uint64_t chats = 0;
  size_t used = 0;
  for (size_t frame; (frame = json16_length(bytes + used, length - used)) > 0; used += frame) {
    chats += json16_is_chat(bytes + used, frame);
  }
  *whole = used;
  return chats;
}

/* ---- irc ---- */

static void irc_greet(Connection *connection) {
  char lines[128];
  int length = snprintf(lines, sizeof lines, "NICK u%d\r\nUSER u%d 0 * :u\r\n", connection->index,
                        connection->index);
  queue_bytes(connection, lines, length);
}

/* All that puts tags before a message. */
static void irc_tags_greet(Connection *connection) {
  const char *line = "CAP REQ :message-tags server-time account-tag batch\r\n";
  queue_bytes(connection, line, strlen(line));
  irc_greet(connection);
  queue_bytes(connection, "CAP END\r\n", 9);
}

static void irc_enter(Connection *connection, const char *channel) {
  char line[64];
  queue_bytes(connection, line, snprintf(line, sizeof line, "JOIN #%s\r\n", channel));
}

static void irc_pong(Connection *connection, const char *frame, size_t length) {
  if (!starts_with(frame, length, "PING ")) return;
  queue_bytes(connection, "PONG ", 5);
  queue_bytes(connection, frame + 5, length - 5);
  flush_outgoing(connection);
}

/* The end of the message of the day, or that there is none; then the end of the channel's names. */
static Step irc_answer(Connection *connection, const char *frame, size_t length) {
  irc_pong(connection, frame, length);
  if (starts_with(frame, length, "ERROR")) fprintf(stderr, "load: irc: %.*s", (int)length, frame);
  if (contains(frame, length, " 376 ") || contains(frame, length, " 422 ")) return GREETED;
  return contains(frame, length, " 366 ") ? ENTERED : NOTHING;
}

static int irc_message(const Connection *connection, const char *channel, int payload, char *out,
                       int *mark_at) {
  (void)connection;
  char before[64];
  snprintf(before, sizeof before, "PRIVMSG #%s :", channel);
  return frame_text(out, before, payload, "\r\n", mark_at);
}

/* `:NICK!USER@HOST PRIVMSG ..`, behind tags or not; somebody's coming and going is no chat. */
static bool irc_is_chat(const char *frame, size_t length) {
  return contains(frame, length, " PRIVMSG ");
}

/* ---- nats ---- */

static void nats_greet(Connection *connection) {
  const char *text = "CONNECT {\"verbose\":false,\"pedantic\":false,\"echo\":false}\r\nPING\r\n";
  queue_bytes(connection, text, strlen(text));
}

static void nats_enter(Connection *connection, const char *channel) {
  char lines[64];
  queue_bytes(connection, lines, snprintf(lines, sizeof lines, "SUB %s 1\r\nPING\r\n", channel));
}

static void nats_pong(Connection *connection, const char *frame, size_t length) {
  if (!starts_with(frame, length, "PING")) return;
  queue_bytes(connection, "PONG\r\n", 6);
  flush_outgoing(connection);
}

static Step nats_answer(Connection *connection, const char *frame, size_t length) {
  nats_pong(connection, frame, length);
  if (frame[0] == '-') fprintf(stderr, "load: nats: %.*s", (int)length, frame);
  if (!starts_with(frame, length, "PONG")) return NOTHING;
  return connection->state == GREETING ? GREETED : ENTERED;
}

static int nats_message(const Connection *connection, const char *channel, int payload, char *out,
                        int *mark_at) {
  (void)connection;
  char before[64];
  snprintf(before, sizeof before, "PUB %s %d\r\n", channel, payload);
  return frame_text(out, before, payload, "\r\n", mark_at);
}

/* `MSG c 1 BYTES`, then BYTES bytes and an end of line; everything else is one line. */
static size_t nats_length(const char *bytes, size_t length) {
  size_t whole = line_length(bytes, length);
  if (whole == 0 || bytes[0] != 'M') return whole;
  const char *size = bytes + whole - 2;
  while (size[-1] != ' ') size--;
  whole += atoi(size) + 2;
  return length >= whole ? whole : 0;
}

static bool nats_is_chat(const char *frame, size_t length) {
  return length > 0 && frame[0] == 'M';
}

/* ---- redis, publish and subscribe ---- */

static void redis_greet(Connection *connection) {
  queue_bytes(connection, "PING\r\n", 6);
}

static void redis_enter(Connection *connection, const char *channel) {
  char lines[96];
  int length =
      snprintf(lines, sizeof lines, "*2\r\n$9\r\nSUBSCRIBE\r\n$%zu\r\n%s\r\n", strlen(channel), channel);
  queue_bytes(connection, lines, length);
}

static Step redis_answer(Connection *connection, const char *frame, size_t length) {
  (void)length;
  if (connection->state == GREETING) return frame[0] == '+' ? GREETED : NOTHING;
  return frame[0] == '*' ? ENTERED : NOTHING;
}

static int redis_message(const Connection *connection, const char *channel, int payload, char *out,
                         int *mark_at) {
  (void)connection;
  char before[96];
  snprintf(before, sizeof before, "*3\r\n$7\r\nPUBLISH\r\n$%zu\r\n%s\r\n$%d\r\n", strlen(channel),
           channel, payload);
  return frame_text(out, before, payload, "\r\n", mark_at);
}

/* One line, or `*COUNT` and COUNT values, of which those with a `$BYTES` line have bytes behind it. */
static size_t redis_length(const char *bytes, size_t length) {
  size_t whole = line_length(bytes, length);
  if (whole == 0 || bytes[0] != '*') return whole;
  for (int values = atoi(bytes + 1); values > 0; values--) {
    size_t line = line_length(bytes + whole, length - whole);
    if (line == 0) return 0;
    bool has_bytes = bytes[whole] == '$';
    int size = atoi(bytes + whole + 1);
    whole += line + (has_bytes ? size + 2 : 0);
    if (whole > length) return 0;
  }
  return whole;
}

/* `*3`, `$7`, `message`. */
static bool redis_is_chat(const char *frame, size_t length) {
  return length > 9 && frame[0] == '*' && frame[8] == 'm';
}

/* ---- all of them ---- */

static const Wire wires[] = {
    {"cs168", true, false, true, false, cs168_greet, cs168_enter, cs168_answer, cs168_message, cs168_length,
     cs168_is_chat, cs168_count, NULL},
    {"fixed", true, false, false, false, cs168_greet, cs168_enter, cs168_answer, cs168_message, cs168_length,
     any_frame, cs168_count, NULL},
    {"chat1", true, false, false, false, chat1_greet, NULL, chat1_answer, chat1_message, line_length,
     chat1_is_chat, count_lines, NULL},
    {"json16", true, true, false, false, json16_greet, NULL, json16_answer, json16_message, json16_length,
     json16_is_chat, json16_count, NULL},
    /* Counted without a look: a ping in between would count too, so servers are configured to ping seldom. */
    {"irc", true, false, false, true, irc_greet, irc_enter, irc_answer, irc_message, line_length, irc_is_chat,
     count_lines, irc_pong},
    {"irc-tags", true, false, false, true, irc_tags_greet, irc_enter, irc_answer, irc_message, line_length,
     irc_is_chat, count_lines, irc_pong},
    {"nats", false, false, false, false, nats_greet, nats_enter, nats_answer, nats_message, nats_length,
     nats_is_chat, NULL, nats_pong},
    {"redis", false, false, false, false, redis_greet, redis_enter, redis_answer, redis_message, redis_length,
     redis_is_chat, NULL, NULL},
};

const Wire *find_wire(const char *name) {
  for (size_t i = 0; i < sizeof wires / sizeof *wires; i++) {
    if (strcmp(wires[i].name, name) == 0) return &wires[i];
  }
  return NULL;
}
