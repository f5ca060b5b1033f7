package io.github.libmpmeter;

import java.util.Objects;

/** What needs no client: the library's version, and where RegisterUsage is served. */
public final class Mpmeter {
    private Mpmeter() {}

    /**
     * The version of the library that is loaded.
     *
     * @return "major.minor.patch"
     */
    public static String version() {
        return Text.decode(Native.version());
    }

    /**
     * The URL at which RegisterUsage is served in a Region, by AWS's endpoint rules for the service. It says where to
     * look, not that AWS has put a server there.
     *
     * @param region a Region's name
     * @param kinds none, or those that the endpoint must be of
     * @return the URL
     * @throws InvalidArgumentException if it is not the name of a Region, or its partition has no such endpoint
     */
    public static String endpoint(String region, EndpointKind... kinds) {
        byte[] name = Text.encode("The Region", Objects.requireNonNull(region, "region"));
        int bits = 0;
        for (EndpointKind kind : kinds) {
            bits |= kind.number;
        }
        Object[] url = new Object[1];
        int status = Native.endpoint(name, bits, url);
        if (status == Status.INVALID_ARGUMENT.code()) {
            throw MpmeterException.invalid("\"" + region + "\" is not a Region, or has no endpoint of this kind.");
        }
        Outcome.check(status, new Object[Failure.TEXTS], new long[Failure.NUMBERS]);
        return Text.decode(url[0]);
    }
}
