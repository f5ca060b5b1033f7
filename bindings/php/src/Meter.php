<?php

declare(strict_types=1);

namespace Mpmeter;

use Mpmeter\Exception\MpmeterException;
use Mpmeter\Internal\Arguments;
use Mpmeter\Internal\Call;
use Mpmeter\Internal\Handle;
use Mpmeter\Internal\Library;

/**
 * The usage of one product in this task or pod: what is added goes into a journal, and from there to AWS, once an
 * hour. Several processes may use one journal: requests add, and one command sends. docs/metering.md says what is
 * promised.
 */
final class Meter
{
    private ?Handle $handle;

    /**
     * Opens the journal, or makes it. Nothing is sent.
     *
     * @param Client $client Whose options count; `new Client(unverifiedKeyVersion: 1)` is enough.
     * @param string $productCode The product code that AWS Marketplace issued. A journal belongs to one product.
     * @param string $journal Its path, on a volume of the task or pod.
     * @param bool $wholeUnits Bills whole units only, and carries the rest to the next hour.
     * @param bool $holdLate Holds usage that could not be sent within six hours, instead of billing it in the current
     * hour.
     *
     * @throws MpmeterException JournalDamagedException: it is never begun anew.
     */
    public function __construct(
        private readonly Client $client,
        string $productCode,
        string $journal,
        bool $wholeUnits = false,
        bool $holdLate = false,
    ) {
        $this->handle = Call::make(
            'meter',
            'mpmeter_meter_open',
            $client->open(),
            Arguments::text('productCode', $productCode),
            Arguments::text('journal', $journal),
            ($wholeUnits ? 1 : 0) | ($holdLate ? 2 : 0),
        );
    }

    /**
     * Asks AWS whether this container may meter, and meters nothing: for the start of the program.
     *
     * @throws MpmeterException Its action() says what to do.
     */
    public function check(?string $dimension = null, ?Cancellation $cancellation = null): void
    {
        $name = $dimension === null ? null : Arguments::text('dimension', $dimension);
        Call::run('mpmeter_meter_check', $this->open(), $name, $cancellation?->pointer());
    }

    /**
     * Adds usage. When it returns, the usage is on the disk; when it throws, nothing was added. Nothing is sent.
     *
     * @param string $dimension 1 to 255 bytes; a listing allows 15 letters, digits and underscores.
     * @param int|string $quantity A whole number, or a text such as "0.25" with at most six places; never a float.
     * @param array<string, string> $tags At most 5.
     *
     * @throws MpmeterException
     */
    public function add(string $dimension, int|string $quantity, array $tags = []): void
    {
        [$keys, $keptKeys] = Arguments::texts('tags', array_map(strval(...), array_keys($tags)));
        [$values, $keptValues] = Arguments::texts('tags', array_values($tags));
        Call::run(
            'mpmeter_meter_add',
            $this->open(),
            Arguments::text('dimension', $dimension),
            Arguments::text('quantity', (string) $quantity),
            $keys,
            $values,
            count($tags),
        );
        unset($keptKeys, $keptValues); // Until here C may read them.
    }

    /**
     * Sends the usage of every hour that is over, with retries until the client's deadline. Blocks.
     *
     * @param bool $final Sends this hour's too: the program ends.
     *
     * @throws MpmeterException UsageHeldException: see report(). JournalBusyException: another one sends. What is
     * left waits.
     */
    public function send(bool $final = false, ?Cancellation $cancellation = null): void
    {
        Call::run('mpmeter_meter_send', $this->open(), $final ? 1 : 0, $cancellation?->pointer());
    }

    /**
     * Milliseconds until the next send is due; 0 if it is.
     *
     * @throws MpmeterException
     */
    public function nextDueMs(): int
    {
        $milliseconds = Library::load()->new('int64_t');
        Call::run('mpmeter_meter_next_due', $this->open(), \FFI::addr($milliseconds));

        return $milliseconds->cdata;
    }

    /**
     * The books: pending, held (with why) and sent (with record_id), and totals by dimension.
     *
     * @return array<string, mixed>
     *
     * @throws MpmeterException
     */
    public function report(): array
    {
        $library = Library::load();
        $document = $library->new('char *');
        Call::run('mpmeter_meter_report', $this->open(), \FFI::addr($document));
        try {
            return json_decode(\FFI::string($document), true, 64, JSON_THROW_ON_ERROR);
        } finally {
            $library->mpmeter_string_free($document);
        }
    }

    /** Frees what the meter holds. What was added stays in the journal. Twice is fine. */
    public function close(): void
    {
        $this->handle = null;
    }

    private function open(): Handle
    {
        return $this->handle ?? throw new \LogicException('the meter is closed');
    }
}
