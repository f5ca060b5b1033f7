/** Registers a paid container with AWS Marketplace, and proves the answer; meters usage. */
module io.github.libmpmeter {
    exports io.github.libmpmeter;
}
