/*
 * The command line of the load generator, with its defaults.
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "load.h"

Options options = {
    .name = "fixed",
    .mode = SATURATED,
    .port = 7000,
    .channels = 1,
    .subscribers = 100,
    .senders = 1,
    .payload = 160,
    .window = 64,
    .at_once = 64,
    .pause_ms = 300,
    .fan = -1,
    .interval_ms = 10,
    .seconds = 2,
    .warming = 0.7,
    .deadline = 60,
};

/* Subscribers who speak different protocols in turn; the senders speak the first of them. */
typedef struct {
  const char *name;
  int count;
  const char *wires[4];
} Mixture;

static const Mixture mixtures[] = {
    {"mixed", 3, {"cs168", "chat1", "json16"}},
    {"mixed-with-irc", 4, {"cs168", "chat1", "json16", "irc"}},
    {"irc-half-tagged", 2, {"irc", "irc-tags"}},
};

/* NULL: all speak one protocol. */
static const Mixture *mixture;

static const Mixture *find_mixture(const char *name) {
  for (size_t i = 0; i < sizeof mixtures / sizeof *mixtures; i++) {
    if (strcmp(mixtures[i].name, name) == 0) return &mixtures[i];
  }
  return NULL;
}

static void usage(void) {
  fprintf(stderr,
          "Usage: load [--proto fixed|cs168|chat1|json16|irc|irc-tags|nats|redis]\n"
          "            [--proto mixed|mixed-with-irc|irc-half-tagged]\n"
          "            [--mode sat|paced|idle] [--port PORT] [--pid PID] [--subs N] [--senders S]\n"
          "            [--payload BYTES] [--window MESSAGES] [--time SECONDS] [--warm SECONDS]\n"
          "            [--interval MS] [--verify 1] [--silent 1] [--stall K] [--pause K] [--pause-ms MS]\n"
          "            [--rcvbuf BYTES] [--extra K] [--fan F] [--hold MS] [--deadline SECONDS] [--conc K]\n"
          "            [--report SECONDS] [--channels K] [--tls-port PORT]\n");
  exit(BAD_USAGE);
}

static void set_mode(const char *name) {
  if (strcmp(name, "sat") == 0) options.mode = SATURATED;
  else if (strcmp(name, "paced") == 0) options.mode = PACED;
  else if (strcmp(name, "idle") == 0) options.mode = IDLE;
  else usage();
}

void parse_options(int argc, char **argv) {
  static const struct option known[] = {
      {"proto", 1, 0, 'p'},    {"mode", 1, 0, 'm'},     {"port", 1, 0, 'P'},     {"subs", 1, 0, 'n'},
      {"senders", 1, 0, 's'},  {"payload", 1, 0, 'l'},  {"window", 1, 0, 'w'},   {"time", 1, 0, 't'},
      {"warm", 1, 0, 'W'},     {"interval", 1, 0, 'i'}, {"pid", 1, 0, 'd'},      {"stall", 1, 0, 'k'},
      {"rcvbuf", 1, 0, 'r'},   {"hold", 1, 0, 'h'},     {"deadline", 1, 0, 'D'}, {"conc", 1, 0, 'c'},
      {"fan", 1, 0, 'f'},      {"extra", 1, 0, 'x'},    {"verify", 1, 0, 'v'},   {"pause", 1, 0, 'u'},
      {"pause-ms", 1, 0, 'U'}, {"silent", 1, 0, 'q'},   {"report", 1, 0, 'R'},
      {"channels", 1, 0, 'K'}, {"tls-port", 1, 0, 'T'}, {0, 0, 0, 0},
  };
  bool silent = false;
  for (int option; (option = getopt_long(argc, argv, "", known, NULL)) != -1;) {
    switch (option) {
      case 'p': options.name = optarg; break;
      case 'm': set_mode(optarg); break;
      case 'P': options.port = atoi(optarg); break;
      case 'n': options.subscribers = atoi(optarg); break;
      case 's': options.senders = atoi(optarg); break;
      case 'l': options.payload = atoi(optarg); break;
      case 'w': options.window = atoi(optarg); break;
      case 't': options.seconds = atof(optarg); break;
      case 'W': options.warming = atof(optarg); break;
      case 'i': options.interval_ms = atof(optarg); break;
      case 'd': options.pid = atoi(optarg); break;
      case 'k': options.stalled = atoi(optarg); break;
      case 'r': options.receive_buffer = atoi(optarg); break;
      case 'h': options.hold_ms = atoi(optarg); break;
      case 'D': options.deadline = atof(optarg); break;
      case 'c': options.at_once = atoi(optarg); break;
      case 'f': options.fan = atoi(optarg); break;
      case 'x': options.extra = atoi(optarg); break;
      case 'v': options.verify = atoi(optarg) != 0; break;
      case 'u': options.paused = atoi(optarg); break;
      case 'U': options.pause_ms = atoi(optarg); break;
      case 'R': options.report = atof(optarg); break;
      case 'K': options.channels = atoi(optarg); break;
      case 'T': options.tls_port = atoi(optarg); break;
      case 'q': silent = atoi(optarg) != 0; break;
      default: usage();
    }
  }
  /* As it was called before cs168 had a name of its own. */
  if (silent && strcmp(options.name, "fixed") == 0) options.name = "cs168";
  options.wire = find_wire(options.name);
  mixture = find_mixture(options.name);
  if (options.wire == NULL && mixture == NULL) usage();
  bool can_be_in_many = options.wire != NULL && options.wire->many_channels;
  if (options.channels < 1 || (options.channels > 1 && !can_be_in_many)) usage();
  options.channel = mixture != NULL ? "lobby" : "c";
  if (options.payload < LEAST_TEXT) options.payload = LEAST_TEXT;
  if (options.payload > MOST_TEXT) options.payload = MOST_TEXT;
  if (options.mode == IDLE) options.senders = 0;
  else if (options.senders < 1 || options.subscribers - options.stalled < 1) usage();
}

void channel_name(int index, char name[CHANNEL_NAME]) {
  if (options.channels == 1) snprintf(name, CHANNEL_NAME, "%s", options.channel);
  else snprintf(name, CHANNEL_NAME, "%s%d", options.channel, index);
}

const Wire *wire_of(int index) {
  if (options.wire != NULL) return options.wire;
  int subscriber = index - options.senders;
  return find_wire(mixture->wires[subscriber < 0 ? 0 : subscriber % mixture->count]);
}
