using System.Reflection;
using System.Text.RegularExpressions;
using Innkeeper.Events;
using Innkeeper.Tests.Repository;

namespace Innkeeper.Tests.Events;

/// <summary>An id names one message: journals and alerts select by it.</summary>
public sealed partial class LogIdsTests
{
    [GeneratedRegex(@"\[LoggerMessage\((?<id>[^,)]*)", RegexOptions.ExplicitCapture)]
    private static partial Regex Message();

    private static readonly Dictionary<string, int> s_ids =
        typeof(LogIds).GetFields(BindingFlags.Public | BindingFlags.Static).ToDictionary(f => $"LogIds.{f.Name}", f => (int)f.GetRawConstantValue()!);

    [Fact]
    public void Ids_AreUnique() => Assert.Equal(s_ids.Count, s_ids.Values.Distinct().Count());

    [Fact]
    public void Messages_UseEachIdOnce()
    {
        var used = Checkout.Files.Where(f => f.StartsWith("src/", StringComparison.Ordinal) && f.EndsWith(".cs", StringComparison.Ordinal))
            .SelectMany(f => Message().Matches(Checkout.Read(f)).Select(m => m.Groups["id"].Value));

        Assert.Equal(s_ids.Keys.Order(StringComparer.Ordinal), used.Order(StringComparer.Ordinal));
    }
}
