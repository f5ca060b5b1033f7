<?php

declare(strict_types=1);

namespace Mpmeter\Internal;

use Mpmeter\Exception\MpmeterException;
use Mpmeter\Status;

/** @internal How a call with an object and an error for outputs is made. */
final class Call
{
    /**
     * Calls a function that ends in `out_object, out_error`. Throws the exception of its status. Handles among the
     * arguments live until it returns, even if the log function closes what has them.
     */
    public static function make(string $kind, string $function, mixed ...$arguments): Handle
    {
        $library = Library::load();
        $object = $library->new("mpmeter_{$kind} *");
        $error = $library->new('mpmeter_error *');
        // Owned before the call: what a signal handler throws comes as soon as the call is over.
        [$made, $failed] = [new Handle($library, $kind, $object), new Handle($library, 'error', $error)];
        $given = self::pointers($arguments);
        $status = $library->$function(...[...$given, \FFI::addr($object), \FFI::addr($error)]);
        if ($status !== Status::Ok->value) {
            throw self::failure($library, $status, $failed);
        }

        return $made;
    }

    /** Calls a function that ends in `out_error`. Throws the exception of its status. */
    public static function run(string $function, mixed ...$arguments): void
    {
        $library = Library::load();
        $error = $library->new('mpmeter_error *');
        $failed = new Handle($library, 'error', $error);
        $status = $library->$function(...[...self::pointers($arguments), \FFI::addr($error)]);
        if ($status !== Status::Ok->value) {
            throw self::failure($library, $status, $failed);
        }
    }

    /**
     * @param array<mixed> $arguments
     *
     * @return array<mixed>
     */
    private static function pointers(array $arguments): array
    {
        return array_map(static fn ($one) => $one instanceof Handle ? $one->pointer : $one, $arguments);
    }

    /** Throws unless a function without an error object was content. */
    public static function check(int $status, string $message): void
    {
        if ($status !== Status::Ok->value) {
            $known = Status::tryFrom($status) ?? Status::Internal;
            throw self::exception($status, $message, $known->fix());
        }
    }

    private static function failure(\FFI $library, int $status, Handle $owned): MpmeterException
    {
        $error = $owned->pointer;
        if (\FFI::isNull($error)) { // Memory was exhausted.
            $message = $library->mpmeter_status_message($status);

            return self::exception($status, $message, $library->mpmeter_status_fix($status));
        }

        return self::exception(
            $status,
            $library->mpmeter_error_message($error),
            $library->mpmeter_error_fix($error),
            text: $library->mpmeter_error_text($error),
            json: $library->mpmeter_error_json($error),
            httpStatus: $library->mpmeter_error_http_status($error) ?: null,
            awsType: $library->mpmeter_error_aws_type($error),
            requestId: $library->mpmeter_error_request_id($error),
            region: $library->mpmeter_error_region($error),
            regionSource: $library->mpmeter_error_region_source($error),
            credentialsSource: $library->mpmeter_error_credentials_source($error),
            platform: $library->mpmeter_error_platform($error),
            attempts: $library->mpmeter_error_attempts($error),
            elapsedMs: $library->mpmeter_error_elapsed_ms($error),
        );
    }

    private static function exception(int $status, string $message, string $fix, mixed ...$known): MpmeterException
    {
        $class = ExceptionTable::CLASSES[$status] ?? MpmeterException::class;

        return new $class($message, $fix, $status, ...$known);
    }
}
