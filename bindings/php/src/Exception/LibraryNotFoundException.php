<?php

declare(strict_types=1);

namespace Mpmeter\Exception;

/** libmpmeter cannot be loaded, or FFI is switched off. The message names what was tried, and what to change. */
final class LibraryNotFoundException extends \RuntimeException
{
}
