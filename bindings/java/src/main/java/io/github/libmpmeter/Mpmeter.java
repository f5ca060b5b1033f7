package io.github.libmpmeter;

import java.nio.file.Path;
import java.util.Objects;

/** What needs no client: the library's version, where RegisterUsage is served, and the books of a journal. */
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

    /**
     * The books of the journal at that path, which is not made if there is none: for a tool that looks from outside.
     *
     * @param journal the path of {@link MpmeterClient#openMeter}
     * @return one JSON object on one line, as {@link Meter#report()} has it
     * @throws JournalException if it cannot be read, or is not there
     * @throws JournalDamagedException if it is damaged, or is not a journal
     */
    public static String journalReport(Path journal) {
        Outcome outcome = new Outcome(1, 0);
        return outcome.of(
                Native.journalReport(Text.path(journal), outcome.texts, outcome.numbers),
                (texts, numbers) -> Text.decode(texts[0]));
    }
}
