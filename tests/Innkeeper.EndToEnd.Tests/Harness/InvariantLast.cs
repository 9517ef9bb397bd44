using Xunit.Sdk;
using Xunit.v3;

namespace Innkeeper.EndToEnd.Tests.Harness;

/// <summary>Runs the check of what left the uplink after all that could make something leave.</summary>
public sealed class InvariantLast : ITestMethodOrderer
{
    public IReadOnlyCollection<TTestMethod?> OrderTestMethods<TTestMethod>(IReadOnlyCollection<TTestMethod?> testMethods)
        where TTestMethod : notnull, ITestMethod =>
        [.. testMethods.OrderBy(method => method?.MethodName == nameof(GatewayTests.Uplink_OverTheWholeRun_CarriedOnlyLegalSources))];
}
