package io.github.libmpmeter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The table of statuses in Java is the library's own, and each has a class of exception. */
@Tag("offline")
class TableTest {
    @Test
    void statusesAreTheLibrarys() {
        Status[] statuses = Status.values();
        assertEquals(Native.statusCount(), statuses.length);
        for (int index = 0; index < statuses.length; index++) {
            Status status = statuses[index];
            assertEquals(Native.statusAt(index), status.code());
            assertEquals(Text.decode(Native.statusName(status.code())), status.constant());
            assertEquals(Native.statusAction(status.code()), status.action().ordinal());
            assertSame(status, Status.of(status.code()));
        }
        assertSame(Status.INTERNAL, Status.of(-1));
    }

    @Test
    void eachFailureHasAClassOfItsOwn() {
        Set<Class<?>> classes = new HashSet<>();
        for (Status status : Status.values()) {
            if (status != Status.OK) {
                MpmeterException exception = Failure.of(status, "m").exception();
                assertSame(status, exception.status());
                assertTrue(classes.add(exception.getClass()), status.name());
            }
        }
    }

    @Test
    void anExceptionCanBeSerialized() throws Exception {
        MpmeterException exception = Failure.of(Status.THROTTLED, "m").exception();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        new ObjectOutputStream(bytes).writeObject(exception);
        Object copy = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray())).readObject();
        assertEquals(exception.toString(), copy.toString());
        assertEquals(Action.RETRY, ((ThrottledException) copy).action());
    }

    @Test
    void exitStatusesAreTheCommands() {
        assertEquals(0, Action.PROCEED.exitStatus());
        assertEquals(75, Action.RETRY.exitStatus());
        assertEquals(1, Action.TERMINATE.exitStatus());
    }

    @Test
    void theVersionIsTheBindings() {
        assertEquals(System.getProperty("mpmeter.version"), Mpmeter.version());
    }
}
