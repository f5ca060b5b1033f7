<?php
// A start of PHP; with an argument, the package's folder, and a registration.

declare(strict_types=1);

if ($argc > 1) {
    require $argv[1] . '/vendor/autoload.php';
    Mpmeter\Mpmeter::registerUsage('bench-product', file_get_contents(getenv('BENCH_KEY')), nonce: 'bench-1');
}
