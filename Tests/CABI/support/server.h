/*
 * The AWS side on 127.0.0.1, in a process of its own, so that its threads, descriptors and secrets are not the tested
 * process's: RegisterUsage at POST /, a credentials endpoint at GET /credentials and task metadata at GET /task. Each
 * follows a script of behaviours, one a request, of which the last is repeated. What the real service checks is the
 * sandbox's to check.
 */
#ifndef CABI_SERVER_H
#define CABI_SERVER_H

enum server_place { SERVER_METERING, SERVER_CREDENTIALS, SERVER_TASK, SERVER_PLACES };

enum server_behaviour {
    SERVER_SUCCEED,     /* The right answer. */
    SERVER_SLOW,        /* The right answer after 300 ms, times TIME_SCALE. */
    SERVER_HANG,        /* The request is read and never answered. */
    SERVER_RESET,       /* The connection is reset when the request has been read. */
    SERVER_CLOSE,       /* The connection is closed without an answer. */
    SERVER_THROTTLE,    /* HTTP 400 ThrottlingException. */
    SERVER_UNAVAILABLE, /* HTTP 500 InternalServiceErrorException. */
    SERVER_REFUSE,      /* HTTP 400 CustomerNotEntitledException. */
    SERVER_REPLAY,      /* Signed rightly, with another nonce. */
    SERVER_VERSION,     /* InvalidPublicKeyVersionException. */
    SERVER_ROTATION     /* The right answer with a PublicKeyRotationTimestamp. */
};

/** Sets the behaviours of one place, closed by -1, and all counts to 0. */
void server_script(enum server_place place, ...);

/** Every place succeeds, and all counts are 0. */
void server_reset(void);

/** How many requests have reached a place. */
int server_requests(enum server_place place);

/** Waits until that many requests have reached it, for 10 s at most. */
void server_await(enum server_place place, int requests);

/**
 * cmocka's fixtures. The group's setup starts the server and sets the environment so that a client finds it: a Fargate
 * task in eu-west-3, and no other AWS_ variable. Each test's setup is server_reset().
 */
int server_group_setup(void **state);
int server_group_teardown(void **state);
int server_test_setup(void **state);

/** The secret access key and the session token that it hands out, each byte XOR SERVER_MASK. */
enum { SERVER_MASK = 0x5A, SERVER_SECRET_SIZE = 40 };
extern const unsigned char server_masked_secret_key[SERVER_SECRET_SIZE];
extern const unsigned char server_masked_session_token[SERVER_SECRET_SIZE];

#endif
