import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.libmpmeter.Meter;
import io.github.libmpmeter.MeterOption;
import io.github.libmpmeter.MpmeterClient;
import io.github.libmpmeter.UsageRecord;
import java.nio.file.Paths;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** The part of the conformance driver that meters usage. */
final class MeterSteps {
    private MeterSteps() {}

    /** Performs the steps one after the other; {@code found} counts them, and has what they find. */
    static Map<String, Object> perform(
            MpmeterClient client, String code, JsonObject arguments, Map<String, Object> found) {
        found.put("steps", 0);
        MeterOption[] options = list(arguments, "flags").stream()
                .map(flag -> MeterOption.valueOf(flag.getAsString().toUpperCase(Locale.ROOT)))
                .toArray(MeterOption[]::new);
        String journal = arguments.get("journal").getAsString();
        try (Meter meter = client.openMeter(code, Paths.get(journal), options)) {
            int count = 0;
            for (JsonElement step : list(arguments, "steps")) {
                perform(meter, step.getAsJsonObject(), found);
                found.put("steps", ++count);
            }
        }
        return found;
    }

    private static void perform(Meter meter, JsonObject step, Map<String, Object> found) {
        String dimension = text(step, "dimension");
        switch (text(step, "step")) {
            case "check":
                if (dimension == null) {
                    meter.check();
                } else {
                    meter.check(dimension);
                }
                break;
            case "add":
                Map<String, String> tags = new LinkedHashMap<>();
                if (step.has("tags")) {
                    step.getAsJsonObject("tags").entrySet().forEach(tag ->
                            tags.put(tag.getKey(), tag.getValue().getAsString()));
                }
                meter.add(dimension, text(step, "quantity"), tags);
                break;
            case "send":
                if (step.has("final") && step.get("final").getAsBoolean()) {
                    meter.sendFinal();
                } else {
                    meter.send();
                }
                break;
            case "next_due":
                found.put("due", meter.nextDue().isZero());
                break;
            default:
                JsonObject books = JsonParser.parseString(meter.report()).getAsJsonObject();
                for (String part : List.of("pending", "held", "sent")) {
                    found.put(part, entries(books, part));
                }
        }
    }

    private static List<String> entries(JsonObject books, String part) {
        return list(books, part).stream()
                .map(JsonElement::getAsJsonObject)
                .map(entry -> text(entry, "dimension") + "=" + text(entry, "quantity"))
                .sorted()
                .collect(Collectors.toList());
    }

    static UsageRecord record(String code, JsonObject arguments) {
        UsageRecord record = UsageRecord.of(code, text(arguments, "dimension"), text(arguments, "quantity"));
        if (arguments.has("timestamp")) {
            record = record.at(Instant.ofEpochSecond(arguments.get("timestamp").getAsLong()));
        }
        if (arguments.has("client_token")) {
            record = record.withClientToken(text(arguments, "client_token"));
        }
        return arguments.has("dry_run") && arguments.get("dry_run").getAsBoolean() ? record.asDryRun() : record;
    }

    private static List<JsonElement> list(JsonObject object, String name) {
        if (!object.has(name)) {
            return List.of();
        }
        return StreamSupport.stream(object.getAsJsonArray(name).spliterator(), false).collect(Collectors.toList());
    }

    private static String text(JsonObject object, String name) {
        return object.has(name) ? object.get(name).getAsString() : null;
    }
}
