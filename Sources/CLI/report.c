/*
 * Decides how a diagnosis looks: the verdict first, then one line for each problem, or each check, with what to do
 * below it, in colour on a terminal; or the JSON object.
 */
#include "report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "json.h"
#include "output.h"

static const char *text(const json_t *object, const char *key) {
    const char *value = json_string_value(json_object_get(object, key));
    return value != NULL ? value : "";
}

static long long number(const json_t *object, const char *key) {
    return (long long)json_integer_value(json_object_get(object, key));
}

static void add(json_t *object, const char *key, int difference) {
    json_put_integer(object, key, number(object, key) + difference);
}

static const char *count_of(const char *outcome) {
    return strcmp(outcome, "pass") == 0   ? "passed"
           : strcmp(outcome, "warn") == 0 ? "warned"
           : strcmp(outcome, "fail") == 0 ? "failed"
                                          : "skipped";
}

/** The summary is that of the check's failure. */
static void summarize(json_t *report, const json_t *check) {
    char message[700];
    snprintf(message, sizeof message, "%s: %s", text(check, "title"), text(check, "seen"));
    json_put_text(report, "status", mpmeter_status_name(MPMETER_E_PUBLIC_KEY));
    json_put_integer(report, "code", MPMETER_E_PUBLIC_KEY);
    json_put_text(report, "action", mpmeter_action_name(mpmeter_status_action(MPMETER_E_PUBLIC_KEY)));
    json_put_text(report, "message", message);
    json_put_text(report, "fix", text(check, "advice"));
    json_put_text(report, "first_failure", text(check, "id"));
}

/** The check on public keys fails, because a file could not even be handed to the library. */
static void put_key_problem(json_t *report, const char *problem) {
    bool has_cause = false; /* Whether another failure stands before it. */
    size_t index;
    json_t *check;
    json_array_foreach(json_object_get(report, "checks"), index, check) {
        if (strcmp(text(check, "id"), "public-key") != 0) {
            has_cause = has_cause || strcmp(text(check, "outcome"), "fail") == 0;
            continue;
        }
        add(report, count_of(text(check, "outcome")), -1);
        add(report, "failed", 1);
        json_put_text(check, "outcome", "fail");
        json_put_text(check, "status", mpmeter_status_name(MPMETER_E_PUBLIC_KEY));
        json_put_text(check, "seen", problem);
        json_put_text(check, "advice", "Give the path of the public key's PEM file, and let this user read it.");
        if (!has_cause) summarize(report, check);
        return;
    }
}

/** https://no-color.org: any value but an empty one. */
static bool is_colourful(void) {
    const char *forbidden = getenv("NO_COLOR"), *terminal = getenv("TERM");
    return isatty(STDOUT_FILENO) && (forbidden == NULL || forbidden[0] == '\0') &&
           (terminal == NULL || strcmp(terminal, "dumb") != 0);
}

static void print_check(const json_t *check, bool colourful) {
    static const struct {
        const char *outcome, *word, *colour;
    } looks[] = {{"pass", "pass", "\033[32m"},
                 {"warn", "WARN", "\033[33m"},
                 {"fail", "FAIL", "\033[1;31m"},
                 {"skipped", "skip", "\033[2m"}};
    const char *word = text(check, "outcome"), *colour = "";
    for (size_t i = 0; i < sizeof looks / sizeof looks[0]; i++)
        if (strcmp(word, looks[i].outcome) == 0) {
            word = looks[i].word;
            colour = looks[i].colour;
            break;
        }
    printf("%s%s%s  %-25s %s", colourful ? colour : "", word, colourful ? "\033[0m" : "", text(check, "title"),
           text(check, "seen"));
    if (number(check, "elapsed_ms") >= 100) printf(" (%lld ms)", number(check, "elapsed_ms"));
    putchar('\n');
    if (text(check, "advice")[0] != '\0')
        printf("%-32s%s: %s\n", "", strcmp(word, "pass") == 0 ? "note" : "fix", text(check, "advice"));
}

static bool is_problem(const json_t *check) {
    return strcmp(text(check, "outcome"), "fail") == 0 || strcmp(text(check, "outcome"), "warn") == 0;
}

/** Where no product may run, the sandbox is what the reader looks for. */
static void print_place(const json_t *report) {
    if (strcmp(text(report, "platform"), "none") == 0)
        puts(
            "Nothing here says that this is AWS: neither an ECS task nor an EKS pod. AWS refuses a registration here.\n"
            "To test the product on this machine: mpmeter-sandbox run --scenario ecs-fargate -- COMMAND\n");
}

static void print_lines(const json_t *report, const struct arguments *arguments) {
    const bool colourful = is_colourful();
    size_t index;
    json_t *check;
    json_array_foreach(json_object_get(report, "checks"), index, check) if (arguments->all || is_problem(check))
        print_check(check, colourful);
    if (arguments->quiet) return;
    printf("\n%lld passed, %lld warned, %lld failed, %lld skipped, in %lld ms\n", number(report, "passed"),
           number(report, "warned"), number(report, "failed"), number(report, "skipped"), number(report, "elapsed_ms"));
    if (!arguments->all) puts("mpmeter doctor --all prints each check.");
}

int report_print(const struct arguments *arguments, const char *diagnosis, const char *key_problem) {
    json_t *report = json_loads(diagnosis, JSON_REJECT_DUPLICATES, NULL);
    if (report == NULL) return output_error(arguments, MPMETER_E_INTERNAL, NULL);
    if (key_problem[0] != '\0') put_key_problem(report, key_problem);
    const mpmeter_status status = (mpmeter_status)number(report, "code");
    if (!arguments->json && !arguments->quiet) print_place(report);
    fflush(stdout); /* The verdict comes before the lines, on a terminal too. */
    if (status != MPMETER_OK)
        output_reason(status, text(report, "message"), text(report, "fix"));
    else if (!arguments->json && !arguments->quiet)
        printf("%s\n\n", text(report, "message"));
    if (!arguments->json) print_lines(report, arguments);
    const bool printed = arguments->json ? json_print(json_incref(report)) : true;
    json_decref(report);
    return output_finish(status, printed);
}
