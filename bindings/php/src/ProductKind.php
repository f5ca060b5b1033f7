<?php

declare(strict_types=1);

namespace Mpmeter;

/** What a trusted product code stands for. */
enum ProductKind: string
{
    /** A buyer pays for it. */
    case Paid = 'paid';
    /** A free product: never to stand in for a paid one. */
    case Free = 'free';
}
