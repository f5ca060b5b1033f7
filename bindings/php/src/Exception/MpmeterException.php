<?php

declare(strict_types=1);

namespace Mpmeter\Exception;

use Mpmeter\Action;
use Mpmeter\Status;

/**
 * Why a call failed. Each status has a subclass; a status that is newer than this package arrives as this class
 * itself. The message says what happened and where it was seen, and the code is the status's number. It holds no
 * secret.
 */
class MpmeterException extends \RuntimeException
{
    public const STATUS = Status::Internal;

    /**
     * @param string $message What happened and where it was seen.
     * @param string $fix What to do about it, for the engineer on duty.
     * @param int $number The number of the status.
     * @param ?string $text One line for a log that holds everything.
     * @param ?string $json The same as a JSON object, with the keys of `mpmeter register --json`.
     * @param ?int $httpStatus The HTTP status of the answer that caused it.
     * @param ?string $awsType The error type that AWS answered, such as "CustomerNotEntitledException".
     * @param ?string $requestId AWS's request id, for a support case.
     * @param ?string $region The Region that was used, if the call got so far.
     * @param ?string $regionSource Where it was found.
     * @param ?string $credentialsSource Where the credentials came from.
     * @param ?string $platform "ecs", "fargate", "eks", "ec2" or "none".
     * @param int $attempts How many RegisterUsage requests were tried.
     * @param int $elapsedMs Milliseconds from the call to its failure.
     */
    final public function __construct(
        string $message = '',
        public readonly string $fix = '',
        ?int $number = null,
        private readonly ?string $text = null,
        public readonly ?string $json = null,
        public readonly ?int $httpStatus = null,
        public readonly ?string $awsType = null,
        public readonly ?string $requestId = null,
        public readonly ?string $region = null,
        public readonly ?string $regionSource = null,
        public readonly ?string $credentialsSource = null,
        public readonly ?string $platform = null,
        public readonly int $attempts = 0,
        public readonly int $elapsedMs = 0,
        ?\Throwable $previous = null,
    ) {
        parent::__construct($message, $number ?? static::STATUS->value, $previous);
    }

    /** The status; Status::Internal for one that is newer than this package. */
    public function status(): Status
    {
        return static::STATUS;
    }

    /** What to do about it. */
    public function action(): Action
    {
        return $this->status()->action();
    }

    /** One line for a log, with everything that is known. */
    public function text(): string
    {
        $sentences = array_filter([$this->getMessage(), $this->fix], static fn (string $text) => $text !== '');
        $ended = preg_replace('/(?<![.!?…])$/Du', '.', $sentences);

        return $this->text ?? "{$this->status()->constant()} ({$this->action()->value}): " . implode(' Fix: ', $ended);
    }
}
