/* Adds usage so many times, or inserts a row of SQLite's own as durably: test_cost.py counts what each asks of the
 * kernel.
 *
 *   one_add add|insert FILE COUNT
 */
#include <mpmeter.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

static int add(const char *file, int count) {
    mpmeter_options *options = NULL;
    mpmeter_client *client = NULL;
    mpmeter_meter *meter = NULL;
    if (mpmeter_options_new(&options) != MPMETER_OK || mpmeter_options_set_unverified(options, 1) != MPMETER_OK ||
        mpmeter_client_new(options, &client, NULL) != MPMETER_OK ||
        mpmeter_meter_open(client, "product", file, 0, &meter, NULL) != MPMETER_OK)
        return 1;
    for (int i = 0; i < count; i++)
        if (mpmeter_meter_add(meter, "requests", "1", NULL, NULL, 0, NULL) != MPMETER_OK) return 1;
    mpmeter_meter_free(meter);
    mpmeter_client_free(client);
    mpmeter_options_free(options);
    return 0;
}

static int insert(const char *file, int count) {
    static const char begin[] = "PRAGMA journal_mode = PERSIST; PRAGMA synchronous = FULL; "
                                "CREATE TABLE t (id INTEGER PRIMARY KEY, v INTEGER)";
    sqlite3 *books = NULL;
    sqlite3_stmt *statement = NULL;
    sqlite3_initialize();
    if (sqlite3_open(file, &books) != SQLITE_OK || sqlite3_exec(books, begin, NULL, NULL, NULL) != SQLITE_OK ||
        sqlite3_prepare_v2(books, "INSERT INTO t (v) VALUES (1)", -1, &statement, NULL) != SQLITE_OK)
        return 1;
    for (int i = 0; i < count; i++) {
        if (sqlite3_step(statement) != SQLITE_DONE) return 1;
        sqlite3_reset(statement);
    }
    sqlite3_finalize(statement);
    return sqlite3_close(books) != SQLITE_OK;
}

int main(int argc, char **argv) {
    if (argc != 4) return 2;
    return strcmp(argv[1], "add") == 0 ? add(argv[2], atoi(argv[3])) : insert(argv[2], atoi(argv[3]));
}
