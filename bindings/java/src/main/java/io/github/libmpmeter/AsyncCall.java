package io.github.libmpmeter;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;

/** Runs a call that blocks on another thread. Whoever completes the future first ends the call. */
final class AsyncCall {
    private AsyncCall() {}

    /** The call is given the cancellation that ends it, and closes it. */
    static <T> CompletableFuture<T> run(Executor executor, Function<Cancellation, T> call) {
        CompletableFuture<T> future = new CompletableFuture<>();
        Cancellation cancellation = new Cancellation();
        future.whenComplete((result, failure) -> cancellation.cancel());
        try {
            executor.execute(() -> {
                try {
                    future.complete(call.apply(cancellation));
                } catch (Throwable failure) {
                    future.completeExceptionally(failure);
                }
            });
        } catch (Throwable refused) {
            cancellation.close();
            throw refused;
        }
        return future;
    }
}
