namespace Innkeeper.Configuration;

/// <summary>How long the gateway keeps what tells of people. docs/exports.md has the whole table.</summary>
internal sealed record RetentionConfig
{
    public TimeSpan Events { get; init; } = TimeSpan.FromDays(90);

    public TimeSpan Audit { get; init; } = TimeSpan.FromDays(365);

    /// <summary>Messages to the administrator that were sent or given up.</summary>
    public TimeSpan Messages { get; init; } = TimeSpan.FromDays(30);

    /// <summary>The file of [napt] log; zero: the gateway does not rotate it.</summary>
    public TimeSpan Mappings { get; init; }

    /// <summary>Octets of the days before today, for each file that the gateway rotates.</summary>
    public long Files { get; init; } = 1L << 30;
}
