using System.Reflection;
using System.Text.Json.Serialization;
using Innkeeper.Management;

namespace Innkeeper.Tests.Api;

/// <summary>The stable codes of failures, as clients see them.</summary>
internal static class FailureCodes
{
    public static readonly IReadOnlyList<string> All =
        [.. typeof(Failure).GetCustomAttributes<JsonDerivedTypeAttribute>().Select(a => (string)a.TypeDiscriminator!).Order(StringComparer.Ordinal)];
}
