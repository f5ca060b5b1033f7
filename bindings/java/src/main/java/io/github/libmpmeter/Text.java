package io.github.libmpmeter;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Text on its way to C and back: UTF-8 in byte arrays. JNI's own strings are modified UTF-8, which writes NUL and
 * everything beyond the basic plane in another way.
 */
final class Text {
    private Text() {}

    /** UTF-8 for C, or null for null. */
    static byte[] encode(String name, String text) {
        if (text == null) {
            return null;
        }
        if (text.indexOf('\0') >= 0) {
            throw MpmeterException.invalid(name + " has a NUL character in it.");
        }
        try {
            ByteBuffer encoded = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
            byte[] bytes = new byte[encoded.remaining()];
            encoded.get(bytes);
            return bytes;
        } catch (CharacterCodingException unpaired) {
            throw MpmeterException.invalid(name + " is not valid UTF-16: a surrogate stands alone.");
        }
    }

    /** The absolute path, as Java sees it. */
    static byte[] path(Path journal) {
        return encode("The journal's path", journal.toFile().getAbsolutePath());
    }

    /** A quantity in decimal digits; never an exponent, and never more digits than it has. */
    static byte[] quantity(BigDecimal quantity) {
        BigDecimal shortest = quantity.stripTrailingZeros();
        if (shortest.signum() != 0 && (long) shortest.precision() - shortest.scale() > 10) {
            throw MpmeterException.invalid("The quantity is above 9999999999.999999.");
        }
        if (shortest.scale() > 6) {
            throw MpmeterException.invalid("The quantity has more than six places after the point.");
        }
        return encode("The quantity", shortest.toPlainString());
    }

    /** A JSON string. */
    static String json(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        for (char unit : text.toCharArray()) {
            if (unit == '"' || unit == '\\') {
                quoted.append('\\').append(unit);
            } else if (unit < ' ' || Character.isSurrogate(unit)) {
                quoted.append(String.format("\\u%04x", (int) unit));
            } else {
                quoted.append(unit);
            }
        }
        return quoted.append('"').toString();
    }

    static String decode(Object bytes) {
        return bytes == null ? null : new String((byte[]) bytes, StandardCharsets.UTF_8);
    }
}
