/*
 * Decides what stands in AWS's place while the cost of a registration is measured: a native server on loopback that
 * answers at once, with tokens signed beforehand, so that it is not what is measured.
 *
 *   stub TOKENS [CERTIFICATE KEY]      one token a line: the answer to the nonce "bench-N" is line N
 *
 * Prints the ports "credentials metering [metering over TLS]", and serves until its standard input ends.
 */
#include <arpa/inet.h>
#include <microhttpd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CREDENTIALS                                                        \
    "{\"RoleArn\":\"arn:aws:iam::123456789012:role/"                       \
    "task\",\"AccessKeyId\":\"ASIABENCHBENCHBENCH1\",\"SecretAccessKey\":" \
    "\"benchbenchbenchbenchbenchbenchbenchbench\",\"Token\":\"%s\",\"Expiration\":\"2099-01-01T00:00:00Z\"}"
/* AWS's session tokens are of about this length. */
#define SESSION_TOKEN_LENGTH 1000
#define TOKEN_LIMIT 2000

static char (*tokens)[TOKEN_LIMIT];
static size_t token_count;
static char credentials[sizeof CREDENTIALS + SESSION_TOKEN_LENGTH];

struct upload {
    char bytes[8192];
    size_t length;
};

static char *file_text(const char *path) {
    FILE *file = fopen(path, "r");
    char *text = calloc(1, 1 << 20);
    if (file == NULL || text == NULL || fread(text, 1, (1 << 20) - 1, file) == 0) {
        perror(path);
        exit(1);
    }
    fclose(file);
    return text;
}

static void read_tokens(const char *path) {
    FILE *file = fopen(path, "r");
    char line[TOKEN_LIMIT];
    if (file == NULL) {
        perror(path);
        exit(1);
    }
    while (fgets(line, sizeof line, file) != NULL) {
        line[strcspn(line, "\n")] = 0;
        tokens = realloc(tokens, (token_count + 1) * sizeof *tokens);
        if (tokens == NULL) exit(1);
        memcpy(tokens[token_count++], line, sizeof line);
    }
    fclose(file);
}

static enum MHD_Result reply(struct MHD_Connection *connection, unsigned status, const char *type, const char *text) {
    struct MHD_Response *response = MHD_create_response_from_buffer(strlen(text), (void *)text, MHD_RESPMEM_MUST_COPY);
    MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, type);
    MHD_add_response_header(response, "x-amzn-RequestId", "01234567-89ab-cdef-0123-456789abcdef");
    enum MHD_Result result = MHD_queue_response(connection, status, response);
    MHD_destroy_response(response);
    return result;
}

static enum MHD_Result registration(struct MHD_Connection *connection, const struct upload *upload) {
    char body[TOKEN_LIMIT + 100];
    const char *member = strstr(upload->bytes, "\"Nonce\""), *nonce = member == NULL ? NULL : strstr(member, "bench-");
    size_t number = nonce == NULL ? 0 : strtoul(nonce + strlen("bench-"), NULL, 10);
    if (number < 1 || number > token_count)
        return reply(connection, 400, "application/x-amz-json-1.1", "{\"__type\":\"ValidationException\"}");
    snprintf(body, sizeof body, "{\"PublicKeyRotationTimestamp\":null,\"Signature\":\"%s\"}", tokens[number - 1]);
    return reply(connection, 200, "application/x-amz-json-1.1", body);
}

static enum MHD_Result answer(void *context, struct MHD_Connection *connection, const char *url, const char *method,
                              const char *version, const char *bytes, size_t *length, void **state) {
    (void)context, (void)url, (void)version;
    struct upload *upload = *state;
    if (upload == NULL) return (*state = calloc(1, sizeof *upload)) == NULL ? MHD_NO : MHD_YES;
    if (*length > 0) {
        if (*length >= sizeof upload->bytes - upload->length) return MHD_NO;
        memcpy(upload->bytes + upload->length, bytes, *length);
        upload->length += *length;
        *length = 0;
        return MHD_YES;
    }
    return strcmp(method, "GET") == 0 ? reply(connection, 200, "application/json", credentials)
                                      : registration(connection, upload);
}

static void completed(void *context, struct MHD_Connection *connection, void **state,
                      enum MHD_RequestTerminationCode code) {
    (void)context, (void)connection, (void)code;
    free(*state);
    *state = NULL;
}

static void serve(unsigned flags, const char *certificate, const char *key) {
    struct sockaddr_in loopback = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct MHD_OptionItem tls[] = {{MHD_OPTION_HTTPS_MEM_CERT, 0, (void *)certificate},
                                   {MHD_OPTION_HTTPS_MEM_KEY, 0, (void *)key},
                                   {MHD_OPTION_END, 0, NULL}};
    struct MHD_OptionItem none[] = {{MHD_OPTION_END, 0, NULL}};
    struct MHD_Daemon *daemon =
        MHD_start_daemon(flags | MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_EPOLL, 0, NULL, NULL, answer, NULL,
                         MHD_OPTION_SOCK_ADDR, &loopback, MHD_OPTION_NOTIFY_COMPLETED, completed, NULL,
                         MHD_OPTION_ARRAY, certificate ? tls : none, MHD_OPTION_END);
    if (daemon == NULL) {
        fprintf(stderr, "the stub cannot listen\n");
        exit(1);
    }
    printf("%u ", MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_BIND_PORT)->port);
}

int main(int argc, char **argv) {
    char session_token[SESSION_TOKEN_LENGTH + 1] = {0};
    if (argc != 2 && argc != 4) return 2;
    read_tokens(argv[1]);
    memset(session_token, 'T', SESSION_TOKEN_LENGTH);
    snprintf(credentials, sizeof credentials, CREDENTIALS, session_token);
    serve(0, NULL, NULL);
    serve(0, NULL, NULL);
    if (argc == 4) serve(MHD_USE_TLS, file_text(argv[2]), file_text(argv[3]));
    puts("");
    fflush(stdout);
    while (getchar() != EOF) {}
    return 0;
}
