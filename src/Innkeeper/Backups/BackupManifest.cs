using System.Text.Json.Serialization;

namespace Innkeeper.Backups;

/// <summary>The description of a backup, the first part of its file: `manifest.json`.</summary>
/// <param name="Format">Of the file. It rises when an earlier version could not read the file any more.</param>
/// <param name="Content"><see cref="State"/> or <see cref="Secrets"/>.</param>
/// <param name="Product">The version of the program that made it.</param>
/// <param name="Schema">The version of the database's tables; 0 in a file of secrets.</param>
/// <param name="Time">By the wall clock.</param>
/// <param name="Host">The machine's name.</param>
/// <param name="Parts">All other parts, in the file's order.</param>
internal sealed record BackupManifest(int Format, string Content, string Product, int Schema, DateTimeOffset Time, string Host, IReadOnlyList<BackupPart> Parts)
{
    /// <summary>The format that this program writes.</summary>
    public const int CurrentFormat = 1;

    /// <summary>Database and configuration.</summary>
    public const string State = "state";

    /// <summary>The files that the configuration names, secrets among them.</summary>
    public const string Secrets = "secrets";

    public const string FileName = "manifest.json";

    /// <summary>The part with the database.</summary>
    public const string Database = "innkeeper.db";

    /// <summary>The part with the configuration.</summary>
    public const string Configuration = "innkeeper.toml";

    /// <summary>Octets.</summary>
    public const int MaxManifest = 64 * 1024;

    /// <summary>Octets of a configuration, or of a file that it names.</summary>
    public const int MaxText = 1024 * 1024;

    /// <summary>This program's version.</summary>
    public static string ProductVersion => typeof(BackupManifest).Assembly.GetName().Version!.ToString(3);
}

/// <summary>One part of a backup.</summary>
/// <param name="Size">Octets.</param>
/// <param name="Sha256">In hexadecimal.</param>
internal sealed record BackupPart(string Name, long Size, string Sha256);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(BackupManifest))]
internal sealed partial class BackupContext : JsonSerializerContext;

/// <summary>A backup cannot be made or used; the message is a sentence for the administrator.</summary>
internal sealed class BackupException(string message, Exception? inner = null) : Exception(message, inner);
