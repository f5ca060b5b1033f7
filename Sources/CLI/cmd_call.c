/*
 * mpmeter call: one call of the library for a program that cannot link it. Decides how a request and its outcome look
 * as JSON. The request is one line on stdin; the answers are lines on stdout, each a line of the log or, at the end,
 * the outcome. The end of stdin cancels the call.
 */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "call.h"
#include "command.h"
#include "json.h"

enum { REQUEST_LIMIT = 4 << 20 };

static const char usage[] =
    "usage: mpmeter call\n"
    "\n"
    "Performs one call for a binding that carries this program in place of the library. The request is one line of\n"
    "JSON on standard input, and the answers are lines of JSON on standard output. The end of standard input cancels\n"
    "the call. The form belongs to the binding of the same version: programs use the other commands.\n";

/** @return the request's line, to be freed; NULL if there is none */
static char *read_line(size_t *out_size) {
    size_t size = 0, room = 65536;
    char *line = malloc(room);
    while (line != NULL) {
        const ssize_t more = read(STDIN_FILENO, line + size, room - size);
        if (more <= 0) break;
        size += (size_t)more;
        if (line[size - 1] == '\n') {
            *out_size = size;
            return line;
        }
        if (size == room) {
            char *larger = room < REQUEST_LIMIT ? realloc(line, room * 2) : NULL;
            if (larger == NULL) break;
            line = larger;
            room *= 2;
        }
    }
    free(line);
    return NULL;
}

/** Until the end of stdin, which comes when the program closes it, and when it dies. */
static void *wait_for_end(void *cancellation) {
    char byte;
    while (read(STDIN_FILENO, &byte, 1) > 0) continue;
    mpmeter_cancellation_cancel(cancellation);
    return NULL;
}

static json_t *perform(const json_t *request, mpmeter_cancellation *cancellation) {
    mpmeter_options *options = NULL;
    json_t *outcome = call_options(request, &options);
    if (outcome == NULL) outcome = call_function(request, options, cancellation);
    mpmeter_options_free(options);
    return outcome;
}

static int run(const struct arguments *arguments) {
    (void)arguments;
    size_t size = 0;
    mpmeter_cancellation *cancellation = NULL;
    pthread_t thread;
    char *line = read_line(&size);
    json_t *request = line != NULL ? json_loadb(line, size, 0, NULL) : NULL;
    free(line);
    json_t *outcome;
    if (request == NULL)
        outcome = call_failure(MPMETER_E_INVALID_ARGUMENT, NULL);
    else if (mpmeter_cancellation_new(&cancellation) != MPMETER_OK ||
             pthread_create(&thread, NULL, wait_for_end, cancellation) != 0)
        outcome = call_failure(MPMETER_E_OUT_OF_MEMORY, NULL);
    else
        outcome = perform(request, cancellation);
    json_decref(request);
    /* The thread that waits, and what it holds, end with the process. */
    return json_print(outcome) ? 0 : 1;
}

const struct command command_call = {"call", COMMAND_CALL, usage, run};
