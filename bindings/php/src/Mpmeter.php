<?php

declare(strict_types=1);

namespace Mpmeter;

use Mpmeter\Exception\LibraryNotFoundException;
use Mpmeter\Exception\MpmeterException;
use Mpmeter\Internal\Arguments;
use Mpmeter\Internal\Call;
use Mpmeter\Internal\Library;
use Mpmeter\Internal\Options;

/** What needs no client. */
final class Mpmeter
{
    /**
     * Registers this container with a client for this one call. A program that may call again keeps a Client, which
     * remembers.
     *
     * @param mixed ...$options The arguments of Client by name, and nonce.
     *
     * @throws MpmeterException Its action() says what to do.
     */
    public static function registerUsage(
        string $productCode,
        string $publicKey,
        ?string $nonce = null,
        mixed ...$options,
    ): Registration {
        return (new Client($publicKey, ...$options))->registerUsage($productCode, $nonce);
    }

    /**
     * Looks why a registration fails here, and sends none unless told to.
     *
     * @param list<string> $productCodes The codes that the program may register.
     * @param bool $register Sends one registration of the only code, and says what AWS's answer means.
     * @param mixed ...$options The arguments of Client by name.
     *
     * @throws MpmeterException
     */
    public static function diagnose(
        array $productCodes,
        bool $register = false,
        ?Cancellation $cancellation = null,
        mixed ...$options,
    ): Diagnosis {
        $library = Library::load();
        $prepared = new Options(...$options);
        [$codes, $kept] = Arguments::texts('productCodes', array_values($productCodes));
        $flags = $register ? 1 : 0;
        $given = [$prepared->handle, $codes, count($kept), $flags, $cancellation?->pointer()];
        $found = Call::make('diagnosis', 'mpmeter_diagnose', ...$given);
        $status = Status::tryFrom($library->mpmeter_diagnosis_status($found->pointer)) ?? Status::Internal;

        return new Diagnosis($status, $library->mpmeter_diagnosis_json($found->pointer));
    }

    /**
     * Looks why metering fails here: Region, role (by a dry run, which meters nothing), the journal's place and
     * content, names of dimensions, usage held, other senders. Makes no journal and changes none; needs no key.
     *
     * @param ?string $productCode Without one AWS is not asked.
     * @param ?string $journal Its path, which need not be there yet.
     * @param list<string> $dimensions Names of dimensions; the first is that of the dry run.
     * @param mixed ...$options The arguments of Client by name.
     *
     * @throws MpmeterException
     */
    public static function diagnoseMetering(
        ?string $productCode = null,
        ?string $journal = null,
        array $dimensions = [],
        ?Cancellation $cancellation = null,
        mixed ...$options,
    ): Diagnosis {
        $library = Library::load();
        $prepared = new Options(...$options);
        $code = $productCode === null ? null : Arguments::text('productCode', $productCode);
        $path = $journal === null ? null : Arguments::text('journal', $journal);
        [$names, $kept] = Arguments::texts('dimensions', array_values($dimensions));
        $given = [$prepared->handle, $code, $path, $names, count($kept), 0, $cancellation?->pointer()];
        $found = Call::make('diagnosis', 'mpmeter_diagnose_metering', ...$given);
        $status = Status::tryFrom($library->mpmeter_diagnosis_status($found->pointer)) ?? Status::Internal;

        return new Diagnosis($status, $library->mpmeter_diagnosis_json($found->pointer));
    }

    /**
     * The URL at which RegisterUsage is served in a Region. It does not say that AWS has put a server there.
     *
     * @throws MpmeterException
     */
    public static function endpoint(string $region, bool $fips = false, bool $dualstack = false): string
    {
        $library = Library::load();
        $url = $library->new('char *');
        $kinds = ($fips ? 1 : 0) | ($dualstack ? 2 : 0);
        $status = $library->mpmeter_endpoint(Arguments::text('region', $region), $kinds, \FFI::addr($url));
        Call::check($status, 'it is not the name of a Region, or has no such kind of endpoint');
        try {
            return \FFI::string($url);
        } finally {
            $library->mpmeter_string_free($url);
        }
    }

    /**
     * The version of the library that is loaded.
     *
     * @throws LibraryNotFoundException
     */
    public static function version(): string
    {
        return Library::load()->mpmeter_version();
    }

    /**
     * In an opcache.preload script: loads every class of this package. PHP allows FFI to preloaded code, so that with
     * `ffi.enable=preload`, its default, requests may use them.
     */
    public static function preload(): void
    {
        foreach (new \RecursiveIteratorIterator(new \RecursiveDirectoryIterator(__DIR__)) as $file) {
            if ($file->getExtension() === 'php') {
                require_once $file->getPathname();
            }
        }
    }
}
