import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.libmpmeter.Diagnosis;
import io.github.libmpmeter.EndpointKind;
import io.github.libmpmeter.Mpmeter;
import io.github.libmpmeter.MpmeterClient;
import io.github.libmpmeter.MpmeterException;
import io.github.libmpmeter.ProductKind;
import io.github.libmpmeter.Region;
import io.github.libmpmeter.RegionPolicy;
import io.github.libmpmeter.Registration;
import io.github.libmpmeter.Status;
import io.github.libmpmeter.UsageRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Paths;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Timer;
import java.util.TimerTask;
import java.util.function.Supplier;

/** The conformance driver of the Java binding: performs one case and prints what came of it. */
public final class Conformance {
    private static final Gson JSON = new GsonBuilder().serializeNulls().disableHtmlEscaping().create();

    private Conformance() {}

    public static void main(String[] arguments) throws IOException {
        if (arguments[0].equals("--statuses")) {
            System.out.println(JSON.toJson(statuses()));
            return;
        }
        JsonObject given = JsonParser.parseString(Files.readString(Paths.get(arguments[0]))).getAsJsonObject();
        Map<String, Object> found = new LinkedHashMap<>();
        Map<String, Object> printed;
        try {
            found.putAll(call(given, found));
            printed = outcome(Status.OK, Status.OK.message(), "", null);
        } catch (MpmeterException failure) {
            printed = failure(failure);
        }
        printed.putAll(found);
        System.out.println(JSON.toJson(printed));
    }

    /** {@code found} has what is printed after a failure, too. */
    private static Map<String, Object> call(JsonObject given, Map<String, Object> found) throws IOException {
        JsonObject options = given.getAsJsonObject("options");
        JsonObject call = given.getAsJsonObject("call");
        JsonObject arguments = call.getAsJsonObject("arguments");
        String function = call.get("function").getAsString();
        String code = text(arguments.get("product_code"));
        String nonce = text(arguments.get("nonce"));
        switch (function) {
            case "endpoint":
                List<EndpointKind> kinds = new ArrayList<>();
                for (JsonElement kind : arguments.getAsJsonArray("kinds")) {
                    kinds.add(EndpointKind.valueOf(kind.getAsString().toUpperCase(Locale.ROOT)));
                }
                String region = text(arguments.get("region"));
                return one("endpoint", Mpmeter.endpoint(region, kinds.toArray(new EndpointKind[0])));
            case "version":
                return one("version", Mpmeter.version());
            default:
                break;
        }
        MpmeterClient.Builder builder = configure(options);
        if (function.equals("diagnose")) {
            boolean register = arguments.get("register").getAsBoolean();
            return diagnosis(cancelled(
                    options, () -> register ? builder.diagnoseAndRegister(code) : builder.diagnose(code)));
        }
        try (MpmeterClient client = builder.build()) {
            switch (function) {
                case "register_usage":
                    return registration(cancelled(options, () -> register(client, code, nonce)));
                case "register_usage_twice":
                    register(client, code, nonce);
                    return registration(register(client, code, nonce));
                case "verify":
                    int version = number(arguments.get("public_key_version"));
                    return registration(client.verify(text(arguments.get("token")), code, nonce, version));
                case "meter":
                    return cancelled(options, () -> MeterSteps.perform(client, code, arguments, found));
                case "meter_usage":
                    UsageRecord record = MeterSteps.record(code, arguments);
                    return one("record_id", cancelled(options, () -> client.meterUsage(record)).orElse(null));
                case "find_region":
                    return region(cancelled(options, client::findRegion));
                default:
                    throw new IllegalArgumentException("there is no function '" + function + "'");
            }
        }
    }

    private static Registration register(MpmeterClient client, String code, String nonce) {
        return nonce == null ? client.registerUsage(code) : client.registerUsage(code, nonce);
    }

    /** Interrupts the call when its time has come: 0 before it begins. */
    private static <T> T cancelled(JsonObject options, Supplier<T> call) {
        if (!options.has("cancel_after_ms")) {
            return call.get();
        }
        Thread caller = Thread.currentThread();
        long after = options.get("cancel_after_ms").getAsLong();
        if (after == 0) {
            caller.interrupt();
            return call.get();
        }
        Timer timer = new Timer(true);
        timer.schedule(
                new TimerTask() {
                    @Override
                    public void run() {
                        caller.interrupt();
                    }
                },
                after);
        return call.get();
    }

    private static MpmeterClient.Builder configure(JsonObject options) throws IOException {
        MpmeterClient.Builder builder = MpmeterClient.builder();
        for (JsonElement element : options.getAsJsonArray("public_keys")) {
            JsonObject key = element.getAsJsonObject();
            String pem = key.has("file") ? Files.readString(Paths.get(text(key.get("file")))) : text(key.get("pem"));
            builder.publicKey(number(key.get("version")), pem);
        }
        if (options.has("trusted_products")) {
            options.getAsJsonObject("trusted_products").entrySet().forEach(entry -> builder.trustProduct(
                    entry.getKey(), ProductKind.valueOf(entry.getValue().getAsString().toUpperCase(Locale.ROOT))));
        }
        if (options.has("accept_free_products")) {
            builder.acceptFreeProducts(options.get("accept_free_products").getAsBoolean());
        }
        if (options.has("deadline_ms")) {
            builder.deadline(Duration.ofMillis(options.get("deadline_ms").getAsLong()));
        }
        if (options.has("region_policy")) {
            String policy = options.get("region_policy").getAsString();
            builder.regionPolicy(RegionPolicy.valueOf(policy.toUpperCase(Locale.ROOT)));
        }
        if (options.has("unverified_key_version")) {
            builder.unverified(number(options.get("unverified_key_version")));
        }
        // generated: plain options, by make generate
        if (options.has("minimum_key_bits")) {
            builder.minimumKeyBits(number(options.get("minimum_key_bits")));
        }
        if (options.has("app_id")) {
            builder.appId(text(options.get("app_id")));
        }
        // end of generated
        return builder;
    }

    /** A text that begins with $ stands for an environment variable. */
    private static String text(JsonElement value) {
        if (value == null || value.isJsonNull()) {
            return null;
        }
        String plain = value.getAsString();
        return plain.startsWith("$") ? System.getenv(plain.substring(1)) : plain;
    }

    private static int number(JsonElement value) {
        return value == null ? 0 : Integer.parseInt(text(value));
    }

    private static Map<String, Object> one(String key, Object value) {
        Map<String, Object> found = new LinkedHashMap<>();
        found.put(key, value);
        return found;
    }

    private static Map<String, Object> outcome(Status status, String message, String fix, String errorType) {
        Map<String, Object> printed = one("status", status.constant());
        printed.put("code", status.code());
        printed.put("action", status.action().name().toLowerCase(Locale.ROOT));
        printed.put("message", message);
        printed.put("fix", fix);
        printed.put("error_type", errorType);
        return printed;
    }

    private static Map<String, Object> registration(Registration found) {
        Map<String, Object> printed = one("product_code", found.productCode());
        printed.put("product_kind", found.productKind().name().toLowerCase(Locale.ROOT));
        printed.put("public_key_version", found.publicKeyVersion());
        printed.put("nonce", found.nonce());
        printed.put("verified", found.isVerified());
        printed.put("signature", found.signature());
        printed.put("public_key_rotation", found.publicKeyRotation().orElse(null));
        printed.put("issued_at", found.issuedAt().map(Instant::getEpochSecond).orElse(null));
        printed.put("region", found.region().orElse(null));
        printed.put("region_source", found.regionSource().orElse(null));
        printed.put("credentials_source", found.credentialsSource().orElse(null));
        printed.put("platform", found.platform().orElse(null));
        printed.put("request_id", found.requestId().orElse(null));
        printed.put("attempts", found.attempts());
        printed.put("elapsed_ms", found.elapsed().toMillis());
        return printed;
    }

    private static Map<String, Object> region(Region found) {
        Map<String, Object> printed = one("region", found.name());
        printed.put("region_source", found.source());
        printed.put("platform", found.platform());
        printed.put("supported", found.isSupported());
        return printed;
    }

    private static Map<String, Object> diagnosis(Diagnosis found) {
        JsonObject report = JsonParser.parseString(found.json()).getAsJsonObject();
        Map<String, Object> printed = one("verdict", found.status().constant());
        printed.put("first_failure", report.get("first_failure"));
        printed.put("checks", report.getAsJsonArray("checks").size());
        return printed;
    }

    private static Map<String, Object> failure(MpmeterException failure) {
        String type = failure.getClass().getSimpleName();
        Map<String, Object> printed = outcome(failure.status(), failure.getMessage(), failure.fix(), type);
        printed.put("text", failure.text());
        printed.put("region", failure.region().orElse(null));
        printed.put("region_source", failure.regionSource().orElse(null));
        printed.put("credentials_source", failure.credentialsSource().orElse(null));
        printed.put("platform", failure.platform().orElse(null));
        printed.put("request_id", failure.requestId().orElse(null));
        printed.put("aws_type", failure.awsType().orElse(null));
        printed.put("http_status", failure.httpStatus().isPresent() ? failure.httpStatus().getAsInt() : null);
        printed.put("attempts", failure.attempts());
        printed.put("elapsed_ms", failure.elapsed().toMillis());
        return printed;
    }

    /** From the enumeration and the classes, as the binding has them. */
    private static List<Map<String, Object>> statuses() {
        List<Map<String, Object>> rows = new ArrayList<>();
        for (Status status : Status.values()) {
            Map<String, Object> row = one("status", status.constant());
            row.put("code", status.code());
            row.put("action", status.action().name().toLowerCase(Locale.ROOT));
            row.put("error_type", status == Status.OK ? null : type(status));
            rows.add(row);
        }
        return rows;
    }

    private static String type(Status status) {
        StringBuilder name = new StringBuilder("io.github.libmpmeter.");
        for (String word : status.name().split("_")) {
            name.append(word.charAt(0)).append(word.substring(1).toLowerCase(Locale.ROOT));
        }
        try {
            return Class.forName(name + "Exception").getSimpleName();
        } catch (ClassNotFoundException missing) {
            throw new IllegalStateException(missing);
        }
    }
}
