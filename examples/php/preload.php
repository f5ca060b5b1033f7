<?php

// PHP-FPM does not start unless AWS Marketplace says so. In php.ini:
//
//     opcache.preload=/app/preload.php
//     opcache.preload_user=www-data
//     ffi.enable=preload
//
// The script runs once, in the master, before any worker is there: its environment is the container's, and to block
// is right.

declare(strict_types=1);

require __DIR__ . '/vendor/autoload.php';

use Mpmeter\Mpmeter;

// An exception that is not caught keeps FPM from starting; its message is in the log.
$registration = Mpmeter::registerUsage('4w1vgsrkqdkypbz43g7qkk4uz', file_get_contents(__DIR__ . '/product.pem'));

error_log("registered in {$registration->region}");

// Workers have this class only if this script ran. Begin the product with:
//
//     class_exists('Registered', false) || throw new Error('not registered: preload.php did not run');
final class Registered
{
}
