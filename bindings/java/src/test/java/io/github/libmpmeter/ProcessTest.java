package io.github.libmpmeter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How the native library is found, each time in a process of its own. */
@Tag("offline")
class ProcessTest {
    @TempDir
    Path folder;

    /** Prints the version. */
    static final class Program {
        public static void main(String[] arguments) {
            System.out.print(Mpmeter.version());
        }
    }

    private String run(int status, String... options) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(System.getProperty("java.home") + "/bin/java");
        command.addAll(Arrays.asList(options));
        command.addAll(Arrays.asList("-cp", System.getProperty("java.class.path"), Program.class.getName()));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(status, process.waitFor(), output);
        return output;
    }

    @Test
    void nothingIsLeftInTheFolderForTemporaryFiles() throws Exception {
        assertEquals(Mpmeter.version(), run(0, "-Djava.io.tmpdir=" + folder));
        assertEquals(0, new File(folder.toString()).list().length);
    }

    @Test
    void aRootThatCannotBeWrittenToIsSaid() throws Exception {
        String output = run(1, "-Djava.io.tmpdir=" + folder.resolve("missing"));
        assertTrue(output.contains("-D" + NativeLibrary.PROPERTY), output);
    }

    @Test
    void aPropertyNamesTheLibrary() throws Exception {
        Path library = folder.resolve("any.so");
        Files.copy(Path.of(System.getProperty("mpmeter.library")), library);
        String missing = "-Djava.io.tmpdir=" + folder.resolve("missing");
        assertEquals(Mpmeter.version(), run(0, missing, "-D" + NativeLibrary.PROPERTY + "=" + library));
        String output = run(1, "-D" + NativeLibrary.PROPERTY + "=" + folder.resolve("missing.so"));
        assertTrue(output.contains("UnsatisfiedLinkError"), output);
    }

    @Test
    void anUnknownMachineIsSaid() throws Exception {
        assertTrue(run(1, "-Dos.arch=pdp11").contains("no native library for pdp11-linux-gnu"));
    }
}
