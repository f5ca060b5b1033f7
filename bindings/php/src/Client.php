<?php

declare(strict_types=1);

namespace Mpmeter;

use FFI\CData;
use Mpmeter\Exception\LibraryNotFoundException;
use Mpmeter\Exception\MpmeterException;
use Mpmeter\Internal\Arguments;
use Mpmeter\Internal\Call;
use Mpmeter\Internal\Handle;
use Mpmeter\Internal\Library;
use Mpmeter\Internal\Log;
use Mpmeter\Internal\Options;

/**
 * Everything a program needs to register. Make one and keep it: it remembers what it registered. A call blocks until
 * it is done, so it belongs to a program's start, not into a request.
 */
final class Client
{
    private ?Handle $handle;
    /** Kept for as long as C may call it. */
    private readonly ?Log $log;

    /**
     * Reads the keys and the environment. No file is opened, and nothing is sent.
     *
     * @param ?string $publicKey The public key that AWS Marketplace issued, as PEM; also its base64, or with \n for
     * line ends.
     * @param int $publicKeyVersion Its PublicKeyVersion, 1 or more.
     * @param ?array<int, string> $publicKeys Several in place of one, by version: the first is used first.
     * @param ?array<string, ProductKind> $trustedProducts The codes that may register. Use it where a buyer could
     * change the code.
     * @param bool $acceptFreeProducts Lets codes that are trusted as Free register too.
     * @param int|float|null $deadline Seconds that one registration may take, retries included; null for 30 minutes.
     * @param ?RegionPolicy $regionPolicy What to do in a Region that may not offer RegisterUsage.
     * @param ?int $minimumKeyBits Accepts RSA keys from this many bits on; null for 2048.
     * @param ?int $unverifiedKeyVersion Goes without the proof, asking AWS for this key version.
     * @param object|callable|null $logger A PSR-3 logger, or a function of level and line. It must not use this client.
     * @param string $logLevel The least level to hand on: "debug", "info" or "warning".
     * @param ?string $appId Names the product, and its version if you like, in the User-Agent of every request to AWS,
     * which CloudTrail shows: 1 to 50 letters, digits and !#$%&'*+,-.^_`|~. AWS_SDK_UA_APP_ID is not read.
     *
     * @throws MpmeterException An option is outside what is accepted, or a key cannot be used.
     * @throws LibraryNotFoundException
     */
    public function __construct(
        ?string $publicKey = null,
        int $publicKeyVersion = 1,
        ?array $publicKeys = null,
        ?array $trustedProducts = null,
        bool $acceptFreeProducts = false,
        int|float|null $deadline = null,
        ?RegionPolicy $regionPolicy = null,
        ?int $minimumKeyBits = null,
        ?int $unverifiedKeyVersion = null,
        object|callable|null $logger = null,
        string $logLevel = 'info',
        ?string $appId = null,
    ) {
        $options = new Options(
            $publicKey,
            $publicKeyVersion,
            $publicKeys,
            $trustedProducts,
            $acceptFreeProducts,
            $deadline,
            $regionPolicy,
            $unverifiedKeyVersion,
            $logger,
            $logLevel,
            minimumKeyBits: $minimumKeyBits,
            appId: $appId,
        );
        $this->log = $options->log();
        $this->handle = Call::make('client', 'mpmeter_client_new', $options->handle->pointer);
    }

    /**
     * Registers this container: finds Region and role, calls RegisterUsage with retries until the deadline, and
     * verifies the signed response. Once accepted, it is remembered: later calls of this client return at once.
     *
     * @param string $productCode 1 to 255 characters of AWS's pattern [-a-zA-Z0-9/=:_.@].
     * @param ?string $nonce null for a fresh random one, which is what proves that the answer is fresh.
     * @param ?Cancellation $cancellation Stops the call, from a log function or another thread.
     *
     * @throws MpmeterException Its action() says what to do.
     */
    public function registerUsage(
        string $productCode,
        ?string $nonce = null,
        ?Cancellation $cancellation = null,
    ): Registration {
        $registration = Call::make(
            'registration',
            'mpmeter_register_usage',
            $this->open(),
            Arguments::text('productCode', $productCode),
            $nonce === null ? null : Arguments::text('nonce', $nonce),
            $cancellation?->pointer(),
        );

        return self::registration($registration->pointer);
    }

    /**
     * Verifies a token that RegisterUsage answered earlier, offline. Sends nothing.
     *
     * @param int $publicKeyVersion What its publicKeyVersion must equal; 0 for any version whose key was given.
     *
     * @throws MpmeterException
     */
    public function verify(string $token, string $productCode, string $nonce, int $publicKeyVersion = 0): Registration
    {
        $registration = Call::make(
            'registration',
            'mpmeter_verify',
            $this->open(),
            Arguments::text('token', $token),
            Arguments::text('productCode', $productCode),
            Arguments::number('publicKeyVersion', $publicKeyVersion),
            Arguments::text('nonce', $nonce),
        );

        return self::registration($registration->pointer);
    }

    /**
     * Finds the Region that the program runs in, without registering. Takes seconds at most.
     *
     * @throws MpmeterException
     */
    public function findRegion(?Cancellation $cancellation = null): Region
    {
        $library = Library::load();
        $region = Call::make('region', 'mpmeter_region_find', $this->open(), $cancellation?->pointer());

        return new Region(
            $library->mpmeter_region_name($region->pointer),
            $library->mpmeter_region_source($region->pointer),
            $library->mpmeter_region_platform($region->pointer),
            $library->mpmeter_region_supported($region->pointer) === 1,
        );
    }

    /** Frees what the client holds. One that is dropped is freed, too. Twice is fine. */
    public function close(): void
    {
        $this->handle = null;
    }

    /**
     * @internal
     *
     * @throws \LogicException The client is closed.
     */
    public function open(): Handle
    {
        return $this->handle ?? throw new \LogicException('the client is closed');
    }

    private static function registration(CData $found): Registration
    {
        $library = Library::load();
        $issuedAt = $library->mpmeter_registration_issued_at($found);
        $isFree = $library->mpmeter_registration_product_kind($found) === 1;

        return new Registration(
            productCode: $library->mpmeter_registration_product_code($found),
            productKind: $isFree ? ProductKind::Free : ProductKind::Paid,
            publicKeyVersion: $library->mpmeter_registration_public_key_version($found),
            nonce: $library->mpmeter_registration_nonce($found),
            verified: $library->mpmeter_registration_verified($found) === 1,
            signature: $library->mpmeter_registration_signature($found),
            publicKeyRotation: $library->mpmeter_registration_public_key_rotation($found),
            issuedAt: $issuedAt === 0 ? null : new \DateTimeImmutable("@{$issuedAt}"),
            region: $library->mpmeter_registration_region($found),
            regionSource: $library->mpmeter_registration_region_source($found),
            credentialsSource: $library->mpmeter_registration_credentials_source($found),
            platform: $library->mpmeter_registration_platform($found),
            requestId: $library->mpmeter_registration_request_id($found),
            attempts: $library->mpmeter_registration_attempts($found),
            elapsedMs: $library->mpmeter_registration_elapsed_ms($found),
            json: $library->mpmeter_registration_json($found) ?? '',
        );
    }
}
