<?php

// PHP-FPM does not start unless AWS Marketplace says so. In php.ini:
//
//     opcache.preload=/app/preload.php
//     ffi.enable=preload
//
// Run the container as a user other than root. For root, PHP runs the script in a child, and FPM ends with 70 for every
// failure.
//
// The script runs once, in the master, before any worker is there: its environment is the container's, and to block
// is right.

declare(strict_types=1);

require __DIR__ . '/vendor/autoload.php';

use Mpmeter\Exception\MpmeterException;
use Mpmeter\Mpmeter;

// Process 1 of a container ignores SIGTERM (15) and SIGQUIT (3, the stop signal of PHP's images) unless it has a
// handler. Here they end it with 15 and 3. FPM sets its own handlers after this script.
$libc = FFI::cdef('void (*signal(int, void (*)(int)))(int); void _exit(int);');
$libc->signal(15, $libc->_exit);
$libc->signal(3, $libc->_exit);

try {
    $registration = Mpmeter::registerUsage(
        '4w1vgsrkqdkypbz43g7qkk4uz',
        file_get_contents(__DIR__ . '/product.pem'),
        logger: static fn (string $level, string $line) => error_log("{$level}: {$line}"),
    );
} catch (Throwable $error) {
    $isKnown = $error instanceof MpmeterException;
    error_log('not registered: ' . ($isKnown ? $error->text() : $error->getMessage()));
    $libc->_exit($isKnown ? $error->action()->exitCode() : 1); // 75: try again later. 1: stop.
}

error_log("registered in {$registration->region}");

// Workers have this class only if this script ran. Begin the product with:
//
//     class_exists('Registered', false) || throw new Error('not registered: preload.php did not run');
final class Registered
{
}
