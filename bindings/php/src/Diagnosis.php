<?php

declare(strict_types=1);

namespace Mpmeter;

/**
 * Why a registration would fail here. It is advice, and no proof: only registerUsage() says that a product may start.
 */
final class Diagnosis
{
    /**
     * @param Status $status What a registration would answer, as far as can be told without one.
     * @param string $json The whole of it as one JSON object; docs/doctor.md says what is in it.
     */
    public function __construct(public readonly Status $status, public readonly string $json)
    {
    }

    /**
     * The JSON object as an array.
     *
     * @return array<string, mixed>
     */
    public function report(): array
    {
        return json_decode($this->json, true, 64, JSON_THROW_ON_ERROR);
    }
}
