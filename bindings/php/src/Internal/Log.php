<?php

declare(strict_types=1);

namespace Mpmeter\Internal;

/**
 * @internal The one function that C calls for every log: PHP keeps what it makes of a closure until the request ends,
 * so there is one for all clients. The context that C hands back is the address of a number of the client's.
 */
final class Log
{
    private const LEVELS = ['debug', 'info', 'warning'];

    private static ?\Closure $callback = null;
    /** @var array<int, object|callable> */
    private static array $loggers = [];
    private static int $last = 0;

    private readonly int $number;
    private readonly \FFI\CData $context;

    /** @param object|callable $logger A PSR-3 logger (anything with its log()), or a function of level and line. */
    public function __construct(object|callable $logger)
    {
        if (!is_callable($logger) && !method_exists($logger, 'log')) {
            throw Arguments::invalid('$logger has no log() and is no function');
        }
        $this->number = ++self::$last;
        self::$loggers[$this->number] = $logger;
        $this->context = Library::load()->new('int64_t');
        $this->context->cdata = $this->number;
    }

    public function __destruct()
    {
        unset(self::$loggers[$this->number]);
    }

    /** Hands it to the options behind a pointer. */
    public function attach(\FFI\CData $options, int $level): void
    {
        $library = Library::load();
        self::$callback ??= static function ($context, int $level, $message) use ($library): void {
            $line = is_string($message) ? $message : \FFI::string($message);
            self::receive($library->cast('int64_t *', $context)[0], $level, $line);
        };
        $context = $library->cast('void *', \FFI::addr($this->context));
        $status = $library->mpmeter_options_set_log($options, self::$callback, $context, $level);
        Call::check($status, '$logger was refused');
    }

    /**
     * An exception may not leave a function that C called: a line that cannot be logged is no reason to stop a
     * product.
     */
    private static function receive(int $number, int $level, string $line): void
    {
        try {
            $logger = self::$loggers[$number] ?? null;
            $name = self::LEVELS[$level] ?? 'info';
            if (is_object($logger) && method_exists($logger, 'log')) {
                $logger->log($name, $line, []);
            } elseif ($logger !== null) {
                $logger($name, $line);
            }
        } catch (\Throwable) {
        }
    }
}
