<?php

declare(strict_types=1);

namespace Mpmeter;

/** What to do about a status. AWS asks a container to stop on every error but throttling. */
enum Action: string
{
    /** Go on. */
    case Proceed = 'proceed';
    /** A temporary failure lasted past the deadline: exit and be restarted, or call again. */
    case Retry = 'retry';
    /** Stop. Calling again will not help until somebody changes something. */
    case Terminate = 'terminate';

    /** The exit status of the mpmeter command for it: 75 is EX_TEMPFAIL of sysexits.h. */
    public function exitCode(): int
    {
        return match ($this) {
            self::Proceed => 0,
            self::Retry => 75,
            self::Terminate => 1,
        };
    }
}
