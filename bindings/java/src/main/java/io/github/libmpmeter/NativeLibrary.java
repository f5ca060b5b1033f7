package io.github.libmpmeter;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;

/** Decides which native library is loaded: that of a system property, or the one inside the jar for this machine. */
final class NativeLibrary {
    /** The path of libmpmeterjni.so, for a container that has no folder to write to. */
    static final String PROPERTY = "io.github.libmpmeter.library";

    private static final String NAME = "libmpmeterjni.so";

    private NativeLibrary() {}

    static void load() {
        String given = System.getProperty(PROPERTY);
        if (given != null) {
            System.load(Paths.get(given).toAbsolutePath().toString());
            return;
        }
        String target = target();
        try (InputStream library = NativeLibrary.class.getResourceAsStream("native/" + target + "/" + NAME)) {
            if (library == null) {
                throw new UnsatisfiedLinkError("mpmeter: the jar has no native library for " + target + ".");
            }
            loadCopy(library);
        } catch (IOException failure) {
            UnsatisfiedLinkError error = new UnsatisfiedLinkError(
                    "mpmeter: the native library cannot be written to " + System.getProperty("java.io.tmpdir")
                            + ". Set -Djava.io.tmpdir to a folder that can be written to, or -D" + PROPERTY
                            + " to the path of " + NAME + " in the image.");
            error.initCause(failure);
            throw error;
        }
    }

    /** In a folder that only this user may enter; gone as soon as it is loaded. */
    private static void loadCopy(InputStream library) throws IOException {
        Path folder = Files.createTempDirectory("mpmeter-");
        Path file = folder.resolve(NAME);
        try {
            Files.copy(library, file);
            System.load(file.toString());
        } finally {
            Files.deleteIfExists(file);
            Files.deleteIfExists(folder);
        }
    }

    /** The name that libmpmeter has for this machine, such as "x86_64-linux-gnu". */
    private static String target() {
        String architecture = System.getProperty("os.arch");
        switch (architecture) {
            case "amd64":
                architecture = "x86_64";
                break;
            case "arm64":
                architecture = "aarch64";
                break;
            default:
                break;
        }
        return architecture + "-linux-" + (isMusl(architecture) ? "musl" : "gnu");
    }

    /** What this very process has loaded; without /proc, what is installed. */
    private static boolean isMusl(String architecture) {
        try {
            String maps = new String(Files.readAllBytes(Paths.get("/proc/self/maps")), StandardCharsets.ISO_8859_1);
            return maps.contains("ld-musl-");
        } catch (IOException | SecurityException unreadable) {
            return Files.exists(Paths.get("/lib/ld-musl-" + architecture + ".so.1"));
        }
    }
}
