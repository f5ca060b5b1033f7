import io.github.libmpmeter.MpmeterClient;
import io.github.libmpmeter.MpmeterException;
import io.github.libmpmeter.Registration;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** A paid product's start: it runs only if AWS Marketplace says so. */
public class Product {
    private static final String PRODUCT_CODE = "4w1vgsrkqdkypbz43g7qkk4uz";

    public static void main(String[] arguments) {
        try (MpmeterClient client = MpmeterClient.builder()
                .publicKey(1, resource("public-key.pem"))
                .logger(System.getLogger("mpmeter"))
                .build()) {
            Registration registration = client.registerUsage(PRODUCT_CODE);
            System.out.println("registered in " + registration.region().orElse("?") + ": the product begins here");
        } catch (MpmeterException failure) {
            System.err.println("not registered: " + failure.text());
            System.exit(failure.action().exitStatus()); // 75: try again later. 1: stop.
        }
    }

    private static String resource(String name) {
        try (InputStream stream = Product.class.getResourceAsStream(name)) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
