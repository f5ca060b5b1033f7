/*
 * A TLS server that takes a request and then sends records that are no data, as fast as it can and without end.
 *
 *   tls_flood CHAIN.pem key-updates|tickets|hello-requests     prints its port on loopback
 */
#include <arpa/inet.h>
#include <openssl/ssl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static int send_one(SSL *ssl, const char *what) {
    if (strcmp(what, "tickets") == 0) return SSL_new_session_ticket(ssl) == 1 && SSL_do_handshake(ssl) == 1;
    if (strcmp(what, "key-updates") == 0)
        return SSL_key_update(ssl, SSL_KEY_UPDATE_NOT_REQUESTED) == 1 && SSL_do_handshake(ssl) == 1;
    /* TLS 1.2, RFC 5246 section 7.4.1.1. */
    return SSL_renegotiate(ssl) == 1 && SSL_do_handshake(ssl) == 1;
}

int main(int count, char **arguments) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    SSL_CTX *context = SSL_CTX_new(TLS_server_method());
    int listener = socket(AF_INET, SOCK_STREAM, 0);

    if (count != 3 || SSL_CTX_use_certificate_chain_file(context, arguments[1]) != 1 ||
        SSL_CTX_use_PrivateKey_file(context, arguments[1], SSL_FILETYPE_PEM) != 1)
        return 2;
    if (strcmp(arguments[2], "hello-requests") == 0) SSL_CTX_set_max_proto_version(context, TLS1_2_VERSION);
    signal(SIGPIPE, SIG_IGN);
    if (bind(listener, (struct sockaddr *)&address, sizeof address) != 0 || listen(listener, 8) != 0) return 2;
    getsockname(listener, (struct sockaddr *)&address, &size);
    printf("%d\n", ntohs(address.sin_port));
    fflush(stdout);

    for (;;) {
        char request[8192];
        long sent = 0;
        SSL *ssl = SSL_new(context);
        int connection = accept(listener, NULL, NULL);
        SSL_set_fd(ssl, connection);
        if (SSL_accept(ssl) == 1 && SSL_read(ssl, request, sizeof request) > 0)
            while (send_one(ssl, arguments[2])) sent++;
        fprintf(stderr, "%ld\n", sent);
        SSL_free(ssl);
        close(connection);
    }
}
