<?php

// A paid product's start: it runs only if AWS Marketplace says so.
//
//     echo '{}' > composer.json                                # in a new project
//     composer config repositories.mpmeter artifact FOLDER     # where libmpmeter-mpmeter-0.1.0.zip lies
//     composer require libmpmeter/mpmeter
//     php -d ffi.enable=1 register.php
//
// product.pem is the public key that AWS Marketplace issued with the product code; copy it into the image beside this
// file.

declare(strict_types=1);

require __DIR__ . '/vendor/autoload.php';

use Mpmeter\Exception\MpmeterException;
use Mpmeter\Mpmeter;

const PRODUCT_CODE = '4w1vgsrkqdkypbz43g7qkk4uz';

// Process 1 of a container ignores SIGTERM (15) unless it has a handler. This one ends the program with 15.
$libc = FFI::cdef('void (*signal(int, void (*)(int)))(int); void _exit(int);');
$libc->signal(15, $libc->_exit);

try {
    $registration = Mpmeter::registerUsage(
        PRODUCT_CODE,
        file_get_contents(__DIR__ . '/product.pem'),
        logger: static fn (string $level, string $line) => fwrite(STDERR, "{$level}: {$line}\n"),
    );
} catch (MpmeterException $error) {
    fwrite(STDERR, "not registered: {$error->text()}\n");
    exit($error->action()->exitCode()); // 75: try again later. 1: stop.
}

echo "registered in {$registration->region}: the product begins here\n";
