<?php

declare(strict_types=1);

namespace Mpmeter;

/** A Region that was found. */
final class Region implements \Stringable
{
    /**
     * @param string $name Such as "eu-west-3".
     * @param string $source Where it was found, as Registration::$regionSource.
     * @param string $platform "ecs", "fargate", "eks", "ec2" or "none".
     * @param bool $supported False if AWS's documentation names it as one where RegisterUsage is not offered.
     */
    public function __construct(
        public readonly string $name,
        public readonly string $source,
        public readonly string $platform,
        public readonly bool $supported,
    ) {
    }

    public function __toString(): string
    {
        return $this->name;
    }
}
