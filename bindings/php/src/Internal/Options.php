<?php

declare(strict_types=1);

namespace Mpmeter\Internal;

use Mpmeter\ProductKind;
use Mpmeter\RegionPolicy;
use Mpmeter\Status;

/** @internal How options become the library's. */
final class Options
{
    private const LEVELS = ['debug' => 0, 'info' => 1, 'warning' => 2];

    public readonly Handle $handle;
    private ?Log $log = null;

    /**
     * Takes the arguments of Client by name.
     *
     * @param ?array<int, string> $publicKeys
     * @param ?array<string, ProductKind> $trustedProducts
     * @param string|int|null ...$plain The options of PlainOptions.
     */
    public function __construct(
        ?string $publicKey = null,
        int $publicKeyVersion = 1,
        ?array $publicKeys = null,
        ?array $trustedProducts = null,
        bool $acceptFreeProducts = false,
        int|float|null $deadline = null,
        ?RegionPolicy $regionPolicy = null,
        ?int $unverifiedKeyVersion = null,
        object|callable|null $logger = null,
        string $logLevel = 'info',
        string|int|null ...$plain,
    ) {
        if ($publicKey !== null && $publicKeys !== null) {
            throw Arguments::invalid('$publicKey and $publicKeys exclude each other');
        }
        $publicKeys ??= $publicKey === null ? [] : [$publicKeyVersion => $publicKey];
        $library = Library::load();
        $made = $library->new('mpmeter_options *');
        Call::check($library->mpmeter_options_new(\FFI::addr($made)), Status::OutOfMemory->message());
        $this->handle = new Handle($library, 'options', $made);
        foreach ($publicKeys as $version => $pem) {
            if (!is_int($version) || !is_string($pem)) {
                throw Arguments::invalid('$publicKeys is not an array of PEM texts by version');
            }
            $version = Arguments::number('publicKeyVersion', $version);
            $text = Arguments::text('publicKey', $pem);
            self::check($library->mpmeter_options_add_public_key($made, $version, $text), 'publicKeyVersion');
        }
        if ($trustedProducts === []) {
            // A computed list that came out empty must not trust every code.
            throw Arguments::invalid('$trustedProducts is empty; leave it out if the code is part of the program');
        }
        foreach ($trustedProducts ?? [] as $code => $kind) {
            $number = match (true) {
                $kind === ProductKind::Paid, $kind === 'paid' => 0,
                $kind === ProductKind::Free, $kind === 'free' => 1,
                default => throw Arguments::invalid('$trustedProducts holds a kind that there is not'),
            };
            $text = Arguments::text('trustedProducts', (string) $code);
            self::check($library->mpmeter_options_trust_product($made, $text, $number), 'trustedProducts');
        }
        if ($acceptFreeProducts) {
            self::check($library->mpmeter_options_accept_free_products($made, 1), 'acceptFreeProducts');
        }
        if ($deadline !== null) {
            self::check($library->mpmeter_options_set_deadline_ms($made, self::milliseconds($deadline)), 'deadline');
        }
        if ($regionPolicy !== null) {
            self::check($library->mpmeter_options_set_region_policy($made, $regionPolicy->value), 'regionPolicy');
        }
        foreach ($plain as $name => $value) {
            self::setPlain($library, $made, $name, $value);
        }
        if ($unverifiedKeyVersion !== null) {
            $version = Arguments::number('unverifiedKeyVersion', $unverifiedKeyVersion);
            self::check($library->mpmeter_options_set_unverified($made, $version), 'unverifiedKeyVersion');
        }
        if ($logger !== null) {
            $this->log = new Log($logger);
            $level = self::LEVELS[$logLevel] ?? throw Arguments::invalid('$logLevel is none of debug, info, warning');
            $this->log->attach($made, $level);
        }
    }

    /** What the client has to keep for as long as it lives. */
    public function log(): ?Log
    {
        return $this->log;
    }

    private static function setPlain(\FFI $library, \FFI\CData $made, string|int $name, string|int|null $value): void
    {
        [$setter, $check, $limits] = PlainOptions::ALL[$name] ?? throw new \Error("Unknown named parameter \${$name}");
        if ($value !== null) {
            $given = Arguments::{$check}($name, $value);
            Call::check($library->{$setter}($made, $given), "\${$name} is not {$limits}");
        }
    }

    private static function milliseconds(int|float $seconds): int
    {
        if (!is_finite((float) $seconds) || $seconds < 0 || $seconds > 1e9) {
            throw Arguments::invalid('$deadline is not a number of seconds, 0.001 to 86400');
        }

        return (int) round($seconds * 1000);
    }

    private static function check(int $status, string $name): void
    {
        Call::check($status, "\${$name} is outside what is accepted");
    }
}
