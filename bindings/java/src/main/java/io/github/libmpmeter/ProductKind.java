package io.github.libmpmeter;

/** What a trusted product code stands for. */
public enum ProductKind {
    /** A buyer pays for it. */
    PAID(0),
    /** A free product: never to stand in for a paid one. */
    FREE(1);

    /** The number that the C header gives it. */
    final int number;

    ProductKind(int number) {
        this.number = number;
    }
}
