<?php

declare(strict_types=1);

namespace Mpmeter;

use FFI\CData;
use Mpmeter\Internal\Call;
use Mpmeter\Internal\Handle;
use Mpmeter\Internal\Library;

/**
 * Stops calls. While a call blocks, PHP only runs the log function, and the signal handlers that run inside it
 * (pcntl_async_signals). Cancel there, or rely on the deadline. This cannot be undone.
 */
final class Cancellation
{
    private readonly Handle $handle;

    public function __construct()
    {
        $library = Library::load();
        $made = $library->new('mpmeter_cancellation *');
        Call::check($library->mpmeter_cancellation_new(\FFI::addr($made)), Status::OutOfMemory->message());
        $this->handle = new Handle($library, 'cancellation', $made);
    }

    /** Makes every call that was given it throw CancelledException, within 100 ms. */
    public function cancel(): void
    {
        Library::load()->mpmeter_cancellation_cancel($this->handle->pointer);
    }

    /** @internal */
    public function pointer(): CData
    {
        return $this->handle->pointer;
    }
}
