// swift-tools-version: 6.1
//
// The Swift part of libmpmeter, without a package dependency. Two builds of the same sources:
//   swift build / swift test          ordinary Swift, for tests and editors
//   MPMETER_EMBEDDED=1 swift build    Embedded Swift: the static archive that the Makefile links into libmpmeter.so
// MPMETER_DEPS names the prefix that tools/build-deps.sh filled; without it the system's libraries are used, through
// pkg-config.
import PackageDescription

let isEmbedded = Context.environment["MPMETER_EMBEDDED"] == "1"
let deps = Context.environment["MPMETER_DEPS"]

let swift: [SwiftSetting] =
    [
        .swiftLanguageMode(.v6),
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .unsafeFlags(["-warnings-as-errors"] + (deps.map { ["-Xcc", "-I\($0)/include"] } ?? [])),
    ]
    + (isEmbedded
        ? [
            .enableExperimentalFeature("Embedded"),
            .unsafeFlags(["-wmo", "-Osize", "-Xfrontend", "-function-sections"]),
        ] : [])

let c: [CSetting] = [.unsafeFlags(["-std=c11", "-D_GNU_SOURCE", "-fvisibility=hidden", "-Wall", "-Wextra", "-Werror"])]

/// What libcurl needs beside itself when it is the static one.
let staticLibraries: [LinkerSetting] =
    deps.map {
        [.unsafeFlags(["-L\($0)/lib"]), .linkedLibrary("cares"), .linkedLibrary("ssl"), .linkedLibrary("crypto")]
    } ?? []

let package = Package(
    name: "mpmeter",
    products: [.library(name: "mpmeter", type: .static, targets: ["MPMeterABI"])],
    targets: [
        // C headers as modules.
        .systemLibrary(name: "CMPMeter"),
        .systemLibrary(
            name: "CCurl", pkgConfig: deps == nil ? "libcurl" : nil, providers: [.apt(["libcurl4-openssl-dev"])]),
        .systemLibrary(name: "CCares", pkgConfig: deps == nil ? "libcares" : nil, providers: [.apt(["libc-ares-dev"])]),
        .systemLibrary(name: "COpenSSL", pkgConfig: deps == nil ? "openssl" : nil, providers: [.apt(["libssl-dev"])]),
        .systemLibrary(
            name: "CJansson", pkgConfig: deps == nil ? "jansson" : nil, providers: [.apt(["libjansson-dev"])]),
        .systemLibrary(
            name: "CSQLite", pkgConfig: deps == nil ? "sqlite3" : nil, providers: [.apt(["libsqlite3-dev"])]),
        .target(name: "CMPMeterSystem", cSettings: c),

        // Pure Swift: no I/O, no clock, no C.
        .target(name: "MPMeterCore", swiftSettings: swift),

        // What the core asks of the outside, a target for each C library.
        .target(name: "MPMeterSystem", dependencies: ["MPMeterCore", "CMPMeterSystem"], swiftSettings: swift),
        .target(
            name: "MPMeterCrypto", dependencies: ["MPMeterCore", "MPMeterSystem", "COpenSSL"], swiftSettings: swift),
        .target(name: "MPMeterJSON", dependencies: ["MPMeterCore", "CJansson"], swiftSettings: swift),
        .target(
            name: "MPMeterJournal", dependencies: ["MPMeterCore", "MPMeterSystem", "CMPMeterSystem", "CSQLite"],
            swiftSettings: swift,
            linkerSettings: deps.map { [.unsafeFlags(["-L\($0)/lib"])] } ?? []),
        .target(
            name: "MPMeterTransport",
            dependencies: ["MPMeterCore", "MPMeterSystem", "CMPMeterSystem", "CCurl", "CCares", "COpenSSL"],
            swiftSettings: swift,
            linkerSettings: staticLibraries),

        // The core driven over those.
        .target(
            name: "MPMeterClient",
            dependencies: [
                "MPMeterCore", "MPMeterSystem", "MPMeterCrypto", "MPMeterJSON", "MPMeterTransport", "MPMeterJournal",
            ],
            swiftSettings: swift),

        // The C functions of include/mpmeter.h.
        .target(
            name: "MPMeterABI", dependencies: ["MPMeterClient", "MPMeterCore", "MPMeterSystem", "CMPMeter"],
            swiftSettings: swift),
    ]
        + (isEmbedded
            ? []
            : [
                // The rules of the core, against vectors that other libraries made, with the real cryptography and
                // parsers.
                .testTarget(
                    name: "MPMeterCoreTests",
                    dependencies: [
                        "MPMeterCore", "MPMeterCrypto", "MPMeterJSON", "MPMeterTransport", "MPMeterSystem",
                        "MPMeterJournal",
                    ],
                    swiftSettings: swift),
                // The order of things: sources, retries, deadlines, flights; on a machine of the tests' own making.
                .testTarget(
                    name: "MPMeterClientTests",
                    dependencies: [
                        "MPMeterClient", "MPMeterCore", "MPMeterCrypto", "MPMeterJSON", "MPMeterTransport",
                        "MPMeterSystem",
                    ],
                    swiftSettings: swift),
            ])
)
