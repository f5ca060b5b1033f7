/*
 * A host with an OpenSSL and a libcurl of its own: the distribution's shared ones, of the versions that the library has
 * inside, so that every name is there twice. Both do TLS with one server; what is set, kept or broken in the one must
 * not show in the other. Run in `mpmeter-sandbox run --scenario ecs-fargate --tls`. Other versions of both:
 * Tests/EndToEnd/test_neighbours.py.
 */
#include "support/check.h"

#include <curl/curl.h>
#include <dlfcn.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "support/command.h"
#include "support/process.h"

enum { LONG = 20000, LIMIT = 20000, ROUNDS = 15 };

static char pem[65536];

static mpmeter_status make_client(mpmeter_client **client) {
    mpmeter_options *options = NULL;
    mpmeter_status status = mpmeter_options_new(&options);
    if (status == MPMETER_OK) status = mpmeter_options_add_public_key(options, 1, pem);
    if (status == MPMETER_OK) status = mpmeter_options_set_deadline_ms(options, LONG);
    if (status == MPMETER_OK) status = mpmeter_client_new(options, client, NULL);
    mpmeter_options_free(options);
    return status;
}

/** One client and one registration, with its own TLS connection. */
static mpmeter_status library_connects(void) {
    mpmeter_client *client = NULL;
    mpmeter_status status = make_client(&client);
    if (status == MPMETER_OK)
        status =
            mpmeter_register_usage(client, command_setting("MPMETER_SANDBOX_PRODUCT_CODE"), NULL, NULL, NULL, NULL);
    mpmeter_client_free(client);
    return status;
}

static size_t ignore(char *bytes, size_t size, size_t count, void *context) {
    (void)bytes, (void)context;
    return size * count;
}

/** The host's libcurl to the same server, which answers a GET with some error. */
static CURLcode host_connects(const char *bundle) {
    CURL *easy = curl_easy_init();
    curl_easy_setopt(easy, CURLOPT_URL, command_setting("AWS_ENDPOINT_URL_MARKETPLACE_METERING"));
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, ignore);
    if (bundle != NULL) curl_easy_setopt(easy, CURLOPT_CAINFO, bundle);
    const CURLcode code = curl_easy_perform(easy);
    curl_easy_cleanup(easy);
    return code;
}

static int use_a_configured_openssl(void *path) {
    setenv("OPENSSL_CONF", path, 1);
    SSL_CTX *context = SSL_CTX_new(TLS_client_method());
    const bool is_configured = context != NULL && SSL_CTX_get_max_proto_version(context) == TLS1_VERSION;
    SSL_CTX_free(context);
    return is_configured ? library_connects() : 100;
}

/* First, because an OpenSSL reads its configuration once. With this one nothing newer than TLS 1.0 may be spoken. */
static void the_hosts_openssl_configuration_is_the_hosts(void **state) {
    (void)state;
    char path[] = "/tmp/mpmeter-neighbours-XXXXXX";
    FILE *file = fdopen(mkstemp(path), "w");
    assert_non_null(file);
    fputs(
        "openssl_conf = a\n[a]\nssl_conf = b\n[b]\nsystem_default = c\n[c]\nMinProtocol = TLSv1\nMaxProtocol = TLSv1\n",
        file);
    fclose(file);
    assert_int_equal(in_child(use_a_configured_openssl, path, LIMIT), MPMETER_OK);
    unlink(path);
}

static void each_name_is_the_hosts_own(void **state) {
    (void)state;
    const struct {
        const char *name, *library;
    } names[] = {{"curl_easy_init", "libcurl"}, {"SSL_CTX_new", "libssl"}, {"EVP_DigestVerify", "libcrypto"}};
    for (size_t i = 0; i < COUNT(names); i++) {
        Dl_info info = {0};
        assert_row(dladdr(dlsym(RTLD_DEFAULT, names[i].name), &info) != 0 &&
                       strstr(info.dli_fname, names[i].library) != NULL,
                   names[i].name);
    }
}

static void *host_connects_often(void *failures) {
    for (int i = 0; i < ROUNDS; i++) *(int *)failures += host_connects(getenv("AWS_CA_BUNDLE")) != CURLE_OK;
    return NULL;
}

static void *library_connects_often(void *failures) {
    for (int i = 0; i < ROUNDS; i++) *(int *)failures += library_connects() != MPMETER_OK;
    return NULL;
}

static void both_do_tls_in_turns_and_at_once(void **state) {
    (void)state;
    int failures[4] = {0};
    pthread_t threads[4];
    for (int i = 0; i < 3; i++) {
        assert_int_equal(host_connects(getenv("AWS_CA_BUNDLE")), CURLE_OK);
        assert_code(MPMETER_OK, library_connects());
    }
    for (int i = 0; i < 4; i++)
        assert_int_equal(
            pthread_create(&threads[i], NULL, i % 2 == 0 ? host_connects_often : library_connects_often, &failures[i]),
            0);
    for (int i = 0; i < 4; i++) pthread_join(threads[i], NULL);
    for (int i = 0; i < 4; i++) assert_int_equal(failures[i], 0);
}

/* The library trusts AWS_CA_BUNDLE; the host's libcurl its default, and what it is told. */
static void each_trusts_its_own_roots(void **state) {
    (void)state;
    char *bundle = strdup(command_setting("AWS_CA_BUNDLE"));
    assert_code(MPMETER_OK, library_connects());
    assert_int_equal(host_connects(NULL), CURLE_PEER_FAILED_VERIFICATION);
    assert_int_equal(host_connects(bundle), CURLE_OK);
    unsetenv("AWS_CA_BUNDLE");
    const mpmeter_status status = library_connects();
    setenv("AWS_CA_BUNDLE", bundle, 1);
    free(bundle);
    assert_code(MPMETER_E_TLS, status);
}

/* Programs look there after each call of their own, and take what they find for its error. */
static void the_hosts_error_queue_is_the_hosts(void **state) {
    (void)state;
    mpmeter_options *options = NULL;
    const unsigned long mine = ERR_PACK(ERR_LIB_USER, 0, 42);
    ERR_clear_error();
    ERR_raise(ERR_LIB_USER, 42);
    assert_int_equal(ERR_peek_error(), mine);
    assert_code(MPMETER_OK, library_connects());
    assert_code(MPMETER_OK, mpmeter_options_new(&options));
    if (mpmeter_options_add_public_key(options, 1, "-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----\n") ==
        MPMETER_OK)
        assert_code(MPMETER_E_PUBLIC_KEY, mpmeter_client_new(options, &(mpmeter_client *){NULL}, NULL));
    mpmeter_options_free(options);
    assert_int_equal(ERR_get_error(), mine);
    assert_int_equal(ERR_get_error(), 0);
}

static int clean_up_and_go_on(void *unused) {
    (void)unused;
    mpmeter_client *client = NULL;
    mpmeter_status status = make_client(&client);
    if (status != MPMETER_OK || host_connects(getenv("AWS_CA_BUNDLE")) != CURLE_OK) return 100;
    curl_global_cleanup();
    OPENSSL_cleanup();
    status = mpmeter_register_usage(client, command_setting("MPMETER_SANDBOX_PRODUCT_CODE"), NULL, NULL, NULL, NULL);
    mpmeter_client_free(client);
    return status;
}

static void a_host_may_clean_up_its_own(void **state) {
    (void)state;
    assert_int_equal(in_child(clean_up_and_go_on, NULL, LIMIT), MPMETER_OK);
}

static int group_setup(void **state) {
    (void)state;
    FILE *file = fopen(command_setting("MPMETER_SANDBOX_PUBLIC_KEY"), "r");
    if (file == NULL || fread(pem, 1, sizeof pem - 1, file) == 0) return -1;
    fclose(file);
    return strncmp(command_setting("AWS_ENDPOINT_URL_MARKETPLACE_METERING"), "https:", 6);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_hosts_openssl_configuration_is_the_hosts),
        cmocka_unit_test(each_name_is_the_hosts_own),
        cmocka_unit_test(both_do_tls_in_turns_and_at_once),
        cmocka_unit_test(each_trusts_its_own_roots),
        cmocka_unit_test(the_hosts_error_queue_is_the_hosts),
        cmocka_unit_test(a_host_may_clean_up_its_own),
    };
    return cmocka_run_group_tests_name("neighbours", tests, group_setup, NULL);
}
