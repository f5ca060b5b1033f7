<?php

declare(strict_types=1);

namespace Mpmeter\Internal;

use Mpmeter\Exception\InvalidArgumentException;
use Mpmeter\Status;

/** @internal What PHP can say and C cannot ends here. */
final class Arguments
{
    /** A text without a NUL inside, at which C would end it. */
    public static function text(string $name, string $value): string
    {
        if (str_contains($value, "\0")) {
            throw self::invalid("\${$name} holds a NUL");
        }

        return $value;
    }

    /** A number that fits into 32 bits. */
    public static function number(string $name, int $value): int
    {
        if ($value < -0x8000_0000 || $value > 0x7FFF_FFFF) {
            throw self::invalid("\${$name} is outside what is accepted");
        }

        return $value;
    }

    public static function invalid(string $message): InvalidArgumentException
    {
        return new InvalidArgumentException($message, Status::InvalidArgument->fix());
    }
}
