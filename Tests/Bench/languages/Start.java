import io.github.libmpmeter.MpmeterClient;
import java.nio.file.Files;
import java.nio.file.Path;

/** A start of the JVM; with an argument, and a registration. */
public class Start {
    public static void main(String[] arguments) throws Exception {
        if (arguments.length > 0) {
            register();
        }
    }

    private static void register() throws Exception {
        String key = Files.readString(Path.of(System.getenv("BENCH_KEY")));
        try (MpmeterClient client = MpmeterClient.builder().publicKey(1, key).build()) {
            client.registerUsage("bench-product", "bench-1");
        }
    }
}
