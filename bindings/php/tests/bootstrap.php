<?php

// The package as Composer would load it: the installed one if MPMETER_PHP_PACKAGE names it, else the sources beside
// this file.

declare(strict_types=1);

$package = getenv('MPMETER_PHP_PACKAGE') ?: dirname(__DIR__);
$autoload = $package . '/vendor/autoload.php';
if (is_file($autoload)) {
    require $autoload;

    return;
}
spl_autoload_register(static function (string $class) use ($package): void {
    if (str_starts_with($class, 'Mpmeter\\')) {
        $file = $package . '/src/' . str_replace('\\', '/', substr($class, strlen('Mpmeter\\'))) . '.php';
        if (is_file($file)) {
            require $file;
        }
    }
});
