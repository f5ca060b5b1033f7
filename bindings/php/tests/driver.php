<?php

// The conformance driver of the PHP binding: performs one case of cases.json and prints what came of it. See
// bindings/conformance.

declare(strict_types=1);

require __DIR__ . '/bootstrap.php';

use Mpmeter\Cancellation;
use Mpmeter\Client;
use Mpmeter\Exception\InvalidArgumentException;
use Mpmeter\Exception\MpmeterException;
use Mpmeter\Internal\ExceptionTable;
use Mpmeter\Internal\Library;
use Mpmeter\Meter;
use Mpmeter\Mpmeter;
use Mpmeter\ProductKind;
use Mpmeter\RegionPolicy;
use Mpmeter\Registration;
use Mpmeter\Status;

/** `$NAME` is the environment variable; anything else is itself. */
function text(mixed $value): mixed
{
    return is_string($value) && str_starts_with($value, '$') ? getenv(substr($value, 1)) : $value;
}

/** @return array<string, mixed> */
function given(array $options): array
{
    $keys = [];
    foreach ($options['public_keys'] ?? [] as $key) {
        $version = (int) text($key['version']);
        if (isset($keys[$version])) { // An array cannot hold a version twice, so the mistake cannot be made in PHP.
            throw new InvalidArgumentException('a key version is given twice', Status::InvalidArgument->fix());
        }
        $keys[$version] = isset($key['file']) ? file_get_contents(text($key['file'])) : text($key['pem']);
    }
    $logger = static fn (string $level, string $line) => fwrite(STDERR, "{$level} {$line}\n");
    $chosen = ['publicKeys' => $keys, 'logger' => $logger];
    $chosen['logLevel'] = 'debug';
    if (isset($options['trusted_products'])) {
        $chosen['trustedProducts'] = array_map(ProductKind::from(...), $options['trusted_products']);
    }
    if (isset($options['region_policy'])) {
        $chosen['regionPolicy'] = constant(RegionPolicy::class . '::' . ucfirst($options['region_policy']));
    }
    if (isset($options['deadline_ms'])) {
        $chosen['deadline'] = $options['deadline_ms'] / 1000;
    }
    $known = ['public_keys', 'trusted_products', 'region_policy', 'deadline_ms', 'cancel_after_ms'];
    foreach (array_diff_key($options, array_flip($known)) as $name => $value) {
        // Every other option is the client's own, under the same name.
        $chosen[lcfirst(str_replace('_', '', ucwords($name, '_')))] = $value;
    }

    return $chosen;
}

/** Cancels from a thread of the C library's, which a timer starts: PHP has none of its own. */
function cancelAfter(Cancellation $cancellation, int $milliseconds): void
{
    if ($milliseconds === 0) {
        $cancellation->cancel();

        return;
    }
    static $kept = [];
    $c = FFI::cdef(
        'typedef struct {
            void *value; int signo; int notify; void *function; void *attributes; char rest[32];
        } driver_event;
        typedef struct { long interval[2]; long value[2]; } driver_time;
        void *dlopen(const char *name, int flags); void *dlsym(void *handle, const char *name);
        int timer_create(int clock, driver_event *event, void **timer);
        int timer_settime(void *timer, int flags, const driver_time *time, driver_time *old);'
    );
    $library = Library::load();
    $event = $c->new('driver_event');
    $event->value = $c->cast('void *', $cancellation->pointer());
    $event->notify = 2; // SIGEV_THREAD
    $event->function = $c->dlsym($c->dlopen(getenv('MPMETER_DRIVER_LIBRARY'), 1), 'mpmeter_cancellation_cancel');
    $timer = $c->new('void *');
    $time = $c->new('driver_time');
    $time->value[0] = intdiv($milliseconds, 1000);
    $time->value[1] = $milliseconds % 1000 * 1_000_000;
    $c->timer_create(1, FFI::addr($event), FFI::addr($timer));
    $c->timer_settime($timer, 0, FFI::addr($time), null);
    $kept[] = [$event, $timer, $time, $cancellation];
}

/** @return array<string, mixed> */
function registration(Registration $found): array
{
    return [
        'product_code' => $found->productCode,
        'product_kind' => $found->productKind->value,
        'public_key_version' => $found->publicKeyVersion,
        'nonce' => $found->nonce,
        'verified' => $found->verified,
        'signature' => $found->signature,
        'public_key_rotation' => $found->publicKeyRotation,
        'issued_at' => $found->issuedAt?->getTimestamp(),
        'region' => $found->region,
        'region_source' => $found->regionSource,
        'credentials_source' => $found->credentialsSource,
        'platform' => $found->platform,
        'request_id' => $found->requestId,
        'attempts' => $found->attempts,
        'elapsed_ms' => $found->elapsedMs,
    ];
}

/** @return array<string, mixed> */
function outcome(Status $status, string $message, string $fix, ?string $type): array
{
    return [
        'status' => $status->constant(),
        'code' => $status->value,
        'action' => $status->action()->value,
        'message' => $message,
        'fix' => $fix,
        'error_type' => $type,
    ];
}

/** Performs the steps of a meter; `$found` has what is printed, after a failure too. */
function steps(Client $client, array $arguments, Cancellation $cancellation, array &$found): void
{
    $found['steps'] = 0;
    $flags = $arguments['flags'] ?? [];
    $whole = in_array('whole_units', $flags, true);
    $late = in_array('hold_late', $flags, true);
    $meter = new Meter($client, $arguments['product_code'], $arguments['journal'], $whole, $late);
    foreach ($arguments['steps'] as $step) {
        match ($step['step']) {
            'check' => $meter->check($step['dimension'] ?? null, $cancellation),
            'add' => $meter->add($step['dimension'], $step['quantity'], $step['tags'] ?? []),
            'send' => $meter->send($step['final'] ?? false, $cancellation),
            'next_due' => $found['due'] = $meter->nextDueMs() === 0,
            'report' => $found = [...$found, ...entries($meter->report())],
        };
        ++$found['steps'];
    }
}

/** @return array<string, list<string>> */
function entries(array $books): array
{
    $found = [];
    foreach (['pending', 'held', 'sent'] as $part) {
        $found[$part] = array_map(static fn (array $row) => "{$row['dimension']}={$row['quantity']}", $books[$part]);
        sort($found[$part]);
    }

    return $found;
}

/** @return array<string, mixed> */
function call(string $function, array $arguments, array $options, array &$partly): array
{
    if ($function === 'version') {
        return ['version' => Mpmeter::version()];
    }
    if ($function === 'endpoint') {
        $has = static fn (string $kind): bool => in_array($kind, $arguments['kinds'], true);

        return ['endpoint' => Mpmeter::endpoint($arguments['region'], $has('fips'), $has('dualstack'))];
    }
    $cancellation = new Cancellation();
    if ($function === 'diagnose') {
        $chosen = given($options);
        if (isset($options['cancel_after_ms'])) {
            cancelAfter($cancellation, $options['cancel_after_ms']);
        }
        $found = Mpmeter::diagnose([$arguments['product_code']], $arguments['register'], $cancellation, ...$chosen);
        $report = $found->report();

        return [
            'verdict' => $found->status->constant(),
            'first_failure' => $report['first_failure'],
            'checks' => count($report['checks']),
        ];
    }
    $client = new Client(...given($options));
    if ($function === 'verify') {
        ['token' => $token, 'product_code' => $code, 'nonce' => $nonce, 'public_key_version' => $version] = $arguments;

        return registration($client->verify($token, $code, $nonce, $version));
    }
    if (isset($options['cancel_after_ms'])) {
        cancelAfter($cancellation, $options['cancel_after_ms']);
    }
    if ($function === 'meter') {
        steps($client, $arguments, $cancellation, $partly);

        return $partly;
    }
    if ($function === 'find_region') {
        $found = $client->findRegion($cancellation);

        return [
            'region' => $found->name,
            'region_source' => $found->source,
            'platform' => $found->platform,
            'supported' => $found->supported,
        ];
    }
    if ($function === 'register_usage_twice') {
        $client->registerUsage($arguments['product_code'], $arguments['nonce'] ?? null, $cancellation);
    }

    return registration($client->registerUsage($arguments['product_code'], $arguments['nonce'] ?? null, $cancellation));
}

function failure(MpmeterException $error): array
{
    return [
        ...outcome($error->status(), $error->getMessage(), $error->fix, (new ReflectionClass($error))->getShortName()),
        'text' => $error->text(),
        'region' => $error->region,
        'region_source' => $error->regionSource,
        'credentials_source' => $error->credentialsSource,
        'platform' => $error->platform,
        'request_id' => $error->requestId,
        'aws_type' => $error->awsType,
        'http_status' => $error->httpStatus,
        'attempts' => $error->attempts,
        'elapsed_ms' => $error->elapsedMs,
    ];
}

function perform(array $case): array
{
    $arguments = array_map(text(...), $case['call']['arguments']);
    $partly = [];
    try {
        $found = call($case['call']['function'], $arguments, $case['options'], $partly);
    } catch (MpmeterException $error) {
        return [...failure($error), ...$partly];
    }

    return [...outcome(Status::Ok, Status::Ok->message(), Status::Ok->fix(), null), ...$found];
}

/** From the enumeration and the classes, as the binding has them; nothing is asked of the library. */
function statuses(): array
{
    $rows = [];
    foreach (Status::cases() as $status) {
        $class = ExceptionTable::CLASSES[$status->value] ?? null;
        $type = $class === null ? null : (new ReflectionClass($class))->getShortName();
        $row = outcome($status, '', '', $type);
        unset($row['message'], $row['fix']);
        $rows[] = $row;
    }

    return $rows;
}

$argument = $argv[1];
$read = static fn (string $path): array => json_decode(file_get_contents($path), true, 64, JSON_THROW_ON_ERROR);
$printed = $argument === '--statuses' ? statuses() : perform($read($argument));
echo json_encode($printed, JSON_THROW_ON_ERROR | JSON_UNESCAPED_SLASHES), "\n";
