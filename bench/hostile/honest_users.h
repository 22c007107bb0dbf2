/*
 * The honest users of bystander.c: what they say, what they hear, and what is counted of it.
 */
#ifndef HONEST_USERS_H
#define HONEST_USERS_H

#include "../compare/load_figures.h"
#include "../compare/load_wires.h"

#define MILLISECOND 1000000ull
#define SECOND 1000000000ull
#define LOBBY "lobby"

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

typedef struct {
  const char *from;
  int port, probes, readers, every_us, speak_ms, newcomer_ms;
  pid_t pid;
  bool irc;
  double seconds;
} Options;

extern Options options;
/* Users that have become ready so far, newcomers too. */
extern int ready;
extern int readers_closed, others_closed, newcomers_refused, newcomers_welcomed;
extern uint32_t lines_said, order_errors;
extern uint64_t lines_missing;
/* What was answered to the last attempt to make a channel. */
extern bool room_left, room_answered;
extern Histogram answers, lobby, welcomes;

/* Prints why the run is over, and ends it. */
void fail(const char *what);

void prepare_users(void);
/* Connects `user`, which may have been another one before. */
void open_user(User *user, const char *wire, Role role);
/* Takes what has arrived; waits for it until `moment` at most. */
void poll_until(uint64_t moment);
/* Makes a channel and enters it, where the protocol can. */
void enter_channel(Connection *connection, const char *name);
/* Asks for an answer; `due` is when that was to be done. */
void ask(User *user, uint64_t due);
/* Counts the answer to a question that was due at `due`, and the questions that it held up. */
void count_answer(uint64_t due, uint64_t at);
/* Says the next line in the lobby. */
void speak(User *speaker, uint64_t at);

#endif
