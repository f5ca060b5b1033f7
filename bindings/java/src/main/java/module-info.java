/** Registers a paid container with AWS Marketplace, and verifies AWS's signed response; meters usage. */
module io.github.libmpmeter {
    exports io.github.libmpmeter;
}
