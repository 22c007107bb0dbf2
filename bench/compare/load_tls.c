/*
 * TLS for the load generator, with OpenSSL: any certificate will do.
 */
#include <errno.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "load.h"

/* Of ciphertext, in one system call: what a server sends at once is often a little more than a record. */
#define READ_AHEAD (64 * 1024)

static SSL_CTX *context;

void begin_tls(Connection *connection) {
  if (context == NULL) {
    context = SSL_CTX_new(TLS_client_method());
    SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    /* A buffer for each connection only while it is used. */
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
    /* Otherwise the head of each record is a system call of its own, and its body another. */
    SSL_CTX_set_read_ahead(context, 1);
    SSL_CTX_set_default_read_buffer_len(context, READ_AHEAD);
  }
  SSL *tls = SSL_new(context);
  SSL_set_fd(tls, connection->fd);
  SSL_set_connect_state(tls);
  connection->tls = tls;
}

/* As the system calls would say it: 0 at the end, -1 with EAGAIN for "not yet". */
static ssize_t outcome(SSL *tls, int result) {
  if (result > 0) return result;
  int error = SSL_get_error(tls, result);
  if (error == SSL_ERROR_ZERO_RETURN) return 0;
  errno = error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE ? EAGAIN : EPROTO;
  ERR_clear_error();
  return -1;
}

ssize_t receive_bytes(Connection *connection, char *bytes, size_t size) {
  if (connection->tls == NULL) return recv(connection->fd, bytes, size, 0);
  return outcome(connection->tls, SSL_read(connection->tls, bytes, size));
}

/* A read over TLS ends with each record, however much was asked for. */
bool has_more(const Connection *connection, size_t received, size_t size) {
  if (connection->tls == NULL) return received == size;
  return SSL_has_pending(connection->tls);
}

ssize_t send_bytes(Connection *connection, const char *bytes, size_t size) {
  if (connection->tls == NULL) return write(connection->fd, bytes, size);
  return outcome(connection->tls, SSL_write(connection->tls, bytes, size));
}
