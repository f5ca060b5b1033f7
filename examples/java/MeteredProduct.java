import io.github.libmpmeter.Meter;
import io.github.libmpmeter.MpmeterClient;
import io.github.libmpmeter.MpmeterException;
import io.github.libmpmeter.Sender;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.Map;

/** A product that is priced by use: what it adds is on the disk, and billed once. */
public class MeteredProduct {
    private static final String PRODUCT_CODE = "4w1vgsrkqdkypbz43g7qkk4uz";

    public static void main(String[] arguments) {
        try (MpmeterClient client = MpmeterClient.builder()
                        .unverified(1) // MeterUsage's answers are not signed.
                        .logger(System.getLogger("mpmeter"))
                        .build();
                Meter meter = client.openMeter(PRODUCT_CODE, Path.of("/var/lib/product/usage"));
                Sender sender = start(meter)) {
            // SIGTERM: the last hour is sent within the container's grace period.
            Runtime.getRuntime().addShutdownHook(new Thread(sender::close));
            meter.add("requests", 1);
            meter.add("gigabytes", new BigDecimal("0.25"), Map.of("team", "research"));
        } catch (MpmeterException failure) {
            System.err.println(failure.text());
            System.exit(failure.action().exitStatus());
        }
    }

    /** May this container meter at all? Then what is due is sent, hour by hour. */
    private static Sender start(Meter meter) {
        meter.check("requests");
        return meter.startSending();
    }
}
