package io.github.libmpmeter;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

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

    static String decode(Object bytes) {
        return bytes == null ? null : new String((byte[]) bytes, StandardCharsets.UTF_8);
    }
}
