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

    private static function find(): \FFI
    {
        if (!extension_loaded('ffi')) {
            throw new LibraryNotFoundException('The extension ffi is not loaded. Install it, or take it into php.ini.');
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
            . '. Where PHP says that FFI is restricted, call Mpmeter\\Mpmeter::preload() in an opcache.preload script, '
            . 'or set ffi.enable=true.'
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
