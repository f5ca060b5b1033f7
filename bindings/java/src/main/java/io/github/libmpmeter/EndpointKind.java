package io.github.libmpmeter;

/** A kind of endpoint. */
public enum EndpointKind {
    /** One whose cryptography is validated under FIPS 140. */
    FIPS(1),
    /** One that is reached over IPv4 and IPv6. */
    DUALSTACK(2);

    /** The number that the C header gives it. */
    final int number;

    EndpointKind(int number) {
        this.number = number;
    }
}
