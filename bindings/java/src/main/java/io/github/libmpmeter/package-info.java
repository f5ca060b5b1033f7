/**
 * Registers a paid container with AWS Marketplace, and verifies AWS's signed response.
 *
 * <p>A product that is sold by the container calls {@link io.github.libmpmeter.MpmeterClient#registerUsage(String)}
 * once when it starts, and runs only if that returns:
 *
 * <pre>{@code
 * try (MpmeterClient client = MpmeterClient.builder().publicKey(1, PUBLIC_KEY).build()) {
 *     client.registerUsage("4w1vgsrkqdkypbz43g7qkk4uz");
 * } catch (MpmeterException failure) {
 *     System.exit(failure.action().exitStatus());
 * }
 * }</pre>
 *
 * <p>The Region and the role of the ECS task or EKS pod are found at run time. Throttling and outages are retried for
 * up to 30 minutes, as AWS recommends. AWS's signed response is verified with the product's public key.
 *
 * <p>A product that is priced by use adds what was used to a {@link io.github.libmpmeter.Meter}, which bills it once.
 *
 * <p>Every failure of the library is a {@link io.github.libmpmeter.MpmeterException}, unchecked, of a class of its own
 * for each {@link io.github.libmpmeter.Status}. {@code null} where a value is needed is a {@link NullPointerException},
 * and a call on a closed client an {@link IllegalStateException}.
 */
package io.github.libmpmeter;
