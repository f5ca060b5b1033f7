/*
 * Decides the floor: the two requests of a registration by libcurl alone, the same static one, with nothing signed and
 * nothing verified. Over TLS it loads the roots that AWS_CA_BUNDLE names, as the library does.
 */
#include "library.h"

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static size_t receive(char *bytes, size_t size, size_t count, void *context) {
    (void)bytes, (void)context;
    return size * count;
}

static void perform(CURL *curl, const char *url) {
    char text[CURL_ERROR_SIZE] = "";
    long status = 0;
    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, text);
    if (curl_easy_perform(curl) != CURLE_OK || curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status) != CURLE_OK ||
        status != 200) {
        fprintf(stderr, "%s: HTTP %ld %s\n", url, status, text);
        exit(1);
    }
}

int main(void) {
    static const char body[] = "{\"ProductCode\":\"bench-product\",\"PublicKeyVersion\":1,\"Nonce\":\"bench-1\"}";
    char token_header[1100] = "X-Amz-Security-Token: ";
    const char *roots = getenv("AWS_CA_BUNDLE");
    struct curl_slist *headers = NULL;

    curl_global_init(CURL_GLOBAL_DEFAULT);
    CURL *curl = curl_easy_init();
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, receive);
    perform(curl, setting("AWS_CONTAINER_CREDENTIALS_FULL_URI"));

    memset(token_header + strlen(token_header), 'T', 1000);
    headers = curl_slist_append(headers, token_header);
    headers = curl_slist_append(headers, "Content-Type: application/x-amz-json-1.1");
    headers = curl_slist_append(headers, "X-Amz-Target: AWSMPMeteringService.RegisterUsage");
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body);
    if (roots != NULL) curl_easy_setopt(curl, CURLOPT_CAINFO, roots);
    perform(curl, setting("AWS_ENDPOINT_URL_MARKETPLACE_METERING"));
    curl_easy_cleanup(curl);
    curl_slist_free_all(headers);
    curl_global_cleanup();
    return 0;
}
