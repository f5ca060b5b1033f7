/*
 * How fast usage is added, durably: mpmeter_meter_add() beside one durable insert of SQLite itself, with the same
 * settings, in the same folder.
 *
 *   adds FOLDER COUNT      prints one JSON object: microseconds for each add
 *
 * The two take turns in short stretches, so that a disk that is slower for a while is slower for both.
 */
#include <fcntl.h>
#include <mpmeter.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static mpmeter_client *client;
static char path[512];

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec * 1e6 + (double)time.tv_nsec / 1e3;
}

static void must(int ok, const char *what) {
    if (ok) return;
    fprintf(stderr, "adds: %s failed\n", what);
    exit(1);
}

static mpmeter_meter *open_meter(void) {
    mpmeter_meter *meter = NULL;
    must(mpmeter_meter_open(client, "bench", path, 0, &meter, NULL) == MPMETER_OK, "mpmeter_meter_open");
    return meter;
}

static void add(mpmeter_meter *meter, int count) {
    for (int i = 0; i < count; i++)
        must(mpmeter_meter_add(meter, "requests", "1", NULL, NULL, 0, NULL) == MPMETER_OK, "mpmeter_meter_add");
}

static sqlite3 *open_raw(const char *file) {
    sqlite3 *raw = NULL;
    sqlite3_initialize();
    must(sqlite3_open(file, &raw) == SQLITE_OK, "sqlite3_open");
    must(sqlite3_exec(raw,
                      "PRAGMA journal_mode = PERSIST; PRAGMA synchronous = FULL; CREATE TABLE t (id INTEGER PRIMARY "
                      "KEY, v INTEGER)",
                      NULL, NULL, NULL) == SQLITE_OK,
         "CREATE TABLE");
    return raw;
}

static void insert(sqlite3 *raw, int count) {
    sqlite3_stmt *statement = NULL;
    must(sqlite3_prepare_v2(raw, "INSERT INTO t (v) VALUES (1)", -1, &statement, NULL) == SQLITE_OK, "prepare");
    for (int i = 0; i < count; i++) {
        must(sqlite3_step(statement) == SQLITE_DONE, "INSERT");
        sqlite3_reset(statement);
    }
    sqlite3_finalize(statement);
}

struct work {
    mpmeter_meter *meter;
    int count;
};

static void *work(void *argument) {
    const struct work *mine = argument;
    add(mine->meter, mine->count);
    return NULL;
}

static double threads(int how_many, int count) {
    pthread_t running[64];
    mpmeter_meter *meter = open_meter();
    struct work mine = {meter, count / how_many > 0 ? count / how_many : 1};
    const double begun = now();
    for (int i = 0; i < how_many; i++) must(pthread_create(&running[i], NULL, work, &mine) == 0, "pthread_create");
    for (int i = 0; i < how_many; i++) pthread_join(running[i], NULL);
    const double each = (now() - begun) / (mine.count * how_many);
    mpmeter_meter_free(meter);
    return each;
}

static double processes(int how_many, int count) {
    const int share = count / how_many > 0 ? count / how_many : 1;
    const double begun = now();
    for (int i = 0; i < how_many; i++)
        if (fork() == 0) {
            mpmeter_meter *meter = open_meter();
            add(meter, share);
            mpmeter_meter_free(meter);
            _exit(0);
        }
    int status = 0;
    for (int i = 0; i < how_many; i++) must(wait(&status) > 0 && status == 0, "a process");
    return (now() - begun) / (share * how_many);
}

int main(int argc, char **argv) {
    must(argc == 3, "adds FOLDER COUNT");
    const int count = atoi(argv[2]), stretch = 20;
    char raw_path[512];
    snprintf(path, sizeof path, "%s/journal", argv[1]);
    snprintf(raw_path, sizeof raw_path, "%s/raw", argv[1]);
    mpmeter_options *options = NULL;
    must(mpmeter_options_new(&options) == MPMETER_OK && mpmeter_options_set_unverified(options, 1) == MPMETER_OK &&
             mpmeter_client_new(options, &client, NULL) == MPMETER_OK,
         "mpmeter_client_new");

    sqlite3 *raw = open_raw(raw_path);
    mpmeter_meter *meter = open_meter();
    double ours = 0, theirs = 0;
    int done = 0;
    add(meter, 1);
    insert(raw, 1);
    for (; done < count; done += stretch) {
        double begun = now();
        add(meter, stretch);
        ours += now() - begun;
        begun = now();
        insert(raw, stretch);
        theirs += now() - begun;
    }
    mpmeter_meter_free(meter);
    sqlite3_close(raw);
    printf("{\"raw_us\": %.1f, \"add_us\": %.1f, \"threads_8_us\": %.1f, \"threads_64_us\": %.1f, \"processes_8_us\": "
           "%.1f}\n",
           theirs / done, ours / done, threads(8, count), threads(64, count), processes(8, count));
    return 0;
}
