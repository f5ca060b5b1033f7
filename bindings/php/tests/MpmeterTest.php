<?php

// What needs no server: tables, bad input, closed clients, loggers, growth.

declare(strict_types=1);

require_once __DIR__ . '/bootstrap.php';

use Mpmeter\Action;
use Mpmeter\Cancellation;
use Mpmeter\Client;
use Mpmeter\Exception;
use Mpmeter\Internal\ExceptionTable;
use Mpmeter\Internal\Library;
use Mpmeter\Meter;
use Mpmeter\Mpmeter;
use Mpmeter\ProductKind;
use Mpmeter\Status;
use PHPUnit\Framework\TestCase;

final class MpmeterTest extends TestCase
{
    private static string $pem;

    public static function setUpBeforeClass(): void
    {
        self::$pem = file_get_contents(getenv('MPMETER_TEST_KEY'));
    }

    public function testTheTableIsTheLibrarys(): void
    {
        $library = Library::load();
        self::assertCount($library->mpmeter_status_count(), Status::cases());
        foreach (Status::cases() as $index => $status) {
            self::assertSame($library->mpmeter_status_at($index), $status->value);
            self::assertSame($library->mpmeter_status_name($status->value), $status->constant());
            self::assertSame($library->mpmeter_status_message($status->value), $status->message());
            self::assertSame($library->mpmeter_status_fix($status->value), $status->fix());
            $action = $library->mpmeter_action_name($library->mpmeter_status_action($status->value));
            self::assertSame($action, $status->action()->value);
        }
    }

    public function testEveryFailureHasAClassOfItsOwn(): void
    {
        self::assertCount(count(Status::cases()) - 1, array_unique(ExceptionTable::CLASSES));
        foreach (ExceptionTable::CLASSES as $number => $class) {
            $error = new $class('what happened');
            self::assertInstanceOf(Exception\MpmeterException::class, $error);
            self::assertSame($number, $error->status()->value);
            self::assertSame($number, $error->getCode());
            self::assertNotSame(Action::Proceed, $error->action());
            self::assertStringContainsString('what happened', $error->text());
        }
    }

    /** @return iterable<string, array{array<string, mixed>}> */
    public function wrongOptions(): iterable
    {
        $key = file_get_contents(getenv('MPMETER_TEST_KEY'));
        yield 'a NUL in the key' => [['publicKey' => "{$key}\0"]];
        yield 'version 0' => [['publicKey' => $key, 'publicKeyVersion' => 0]];
        yield 'a negative version' => [['publicKey' => $key, 'publicKeyVersion' => -1]];
        yield 'a huge version' => [['publicKey' => $key, 'publicKeyVersion' => PHP_INT_MAX]];
        yield 'one that would wrap round to 1' => [['publicKey' => $key, 'publicKeyVersion' => (1 << 32) + 1]];
        yield 'a key and keys' => [['publicKey' => $key, 'publicKeys' => [1 => $key]]];
        yield 'keys that are no texts' => [['publicKeys' => [1 => 7]]];
        yield 'versions that are texts' => [['publicKeys' => ['one' => $key]]];
        yield 'no deadline at all' => [['publicKey' => $key, 'deadline' => 0]];
        yield 'a negative deadline' => [['publicKey' => $key, 'deadline' => -1]];
        yield 'a deadline that is no number' => [['publicKey' => $key, 'deadline' => NAN]];
        yield 'an endless deadline' => [['publicKey' => $key, 'deadline' => INF]];
        yield 'a kind that there is not' => [['publicKey' => $key, 'trustedProducts' => ['code' => 'cheap']]];
        yield 'a NUL in a code' => [['publicKey' => $key, 'trustedProducts' => ["a\0b" => ProductKind::Paid]]];
        yield 'invalid UTF-8 in a code' => [['publicKey' => $key, 'trustedProducts' => ["\xff" => ProductKind::Paid]]];
        yield 'too few bits' => [['publicKey' => $key, 'minimumKeyBits' => 1]];
        yield 'unverified version 0' => [['unverifiedKeyVersion' => 0]];
        yield 'a logger that logs nothing' => [['publicKey' => $key, 'logger' => new \stdClass()]];
        $logger = static fn () => null;
        yield 'a level that there is not' => [['publicKey' => $key, 'logger' => $logger, 'logLevel' => 'loud']];
    }

    /**
     * @dataProvider wrongOptions
     * @param array<string, mixed> $options
     */
    public function testWrongOptionsAreRefused(array $options): void
    {
        try {
            new Client(...$options);
            self::fail('it was accepted');
        } catch (Exception\InvalidArgumentException $error) {
            self::assertSame(Status::InvalidArgument, $error->status());
            self::assertNotSame('', $error->fix);
        }
    }

    public function testWrongTypesAreTypeErrors(): void
    {
        $this->expectException(\TypeError::class);
        new Client(publicKey: 7);
    }

    public function testNoKeyIsRefused(): void
    {
        $this->expectException(Exception\PublicKeyException::class);
        new Client();
    }

    public function testArgumentsOfACallAreChecked(): void
    {
        $client = new Client(self::$pem, deadline: 1);
        $calls = [
            static fn () => $client->registerUsage(''),
            static fn () => $client->registerUsage("a\0b"),
            static fn () => $client->registerUsage("\xff"),
            static fn () => $client->registerUsage(str_repeat('x', 100000)),
            static fn () => $client->registerUsage('code', "a\0"),
            static fn () => $client->verify('t', 'p', 'n', PHP_INT_MIN),
            static fn () => $client->verify('t', 'p', 'n', -1),
            static fn () => $client->verify("a\0b", 'p', 'n'),
            static fn () => Mpmeter::endpoint("eu\0west"),
            static fn () => Mpmeter::endpoint('nowhere'),
            static fn () => Mpmeter::diagnose([7], publicKey: self::$pem),
            static fn () => Mpmeter::diagnose(["a\0b"], publicKey: self::$pem),
            static fn () => Mpmeter::diagnoseMetering("a\0b"),
            static fn () => Mpmeter::diagnoseMetering(journal: "a\0b"),
            static fn () => Mpmeter::diagnoseMetering(dimensions: ["a\0b"]),
        ];
        foreach ($calls as $index => $call) {
            try {
                $call();
                self::fail("call {$index} was accepted");
            } catch (Exception\InvalidArgumentException $error) {
                self::assertSame(Action::Terminate, $error->action());
            }
        }
    }

    public function testADiagnosisOfMeteringLooksAtTheJournalAndTheDimensions(): void
    {
        $found = Mpmeter::diagnoseMetering(journal: '/missing/usage', dimensions: ['requests', 'a-dash']);
        $checks = array_column(json_decode($found->json, true)['checks'], 'outcome', 'id');
        self::assertSame('fail', $checks['journal-place']);
        self::assertSame('fail', $checks['dimensions']);
        self::assertSame('skipped', $checks['dry-run']);
    }

    public function testAClosedClientSaysSo(): void
    {
        $client = new Client(self::$pem);
        $client->close();
        $client->close();
        $this->expectException(\LogicException::class);
        $client->registerUsage('code');
    }

    public function testACancelledCallEndsAtOnce(): void
    {
        $cancellation = new Cancellation();
        $cancellation->cancel();
        $cancellation->cancel();
        $this->expectException(Exception\CancelledException::class);
        (new Client(self::$pem))->registerUsage('code', cancellation: $cancellation);
    }

    public function testLoggersAreCalledAndMayFail(): void
    {
        $psr = new class () {
            /** @var list<string> */
            public array $levels = [];

            public function log(mixed $level, string|\Stringable $message, array $context = []): void
            {
                $this->levels[] = $level;
                throw new \RuntimeException('from a logger');
            }
        };
        try {
            (new Client(self::$pem, deadline: 2, logger: $psr, logLevel: 'debug'))->findRegion();
        } catch (Exception\MpmeterException) {
        }
        self::assertNotSame([], $psr->levels);
        self::assertSame([], array_diff($psr->levels, ['debug', 'info', 'warning']));
    }

    public function testTenThousandCallsDoNotGrow(): void
    {
        $client = new Client(self::$pem);
        $calls = static function (int $count) use ($client): void {
            for ($i = 0; $i < $count; $i++) {
                try {
                    $client->verify('a.b.c', 'p', 'n');
                } catch (Exception\TokenMalformedException) {
                }
            }
        };
        $calls(1000);
        $before = self::resident();
        $calls(10000);
        for ($i = 0; $i < 1000; $i++) {
            new Client(self::$pem, logger: static fn () => null);
        }
        self::assertLessThan(4 << 20, self::resident() - $before);
    }

    private static function resident(): int
    {
        return (int) explode(' ', file_get_contents('/proc/self/statm'))[1] * 4096;
    }

    /** What a signal handler throws comes as soon as the library has opened the journal. */
    public function testAMeterWhoseMakingIsInterruptedIsClosed(): void
    {
        $journal = sys_get_temp_dir() . '/mpmeter-php-' . getmypid();
        $client = new Client(unverifiedKeyVersion: 1);
        (new Meter($client, 'code', $journal))->close();
        pcntl_async_signals(true);
        $throws = false;
        pcntl_signal(SIGUSR1, static function () use (&$throws): void {
            if ($throws) {
                $throws = false;
                throw new \DomainException();
            }
        });
        $parent = getmypid();
        $child = pcntl_fork();
        if ($child === 0) {
            for ($i = 0; $i < 20_000; $i++) {
                posix_kill($parent, SIGUSR1);
                usleep(mt_rand(1, 2000));
            }
            posix_kill(getmypid(), SIGKILL);
        }
        $count = static fn (): int => count(scandir('/proc/self/fd'));
        $before = $count();
        $interrupted = 0;
        while ($interrupted < 200) {
            try {
                $throws = true;
                for ($i = 0; $i < 20; $i++) {
                    new Meter($client, 'code', $journal);
                }
            } catch (\DomainException) {
                $interrupted++;
            }
        }
        $throws = false;
        posix_kill($child, SIGKILL);
        pcntl_waitpid($child, $status);
        pcntl_signal(SIGUSR1, SIG_DFL);
        array_map(unlink(...), glob("{$journal}*"));
        // One that comes on the first line of a destructor keeps it from its work, which PHP knows no way around.
        self::assertLessThan($interrupted / 5, $count() - $before);
    }

    /** The library has it until the call returns. */
    public function testALoggerMayCloseItsClient(): void
    {
        putenv('AWS_REGION=eu-west-3');
        $alive = null;
        $logger = static function () use (&$client, &$alive): void {
            $handle = \WeakReference::create((new \ReflectionProperty($client, 'handle'))->getValue($client));
            $client->close();
            $alive ??= $handle->get() !== null;
        };
        $client = new Client(unverifiedKeyVersion: 1, logger: $logger);
        self::assertSame('eu-west-3', $client->findRegion()->name);
        self::assertTrue($alive);
    }
}
