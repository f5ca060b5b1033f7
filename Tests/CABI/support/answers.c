/*
 * Decides what each behaviour answers, in the forms that AWS documents:
 * https://docs.aws.amazon.com/marketplace/latest/APIReference/API_marketplace-metering_RegisterUsage.html
 * https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-metadata-endpoint-v4-response.html
 */
#include "answers.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tokens.h"

/* Masked here and unmasked only in the server's process, so that the tested process has no copy of its own. Made at
 * random. */
const unsigned char server_masked_secret_key[SERVER_SECRET_SIZE] = {
    0x2e, 0x38, 0x02, 0x0c, 0x34, 0x2d, 0x32, 0x19, 0x36, 0x02, 0x2c, 0x32, 0x16, 0x15,
    0x0c, 0x62, 0x37, 0x2a, 0x0c, 0x0f, 0x6b, 0x0b, 0x09, 0x38, 0x32, 0x03, 0x17, 0x31,
    0x69, 0x1d, 0x75, 0x0c, 0x34, 0x0c, 0x0f, 0x30, 0x6d, 0x15, 0x6f, 0x69};
const unsigned char server_masked_session_token[SERVER_SECRET_SIZE] = {
    0x28, 0x19, 0x2d, 0x69, 0x6a, 0x3c, 0x17, 0x02, 0x0e, 0x2b, 0x20, 0x16, 0x32, 0x0a,
    0x3d, 0x03, 0x10, 0x2d, 0x03, 0x29, 0x71, 0x02, 0x15, 0x2d, 0x1f, 0x08, 0x28, 0x34,
    0x20, 0x39, 0x17, 0x0a, 0x30, 0x6b, 0x22, 0x1d, 0x68, 0x2c, 0x13, 0x03};

static void unmask(char *text, const unsigned char *masked) {
    for (int i = 0; i < SERVER_SECRET_SIZE; i++) text[i] = (char)(masked[i] ^ SERVER_MASK);
    text[SERVER_SECRET_SIZE] = '\0';
}

static char *http(int status, const char *error, json_t *body) {
    char *text = json_dumps(body, JSON_COMPACT), *answer = NULL;
    char header[128] = "";
    if (error != NULL) snprintf(header, sizeof header, "x-amzn-ErrorType: %s\r\n", error);
    if (text == NULL ||
        asprintf(
            &answer,
            "HTTP/1.1 %d Whatever\r\nContent-Type: application/x-amz-json-1.1\r\nx-amzn-RequestId: 8a6e1f0c-0001\r\n%s"
            "Content-Length: %zu\r\nConnection: close\r\n\r\n%s",
            status, header, strlen(text), text) < 0)
        abort();
    free(text);
    json_decref(body);
    return answer;
}

static char *error(int status, const char *type) {
    return http(status, type, json_pack("{ssss}", "__type", type, "message", "The loopback server says so."));
}

static char *registration(enum server_behaviour behaviour, const char *body) {
    json_t *request = json_loads(body, JSON_REJECT_DUPLICATES, NULL);
    const char *product = NULL, *nonce = NULL;
    int version = 0;
    if (json_unpack(request, "{sssiss}", "ProductCode", &product, "PublicKeyVersion", &version, "Nonce", &nonce) != 0)
        return error(400, "SerializationException");
    json_t *claims = json_pack("{sssisssI}", "productCode", product, "publicKeyVersion", version, "nonce",
                               behaviour == SERVER_REPLAY ? "another nonce" : nonce, "iat", (json_int_t)1700000000);
    char *payload = json_dumps(claims, JSON_COMPACT);
    char *token = token_sign(version == 1 ? "rsa2048" : "rsa2048-other", TOKEN_PS256, TOKEN_HEADER, payload);
    char *answer = http(200, NULL,
                        json_pack("{ssss?}", "Signature", token, "PublicKeyRotationTimestamp",
                                  behaviour == SERVER_ROTATION ? "2026-01-02T03:04:05Z" : NULL));
    free(token);
    free(payload);
    json_decref(claims);
    json_decref(request);
    return answer;
}

static char *credentials(void) {
    char key[SERVER_SECRET_SIZE + 1], token[SERVER_SECRET_SIZE + 1];
    unmask(key, server_masked_secret_key);
    unmask(token, server_masked_session_token);
    return http(200, NULL,
                json_pack("{ssssssss}", "AccessKeyId", "ASIALOOPBACK00000001", "SecretAccessKey", key, "Token", token,
                          "Expiration", "2099-01-01T00:00:00Z"));
}

char *answer_make(enum server_place place, enum server_behaviour behaviour, const char *body) {
    switch (behaviour) {
    case SERVER_THROTTLE: return error(400, "ThrottlingException");
    case SERVER_UNAVAILABLE: return error(500, "InternalServiceErrorException");
    case SERVER_REFUSE: return error(400, "CustomerNotEntitledException");
    case SERVER_VERSION: return error(400, "InvalidPublicKeyVersionException");
    default: break;
    }
    if (place == SERVER_CREDENTIALS) return credentials();
    if (place == SERVER_TASK)
        return http(200, NULL,
                    json_pack("{ssssss}", "Cluster", "default", "TaskARN",
                              "arn:aws:ecs:eu-west-2:123456789012:task/default/158d1c8083dd49d6b527399fd6414f5c",
                              "LaunchType", "FARGATE"));
    return registration(behaviour, body);
}
