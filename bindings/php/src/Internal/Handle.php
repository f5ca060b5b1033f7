<?php

declare(strict_types=1);

namespace Mpmeter\Internal;

use FFI\CData;

/** @internal An object of the library's, freed with the last reference to it. */
final class Handle
{
    /** @param string $kind "client": freed by mpmeter_client_free(). */
    public function __construct(
        private readonly \FFI $library,
        private readonly string $kind,
        public readonly CData $pointer,
    ) {
    }

    public function __destruct()
    {
        $this->library->{"mpmeter_{$this->kind}_free"}($this->pointer);
    }

    private function __clone()
    {
    }
}
