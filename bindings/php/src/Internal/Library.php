<?php

declare(strict_types=1);

namespace Mpmeter\Internal;

use Mpmeter\Exception\LibraryNotFoundException;

/**
 * @internal Which libmpmeter is loaded: the one of this package, else the file that MPMETER_LIBRARY names, else the
 * system's. A variable never takes the place of the package's own: the environment is the buyer's, and whoever
 * chooses the library chooses the answer.
 */
final class Library
{
    public const SCOPE = 'MPMETER';
    private const SONAME = 'libmpmeter.so.1';
    private const VARIABLE = 'MPMETER_LIBRARY';
    /** Before 1.0 a minor version may change the interface, so it has to be the same. */
    private const COMPATIBLE = [0, 1];

    private static ?\FFI $loaded = null;

    /** @throws LibraryNotFoundException */
    public static function load(): \FFI
    {
        return self::$loaded ??= self::find();
    }

    /**
     * For an opcache.preload script: makes the declarations known to every request of this server, so that
     * `ffi.enable=preload` is enough. FFI::load() wants a file, which is written to $folder and removed.
     */
    public static function preload(string $folder): void
    {
        foreach (self::places() as $place) {
            $file = tempnam($folder, 'mpmeter');
            $head = '#define FFI_SCOPE "' . self::SCOPE . "\"\n#define FFI_LIB \"{$place}\"\n";
            file_put_contents($file, $head . Declarations::TEXT);
            try {
                \FFI::load($file);

                return;
            } catch (\FFI\Exception $reason) {
                $tried[] = $reason->getMessage();
            } finally {
                unlink($file);
            }
        }
        throw self::notFound($tried ?? []);
    }

    private static function find(): \FFI
    {
        if (!extension_loaded('ffi')) {
            throw new LibraryNotFoundException('The extension ffi is not loaded. Install it, or take it into php.ini.');
        }
        try {
            return self::fitting(\FFI::scope(self::SCOPE), 'the preloaded library');
        } catch (\FFI\Exception) { // Not preloaded.
        }
        $tried = [];
        foreach (self::places() as $place) {
            try {
                return self::fitting(\FFI::cdef(Declarations::TEXT, $place), $place);
            } catch (\FFI\Exception $reason) {
                $tried[] = "{$place}: {$reason->getMessage()}";
            }
        }
        throw self::notFound($tried);
    }

    /** @param list<string> $tried */
    private static function notFound(array $tried): LibraryNotFoundException
    {
        return new LibraryNotFoundException(
            'libmpmeter cannot be loaded. Tried: ' . implode('; ', $tried)
            . '. Where PHP says that FFI is restricted, register in an opcache.preload script, '
            . 'call Mpmeter\\Mpmeter::preload() there, or set ffi.enable=true.'
        );
    }

    /** @return list<string> */
    private static function places(): array
    {
        $machine = php_uname('m') === 'arm64' ? 'aarch64' : php_uname('m');
        $own = [];
        // One for glibc and one for musl, of which the wrong one does not load.
        foreach (['gnu', 'musl'] as $libc) {
            $place = dirname(__DIR__, 2) . "/native/{$machine}-linux-{$libc}/" . self::SONAME;
            if (is_file($place)) {
                $own[] = $place;
            }
        }
        $named = getenv(self::VARIABLE);

        return $own !== [] ? $own : [$named !== false && $named !== '' ? $named : self::SONAME];
    }

    private static function fitting(\FFI $library, string $place): \FFI
    {
        $number = $library->mpmeter_version_number();
        $version = [$number >> 16, ($number >> 8) & 0xFF];
        if ($version !== self::COMPATIBLE) {
            $there = implode('.', $version);
            $needed = implode('.', self::COMPATIBLE);
            throw new LibraryNotFoundException("{$place} is version {$there}, and this package needs {$needed}.");
        }

        return $library;
    }
}
