<?php

declare(strict_types=1);

namespace Mpmeter;

/** A registration that AWS accepted, and whose proof held. */
final class Registration
{
    /**
     * @param string $productCode The ProductCode that was registered.
     * @param ProductKind $productKind Free if the code was trusted as free, else Paid.
     * @param int $publicKeyVersion The PublicKeyVersion that AWS signed with.
     * @param string $nonce The Nonce that was sent, and found in the proof.
     * @param bool $verified Whether the signature was verified.
     * @param string $signature The signed response, a JWT; store it with the nonce to verify it again.
     * @param ?string $publicKeyRotation PublicKeyRotationTimestamp: this key version has expired, ship a newer one.
     * @param ?\DateTimeImmutable $issuedAt When AWS says that it issued the proof, in UTC.
     * @param ?string $region The Region; null after verify(), and so are the four that follow.
     * @param ?string $regionSource Where the Region was found, such as "ecs-task-metadata".
     * @param ?string $credentialsSource Where the credentials came from, such as "ecs-task-role".
     * @param ?string $platform "ecs", "fargate", "eks", "ec2" or "none".
     * @param ?string $requestId AWS's request id of the answer.
     * @param int $attempts How many RegisterUsage requests it took; 0 after verify().
     * @param int $elapsedMs Milliseconds from the call to the answer.
     * @param string $json All of it as one JSON object, with the keys of `mpmeter register --json`.
     */
    public function __construct(
        public readonly string $productCode,
        public readonly ProductKind $productKind,
        public readonly int $publicKeyVersion,
        public readonly string $nonce,
        public readonly bool $verified,
        public readonly string $signature,
        public readonly ?string $publicKeyRotation,
        public readonly ?\DateTimeImmutable $issuedAt,
        public readonly ?string $region,
        public readonly ?string $regionSource,
        public readonly ?string $credentialsSource,
        public readonly ?string $platform,
        public readonly ?string $requestId,
        public readonly int $attempts,
        public readonly int $elapsedMs,
        public readonly string $json,
    ) {
    }
}
