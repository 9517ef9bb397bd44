using System.Collections.Frozen;
using System.IO.Compression;
using System.Reflection;
using System.Security.Cryptography;

namespace Innkeeper.Web;

/// <summary>A file of the console.</summary>
/// <param name="Tag">Of its content, for If-None-Match.</param>
/// <param name="IsKept">Its name has a hash of its content in it: a browser that has the file never needs to ask again.</param>
/// <param name="Open">Its octets, compressed by gzip.</param>
internal sealed record ConsoleFile(string ContentType, string Tag, bool IsKept, Func<Stream> Open);

/// <summary>The console's files, which are in this program, compressed. Read from it each time: the kernel keeps its pages in memory, or not.</summary>
internal sealed class ConsoleFiles
{
    /// <summary>The page that all others are in.</summary>
    public const string Index = "index.html";

    private const string Prefix = "console/";
    private const string Compressed = ".gz";

    private static readonly FrozenDictionary<string, string> s_types = new Dictionary<string, string>
    {
        [".html"] = "text/html; charset=utf-8",
        [".js"] = "text/javascript; charset=utf-8",
        [".css"] = "text/css; charset=utf-8",
        [".json"] = "application/json",
        [".svg"] = "image/svg+xml",
        [".png"] = "image/png",
        [".woff2"] = "font/woff2",
        [".webmanifest"] = "application/manifest+json",
    }.ToFrozenDictionary();

    private readonly Assembly _program = typeof(ConsoleFiles).Assembly;
    private readonly FrozenDictionary<string, ConsoleFile> _files;

    public ConsoleFiles() => _files = _program.GetManifestResourceNames()
        .Where(n => n.StartsWith(Prefix, StringComparison.Ordinal) && n.EndsWith(Compressed, StringComparison.Ordinal))
        .ToFrozenDictionary(n => n[Prefix.Length..^Compressed.Length], FileOf);

    public IReadOnlyCollection<string> Names => _files.Keys;

    /// <param name="path">As in a URL, with its slash; "/" is the page. It is looked up as a name: no file system is asked.</param>
    public ConsoleFile? Find(string path) => _files.GetValueOrDefault(path == "/" ? Index : path.TrimStart('/'));

    /// <summary>Its octets, for a client that cannot decompress them.</summary>
    public static Stream OpenPlain(ConsoleFile file) => new GZipStream(file.Open(), CompressionMode.Decompress);

    private ConsoleFile FileOf(string resource)
    {
        var name = resource[Prefix.Length..^Compressed.Length];
        using var content = _program.GetManifestResourceStream(resource)!;
        return new ConsoleFile(
            s_types.GetValueOrDefault(Path.GetExtension(name), "application/octet-stream"), Convert.ToHexStringLower(SHA256.HashData(content))[..16],
            name.StartsWith("assets/", StringComparison.Ordinal), () => _program.GetManifestResourceStream(resource)!);
    }
}
