package io.github.libmpmeter;

/** A Region that was found. Immutable. */
public final class Region {
    static final int TEXTS = 3;
    static final int NUMBERS = 1;

    private final String name;
    private final String source;
    private final String platform;
    private final boolean supported;

    Region(Object[] texts, long[] numbers) {
        name = Text.decode(texts[0]);
        source = Text.decode(texts[1]);
        platform = Text.decode(texts[2]);
        supported = numbers[0] != 0;
    }

    /**
     * Its name.
     *
     * @return such as "eu-west-3"
     */
    public String name() {
        return name;
    }

    /**
     * Where it was found.
     *
     * @return "AWS_REGION", "AWS_DEFAULT_REGION", "ecs-task-metadata", "eks-web-identity-token" or
     * "ec2-instance-metadata"
     */
    public String source() {
        return source;
    }

    /**
     * The platform.
     *
     * @return "ecs", "fargate", "eks", "ec2" or "none"
     */
    public String platform() {
        return platform;
    }

    /**
     * Whether RegisterUsage is offered.
     *
     * @return false if AWS's documentation names it as one where it is not
     */
    public boolean isSupported() {
        return supported;
    }

    @Override
    public String toString() {
        return "Region[name=" + name + ", source=" + source + "]";
    }
}
