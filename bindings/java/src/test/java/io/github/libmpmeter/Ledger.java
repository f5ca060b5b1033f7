package io.github.libmpmeter;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the sandbox, in which these tests run, has billed, and what time it is there. */
final class Ledger {
    private Ledger() {}

    /** The sum of a dimension, or "nothing". */
    static String billed(String dimension) throws Exception {
        String line = "\\btotal +" + Pattern.quote(Container.PRODUCT) + " +" + dimension + " +(\\S+)";
        Matcher found = Pattern.compile(line).matcher(sandbox("ledger"));
        return found.find() ? found.group(1) : "nothing";
    }

    /** Lets time pass at AWS, such as "+2h". */
    static void move(String by) throws Exception {
        sandbox("clock", by);
    }

    private static String sandbox(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(System.getProperty("mpmeter.sandbox")));
        command.addAll(Arrays.asList(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new AssertionError(output);
        }
        return output;
    }
}
