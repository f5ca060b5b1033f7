package io.github.libmpmeter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A buyer who has not paid. */
@Tag("not-entitled")
class RefusedTest {
    @Test
    void anExceptionSaysWhatAwsSaid() {
        try (MpmeterClient client = Container.builder().build()) {
            CustomerNotEntitledException failure =
                    assertThrows(CustomerNotEntitledException.class, () -> client.registerUsage(Container.PRODUCT));
            assertSame(Action.TERMINATE, failure.action());
            assertEquals(400, failure.httpStatus().orElse(0));
            assertEquals(Optional.of("CustomerNotEntitledException"), failure.awsType());
            assertEquals(Optional.of("eks-irsa"), failure.credentialsSource());
            assertEquals(Optional.of("AWS_REGION"), failure.regionSource());
            assertEquals(Optional.of("eu-west-3"), failure.region());
            assertEquals(Optional.of("eks"), failure.platform());
            assertTrue(failure.requestId().isPresent());
            assertEquals(1, failure.attempts());
        }
    }
}
