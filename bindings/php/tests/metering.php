<?php

// A meter in the sandbox: what is added is sent, and what is wrong is refused. Run as `php metering.php JOURNAL`.

declare(strict_types=1);

require __DIR__ . '/bootstrap.php';

use Mpmeter\Client;
use Mpmeter\Exception\InvalidArgumentException;
use Mpmeter\Exception\JournalException;
use Mpmeter\Meter;

function refused(string $class, callable $call): void
{
    try {
        $call();
    } catch (\Throwable $error) {
        if ($error instanceof $class) {
            return;
        }
        throw $error;
    }
    throw new \RuntimeException('it was accepted');
}

$product = getenv('MPMETER_SANDBOX_PRODUCT_CODE');
$client = new Client(unverifiedKeyVersion: 1, deadline: 30);
refused(JournalException::class, static fn () => new Meter($client, $product, '/nonexistent/journal'));
refused(InvalidArgumentException::class, static fn () => new Meter($client, $product, "a\0b"));

$meter = new Meter($client, $product, $argv[1]);
$meter->check('requests');
$meter->add('requests', 17);
$meter->add('requests', '0.25');
$meter->add('storage', 3, ['team' => 'one', 'stage' => 'test']);
foreach ([-1, '', 'x', "1\0", PHP_INT_MAX] as $quantity) {
    refused(InvalidArgumentException::class, static fn () => $meter->add('requests', $quantity));
}
refused(\TypeError::class, static fn () => $meter->add('requests', 0.5));
refused(InvalidArgumentException::class, static fn () => $meter->add('requests', 1, ["a\0b" => 'c']));
assert($meter->nextDueMs() >= 0);
$pending = array_column($meter->report()['pending'], 'quantity', 'dimension');
if ($pending['requests'] !== '17.25') {
    throw new \RuntimeException(json_encode($pending));
}
$meter->send(final: true);
$sent = $meter->report()['sent'];
if (count($sent) !== 2 || !isset($sent[0]['record_id'])) {
    throw new \RuntimeException(json_encode($sent));
}
$meter->close();
$meter->close();
refused(\LogicException::class, static fn () => $meter->add('requests', 1));
echo "metered\n";
