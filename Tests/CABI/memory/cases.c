/*
 * Decides what may come of a registration when memory is short, and tells it from a flaw: a status, and the library
 * works once there is memory again; or SIGABRT with one line on stderr. Each case is a child of its own.
 */
#include "cases.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../support/report.h"
#include "../support/tokens.h"
#include "allocator.h"

enum { DEADLINE = 5000, LIMIT = 20, WORKERS = 2 };

/** How a child ends that found a mistake; below that, it is the status that was answered. */
enum { WRONG_FIELDS = 100, WRITTEN_OUTPUT, NO_RECOVERY };

static const char LAST_WORDS[] = "libmpmeter: memory is exhausted\n";

static struct tally *tally;
static struct subject subject;

/** Whether the parent has registered. If not, a child's OpenSSL sets itself up, once, and what fails there may stay
 * failed. */
static bool has_been_used;

/* ---- The child --------------------------------------------------------------------------------------------------- */

struct objects {
    mpmeter_options *options;
    mpmeter_client *client;
    mpmeter_registration *registration, *verified;
    mpmeter_error *error;
};

static mpmeter_status client_with_key(struct objects *o) {
    mpmeter_status status = mpmeter_options_new(&o->options);
    if (status == MPMETER_OK) status = mpmeter_options_add_public_key(o->options, 1, subject.pem);
    if (status == MPMETER_OK) status = mpmeter_options_set_deadline_ms(o->options, DEADLINE);
    return status == MPMETER_OK ? mpmeter_client_new(o->options, &o->client, &o->error) : status;
}

/** Everything that a host does: make a client, register, verify, ask for the document, which may be NULL.
 * @return the first status that is not MPMETER_OK. */
static mpmeter_status use_the_library(struct objects *o) {
    mpmeter_status status = client_with_key(o);
    if (status == MPMETER_OK)
        status = mpmeter_register_usage(o->client, subject.product, NULL, NULL, &o->registration, &o->error);
    if (status == MPMETER_OK && subject.token != NULL)
        status = mpmeter_verify(o->client, subject.token, TOKEN_PRODUCT, 1, TOKEN_NONCE, &o->verified, &o->error);
    mpmeter_registration_json(o->registration);
    return status;
}

static bool is(const char *text, const char *expected) { return text != NULL && strcmp(text, expected) == 0; }

static bool fields_are_right(const struct objects *o) {
    const mpmeter_registration *r = o->registration;
    return is(mpmeter_registration_product_code(r), subject.product) && mpmeter_registration_verified(r) == 1 &&
           mpmeter_registration_public_key_version(r) == 1 && mpmeter_registration_attempts(r) >= 1 &&
           strlen(mpmeter_registration_nonce(r)) == 64 && is(mpmeter_registration_region(r), "eu-west-3") &&
           is(mpmeter_registration_region_source(r), "AWS_REGION") && is(mpmeter_registration_platform(r), "fargate") &&
           is(mpmeter_registration_credentials_source(r), "ecs-task-role") &&
           mpmeter_registration_request_id(r) != NULL && mpmeter_registration_json(r) != NULL &&
           (subject.token == NULL || (is(mpmeter_registration_nonce(o->verified), TOKEN_NONCE) &&
                                      is(mpmeter_registration_signature(o->verified), subject.token)));
}

static void free_all(struct objects *o) {
    mpmeter_registration_free(o->registration);
    mpmeter_registration_free(o->verified);
    mpmeter_error_free(o->error);
    mpmeter_client_free(o->client);
    mpmeter_options_free(o->options);
}

/** What the child says of a call that memory was short for. `release` gives the memory back. */
static int judge(void (*shorten)(long), void (*release)(void), long argument) {
    struct objects o = {NULL}, again = {NULL};
    shorten(argument);
    const mpmeter_status status = use_the_library(&o);
    release();
    if (status == MPMETER_OK ? !fields_are_right(&o) : o.error != NULL && mpmeter_error_status(o.error) != status)
        return WRONG_FIELDS;
    if (status != MPMETER_OK && o.verified != NULL) return WRITTEN_OUTPUT;
    free_all(&o);
    const mpmeter_status recovered = use_the_library(&again);
    if (recovered == MPMETER_OK ? !fields_are_right(&again) : has_been_used) {
        fprintf(stderr, "%s, and afterwards %s: %s\n", mpmeter_status_name(status), mpmeter_status_name(recovered),
                mpmeter_error_message(again.error));
        return NO_RECOVERY;
    }
    free_all(&again);
    return status;
}

static bool failing_for_good;

static void fail_at(long nth) { allocations_count(nth, failing_for_good); }

static void stop_failing(void) { allocations_stop(); }

static int allocate_in_vain(long nth) { return judge(fail_at, stop_failing, nth); }

static void limit_address_space(long kibibytes) {
    long pages = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    if (file == NULL || fscanf(file, "%ld", &pages) != 1) _exit(NO_RECOVERY);
    fclose(file);
    const rlim_t bytes = (rlim_t)(pages * sysconf(_SC_PAGESIZE) + kibibytes * 1024);
    const struct rlimit limit = {bytes, RLIM_INFINITY};
    setrlimit(RLIMIT_AS, &limit);
}

static void lift_limit(void) {
    const struct rlimit none = {RLIM_INFINITY, RLIM_INFINITY};
    setrlimit(RLIMIT_AS, &none);
}

static int allocate_in_little(long kibibytes) { return judge(limit_address_space, lift_limit, kibibytes); }

/* ---- The parent -------------------------------------------------------------------------------------------------- */

/** One child; its stderr goes to `file`. Anything but a status, or SIGABRT with the last words alone, is a flaw. */
static void run_case(int (*body)(long), long number, int file, struct tally *t) {
    int status = 0;
    char text[sizeof t->flaw_text] = "";
    if (ftruncate(file, 0) != 0 || lseek(file, 0, SEEK_SET) != 0) abort();
    const pid_t child = fork();
    if (child == 0) {
        for (int fatal = 1; fatal < NSIG; fatal++) signal(fatal, SIG_DFL); /* cmocka would catch them. */
        alarm(LIMIT);
        dup2(file, STDERR_FILENO);
        _exit(body(number));
    }
    if (child < 0 || waitpid(child, &status, 0) != child || pread(file, text, sizeof text - 1, 0) < 0) abort();
    const int outcome = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
    __atomic_add_fetch(&t->cases, 1, __ATOMIC_RELAXED);
    if (outcome <= LAST_STATUS && text[0] == '\0') {
        __atomic_add_fetch(outcome == MPMETER_OK ? &t->registered : &t->answered, 1, __ATOMIC_RELAXED);
        __atomic_add_fetch(&t->statuses[outcome], 1, __ATOMIC_RELAXED);
    } else if (outcome == 128 + SIGABRT && strcmp(text, LAST_WORDS) == 0) {
        __atomic_add_fetch(&t->aborted, 1, __ATOMIC_RELAXED);
    } else if (__atomic_fetch_add(&t->flaws, 1, __ATOMIC_RELAXED) == 0) {
        t->first_flaw = number;
        t->flaw_outcome = outcome;
        memcpy(t->flaw_text, text, sizeof text);
    }
}

/** `body` for first, first + step, … below `end`, by WORKERS processes. */
static void run_cases(int (*body)(long), long first, long end, long step) {
    pid_t workers[WORKERS];
    memset(tally, 0, sizeof *tally);
    fflush(NULL);
    for (long w = 0; w < WORKERS; w++) {
        workers[w] = fork();
        if (workers[w] == 0) {
            FILE *file = tmpfile();
            for (long number = first + w * step; file != NULL && number < end; number += WORKERS * step)
                run_case(body, number, fileno(file), tally);
            _exit(file == NULL);
        }
    }
    for (long w = 0; w < WORKERS; w++) {
        int status = -1;
        waitpid(workers[w], &status, 0);
        assert_int_equal(status, 0);
    }
}

static void print_tally(void) {
    print_message(
        "    %ld cases: registered all the same %ld, answered with a status %ld, ended cleanly %ld, flaws %ld\n",
        tally->cases, tally->registered, tally->answered, tally->aborted, tally->flaws);
    for (int i = 1; i <= LAST_STATUS; i++)
        if (tally->statuses[i] > 0) print_message("    %s %ld\n", mpmeter_status_name(i), tally->statuses[i]);
    if (tally->flaws > 0)
        print_error("the first flaw is case %ld, which ended with %d: %s\n", tally->first_flaw, tally->flaw_outcome,
                    tally->flaw_text);
}

static void add_to_report(void) {
    report_add("allocation_failures", tally->cases);
    report_add("answered_with_a_code", tally->answered);
    report_add("clean_aborts", tally->aborted);
    report_add("registered_all_the_same", tally->registered);
    report_add("corruptions", tally->flaws);
}

/** How many allocations the whole needs if none fails, found by a child. */
static long count_allocations(void) {
    long *counted = mmap(NULL, sizeof *counted, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    const pid_t child = fork();
    if (child == 0) {
        struct objects o = {NULL};
        allocations_count(0, false);
        const mpmeter_status status = use_the_library(&o);
        *counted = allocations_stop();
        _exit(status);
    }
    int status = -1;
    waitpid(child, &status, 0);
    assert_int_equal(status, 0);
    const long count = *counted;
    munmap(counted, sizeof *counted);
    return count;
}

void cases_begin(const struct subject *what) {
    subject = *what;
    tally = mmap(NULL, sizeof *tally, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (tally == MAP_FAILED) abort();
}

void cases_warm_up(void) {
    struct objects o = {NULL};
    assert_code(MPMETER_OK, use_the_library(&o));
    assert_true(fields_are_right(&o));
    free_all(&o);
    has_been_used = true;
}

const struct tally *cases_fail_allocations(const char *what, bool for_good, long at_most) {
    const long count = count_allocations();
    const long step = 1 + (count - 1) / at_most;
    failing_for_good = for_good;
    run_cases(allocate_in_vain, 1, count + 1, step);
    print_message("%s, of %ld allocations every %ldth\n", what, count, step);
    print_tally();
    add_to_report();
    assert_int_equal(tally->flaws, 0);
    assert_int_equal(tally->cases, (count - 1) / step + 1);
    assert_true(count > 500); /* Else it is not the library's that are counted. */
    return tally;
}

const struct tally *cases_limit_address_space(long kibibytes, long step) {
    run_cases(allocate_in_little, 0, kibibytes, step);
    print_message("with up to %ld KiB of address space left\n", kibibytes);
    print_tally();
    report_count("address_space_limits", tally->cases);
    assert_int_equal(tally->flaws, 0);
    return tally;
}
