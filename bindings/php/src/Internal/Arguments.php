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

    /**
     * An array of C texts, and what has to be kept for as long as C may read it.
     *
     * @param list<mixed> $values
     *
     * @return array{\FFI\CData, list<\FFI\CData>}
     */
    public static function texts(string $name, array $values): array
    {
        $library = Library::load();
        $pointers = $library->new('const char *[' . (count($values) + 1) . ']');
        $kept = [];
        foreach ($values as $index => $value) {
            if (!is_string($value)) {
                throw self::invalid("\${$name} holds something that is not a string");
            }
            $text = self::text($name, $value) . "\0";
            $kept[$index] = $library->new('char[' . strlen($text) . ']');
            \FFI::memcpy($kept[$index], $text, strlen($text));
            $pointers[$index] = $library->cast('const char *', \FFI::addr($kept[$index]));
        }

        return [$pointers, $kept];
    }

    public static function invalid(string $message): InvalidArgumentException
    {
        return new InvalidArgumentException($message, Status::InvalidArgument->fix());
    }
}
