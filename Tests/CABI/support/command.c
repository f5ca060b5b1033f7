/* Decides how a program is run and its output kept: in files without a name, so that no pipe can fill up. */
#include "command.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"

static void read_all(FILE *file, char *text, size_t room) {
    rewind(file);
    text[fread(text, 1, room - 1, file)] = '\0';
    fclose(file);
}

void command_run(struct outcome *outcome, const char *format, ...) {
    char command[8192];
    va_list values;
    va_start(values, format);
    const int length = vsnprintf(command, sizeof command, format, values);
    va_end(values);
    FILE *out = tmpfile(), *err = tmpfile();
    if (length < 0 || (size_t)length >= sizeof command || out == NULL || err == NULL) abort();
    fflush(NULL);
    const pid_t child = fork();
    if (child == 0) {
        if (freopen("/dev/null", "r", stdin) == NULL || dup2(fileno(out), 1) < 0 || dup2(fileno(err), 2) < 0)
            _exit(126);
        execl("/bin/sh", "sh", "-c", command, (char *)NULL);
        _exit(127);
    }
    int status = 0;
    waitpid(child, &status, 0);
    outcome->status = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
    read_all(out, outcome->out, sizeof outcome->out);
    read_all(err, outcome->err, sizeof outcome->err);
}

const char *command_setting(const char *name) {
    const char *value = getenv(name);
    if (value == NULL || value[0] == '\0') {
        fprintf(stderr, "%s is not set: run the tests through the Makefile\n", name);
        abort();
    }
    return value;
}

json_t *outcome_json(const struct outcome *outcome) {
    json_error_t error;
    json_t *object = json_loads(outcome->out, JSON_REJECT_DUPLICATES, &error);
    const size_t length = strlen(outcome->out);
    if (!json_is_object(object) || length < 2 || strchr(outcome->out, '\n') != outcome->out + length - 1) {
        print_error("not one JSON object on one line: %s\nstderr: %s\n", outcome->out, outcome->err);
        fail();
    }
    return object;
}
